"""How is another process started, awaited and ended?"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

STARTS_WITHIN = 30.0  # seconds


class DoesNotStart(Exception):
    """A server stopped, or does not listen in time. The message holds the end of what it said."""


@contextmanager
def child(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], *, core: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a folder of its own, where its log is too, on any core or on that one."""
    folder.mkdir(exist_ok=True)
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=log, stderr=log)
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def wait_until_it_listens(name: str, process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    """Raises DoesNotStart."""
    deadline = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise DoesNotStart(f"{name} does not listen: {(folder / 'log').read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """One that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
