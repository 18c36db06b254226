"""Where can anything get out? Every sink that there is, and that what is under embargo is in none of them.

What each command of the command line says is in tests/cli/test_secrecy.py.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from app.domain.ids import CaseKey, RepoName, RepositoryKey
from app.shown import plan_for_people
from app.store.notices import open_notices
from app.telling import explanation_for_people
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.secrecy import leaks

pytestmark = [pytest.mark.slow, in_both_stores]


class Recording(httpx.AsyncBaseTransport):
    """The connection to GitHub: remembers what stands outside the bodies of requests."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.urls: list[str] = []
        self.headers: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.urls.append(f"{request.method} {request.url}")
        self.headers += [f"{name}: {value}" for name, value in request.headers.items() if name != "authorization"]
        return await self._inner.handle_async_request(request)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A busy world, and everything through which something of it could get out."""

    github: FakeGitHub
    bot: Bot
    line: Recording
    said: Callable[[], str]
    folder: Path


def _in_words(renderable: object) -> str:
    """As people see it on a terminal that is wide enough to cut nothing off."""
    console = Console(width=1000)
    with console.capture() as captured:
        console.print(renderable)
    return captured.get()


async def _log(scene: Scene) -> str:
    return scene.said()


async def _files(scene: Scene) -> str:
    """The database, what it writes ahead, and whatever else lies about; the policy file is people's."""
    files = [path for path in scene.folder.rglob("*") if path.is_file() and path != scene.bot.policy]
    return "".join(f"{path.name} {path.read_bytes().decode('latin-1')}" for path in files)


async def _answers_to_deliveries(scene: Scene) -> str:
    """New, known, unsigned, malformed, of no interest: each with a body that is full of canaries."""
    sent = scene.github.deliveries[-1]
    malformed = replace(sent, body=sent.body + " ".join(scene.github.canaries).encode())
    unsigned = {**sent.headers, "X-Hub-Signature-256": "sha256=" + "0" * 64}
    requests = [(sent.body, sent.headers)] * 2 + [(malformed.body, malformed.headers), (sent.body, unsigned), (b"", {})]
    transport = httpx.ASGITransport(app=scene.bot.parts.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        answers = [await client.post("/webhooks/github", content=body, headers=headers) for body, headers in requests]
    return "".join(f"{answer.status_code} {answer.headers} {answer.text}" for answer in answers)


async def _pages(scene: Scene) -> str:
    """Pages that are there, and those that are not, which could tell why."""
    transport = httpx.ASGITransport(app=scene.bot.parts.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        answers = [await client.get(path) for path in ("/healthz", "/readyz", "/", "/webhooks/github", "/case/1")]
    return "".join(f"{answer.status_code} {answer.headers} {answer.text}" for answer in answers)


async def _urls(scene: Scene) -> str:
    return "\n".join(scene.line.urls)


async def _request_headers(scene: Scene) -> str:
    return "\n".join(sorted(set(scene.line.headers)))


async def _plan(scene: Scene) -> str:
    plan = await scene.bot.plan()
    return json.dumps(plan) + _in_words(plan_for_people(plan))


async def _explained(scene: Scene) -> str:
    """Of a case, of repositories, of a policy."""
    cases = scene.github.coordination.state.full_name
    stories = [
        await scene.bot.explain(key)
        for key in ("case/1", "pypa/pip", "pypa/wheel", "pypa/pip#private-reporting", cases)
    ]
    return "".join(json.dumps(story) + _in_words(explanation_for_people(story)) for story in stories)


async def _notices(scene: Scene) -> str:
    return repr(await scene.bot.parts.database.read(open_notices))


async def _values(scene: Scene) -> str:
    """What a debugger, a crash report or a stray f-string would show."""
    keys = (CaseKey(1), RepositoryKey(RepoName("pypa", "wheel")), RepositoryKey(RepoName("pypa", "pip")))
    return "".join([repr(await scene.bot.parts.reconciler.look(key)) for key in keys])


async def _titles(scene: Scene) -> str:
    """The titles of issues stand in every notification. An advisory's are as private as the rest of it."""
    mirrors = scene.github.coordination.mirrors
    return "Case 1" if scene.github.store == "advisory" else " ".join(mirror.title for mirror in mirrors)


Sink = Callable[[Scene], Awaitable[str]]
# Each sink, with something that surely stands in it: looking into an empty one finds nothing and proves nothing.
SINKS: Mapping[str, tuple[Sink, str]] = {
    "log": (_log, "sweep"),
    "files": (_files, "pypa/wheel"),
    "answers to deliveries": (_answers_to_deliveries, "malformed"),
    "pages": (_pages, '"ok":true'),
    "URLs": (_urls, "/security-advisories"),
    "headers of requests": (_request_headers, "user-agent"),
    "plan": (_plan, "people_must"),
    "explained": (_explained, "case/1"),
    "notices": (_notices, "("),
    "values": (_values, "CaseSnapshot"),
    "titles of issues": (_titles, "Case 1"),
}
MAY_NAME_IDS = {
    "files",
    "URLs",
    "plan",
    "explained",
    "values",
}  # the database, GitHub's own API, the operator's terminal


@pytest.fixture
async def scene(recorded: Recording, github: FakeGitHub, bot: Bot, said: Callable[[], str], tmp_path: Path) -> Scene:
    """A candidate, a report that slipped in, a case whose sides were both edited, and outages on the way."""
    await bot.approve_everything()
    wheel = github.repo("pypa/wheel")
    wheel.report("A candidate", affects=["wheel", "pip"])
    github.repo("pypa/pip").report("A report that slipped in")
    advisory = wheel.draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.later(minutes=2)
    [mirror] = github.coordination.mirrors
    for method, how in (("GET", 500), ("PATCH", 502), ("GET", 404)):
        github.fail(method, "/repos/*", how, times=3)
        advisory.edit(summary=f"The secret title after {method} {how}", description="The secret text of it")
        await bot.later(minutes=11)
    github.clear_faults()
    mirror.rewrite(mirror.body.replace("The secret", "Our secret"))
    await bot.later(minutes=20)
    return Scene(github=github, bot=bot, line=recorded, said=said, folder=tmp_path)


@pytest.fixture
def recorded(github: FakeGitHub) -> Recording:
    github.transport = line = Recording(github.transport)
    return line


async def test_nothing_under_embargo_is_in_any_sink(scene: Scene) -> None:
    """Texts in none of them, and ids of what is unpublished only where they are asked for."""
    unpublished = {
        advisory.ghsa
        for repository in scene.github.world.repositories.values()
        for advisory in repository.advisories.values()
        if advisory.state != "published"
    }

    for name, (read, surely) in SINKS.items():
        found = await read(scene)
        assert surely in found, name
        assert [canary for canary in scene.github.canaries if canary in found] == [], name
        assert name in MAY_NAME_IDS or [ghsa for ghsa in unpublished if ghsa in found] == [], name


def test_a_leak_into_an_output_or_a_file_is_found(github: FakeGitHub, tmp_path: Path) -> None:
    """What every story ends with can find something: a text, an id and a token, planted where they may not be."""
    report = github.repo("pypa/wheel").report("A report")
    planted = (report.summary, report.ghsa, "ghs_planted")

    assert all(leaks(github, tmp_path, "before", f"… {secret} …") for secret in planted)
    assert leaks(github, tmp_path, "nothing") == []
    (tmp_path / "greenroom.db-wal").write_text(f"… {report.summary} …", encoding="utf-8")
    assert leaks(github, tmp_path)
