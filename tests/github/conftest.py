"""A GitHub that says exactly what a test lets it say, garbage included; and one that is a world, written to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.domain.lease import LeaseLost
from app.github.asking import Asking
from app.github.client import Access, Client
from app.github.credentials import AppCredentials
from app.github.limits import Lane
from app.github.reader import Reader
from app.github.registration import Registration
from app.github.security_policies import SecurityPolicies
from app.github.writer import Writer
from tests.clock import FakeClock
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.github.calls import may_write

API = "https://api.github.test"
Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@pytest.fixture(scope="session")
def private_key() -> str:
    """A key made for this run; making one is slow, so it is shared."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return pem.decode()


class Script(httpx.AsyncBaseTransport):
    """Answers in the order a test says, the last one for ever, and remembers what it was sent."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._replies: dict[tuple[str, str], list[Reply]] = {}

    def on(self, method: str, path: str, *replies: Reply) -> None:
        """From now on that is answered so. `path` may hold a query, and then counts only with it."""
        self._replies[method, path] = list(replies)

    def sent(self, method: str, path: str) -> list[httpx.Request]:
        return [seen for seen in self.requests if (seen.method, seen.url.path) == (method, path)]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        await asyncio.sleep(0)  # others get their turn, as on a network
        target = request.url.raw_path.decode()
        replies = self._replies.get((request.method, target)) or self._replies.get((request.method, request.url.path))
        if not replies:
            raise AssertionError(f"{request.method} {target} was never taught")
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else _again(reply)


def _again(reply: httpx.Response) -> httpx.Response:
    """A response can be read once only, so each request gets its own."""
    return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)


class Held:
    """A lease that holds until it is lost."""

    def __init__(self) -> None:
        self.lost = False

    def check(self) -> None:
        if self.lost:
            raise LeaseLost


def installation(**more: Any) -> dict[str, Any]:
    permissions = {"metadata": "read", "repository_advisories": "read", "administration": "read", "members": "read"}
    return {"id": 7, "account": {"login": "pypa"}, "permissions": permissions, "suspended_at": None, **more}


def repository(number: int = 1, name: str = "pypa/pip", **more: Any) -> dict[str, Any]:
    return {"id": number, "full_name": name, "private": False, **more}


def token(value: str = "ghs_secret", *, expires_at: str = "2026-12-01T10:00:00Z", **permissions: str) -> httpx.Response:
    body = {"token": value, "expires_at": expires_at, "permissions": {"metadata": "read", **permissions}}
    return httpx.Response(201, json=body)


@pytest.fixture
def lease() -> Held:
    return Held()


@pytest.fixture
def script() -> Script:
    """A GitHub with one installation, of pypa, that holds pypa/pip."""
    script = Script()
    script.on("GET", "/app/installations", httpx.Response(200, json=[installation()]))
    script.on("GET", "/repos/pypa/pip/installation", httpx.Response(200, json=installation()))
    script.on("POST", "/app/installations/7/access_tokens", token())
    script.on("GET", "/installation/repositories", httpx.Response(200, json={"repositories": [repository()]}))
    script.on("DELETE", "/installation/token", httpx.Response(204))
    return script


@pytest.fixture
async def client(script: Script, clock: FakeClock) -> AsyncIterator[Client]:
    async with Client(base_url=API, clock=clock, why_not_write=may_write, transport=script) as client:
        yield client


@pytest.fixture
def access(clock: FakeClock) -> Access:
    return Access(token="ghs_secret", lane=Lane(clock))


@pytest.fixture
def registration(client: Client, clock: FakeClock, private_key: str) -> Registration:
    return Registration(name="Greenroom", signers=[AppCredentials("1", private_key)], client=client, clock=clock)


class Recorder(httpx.AsyncBaseTransport):
    """Keeps what the writer sends, since the world keeps only what came of it."""

    def __init__(self, github: FakeGitHub) -> None:
        self._github = github
        self.bodies: list[Any] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method in {"POST", "PATCH"} and not request.url.path.endswith("/access_tokens"):
            self.bodies.append(json.loads(request.content))
        return await self._github.transport.handle_async_request(request)


@pytest.fixture
def recorder(github: FakeGitHub) -> Recorder:
    return Recorder(github)


@pytest.fixture
async def registrations(github: FakeGitHub, recorder: Recorder, clock: FakeClock) -> AsyncIterator[list[Registration]]:
    async with Client(base_url=github.url, clock=clock, why_not_write=may_write, transport=recorder) as client:
        yield [
            Registration(name=name, signers=[AppCredentials(app.app_id, app.private_key)], client=client, clock=clock)
            for name, app in (("Greenroom Hand", github.hand), ("Greenroom", github.watcher))
        ]
    github.verify()


@pytest.fixture
def writer(registrations: list[Registration]) -> Writer:
    return Writer(registrations, enabled=True)


@pytest.fixture
def reader(registrations: list[Registration], clock: FakeClock) -> Reader:
    hand, watcher = registrations
    return Reader(watcher, hand, clock, accounts=lambda: ("packaging-security", "pypa"))


@pytest.fixture
def mirror(github: FakeGitHub) -> FakeAdvisory:
    """One that is there already."""
    opened: FakeAdvisory = github.coordination.draft("mirror")
    return opened


@pytest.fixture
def pip(github: FakeGitHub) -> FakeRepo:
    """It has no file yet."""
    repo = github.repo("pypa/pip")
    repo.state.files.clear()
    return repo


@pytest.fixture
async def policies(github: FakeGitHub, pip: FakeRepo, clock: FakeClock) -> AsyncIterator[SecurityPolicies]:
    """Reads security policies, none of which is there yet: not that of pip either."""
    del pip
    async with Client(base_url=github.url, clock=clock, why_not_write=may_write, transport=github.transport) as client:
        signer = AppCredentials(github.watcher.app_id, github.watcher.private_key)
        registration = Registration(name="Greenroom", signers=[signer], client=client, clock=clock)
        yield SecurityPolicies(Asking(registration, clock), clock)
    github.verify()
