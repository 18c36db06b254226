"""Somebody who surveys an organization of the sandbox, and what they sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from app.domain.facts import Known
from app.domain.ids import RepoName
from app.sandbox.state.files import File
from app.sandbox.state.repositories import Repository
from app.survey.asking import Outsider
from app.survey.found import Outcome, Report, Seen, Surveyed
from app.survey.looking import Looking
from app.survey.questions import Questions
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub


class Recorder(httpx.AsyncBaseTransport):
    """Keeps what was sent, and where to; things may happen in between."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.sent: list[httpx.Request] = []
        self.after: dict[str, Callable[[], None]] = {}  # what happens when a path was answered

    @property
    def paths(self) -> list[str]:
        return [each.url.path for each in self.sent]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = await self._inner.handle_async_request(request)
        self.after.get(request.url.path, lambda: None)()
        return answer


@dataclass(slots=True)
class Survey:
    """Runs surveys of the organization `acme`."""

    github: FakeGitHub
    clock: FakeClock
    recorder: Recorder
    progress: list[tuple[int, int]] = field(default_factory=list)

    async def of(self, *logins: str, token: str | None = None) -> Report:
        asked_at = self.clock.now()
        async with Outsider(root=self.github.url, token=token, clock=self.clock, transport=self.recorder) as outsider:
            looking = Looking(Questions(outsider, self.clock), lambda done, known: self.progress.append((done, known)))
            organizations = await looking.at(logins or ("acme",))
            return Report(
                github=self.github.url,
                signed_in=outsider.signed_in,
                asked_at=asked_at,
                ended_at=self.clock.now(),
                requests=outsider.requests,
                organizations=organizations,
            )

    async def acme(self, *, token: str | None = None) -> Surveyed:
        [found] = (await self.of("acme", token=token)).organizations
        assert isinstance(found, Surveyed)
        return found


def seen(found: Outcome, name: str) -> Seen:
    assert isinstance(found, Surveyed)
    [repo] = [each for each in found.repositories if each.name == RepoName("acme", name)]
    return repo


def values(found: Surveyed) -> dict[str, list[object]]:
    """Each repository with what is known, or the kind of answer."""
    return {
        repo.name.name: [fact.value if isinstance(fact, Known) else type(fact).__name__ for _, fact in repo.answers()]
        for repo in found.repositories
    }


Repo = Callable[..., Repository]


@pytest.fixture
def repo(github: FakeGitHub) -> Repo:
    """A repository of `acme`: `repo("tool", reporting=True, files=("SECURITY.md",))`."""
    world = github.world
    org = world.add_organization("acme", owners=["acme-owner-1"])

    def add(name: str, *, reporting: bool = False, files: tuple[str, ...] = ("README.md",), **more: Any) -> Repository:
        made = world.add_repository(org, name, private=more.pop("private", False))
        made.private_reporting = reporting
        made.files = {path: File(b"Hello.") for path in files}
        for setting, value in more.items():
            setattr(made, setting, value)
        return made

    return add


@pytest.fixture
def token(github: FakeGitHub) -> str:
    """Of somebody who has nothing to do with the organization."""
    return github.world.add_personal_token("stranger-1")


@pytest.fixture
def survey(github: FakeGitHub, clock: FakeClock) -> Survey:
    return Survey(github, clock, Recorder(github.transport))


@pytest.fixture(autouse=True)
def _as_github_does(github: FakeGitHub, survey: Survey) -> Any:
    """What every survey ends with: it only read, kept the limits, and GitHub knows what it asked."""
    yield
    assert {each.method for each in survey.recorder.sent} <= {"GET", "POST"}
    assert [each for each in survey.recorder.sent if each.method == "POST" and each.url.path != "/graphql"] == []
    assert [each for each in github.requests if each.is_write] == []
    assert github.inside_limits == []
    github.verify()
