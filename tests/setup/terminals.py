"""What does somebody read who types into a terminal, and how long does it take?"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.cli.conftest import plain_environment

PATIENCE = 120.0  # seconds that one thing may take on a machine that has much else to do
_ENDED = "exit code of what was typed:"
_PATH = "/usr/local/bin:/usr/bin:/bin"
_WIDE = "200"  # characters in a line, so that a sentence stands in one


class Shown:
    """What comes out of something that runs, line by line, whoever waits for it or nobody."""

    def __init__(self, source: Callable[[], IO[str]]) -> None:
        self.lines: list[str] = []
        self._more, self._source, self._over = threading.Condition(), source, False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with self._source() as source:
            for line in source:
                with self._more:
                    self.lines.append(line)
                    self._more.notify_all()
        with self._more:
            self._over = True
            self._more.notify_all()

    def until(self, words: str, *, after: int = 0) -> int:
        """Behind which line with these words stands what comes next? Waits for that line."""

        def found() -> int | None:
            return next((at + 1 for at, line in enumerate(self.lines) if at >= after and words in line), None)

        with self._more:
            self._more.wait_for(lambda: found() or self._over, timeout=PATIENCE)
            at = found()
        assert at is not None, f"{words!r} was not shown:\n{''.join(self.lines)[-2000:]}"
        return at

    @property
    def text(self) -> str:
        return "".join(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed, what it showed and left, and after how many seconds."""

    words: str
    shown: str
    code: int
    took: float

    @property
    def told(self) -> str:
        """Without the blanks that make columns."""
        return " ".join(self.shown.split())


@dataclass(slots=True)
class Terminal:
    """A shell on whose path Greenroom is not. It remembers all that was typed and shown."""

    shell: subprocess.Popen[str]
    shown: Shown
    typed: list[Typed] = field(default_factory=list)

    def send(self, text: str) -> None:
        assert self.shell.stdin is not None
        self.shell.stdin.write(f"{text}\n")
        self.shell.stdin.flush()

    def run(self, words: str, meanwhile: Callable[[], None] = lambda: None) -> Typed:
        """Type one line and wait until it is over. What has to happen for it to end happens meanwhile."""
        began, after = time.monotonic(), len(self.shown.lines)
        self.send(f"{words}\nprintf '\\n%s\\n' \"{_ENDED} $?\"")
        meanwhile()
        end = self.shown.until(_ENDED, after=after)
        code = int(self.shown.lines[end - 1].split()[-1])
        shown = "".join(self.shown.lines[after : end - 1])
        self.typed.append(Typed(words=words, shown=shown, code=code, took=time.monotonic() - began))
        return self.typed[-1]


@contextmanager
def terminal(folder: Path, **settings: str) -> Iterator[Terminal]:
    """In this folder. Whatever was begun in it ends with it."""
    environment = plain_environment(PATH=_PATH, NO_PROXY="127.0.0.1", COLUMNS=_WIDE, **settings)
    environment.pop("VIRTUAL_ENV", None)
    shell = subprocess.Popen(
        ["bash", "--norc"],  # noqa: S607 - whose shell it is, is theirs
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    output = shell.stdout
    assert output is not None
    try:
        yield Terminal(shell, Shown(lambda: output))
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
        if shell.stdin is not None:
            shell.stdin.close()


def transcript(terminals: dict[str, Terminal]) -> str:
    """For whoever wants to see how it went."""
    told = []
    for name, each in terminals.items():
        told += [
            f"--- {name}",
            *(f"$ {one.words}\n{one.shown}[exit {one.code}, {one.took:.1f} s]" for one in each.typed),
        ]
    return re.sub(r"(token=)\S+", r"\1…", "\n".join(told))
