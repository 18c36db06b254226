"""What becomes of a write whose answer is late or lost, while others look, time passes and people go on editing?"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import httpx
import pytest

from app.domain.ids import CaseKey, PolicyKey, RepoName
from app.explaining import explain
from app.main import assemble
from app.planning import report
from app.reconcile.recalling import memory_of
from app.store import audit, cases
from tests.e2e.policy_edits import edit_policy
from tests.e2e.stores import in_both_stores
from tests.e2e.through import Through
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = [pytest.mark.as_shipped, pytest.mark.slow]

SWITCH = "/repos/pypa/pip/private-vulnerability-reporting"
CASE = CaseKey(1)


@pytest.fixture
def opening(github: FakeGitHub) -> Through:
    """Requests that open a mirror. Ask for it before `bot`, which connects to it."""
    return Through(github, "POST", github.mirrors_path)


async def _accepted(github: FakeGitHub, bot: Bot) -> Any:
    await bot.approve_everything()
    await bot.settle()
    return github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])


async def _outcomes(bot: Bot) -> list[tuple[str, str | None]]:
    """What the audit says of openings: each intent, and how it ended."""
    rows = await bot.parts.database.read(partial(audit.history, key=CASE))
    return [(row.phase, row.outcome) for row in rows if row.kind == "open-mirror"]


ANNOUNCED = ("intend", None)


@in_both_stores
async def test_nothing_is_sent_again_before_a_late_request_must_have_settled(
    opening: Through, github: FakeGitHub, bot: Bot
) -> None:
    """The request timed out after 30 s. However often we look, it is sent again once, and only after 90 s."""

    async def timeout(request: httpx.Request) -> None:
        opening.instead = None
        bot.clock.advance(seconds=30)
        raise httpx.ReadTimeout("no answer", request=request)

    await _accepted(github, bot)
    opening.instead = timeout
    start = bot.clock.now()
    await bot.sweep()
    await bot.settle()
    while (bot.clock.now() - start).total_seconds() < 70:
        await bot.sweep()
        await bot.later(seconds=18)
        assert opening.count == 1
        assert await _outcomes(bot) == [ANNOUNCED]

    await bot.later(seconds=20)
    await bot.later(minutes=5)

    assert opening.count == 2
    assert len(github.coordination.mirrors) == 1
    assert await _outcomes(bot) == [ANNOUNCED, ("conclude", "no effect seen"), ANNOUNCED, ("conclude", "done")]


@in_both_stores
@pytest.mark.parametrize("seconds", [1, 35])
async def test_a_mirror_that_github_shows_late_is_found(
    opening: Through, github: FakeGitHub, bot: Bot, seconds: int
) -> None:
    """We gave up on the request after 30 s and looked in vain. It took effect after that, and the next look sees it."""
    state, late = github.coordination.state, {}
    shown: dict[Any, Any] = state.issues if github.store == "issue" else state.advisories

    async def delay(request: httpx.Request) -> None:
        opening.instead = None
        await opening.arrive(request)
        late.update(shown)
        shown.clear()
        bot.clock.advance(seconds=30)
        raise httpx.ReadTimeout("no answer", request=request)

    await _accepted(github, bot)
    opening.instead = delay
    await bot.sweep()
    await bot.settle()
    await bot.sweep()
    await bot.later(seconds=seconds)
    assert github.coordination.mirrors == []

    shown.update(late)
    await bot.later(minutes=3)

    [mirror] = github.coordination.mirrors
    assert opening.count == 1
    assert "uv-maintainer-1" in mirror.readers
    assert await _outcomes(bot) == [ANNOUNCED, ("conclude", "done")]


@in_both_stores
async def test_whoever_only_looks_concludes_nothing(github: FakeGitHub, bot: Bot) -> None:
    """The answer was lost. `plan` and `explain` see the mirror, and leave it to the holder of the key to say so."""
    await _accepted(github, bot)
    github.lose_answer("POST", github.mirrors_path, how="timeout")
    await bot.sweep()
    await bot.settle()

    await bot.plan()
    await bot.explain("case/1")

    assert await _outcomes(bot) == [ANNOUNCED]
    assert (await bot.parts.database.read(partial(cases.case, number=1))).mirror is None

    await bot.later(seconds=30)
    [mirror] = github.coordination.mirrors
    assert await _outcomes(bot) == [ANNOUNCED, ("conclude", "done")]
    assert str((await bot.parts.database.read(partial(cases.case, number=1))).mirror) == mirror.id
    assert (await bot.parts.database.read(audit.inspect)).broken is None


@in_both_stores
async def test_another_process_that_looks_meanwhile_concludes_nothing(
    opening: Through, github: FakeGitHub, bot: Bot
) -> None:
    """Somebody types `plan` while serve waits for GitHub's answer. The mirror is opened once, and known to be done."""
    reached, goes_on = asyncio.Event(), asyncio.Event()

    async def wait(request: httpx.Request) -> None:
        del request
        reached.set()
        await goes_on.wait()

    await _accepted(github, bot)
    opening.instead = wait
    await bot.sweep()
    serving = asyncio.create_task(bot.settle())
    await reached.wait()
    bot.clock.advance(seconds=3)

    async with assemble(bot.settings(), clock=bot.clock, transport=github.transport) as desk:
        await report(desk, lambda *_: None)
        await explain(desk, CASE)
    meanwhile = await _outcomes(bot)
    opening.instead = None
    goes_on.set()
    await serving
    assert meanwhile == [ANNOUNCED]
    await bot.later(minutes=3)

    assert opening.count == 1
    assert len(github.coordination.mirrors) == 1
    assert await _outcomes(bot) == [ANNOUNCED, ("conclude", "done")]
    assert (await bot.parts.database.read(audit.inspect)).broken is None


@in_both_stores
async def test_a_lost_answer_and_an_edit_meanwhile(github: FakeGitHub, bot: Bot) -> None:
    """What was sent is what both sides shared, though nobody answered; so the mirror follows later edits."""
    advisory = await _accepted(github, bot)
    github.lose_answer("POST", github.mirrors_path, how="timeout")
    await bot.sweep()
    await bot.settle()

    advisory.edit(summary="It is worse", severity="critical", description="A second way in was found.")
    await bot.later(minutes=3)

    [mirror] = github.coordination.mirrors
    assert all(told in mirror.text for told in ("It is worse", "critical", "A second way in was found."))
    assert (await bot.explain("case/1"))["people_must"] == []


class Forever:
    """The right to work on a key, however long it takes."""

    def check(self) -> None:
        """It holds."""


async def test_a_step_that_policy_forbids_by_now_is_not_sent(github: FakeGitHub, bot: Bot) -> None:
    """People merge *observe* while we switch reporting off. The report is not touched any more."""
    switching = Through(github, "DELETE", SWITCH)
    await bot.restart()
    await bot.approve_everything()
    await bot.settle()

    async def observes() -> None:
        text = bot.policy.read_text(encoding="utf-8")
        bot.policy.write_text(text.replace("mode: enforce", "mode: observe"), encoding="utf-8")
        await bot.parts.policy.refresh()  # as any other key that is worked on beside this one does

    switching.afterwards = observes
    slipped_in = github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1").report("A report")
    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=11)

    assert [(write.method, write.path) for write in github.writes] == [("DELETE", SWITCH)]
    assert slipped_in.collaborators == []
    switching.afterwards = None
    await edit_policy(bot, lambda content: content["policies"]["private-reporting"].update(mode="enforce"))
    await bot.later(minutes=11)
    assert slipped_in.collaborators == ["psrt-member-1", "psrt-member-2"]


@pytest.mark.parametrize(("seconds", "done"), [(50, 2), (61, 1)])
async def test_a_look_at_the_coordination_repository_serves_a_minute(
    github: FakeGitHub, bot: Bot, seconds: int, done: int
) -> None:
    """The first step took long. Whether the repository is still private is looked at again before the second."""
    await _accepted(github, bot)
    await bot.sweep()
    github.fail("PATCH", f"{github.mirrors_path}/*", 500, times=None)
    await bot.settle()
    [mirror] = github.coordination.mirrors
    editing = Through(github, "PATCH", f"{github.mirrors_path}/{mirror.id}")
    await bot.restart()
    await bot.settle()  # with a sweep, for which invitations would wait
    github.clear_faults()
    bot.clock.advance(minutes=2)

    def that_took_long() -> None:
        editing.afterwards = None
        bot.clock.advance(seconds=seconds)

    editing.afterwards = that_took_long

    outcome = await bot.parts.reconciler.reconcile(CASE, lease=Forever())

    assert len(outcome.plan.ready) == 2
    assert outcome.done == ("done",) * done
    assert len(mirror.collaborators) == (4 if done == 2 else 0)
    await bot.later(seconds=1)
    assert len(mirror.collaborators) == 4


@in_both_stores
async def test_the_audit_is_whole_after_a_long_story(github: FakeGitHub, bot: Bot) -> None:
    """Every row follows the one before it, whatever was lost, refused or in vain."""
    advisory = await _accepted(github, bot)
    github.lose_answer("POST", github.mirrors_path, how="reset")
    github.refuse_permission("DELETE", SWITCH)
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1").report("A report")
    await bot.sweep()
    await bot.later(minutes=3)
    github.fail("PATCH", f"{github.mirrors_path}/*", 502)
    advisory.edit(summary="It is worse")
    await bot.later(minutes=5)
    advisory.publish()
    await bot.later(days=2)

    assert (await bot.parts.database.read(audit.inspect)).broken is None
    for key in (CASE, PolicyKey(RepoName("pypa", "pip"), "private-reporting")):
        assert (await bot.parts.database.read(partial(memory_of, key=key))).unresolved == ()
    [mirror] = github.coordination.mirrors
    assert mirror.state == "closed"
