"""What goes wrong, where, and how often?

`fail`: no effect. `lose_answer`: the effect, without its answer. `slow`: late. `garbage`: not JSON. `hostile-link`: a
list whose next page is somewhere else, where a token must not follow.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal["fail", "lose-answer", "slow", "garbage", "hostile-link"]
Loss = Literal["502", "timeout", "reset"]
Elsewhere = Literal["host", "scheme", "userinfo", "port", "loop"]
Because = Literal["outage", "permission", "primary-limit", "secondary-limit"]


class Dropped(Exception):
    """No answer is sent: the connection falls silent (`timeout`) or breaks (`reset`)."""

    def __init__(self, how: Literal["timeout", "reset"]) -> None:
        super().__init__(how)
        self.how = how


@dataclass(slots=True, kw_only=True)
class Fault:
    """One arranged mishap. `path` may hold `*`; `times` is None for *until the faults are cleared*."""

    kind: Kind
    method: str
    path: str
    times: int | None = 1
    status: int = 502
    because: Because = "outage"
    retry_after: int | None = None
    how: Loss = "502"
    seconds: float = 0.0
    to: Elsewhere = "host"
    happened: int = field(default=0)

    def strikes(self, method: str, path: str) -> bool:
        """Is it this request's turn? Then it counts as happened."""
        if self.times is not None and self.happened >= self.times:
            return False
        if self.method not in {method, "*"} or not fnmatchcase(path.lower(), self.path.lower()):
            return False
        self.happened += 1
        return True

    def __str__(self) -> str:
        return f"{self.kind} {self.method} {self.path}"


class Faults:
    """All arranged mishaps of a sandbox, in the order in which they were arranged."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def arrange(self, fault: Fault) -> None:
        self._all.append(fault)

    def striking(self, method: str, path: str) -> Fault | None:
        """The first one whose turn it is."""
        return next((fault for fault in self._all if fault.strikes(method, path)), None)

    def unused(self) -> list[Fault]:
        """Those that never happened: a test that arranges one is about something else than it thinks."""
        return [fault for fault in self._all if fault.happened == 0]

    def clear(self) -> None:
        self._all.clear()


def elsewhere(url: str, to: Elsewhere) -> str:
    """Where a hostile `Link` leads, for a list at this URL; `loop` is back to where one is."""
    here = urlsplit(url)
    netloc = {
        "host": f"{here.netloc}.evil.example",
        "userinfo": f"somebody:secret@{here.netloc}",
        "port": f"{here.hostname}:8443",
    }.get(to, here.netloc)
    scheme = {"https": "http", "http": "https"}[here.scheme] if to == "scheme" else here.scheme
    return here._replace(scheme=scheme, netloc=netloc).geturl()
