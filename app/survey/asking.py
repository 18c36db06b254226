"""What does GitHub answer to somebody who only looks?

It reads by construction: nothing leaves this client but GET, and a GraphQL query (`only_reads` looks at each request
as the last thing before it is sent). The token goes to GitHub's own root and nowhere else, and is in no message.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec

from app.clock import Clock
from app.github.errors import RetryLater
from app.github.limits import Lane, Limit, limit_of
from app.survey.allowance import Allowance

HEADERS = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
    "User-Agent": "greenroom-survey",
}
CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 30.0
MAX_BYTES = 10 * 1024 * 1024
ATTEMPTS = 3
PATIENCE = timedelta(seconds=90)  # for longer than that nobody sits before a terminal
WAITS = 2  # times that we wait for GitHub, then we stop
LOST = 10  # answers in a row, then we stop

_QUERY_STARTS = "query("
_NEVER = ("mutation", "subscription")


class Untold(Exception):
    """GitHub did not answer this, or we may not ask it any more. The reason is for people."""


class BadToken(Exception):
    """GitHub does not know the token. Raised by the first question only."""


class NotAReading(Exception):
    """Something that may write was about to be sent. Nothing was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer. `body` is parsed JSON, of refusals too."""

    status: int
    body: Any = field(default=None, repr=False)
    next_page: str | None = None

    @property
    def ok(self) -> bool:
        return self.status == 200  # noqa: PLR2004


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)
    next_page: str | None = None


class _Again(Exception):
    """It did not work this time. The reason is what is told if it never does."""


class Outsider:
    """Whoever runs the survey, at one GitHub. `root` is its REST root; without a token GitHub knows nobody."""

    def __init__(
        self, *, root: str, token: str | None, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        for library in ("httpx", "httpcore"):  # they log URLs and headers
            logging.getLogger(library).setLevel(logging.CRITICAL + 1)
        self.signed_in = token is not None
        self.requests = 0
        self._root = httpx.URL(root.rstrip("/") + "/")
        self._graphql = graphql_url(self._root)
        self._clock = clock
        self._lane = Lane(clock)
        self._allowances = {"core": Allowance(clock), "graphql": Allowance(clock)}
        self._wait_until: datetime | None = None
        self._waits = self._lost = 0
        self._answered = False
        self._stopped: str | None = None
        self._http = httpx.AsyncClient(
            headers=HEADERS | ({"Authorization": f"Bearer {token}"} if token else {}),
            timeout=httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
            transport=transport,
            follow_redirects=False,
            event_hooks={"request": [self.only_reads]},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self._http.aclose()

    async def get(self, path: str, **query: str) -> Answer:
        """One page. 4xx are answers too. Raises Untold, and the first one BadToken."""
        return await self._ask(self._http.build_request("GET", self._root.join(path), params=query or None))

    async def get_next(self, answer: Answer) -> Answer | None:
        """The page after this one, None where it was the last. Raises Untold."""
        if answer.next_page is None:
            return None
        url = self._root.join(answer.next_page)
        if (url.scheme, url.netloc, url.userinfo) != (self._root.scheme, self._root.netloc, b""):
            raise Untold("GitHub's list goes on at another host, which was not followed")
        return await self._ask(self._http.build_request("GET", url))

    async def query(self, text: str, variables: Mapping[str, str]) -> Answer:
        """A GraphQL query, which GitHub answers to those who sign in. It is asked once. Raises Untold."""
        body = {"query": text, "variables": dict(variables)}
        request = self._http.build_request("POST", self._graphql, json=body)
        try:
            return self._answer(await self._sent("graphql", request))
        except _Again as again:
            raise Untold(str(again)) from None

    async def only_reads(self, request: httpx.Request) -> None:
        """Called by httpx before each request is sent. Raises NotAReading."""
        if request.method == "GET":
            return
        if request.method != "POST" or request.url != self._graphql or not _is_query(request.content):
            raise NotAReading(request.method)

    async def _ask(self, request: httpx.Request) -> Answer:
        reason = ""
        for attempt in range(ATTEMPTS):
            await self._clock.sleep(float(attempt))
            try:
                answer = self._answer(await self._sent("core", request))
            except _Again as again:
                reason = self._without_answer(str(again))
            else:
                self._lost = 0
                return answer
        raise Untold(reason)

    def _without_answer(self, reason: str) -> str:
        self._lost += 1
        if self._lost >= LOST and self._stopped is None:
            self._stopped = f"{reason}, several times"
        return self._stopped or reason

    async def _sent(self, resource: str, request: httpx.Request) -> _Raw:
        if self._stopped:
            raise Untold(self._stopped)
        if not self._allowances[resource].take():
            raise Untold(self._used_up(self._allowances[resource]))
        await self._wait()
        try:
            async with self._lane.reading(request.method):
                self.requests += 1
                raw = await self._received(request)
        except RetryLater:
            raise _Again("GitHub asked to wait") from None
        self._learn(resource, raw)
        return raw

    async def _wait(self) -> None:
        while self._wait_until is not None and (left := self._wait_until - self._clock.now()) > timedelta(0):
            await self._clock.sleep(left.total_seconds())

    async def _received(self, request: httpx.Request) -> _Raw:
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                response = await self._http.send(request, stream=True)
                try:
                    return await _receive(response)
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise _Again("GitHub could not be reached") from None
        except (TimeoutError, httpx.TimeoutException):
            raise _Again("GitHub did not answer in time") from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL):
            raise _Again("the connection to GitHub broke") from None

    def _learn(self, resource: str, raw: _Raw) -> None:
        """What the answer says of limits. Raises _Again where it is nothing but that."""
        allowance = self._allowances.get(raw.headers.get("x-ratelimit-resource", resource))
        if allowance is not None:
            allowance.learn(raw.headers)
        limit = limit_of(raw.status, raw.headers, _message(raw), self._clock.now())
        if limit is not None:
            raise self._sent_away(limit, self._allowances[resource])
        self._lane.learn(raw.headers)

    def _sent_away(self, limit: Limit, allowance: Allowance) -> _Again:
        now = self._clock.now()
        if self._wait_until is None or now >= self._wait_until:  # else it is about the same burst of requests
            self._waits += 1
        after = self._lane.close(limit)
        self._wait_until = now + after
        if after > PATIENCE or self._waits > WAITS:
            used_up = allowance.resets_at is not None and now + after >= allowance.resets_at
            self._stopped = self._used_up(allowance) if used_up else f"GitHub asked to wait until {_hour(now + after)}"
        return _Again("GitHub asked to wait")

    def _used_up(self, allowance: Allowance) -> str:
        more = f"more from {_hour(allowance.resets_at)}" if allowance.resets_at else "more within the hour"
        if self.signed_in:
            return f"GitHub's limit for this token ({allowance.limit} requests an hour; {more})"
        return f"GitHub's limit for unknown visitors ({allowance.limit} requests an hour; {more}); try with a token"

    def _answer(self, raw: _Raw) -> Answer:
        if raw.status == 401 and self.signed_in:  # noqa: PLR2004
            if not self._answered:
                raise BadToken("GitHub does not accept the token: it is mistyped, expired or revoked")
            self._stopped = "GitHub does not accept the token any more"
            raise Untold(self._stopped)
        if raw.status >= 500:  # noqa: PLR2004
            raise _Again(f"GitHub answered {raw.status}")
        body, well_formed = _json(raw.content)
        if raw.status < 300 and not well_formed:  # noqa: PLR2004
            raise _Again("GitHub sent something that cannot be read")
        self._answered = True
        return Answer(status=raw.status, body=body, next_page=raw.next_page)


def graphql_url(root: httpx.URL) -> httpx.URL:
    """Beside the REST root, or where GitHub Enterprise Server has it (GitHub: "Forming calls with GraphQL")."""
    if root.path.rstrip("/").endswith("/api/v3"):
        return root.copy_with(path=root.path.rstrip("/").removesuffix("/v3") + "/graphql")
    return root.join("graphql")


def _is_query(content: bytes) -> bool:
    body, _ = _json(content)
    text = body.get("query") if isinstance(body, dict) else None
    return isinstance(text, str) and text.startswith(_QUERY_STARTS) and not any(word in text for word in _NEVER)


async def _receive(response: httpx.Response) -> _Raw:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_BYTES:
            raise httpx.StreamError("the answer is too large")
    following = response.links.get("next", {}).get("url")
    return _Raw(status=response.status_code, headers=response.headers, content=bytes(content), next_page=following)


def _json(content: bytes) -> tuple[Any, bool]:
    try:
        return msgspec.json.decode(content), True
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None, False


def _message(raw: _Raw) -> str:
    body, _ = _json(raw.content) if raw.status in {403, 429} else (None, True)
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) else ""


def _hour(moment: datetime) -> str:
    return f"{moment:%H:%M} UTC"
