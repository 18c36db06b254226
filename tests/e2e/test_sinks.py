"""Where can anything get out? Every sink that there is, and that what is under embargo is in none of them.

What each command of the command line says is in tests/cli/test_secrecy.py.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import httpx
import pytest
import structlog
from rich.console import Console
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.domain.ids import CaseKey, RepoName, RepositoryKey
from app.domain.records import Notice
from app.main import Web
from app.shown import plan_for_people
from app.store.notices import open_notices, tell
from app.telling import explanation_for_people
from tests.e2e.policy_edits import edit_policy
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.secrecy import leaks
from webhooks.endpoint import PATH

pytestmark = [pytest.mark.slow, in_both_stores]


class Recording(httpx.AsyncBaseTransport):
    """The connection to GitHub: remembers what stands outside the bodies of requests."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.urls: list[str] = []
        self.headers: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.urls.append(f"{request.method} {request.url}")
        self.headers += [f"{name}: {value}" for name, value in request.headers.items() if name != "authorization"]
        return await self.inner.handle_async_request(request)


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
    """The titles of issues stand in every notification."""
    return " ".join(mirror.title for mirror in scene.github.coordination.mirrors)


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
    "notices": (_notices, "people-must"),
    "values": (_values, "CaseSnapshot"),
    "titles of issues": (_titles, "Case 1"),
}
ONLY_OF_ISSUES = {"titles of issues"}  # a draft's title is as private as the rest of it
MAY_NAME_IDS = {
    "files",
    "URLs",
    "plan",
    "explained",
    "values",
}  # the database, GitHub's own API, the operator's terminal


@pytest.fixture
async def scene(recorded: Recording, github: FakeGitHub, bot: Bot, said: Callable[[], str]) -> Scene:
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
    return Scene(github=github, bot=bot, line=recorded, said=said, folder=bot.folder)


@pytest.fixture
def recorded(github: FakeGitHub) -> Recording:
    github.transport = line = Recording(github.transport)
    return line


def _sinks(scene: Scene) -> dict[str, tuple[Sink, str]]:
    left_out = ONLY_OF_ISSUES if scene.github.store == "advisory" else set()
    return {name: sink for name, sink in SINKS.items() if name not in left_out}


def _found(scene: Scene, name: str, text: str) -> list[str]:
    """What stands in that sink and may not."""
    unpublished = {
        advisory.ghsa
        for repository in scene.github.world.repositories.values()
        for advisory in repository.advisories.values()
        if advisory.state != "published"
    }
    secrets = scene.github.canaries | (set() if name in MAY_NAME_IDS else unpublished)
    return [secret for secret in secrets if secret in text]


async def test_nothing_under_embargo_is_in_any_sink(scene: Scene) -> None:
    """Texts in none of them, and ids of what is unpublished only where they are asked for."""
    for name, (read, surely) in _sinks(scene).items():
        text = await read(scene)
        assert surely in text, name
        assert _found(scene, name, text) == [], name


PLANTED = "planted-under-embargo"


async def _plant_in_a_log(scene: Scene) -> None:
    del scene
    structlog.get_logger().warning("planted", context={"body": PLANTED})


async def _plant_in_a_file(scene: Scene) -> None:
    (scene.folder / "left-over.txt").write_text(PLANTED, encoding="utf-8")


async def _plant_in_what_we_answer(scene: Scene) -> None:
    """A page and an endpoint that say too much, in place of ours."""

    async def says_too_much(request: Request) -> Response:
        return Response(f"{request.method} {PLANTED}")

    route = Route(PATH, says_too_much, methods=["POST"])
    pages = Starlette(routes=[Route("/healthz", says_too_much)])
    scene.bot.parts = replace(scene.bot.parts, web=Web(deliveries=route, everything=pages))


async def _plant_in_a_request(scene: Scene) -> None:
    """A request of ours, which nobody answers: the sandbox would not know it."""
    inner, scene.line.inner = scene.line.inner, httpx.MockTransport(lambda _: httpx.Response(200))
    async with httpx.AsyncClient(transport=scene.line, base_url=scene.github.url) as client:
        await client.get("/search", params={"q": PLANTED}, headers={"x-why": PLANTED})
    scene.line.inner = inner


async def _plant_in_a_notice(scene: Scene) -> None:
    """About another case: what is open about the first is put right by the next look at it."""
    text = f"case/2 waits for people: {PLANTED}"
    notice = Notice(kind="people-must", about="case/2", severity="warning", text=text, since=scene.bot.clock.now())
    await scene.bot.parts.database.write(partial(tell, notice=notice))


async def _plant_in_a_title(scene: Scene) -> None:
    scene.github.coordination.mirrors[0].retitle(f"Case 1: {PLANTED}")


async def _plant_in_policy(scene: Scene) -> None:
    """Explanations, plans and values name what policy names: here a tool."""
    await edit_policy(scene.bot, lambda content: content["tools"].update({PLANTED: content["tools"].pop("wheel")}))


PLANTINGS = (
    _plant_in_a_log,
    _plant_in_a_file,
    _plant_in_what_we_answer,
    _plant_in_a_request,
    _plant_in_a_title,
    _plant_in_policy,
    _plant_in_a_notice,
)


async def test_what_is_planted_in_a_sink_is_found_there(scene: Scene) -> None:
    """Looking for what cannot be found proves nothing: in every sink something is put that may not be there."""
    sinks = _sinks(scene)
    assert [name for name, (read, _) in sinks.items() if PLANTED in await read(scene)] == []
    for plant in PLANTINGS:
        if plant is not _plant_in_a_title or scene.github.store == "issue":
            await plant(scene)

    scene.github.canaries.add(PLANTED)
    found = {name for name, (read, _) in sinks.items() if PLANTED in _found(scene, name, await read(scene))}
    scene.github.canaries.remove(PLANTED)

    assert found == set(sinks)


def test_a_leak_into_an_output_or_a_file_is_found(github: FakeGitHub, tmp_path: Path) -> None:
    """What every story ends with can find something: a text, an id and a token, planted where they may not be."""
    report = github.repo("pypa/wheel").report("A report")
    planted = (report.summary, report.ghsa, "ghs_planted")

    assert all(leaks(github, tmp_path, "before", f"… {secret} …") for secret in planted)
    assert leaks(github, tmp_path, "nothing") == []
    (tmp_path / "greenroom.db-wal").write_text(f"… {report.summary} …", encoding="utf-8")
    assert leaks(github, tmp_path)
