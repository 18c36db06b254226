"""What may GitHub answer instead of what was asked for? Fourteen kinds, none of which says anything about the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

import httpx

from tests.fake_github import FakeGitHub

_APART = "/only/"


class Twisted(httpx.AsyncBaseTransport):
    """The connection to GitHub, of which some answers arrive as something else."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._twists: list[tuple[str, str, bytes | type[httpx.TransportError]]] = []
        self._apart: set[tuple[str, str]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for path, query in self._apart:
            if request.url.path == path and query in request.url.query.decode():
                request.url = request.url.copy_with(path=with_query(path, query))
        for method, path, content in self._twists:
            if request.method == method and fnmatchcase(request.url.path.lower(), path.lower()):
                if isinstance(content, type):
                    raise content("no answer", request=request)
                return httpx.Response(200, content=content, headers={"content-type": "application/json"})
        return await self._inner.handle_async_request(request)

    def twist(self, method: str, path: str, content: bytes | type[httpx.TransportError]) -> None:
        self._twists.append((method, path, content))

    def set_apart(self, path: str, query: str) -> None:
        """Requests with that in their query have a path of their own, to which something else may be answered."""
        self._apart.add((path, query))

    def clear(self) -> None:
        self._twists.clear()
        self._apart.clear()


def with_query(path: str, query: str) -> str:
    """The path of requests that have that in their query."""
    return f"{_APART}{query}{path}" if query else path


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that tells nothing, by the name that a failing test shows."""

    name: str
    arrange: Callable[[FakeGitHub, str, str], None]

    def __str__(self) -> str:
        return self.name

    @property
    def is_limit(self) -> bool:
        """Then nothing else may be asked of that account either."""
        return "limit" in self.name

    def to(self, github: FakeGitHub, path: str, method: str = "GET", query: str = "") -> None:
        """From now on GitHub answers so to requests for that path, in which `*` may stand, and with that query."""
        if query:
            _twisted(github).set_apart(path, query)
        self.arrange(github, method, with_query(path, query))


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


def _lost(how: Literal["timeout", "reset"]) -> Callable[[FakeGitHub, str, str], None]:
    def arrange(github: FakeGitHub, method: str, path: str) -> None:
        if path.startswith(_APART):  # the sandbox has no such path, so it cannot answer there and lose the answer
            _twisted(github).twist(method, path, httpx.ReadTimeout if how == "timeout" else httpx.ReadError)
        else:
            github.lose_answer(method, path, how=how, times=None)

    return arrange


def _content(content: bytes) -> Callable[[FakeGitHub, str, str], None]:
    def arrange(github: FakeGitHub, method: str, path: str) -> None:
        _twisted(github).twist(method, path, content)

    return arrange


def _twisted(github: FakeGitHub) -> Twisted:
    assert isinstance(github.transport, Twisted), "this story needs the twisted_github fixture"
    return github.transport


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
