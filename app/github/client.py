"""What did GitHub answer, and what may the caller do about it?

Reads are repeated a little, writes never. Whatever goes wrong is told by the route's template alone: no URL, body or
token gets into an error, and since a library's own errors carry them, none of those is chained to ours.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from app.clock import Clock
from app.domain.lease import Lease
from app.github.errors import Ambiguous, Held, Refused, RetryLater
from app.github.graphql import GRAPHQL
from app.github.limits import Lane, limit_of, retry_after, wait_of
from app.github.neighbours import NOBODY, Neighbours
from app.github.routes import Call

HEADERS = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
    "User-Agent": "greenroom",
}
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0
MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 200
MAX_REDIRECTS = 5
READ_ATTEMPTS = 3
REDIRECTS = frozenset({301, 302, 307})


class Unauthenticated(RetryLater):
    """GitHub did not accept the credentials (401), so nothing was done. A new token may help, once."""


class Transient(RetryLater):
    """A read went wrong in a way that often passes at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """In whose name a call is made, and in whose lane."""

    token: str = field(repr=False)
    lane: Lane = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A complete answer. `body` is parsed JSON where the status is 2xx, None otherwise."""

    status: int
    body: Any = field(default=None, repr=False)
    next_page: str | None = field(default=None, repr=False)
    after: timedelta | None = None  # until GitHub answers more of its kind, where that limit is used up

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's "Successful"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)
    next_page: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lost:
    """No whole answer came. `sent` is False where GitHub cannot have seen the request."""

    how: str
    sent: bool = True


class Client:
    """One connection pool to one GitHub. `base_url` is the REST root, such as https://api.github.com."""

    def __init__(
        self,
        *,
        base_url: str,
        clock: Clock,
        why_not_write: Callable[[], Awaitable[str | None]],
        neighbours: Callable[[str], Neighbours] = lambda _: NOBODY,
        transport: httpx.AsyncBaseTransport | None = None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        """`why_not_write` is asked just before each write; `neighbours` are who else sends in the lane of that name."""
        _silence_libraries()
        self._root, self._clock = httpx.URL(base_url.rstrip("/") + "/"), clock
        self._why_not_write, self.neighbours = why_not_write, neighbours
        self._total_seconds = total_seconds
        self.skew: timedelta | None = None  # how far GitHub's clock is ahead of ours, by its last answer
        timeout = httpx.Timeout(total_seconds, connect=CONNECT_SECONDS)
        self._http = httpx.AsyncClient(
            base_url=self._root, transport=transport, timeout=timeout, headers=HEADERS, follow_redirects=False
        )

    async def aclose(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        await self.aclose()

    async def read(self, call: Call, access: Access) -> Answer:
        """Ask, up to three times. 4xx are answers too. Raises RetryLater, or Unauthenticated at a 401."""
        return await self._read(call, self._url(call), access)

    async def read_all(self, call: Call, access: Access) -> tuple[Answer, ...]:
        """All pages, or the one answer that is not 2xx. Half a list is no list: then it raises RetryLater."""
        pages = [await self.read(call, access)]
        seen: set[str] = set()
        while (following := pages[-1].next_page) is not None:
            if following in seen or len(pages) >= MAX_PAGES:
                raise RetryLater(f"GitHub's pages of {call} do not end")
            seen.add(following)
            pages.append(await self._read(call, self._same_host(following, call), access))
            if not pages[-1].ok:
                raise RetryLater(f"GitHub answered {pages[-1].status} to a further page of {call}")
        return tuple(pages)

    async def ask(self, call: Call, access: Access) -> Answer:
        """Ask once. For what is neither a read nor a write of the world, such as minting a token."""
        async with access.lane.reading(call.route.method):
            raw = await self._send(call, self._url(call), access)
        return await self._answer(call, raw, access)

    async def write(self, call: Call, access: Access, *, lease: Lease) -> Answer:
        """Send once, and only while the lease holds and writes are on.

        Raises RetryLater or Held (nothing happened), Refused or Ambiguous.
        """
        async with access.lane.writing(creates=call.route.creates):
            if why_not := await self._why_not_write():
                raise Held(why_not)
            lease.check()  # nothing may come between this and sending
            raw = await self._send(call, self._url(call), access)
        if isinstance(raw, _Lost):
            if raw.sent:
                raise Ambiguous(f"{call} was sent, and {raw.how}")
            raise RetryLater(f"{call} was not sent: {raw.how}")
        await self._check(call, raw, access)
        if raw.status >= 500:  # noqa: PLR2004 - HTTP's "Server Error"
            raise Ambiguous(f"GitHub answered {raw.status} to {call}")
        if raw.status >= 300:  # noqa: PLR2004 - redirected (the repository moved) or refused: nothing was done
            raise Refused(f"GitHub answered {raw.status} to {call}", raw.status)
        body, well_formed = _json(raw.content)
        if not well_formed:
            raise Ambiguous(f"GitHub answered {raw.status} to {call} with something that is not JSON")
        return Answer(status=raw.status, body=body)

    async def _read(self, call: Call, url: httpx.URL, access: Access) -> Answer:
        retrying = AsyncRetrying(
            stop=stop_after_attempt(READ_ATTEMPTS),
            wait=wait_random_exponential(multiplier=0.5, max=2),
            retry=retry_if_exception_type(Transient),
            sleep=self._clock.sleep,
            reraise=True,
        )
        return await retrying(self._read_once, call, url, access)

    async def _read_once(self, call: Call, url: httpx.URL, access: Access) -> Answer:
        for _ in range(MAX_REDIRECTS):
            async with access.lane.reading():
                raw = await self._send(call, url, access)
            if isinstance(raw, _Lost) or raw.status not in REDIRECTS:
                return await self._answer(call, raw, access)
            access.lane.learn(raw.headers)
            # Renamed and transferred repositories answer so (GitHub: "Best practices for using the REST API").
            url = self._same_host(raw.headers.get("location", ""), call)
        raise RetryLater(f"GitHub's redirects of {call} do not end")

    async def _answer(self, call: Call, raw: _Raw | _Lost, access: Access) -> Answer:
        if isinstance(raw, _Lost):
            raise Transient(f"{call}: {raw.how}")
        await self._check(call, raw, access)
        if raw.status >= 500:  # noqa: PLR2004
            raise _server_error(call, raw)
        if raw.status >= 400:  # noqa: PLR2004
            return Answer(status=raw.status)
        body, well_formed = _json(raw.content)
        if raw.status >= 300 or not well_formed:  # noqa: PLR2004
            raise Transient(f"GitHub answered {raw.status} to {call} with nothing that can be read")
        after = wait_of(raw.headers, self._clock.now())
        return Answer(status=raw.status, body=body, next_page=raw.next_page, after=after)

    async def _check(self, call: Call, raw: _Raw, access: Access) -> None:
        """Stop where GitHub limits us or does not know us."""
        skew = _skew(raw.headers, self._clock.now())
        self.skew = self.skew if skew is None else skew
        if limit := limit_of(raw.status, raw.headers, _message(raw), self._clock.now()):
            after = access.lane.close(limit)
            await access.lane.tell()
            raise RetryLater(f"GitHub limits {call}", after=after)
        if raw.status == 401:  # noqa: PLR2004 - its limits are those of strangers, not of this installation
            raise Unauthenticated(f"GitHub answered 401 to {call}")
        access.lane.learn(raw.headers)
        await access.lane.tell()

    async def _send(self, call: Call, url: httpx.URL, access: Access) -> _Raw | _Lost:
        content = None if call.body is None else msgspec.json.encode(call.body)
        headers = {"Authorization": f"Bearer {access.token}"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        request = self._http.build_request(call.route.method, url, content=content, headers=headers)
        try:
            async with asyncio.timeout(self._total_seconds):
                response = await self._http.send(request, stream=True)
                try:
                    return await _receive(response)
                finally:
                    await response.aclose()
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            at = f"{request.url.scheme}://{request.url.netloc.decode()}"
            return _Lost(how=f"GitHub could not be reached at {at} ({type(error).__name__})", sent=False)
        except (TimeoutError, httpx.TimeoutException):
            return _Lost(how="GitHub did not answer in time")
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL) as error:
            return _Lost(how=f"the connection to GitHub broke ({type(error).__name__})")

    def _url(self, call: Call) -> httpx.URL:
        if call.route == GRAPHQL and self._root.path.endswith("/api/v3/"):
            # GitHub Enterprise Server has GraphQL beside its REST root ("Forming calls with GraphQL").
            return self._root.join("/api/graphql")
        return httpx.URL(f"{self._root}{call.target.lstrip('/')}")

    def _same_host(self, target: str, call: Call) -> httpx.URL:
        """The URL GitHub points to, unless it is somewhere else: our token must not follow."""
        try:
            url = self._root.join(target)
        except httpx.InvalidURL:
            raise RetryLater(f"GitHub's answer to {call} points to something that is no URL") from None
        if not target or (url.scheme, url.netloc, url.userinfo) != (self._root.scheme, self._root.netloc, b""):
            raise RetryLater(f"GitHub's answer to {call} points to another host; it was not followed")
        return url


async def _receive(response: httpx.Response) -> _Raw | _Lost:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_BYTES:
            return _Lost(how=f"the answer was larger than {MAX_BYTES} bytes")
    link = response.links.get("next", {}).get("url")
    return _Raw(status=response.status_code, headers=response.headers, content=bytes(content), next_page=link)


def _json(content: bytes) -> tuple[Any, bool]:
    """The JSON, and whether it is any. An empty body (204) is well-formed nothing."""
    if not content:
        return None, True
    try:
        return msgspec.json.decode(content), True
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None, False


def _message(raw: _Raw) -> str:
    """GitHub's words about an error, for telling a limit from a refusal. They are not shown to anybody."""
    body, _ = _json(raw.content) if raw.status in {403, 429} else (None, True)
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) else ""


def _server_error(call: Call, raw: _Raw) -> RetryLater:
    reason = f"GitHub answered {raw.status} to {call}"
    after = retry_after(raw.headers)
    return Transient(reason) if after is None else RetryLater(reason, after=after)


def _skew(headers: httpx.Headers, now: datetime) -> timedelta | None:
    """By HTTP's `Date`, which has whole seconds."""
    try:
        return parsedate_to_datetime(headers["date"]).astimezone(UTC) - now.replace(microsecond=0)
    except (KeyError, ValueError, OverflowError):
        return None


def _silence_libraries() -> None:
    # httpx logs every URL (with ids of advisories) and httpcore every header (with tokens).
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
