"""A client that speaks as the Apps do, for stories about the sandbox itself."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tests.clock import FakeClock
from tests.fake_github import AppCredentials, FakeGitHub

_HEADERS = {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"}


@dataclass(frozen=True, slots=True)
class Client:
    """Requests as an App or as one of its installations."""

    github: FakeGitHub
    http: httpx.AsyncClient

    def jwt(self, app: AppCredentials, key: str | None = None, **claims: Any) -> str:
        """A JWT that is right unless the test says otherwise."""
        now = int(self.github.world.clock.now().timestamp())
        payload = {"iat": now - 60, "exp": now + 540, "iss": app.app_id, **claims}
        return jwt.encode(payload, _loaded(key or app.private_key), algorithm="RS256")

    async def ask(self, method: str, path: str, bearer: str, **more: Any) -> httpx.Response:
        return await self.http.request(method, path, headers={"authorization": f"Bearer {bearer}"}, **more)

    async def mint(self, app: AppCredentials, org: str, **body: Any) -> httpx.Response:
        """Ask for an installation token."""
        found = next(
            each.id
            for each in self.github.world.installations.values()
            if each.app.slug == app.slug and each.account.login == org
        )
        return await self.ask("POST", f"/app/installations/{found}/access_tokens", self.jwt(app), json=body)

    async def watcher(self, org: str = "pypa", **body: Any) -> str:
        """A token that reads."""
        return str((await self.mint(self.github.watcher, org, **body)).json()["token"])

    async def hand(self, org: str = "packaging-security", **body: Any) -> str:
        """A token that writes, on the repositories that consented."""
        return str((await self.mint(self.github.hand, org, **body)).json()["token"])


@functools.cache
def _loaded(private_key: str) -> RSAPrivateKey:
    """Reading a key from PEM checks it, which takes far longer than signing."""
    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    assert isinstance(key, RSAPrivateKey)
    return key


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    """The whole world of PyPA: these stories are about it."""
    return FakeGitHub(clock=clock, world="pypa")


@pytest.fixture
async def client(github: FakeGitHub) -> AsyncIterator[Client]:
    async with httpx.AsyncClient(transport=github.transport, base_url=github.url, headers=_HEADERS) as http:
        yield Client(github, http)
    assert github.violations == []
