"""What is the code worth that GitHub sent along? The credentials of an App, once, within an hour.

GitHub: "Create a GitHub App from a manifest". GitHub's answers hold secrets: nothing of them gets into an error.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import quote

import httpx
import msgspec

from app.github.client import CONNECT_SECONDS, HEADERS

SECONDS = 20.0  # somebody waits in front of a browser
MAX_BYTES = 64 * 1024
_CODE = re.compile(r"[A-Za-z0-9_-]{1,200}")
_WORD = re.compile(r"[A-Za-z0-9._-]{1,100}")
_SECRET = re.compile(r"[!-~]{16,300}")
_KEY = re.compile(
    r"-----BEGIN (?:RSA )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{100,10000}-----END (?:RSA )?PRIVATE KEY-----\n?"
)


class NotConverted(Exception):
    """There are no credentials. The message says why, and what to do."""

    can_try_again = False


class CodeIsOver(NotConverted):
    """GitHub knows no such code: used, older than an hour, or never given."""


class NotReached(NotConverted):
    """Nothing was asked: the same code may be tried again."""

    can_try_again = True


class AnswerLost(NotConverted):
    """The code may have been used, and its answer is lost. Trying again tells."""

    can_try_again = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """An App and everything that its owner has to keep."""

    app_id: int
    slug: str
    client_id: str
    client_secret: str = field(repr=False)
    webhook_secret: str | None = field(repr=False)
    private_key: str = field(repr=False)


Convert: TypeAlias = Callable[[str], Awaitable[Registered]]


class _Answer(msgspec.Struct):
    id: int
    slug: str
    client_id: str
    client_secret: str
    pem: str
    webhook_secret: str | None = None


async def convert(code: str, *, api_url: str, transport: httpx.AsyncBaseTransport | None = None) -> Registered:
    """Raises CodeIsOver, NotReached, AnswerLost, and NotConverted where GitHub refuses."""
    if not _CODE.fullmatch(code):
        raise CodeIsOver("GitHub's code is missing or no code")
    try:
        async with asyncio.timeout(SECONDS):
            status, content = await _asked(f"{api_url}/app-manifests/{quote(code, safe='')}/conversions", transport)
    except (httpx.ConnectError, httpx.ConnectTimeout):
        raise NotReached("GitHub could not be reached, so nothing was asked. See to it, then try again") from None
    except (TimeoutError, httpx.HTTPError, httpx.StreamError):
        raise AnswerLost("GitHub was asked, and its answer did not arrive. Try again") from None
    return _read(status, content)


async def _asked(url: str, transport: httpx.AsyncBaseTransport | None) -> tuple[int, bytes]:
    patience = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS)
    async with (
        httpx.AsyncClient(headers=HEADERS, timeout=patience, transport=transport, trust_env=transport is None) as http,
        http.stream("POST", url) as response,
    ):
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > MAX_BYTES:
                break
        return response.status_code, bytes(content)


def _read(status: int, content: bytes) -> Registered:
    match status:
        case 201:
            return _registered(content)
        case _ if status < 300:  # noqa: PLR2004 - HTTP's "Successful"
            raise AnswerLost("GitHub's answer is not what it should be. Try again")
        case 404:
            raise CodeIsOver("GitHub does not know this code: it was used already, or an hour has passed")
        case 403 | 429:
            raise NotReached("GitHub asks to wait, as too much was asked from here. Try again in some minutes")
        case 422:
            raise NotConverted("GitHub refuses this code")
        case _ if status >= 500:  # noqa: PLR2004 - HTTP's "Server Error"
            raise AnswerLost("GitHub has trouble at this moment. Try again")
        case _:
            raise NotConverted(f"GitHub answered {status}, which nobody expects here")


def _registered(content: bytes) -> Registered:
    try:
        said = msgspec.json.decode(content, type=_Answer)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise AnswerLost("GitHub registered the App, and its answer cannot be read. Try again") from None
    secrets = (said.client_secret, said.webhook_secret or said.client_secret)
    words_fit = said.id > 0 and _WORD.fullmatch(said.slug) and _WORD.fullmatch(said.client_id)
    if not words_fit or not all(map(_SECRET.fullmatch, secrets)) or not _KEY.fullmatch(said.pem):
        raise AnswerLost("GitHub registered the App, and its answer is not as it should be. Try again")
    return Registered(
        app_id=said.id,
        slug=said.slug,
        client_id=said.client_id,
        client_secret=said.client_secret,
        webhook_secret=said.webhook_secret,
        private_key=said.pem,
    )
