"""What may GitHub answer instead of what was asked for? Fourteen kinds, none of which says anything about the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

import httpx

from tests.fake_github import FakeGitHub


class Twisted(httpx.AsyncBaseTransport):
    """The connection to GitHub, of which some answers arrive as something else."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._twists: list[tuple[str, str, bytes]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for method, path, content in self._twists:
            if request.method == method and fnmatchcase(request.url.path.lower(), path.lower()):
                return httpx.Response(200, content=content, headers={"content-type": "application/json"})
        return await self._inner.handle_async_request(request)

    def twist(self, method: str, path: str, content: bytes) -> None:
        self._twists.append((method, path, content))

    def clear(self) -> None:
        self._twists.clear()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that tells nothing, by the name that a failing test shows."""

    name: str
    arrange: Callable[[FakeGitHub, str, str], None]

    def __str__(self) -> str:
        return self.name

    def to(self, github: FakeGitHub, path: str, method: str = "GET") -> None:
        """From now on GitHub answers so to requests for that path, in which `*` may stand."""
        self.arrange(github, method, path)


def recover(github: FakeGitHub) -> None:
    """GitHub is well again. Everything that was arranged must have happened."""
    github.verify()
    github.clear_faults()
    if isinstance(github.transport, Twisted):
        github.transport.clear()


def _status(status: int) -> Callable[[FakeGitHub, str, str], None]:
    return lambda github, method, path: github.fail(method, path, status, times=None)


def _limit(status: int, *, secondary: bool) -> Callable[[FakeGitHub, str, str], None]:
    return lambda github, method, path: github.rate_limit(
        method, path, seconds=90, status=status, secondary=secondary, times=None
    )


def _lost(how: str) -> Callable[[FakeGitHub, str, str], None]:
    return lambda github, method, path: github.lose_answer(method, path, how=how, times=None)  # type: ignore[arg-type]


def _content(content: bytes) -> Callable[[FakeGitHub, str, str], None]:
    def arrange(github: FakeGitHub, method: str, path: str) -> None:
        assert isinstance(github.transport, Twisted), "this story needs the twisted_github fixture"
        github.transport.twist(method, path, content)

    return arrange


ANSWERS = (
    Answer("404", _status(404)),
    Answer("403 permission", lambda github, method, path: github.refuse_permission(method, path, times=None)),
    Answer("403 primary limit", _limit(403, secondary=False)),
    Answer("403 secondary limit", _limit(403, secondary=True)),
    Answer("429 secondary limit", _limit(429, secondary=True)),
    Answer("401", _status(401)),
    Answer("451", _status(451)),
    Answer("500", _status(500)),
    Answer("502", _status(502)),
    Answer("503", _status(503)),
    Answer("timeout", _lost("timeout")),
    Answer("reset", _lost("reset")),
    Answer("garbage", lambda github, method, path: github.garbage(method, path, times=None)),
    Answer("wrong shape", _content(b'{"enabled": "yes", "id": "one", "state": 7}')),
    Answer("empty body", _content(b"")),
)


def named(name: str) -> Answer:
    return next(answer for answer in ANSWERS if answer.name == name)
