"""Is what is under embargo in none of the sinks, and would it be found if it were?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest
import structlog
from sqlalchemy import Connection, Table, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.domain.records import Notice
from app.store import schema, schema_cases, schema_notices
from app.store.notices import tell
from tests.e2e.mornings import until
from tests.e2e.page_sinks import (
    MAY_READ_THE_MIRROR,
    PAGE_SINKS,
    PAGES_MAY_NAME_IDS,
    read,
    saying_too_much,
    walked,
)
from tests.e2e.policy_edits import edit_policy
from tests.e2e.sinks import MAY_NAME_IDS, SINKS, Recording, Scene, sinks_of
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.notify.receiver import Receiver, receiving
from tests.secrecy import leaks
from webhooks.endpoint import PATH

pytestmark = [pytest.mark.slow, in_both_stores]


@pytest.fixture
def channel() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
async def scene(recorded: Recording, channel: Receiver, github: FakeGitHub, bot: Bot, said: Callable[[], str]) -> Scene:
    """A candidate, a report that slipped in, a case whose sides were both edited, outages, and the morning after."""
    bot.notify_urls = f"coordinators={channel.url} coordinators.notice={channel.url}"
    await bot.restart()
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
    await until(bot, 2, hour=7)
    await bot.notify()
    return Scene(github=github, bot=bot, line=recorded, channel=channel, said=said, folder=bot.folder)


@pytest.fixture
def recorded(github: FakeGitHub) -> Recording:
    github.transport = line = Recording(github.transport)
    return line


def _found(scene: Scene, name: str, text: str) -> list[str]:
    """What stands in that sink and may not."""
    unpublished = {
        advisory.ghsa
        for repository in scene.github.world.repositories.values()
        for advisory in repository.advisories.values()
        if advisory.state != "published"
    }
    secrets = scene.github.canaries | (set() if name in MAY_NAME_IDS | PAGES_MAY_NAME_IDS else unpublished)
    return [secret for secret in secrets if secret in text]


def test_there_are_many_sinks() -> None:
    """A way out that is in no table is looked at by nobody. Those of the command line are in another one."""
    assert len(SINKS) >= 25


async def test_nothing_under_embargo_is_in_any_sink(scene: Scene) -> None:
    """Texts in none of them, and ids of what is unpublished only where they are asked for."""
    for name, (of, surely) in sinks_of(scene).items():
        text = await of(scene)
        assert surely in text, name
        assert _found(scene, name, text) == [], name


async def test_nothing_under_embargo_is_in_any_page(scene: Scene) -> None:
    """Whoever asks for whatever. Only the page of a case shows its mirror, to those to whom GitHub shows it."""
    answers = await walked(scene)
    for name, (_, surely) in PAGE_SINKS.items():
        text = read(name, answers)
        assert surely in text, name
        assert _found(scene, name, text) == [], name

    shown = {each.role for each in answers if any(canary in each.page.text for canary in scene.github.canaries)}
    assert shown == (MAY_READ_THE_MIRROR if scene.github.store == "advisory" else set())  # an issue holds no such text


PLANTED = "planted-under-embargo"


async def test_what_is_planted_in_a_page_is_found_there(scene: Scene) -> None:
    """In every one of them, and in what surrounds it."""
    scene.bot.served = saying_too_much(scene.bot.served, PLANTED)
    answers = await walked(scene)

    assert {name for name in PAGE_SINKS if PLANTED in read(name, answers)} == set(PAGE_SINKS)


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
    pages = Starlette(routes=[Route(path, says_too_much) for path in ("/", "/healthz")])
    scene.bot.parts = replace(scene.bot.parts, web=replace(scene.bot.parts.web, deliveries=route, everything=pages))


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


# Of a sink that shows rows of the database: which column could hold it.
COLUMNS: tuple[tuple[Table, str], ...] = (
    (schema.digests, "text"),
    (schema_notices.channels, "last_error"),
    (schema.standings, "message"),
    (schema.findings, "message"),
    (schema.participants, "answered_by"),
    (schema_cases.case_events, "detail"),
    (schema_cases.suggestions, "answered_by"),
    (schema.audit, "detail"),
    (schema.work, "last_error_kind"),
    (schema.deliveries, "action"),
)


async def _plant_in_rows(scene: Scene) -> None:
    """No code of ours writes these, so they are written past it."""

    def write(conn: Connection) -> None:
        for table, column in COLUMNS:
            conn.execute(update(table).values({column: PLANTED}))

    await scene.bot.parts.database.write(write)


PLANTINGS = (
    _plant_in_a_log,
    _plant_in_a_file,
    _plant_in_what_we_answer,
    _plant_in_a_request,
    _plant_in_a_title,
    _plant_in_policy,
    _plant_in_a_notice,
    _plant_in_rows,
)


async def test_what_is_planted_in_a_sink_is_found_there(scene: Scene) -> None:
    """Looking for what cannot be found proves nothing: in every sink something is put that may not be there."""
    sinks = sinks_of(scene)
    assert [name for name, (of, _) in sinks.items() if PLANTED in await of(scene)] == []
    for plant in PLANTINGS:
        if plant is not _plant_in_a_title or scene.github.store == "issue":
            await plant(scene)

    scene.github.canaries.add(PLANTED)
    found = {name for name, (of, _) in sinks.items() if PLANTED in _found(scene, name, await of(scene))}
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
