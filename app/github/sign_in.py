"""Who comes back from GitHub, and with which token of theirs?

The web application flow with PKCE (GitHub: "Generating a user access token for a GitHub App"). Here a token is only
made and revoked; what is read with it is in `own_eyes`. GitHub's answers, and the errors of libraries, may hold tokens:
nothing of either gets into an error of ours.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

import httpx
import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from app.clock import Clock
from app.github.client import CONNECT_SECONDS, HEADERS
from app.github.errors import RetryLater

# GitHub: "Refreshing user access tokens": eight hours, unless an App asks for tokens that never expire.
LONGEST = timedelta(hours=8)
SECONDS = 10.0  # somebody waits in front of a browser
MAX_BYTES = 64 * 1024


class NotSignedIn(Exception):
    """GitHub gave no token for this code. The reason says why, in words of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserToken:
    """What one person gave the App: it reads what both may read. The refresh token that came along is not kept."""

    value: str = field(repr=False)
    expires_at: datetime


class _Answer(msgspec.Struct):
    access_token: str = ""
    expires_in: int | None = None
    error: str = ""


class SignIn:
    """The App at GitHub's web address. Raises RetryLater where GitHub cannot be reached or talks nonsense."""

    def __init__(
        self,
        *,
        web_url: str,
        api_url: str,
        client_id: str,
        client_secret: str,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None,
    ) -> None:
        self._web, self._api, self._clock = web_url.rstrip("/"), api_url.rstrip("/"), clock
        self._id, self._secret = client_id, client_secret
        timeout = httpx.Timeout(SECONDS, connect=CONNECT_SECONDS)
        self._http = httpx.AsyncClient(transport=transport, timeout=timeout, headers=HEADERS, follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    def address(self, *, state: str, verifier: str, back_to: str, login: str = "") -> str:
        """Where to send the browser. `login` is a suggestion, nothing more."""
        asked: str = prepare_grant_uri(
            f"{self._web}/login/oauth/authorize",
            self._id,
            "code",
            redirect_uri=back_to,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
            **({"login": login} if login else {}),
        )
        return asked

    async def token(self, code: str, *, verifier: str, back_to: str) -> UserToken:
        """What the code that GitHub sent along is worth, once. Raises NotSignedIn."""
        body: str = prepare_token_request(
            "authorization_code",
            code=code,
            redirect_uri=back_to,
            code_verifier=verifier,
            client_id=self._id,
            client_secret=self._secret,
        )
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        request = self._http.build_request(
            "POST", f"{self._web}/login/oauth/access_token", content=body, headers=headers
        )
        answer = _read(await self._sent(request))
        if answer.error or not answer.access_token:
            raise NotSignedIn("GitHub does not accept this sign-in any more")
        lives = LONGEST if answer.expires_in is None else min(LONGEST, timedelta(seconds=answer.expires_in))
        return UserToken(value=answer.access_token, expires_at=self._clock.now() + lives)

    async def revoke(self, token: str) -> None:
        """The token is good for nothing any more (GitHub: "Delete an app token"). What is gone already is gone."""
        request = self._http.build_request(
            "DELETE", f"{self._api}/applications/{self._id}/token", json={"access_token": token}
        )
        httpx.BasicAuth(self._id, self._secret).sync_auth_flow(request).__next__()
        await self._sent(request)

    async def _sent(self, request: httpx.Request) -> bytes:
        try:
            async with asyncio.timeout(SECONDS):
                return await self._received(request)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise RetryLater("GitHub could not be reached for the sign-in") from None

    async def _received(self, request: httpx.Request) -> bytes:
        response = await self._http.send(request, stream=True)
        try:
            content = bytearray()
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MAX_BYTES:
                    break
        finally:
            await response.aclose()
        if response.status_code >= 500 or len(content) > MAX_BYTES:  # noqa: PLR2004 - HTTP's "Server Error"
            raise RetryLater("GitHub's sign-in does not work at this moment")
        return bytes(content)


def _read(content: bytes) -> _Answer:
    try:
        return msgspec.json.decode(content, type=_Answer)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise RetryLater("GitHub's answer to the sign-in cannot be read") from None
