"""Many lives of `greenroom serve`, each ended by `kill -9`.

Run as a script it waits for lines `start PORT` and answers each with the id of a new process. The lives are forked from
a process that has loaded everything, since otherwise loading would take longer than living.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app import serving
from app.logs import set_up
from app.settings import load_settings


class Lives:
    """Starts processes that serve, and kills them."""

    def __init__(self, parent: subprocess.Popen[str]) -> None:
        self._parent = parent

    def start(self, port: int) -> int:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        print(f"start {port}", file=self._parent.stdin, flush=True)
        return int(self._parent.stdout.readline())

    def kill(self, process: int) -> None:
        """Nothing is finished, nothing is said. Comes back when the process is gone."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        print(f"kill {process}", file=self._parent.stdin, flush=True)
        assert int(self._parent.stdout.readline()) == process


@contextmanager
def lives(folder: Path, environment: Mapping[str, str]) -> Iterator[Lives]:
    """Somebody who starts and kills. All that still live end with it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GREENROOM_")}
    with (
        (folder / "serve.log").open("ab") as log,
        subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, __file__],
            env=clean | dict(environment),
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as parent,
    ):
        yield Lives(parent)
        assert parent.stdin is not None
        parent.stdin.close()


def told_too_much(folder: Path, *texts: str) -> list[str]:
    """What `serve` said in that folder and may not say: these texts of advisories, ids, credentials."""
    output = (folder / "serve.log").read_text(encoding="utf-8")
    assert output, "nothing was said, so nothing can be told about it"
    return [secret for secret in (*texts, "GHSA-", "ghs_", "PRIVATE KEY") if secret.lower() in output.lower()]


def _main() -> None:
    alive: set[int] = set()
    for line in sys.stdin:
        command, number = line.split()
        if command == "start":
            alive.add(process := _born(number))
        else:
            alive.remove(process := int(number))
            _end(process)
        print(process, flush=True)  # noqa: T201 - this is the answer
    for process in alive:
        _end(process)


def _born(port: str) -> int:
    process = os.fork()
    if process == 0:
        os.environ["GREENROOM_PORT"] = port
        settings = load_settings()
        set_up(settings.log_level)
        asyncio.run(serving.serve(settings, lambda _: None))
        os._exit(0)
    return process


def _end(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)


if __name__ == "__main__":
    _main()
