"""Where can anything get out? Every sink of a running Greenroom, by name, and what surely stands in it.

What each command of the command line says is in tests/cli/test_secrecy.py.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import httpx
from rich.console import Console
from sqlalchemy import select

from app.cli.findings import Wanted, told
from app.domain.ids import CaseKey, RepoName, RepositoryKey
from app.shown.cases import case_shown, case_told, cases_for_people
from app.shown.finding_rows import as_rows
from app.shown.findings import findings_for_people
from app.shown.telling import explanation_for_people
from app.shown.terminal import plan_for_people
from app.store import audit, cases, findings, outbox, schema, suggestions, timeline
from app.store.notices import open_notices
from app.store.sendings import notify_state
from tests.fake_github import FakeGitHub
from tests.harness import METRICS_TOKEN, Bot
from tests.notify.receiver import Receiver


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
    channel: Receiver
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


async def _database(scene: Scene) -> str:
    """As it lies on disk, with what it writes ahead."""
    return scene.bot.place.content().decode("latin-1")


async def _files(scene: Scene) -> str:
    """Names, and whatever else lies about; the policy file is people's."""
    files = [path for path in sorted(scene.folder.rglob("*")) if path.is_file() and path != scene.bot.policy]
    others = [path for path in files if not path.name.startswith("greenroom.db")]
    return "".join(map(str, files)) + "".join(path.read_bytes().decode("latin-1") for path in others)


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
    """For somebody who did not sign in: those that are there, and those that are not, which could tell why."""
    transport = httpx.ASGITransport(app=scene.bot.parts.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        answers = [await client.get(path) for path in ("/", "/webhooks/github", "/case/1", "/cases/1", "/findings")]
    return "".join(f"{answer.status_code} {answer.headers} {answer.text}" for answer in answers)


async def _urls(scene: Scene) -> str:
    return "\n".join(scene.line.urls)


async def _request_headers(scene: Scene) -> str:
    return "\n".join(sorted(set(scene.line.headers)))


async def _plan(scene: Scene) -> str:
    return json.dumps(await scene.bot.plan())


async def _plan_in_words(scene: Scene) -> str:
    return _in_words(plan_for_people(await scene.bot.plan()))


async def _explained(scene: Scene) -> str:
    return json.dumps([await scene.bot.explain(key) for key in _keys(scene)])


async def _explained_in_words(scene: Scene) -> str:
    return "".join([_in_words(explanation_for_people(await scene.bot.explain(key))) for key in _keys(scene)])


def _keys(scene: Scene) -> tuple[str, ...]:
    """A case, repositories, a policy, and where cases are kept."""
    kept_in = scene.github.coordination.state.full_name
    return ("case/1", "pypa/pip", "pypa/wheel", "pypa/pip#private-reporting", kept_in)


async def _notices(scene: Scene) -> str:
    return repr(await scene.bot.parts.database.read(open_notices))


async def _digests(scene: Scene) -> str:
    return repr(await scene.bot.parts.database.read(outbox.latest))


async def _messages(scene: Scene) -> str:
    """What really went over a channel."""
    await scene.bot.notify()
    return "\n".join(scene.channel.raw).encode().decode("unicode-escape")


async def _channels(scene: Scene) -> str:
    return repr(await scene.bot.parts.database.read(notify_state))


async def _standings(scene: Scene) -> str:
    return repr(await scene.bot.parts.database.read(findings.standings))


async def _findings(scene: Scene) -> str:
    wanted = Wanted(states=("open", "accepted", "resolved"), policy=None, repo=None)
    return json.dumps(await scene.bot.parts.database.read(partial(told, wanted=wanted, now=scene.bot.clock.now())))


async def _findings_in_words(scene: Scene) -> str:
    return _in_words(findings_for_people(json.loads(await _findings(scene))))


async def _findings_as_a_table(scene: Scene) -> str:
    return repr(list(csv.reader(as_rows(json.loads(await _findings(scene))["findings"]).splitlines())))


async def _list_of_cases(scene: Scene) -> str:
    found = {"cases": [case_shown(each) for each in await scene.bot.parts.database.read(cases.all_cases)]}
    return json.dumps(found) + _in_words(cases_for_people(found))


async def _history_of_a_case(scene: Scene) -> str:
    [found] = await scene.bot.parts.database.read(cases.all_cases)
    events = await scene.bot.parts.database.read(partial(timeline.events, number=1))
    return json.dumps(case_told(found, events))


async def _suggestions(scene: Scene) -> str:
    return repr(await scene.bot.parts.database.read(partial(suggestions.suggestions_of, number=1)))


async def _audit(scene: Scene) -> str:
    return repr(await scene.bot.parts.database.read(partial(audit.latest, limit=1000)))


async def _work(scene: Scene) -> str:
    """What is to be looked at, and by what kind of error it failed."""
    return repr(await scene.bot.parts.database.read(lambda conn: conn.execute(select(schema.work)).all()))


async def _deliveries(scene: Scene) -> str:
    """What is kept of each."""
    return repr(await scene.bot.parts.database.read(lambda conn: conn.execute(select(schema.deliveries)).all()))


async def _health(scene: Scene) -> str:
    """To whoever asks, signed in or not."""
    transport = httpx.ASGITransport(app=scene.bot.parts.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        bearer = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        answers = [await client.get(path, headers=bearer) for path in ("/healthz", "/readyz", "/metrics")]
    return "".join(f"{answer.status_code} {answer.headers} {answer.text}" for answer in answers)


async def _values(scene: Scene) -> str:
    """What a debugger, a crash report or a stray f-string would show."""
    keys = (CaseKey(1), RepositoryKey(RepoName("pypa", "wheel")), RepositoryKey(RepoName("pypa", "pip")))
    return "".join([repr(await scene.bot.parts.reconciler.look(key)) for key in keys])


async def _titles(scene: Scene) -> str:
    """The titles of issues stand in every notification."""
    return " ".join(mirror.title for mirror in scene.github.coordination.mirrors)


Sink = Callable[[Scene], Awaitable[str]]
# Each sink, with something that surely stands in it: looking into an empty one finds nothing and proves nothing. Those
# that look at GitHub come last, since what was planted in a row is put right by a look.
SINKS: Mapping[str, tuple[Sink, str]] = {
    "log": (_log, "sweep"),
    "database": (_database, "pypa/wheel"),
    "files": (_files, "greenroom.db"),
    "health and metrics": (_health, "greenroom_queue_due"),
    "pages": (_pages, "404"),
    "notices": (_notices, "people-must"),
    "digests": (_digests, "Greenroom, 2026-12-02"),
    "how channels do": (_channels, "coordinators"),
    "messages over a channel": (_messages, "case/1 waits for people"),
    "standings": (_standings, "private-reporting"),
    "findings": (_findings, "reports-reach-owner"),
    "findings in words": (_findings_in_words, "reports-reach-owner"),
    "findings as a table": (_findings_as_a_table, "reports-reach-owner"),
    "list of cases": (_list_of_cases, "wheel"),
    "history of a case": (_history_of_a_case, "opened"),
    "suggestions": (_suggestions, "Suggestion"),
    "audit": (_audit, "open-mirror"),
    "work": (_work, "sweep"),
    "answers to deliveries": (_answers_to_deliveries, "malformed"),
    "deliveries that are kept": (_deliveries, "repository_advisory"),
    "URLs": (_urls, "/security-advisories"),
    "headers of requests": (_request_headers, "user-agent"),
    "plan": (_plan, "people_must"),
    "plan in words": (_plan_in_words, "Plan"),
    "explained": (_explained, "case/1"),
    "explained in words": (_explained_in_words, "case/1"),
    "values": (_values, "CaseSnapshot"),
    "titles of issues": (_titles, "Case 1"),
}
ONLY_OF_ISSUES = {"titles of issues"}  # a draft's title is as private as the rest of it
# The database, GitHub's own API, and the terminal of whoever operates it and asks about what is to be done.
MAY_NAME_IDS = {
    "database",
    "standings",
    "findings",
    "findings in words",
    "findings as a table",
    "list of cases",
    "history of a case",
    "audit",
    "work",
    "URLs",
    "plan",
    "plan in words",
    "explained",
    "explained in words",
    "values",
}


def sinks_of(scene: Scene) -> dict[str, tuple[Sink, str]]:
    left_out = ONLY_OF_ISSUES if scene.github.store == "advisory" else set()
    return {name: sink for name, sink in SINKS.items() if name not in left_out}
