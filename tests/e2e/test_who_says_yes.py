"""Whose word lets Greenroom's hand go on? Whoever may use the machine is trusted with what they say there."""

from __future__ import annotations

import getpass
from typing import Any

import pytest

from app import halting, planning
from app.store import approvals
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

TEAM = "packaging-security/coordinators"
OFF = "private-reporting: off"


@pytest.fixture
def wrong(github: FakeGitHub) -> None:
    """Something waits for a yes."""
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")


@pytest.fixture
def team(github: FakeGitHub) -> None:
    """Coordinators as a team of GitHub."""
    github.world.add_team(github.world.organization("packaging-security"), "coordinators", ["coordinator-2"])


async def _named(bot: Bot, **coordinators: Any) -> None:
    await edit_policy(bot, lambda content: content.update({"coordinators": coordinators}))


async def _approve(bot: Bot, by: str) -> str:
    """Give who the audit says it was."""
    await planning.approve(bot.parts, (await bot.plan())["plan_id"], by)
    return (await bot.parts.database.read(approvals.approvals))[OFF].approved_by


@pytest.mark.usefixtures("wrong")
async def test_a_yes_needs_the_name_of_a_coordinator_where_policy_names_any(bot: Bot) -> None:
    """Else leaving the name out would be the way around."""
    with pytest.raises(planning.CannotApprove, match=r"say with --by which coordinator .* policy names coordinator-1"):
        await _approve(bot, "")

    assert await bot.parts.database.read(approvals.approvals) == {}
    assert await _approve(bot, "coordinator-1") == "coordinator-1"


@pytest.mark.usefixtures("wrong", "team")
async def test_a_member_of_a_named_team_is_a_coordinator_and_nobody_else_is(bot: Bot) -> None:
    """Who is in it is asked of GitHub when they say it."""
    await _named(bot, teams=[TEAM])

    for stranger in ("coordinator-1", "mallory"):
        with pytest.raises(planning.CannotApprove, match=f"{stranger} is no coordinator; policy names the team {TEAM}"):
            await _approve(bot, stranger)

    assert await _approve(bot, "coordinator-2") == "coordinator-2"


@pytest.mark.slow
@pytest.mark.usefixtures("wrong", "team")
async def test_while_a_team_cannot_be_read_nobody_says_yes_as_its_member(github: FakeGitHub, bot: Bot) -> None:
    """What cannot be told is no yes. Users are named in the file itself, so they can say it meanwhile."""
    await _named(bot, teams=[TEAM], users=[f"coordinator-1:{github.person('coordinator-1').id}"])
    github.fail("GET", "/orgs/packaging-security/teams/coordinators/members", 403, times=None, because="permission")

    with pytest.raises(planning.CannotApprove, match=f"cannot tell whether coordinator-2 .* in the team {TEAM}"):
        await _approve(bot, "coordinator-2")

    assert await _approve(bot, "coordinator-1") == "coordinator-1"
    github.clear_faults()


@pytest.mark.slow
@pytest.mark.usefixtures("wrong")
async def test_where_policy_names_nobody_a_name_is_refused_and_the_operator_is_written_down(bot: Bot) -> None:
    """A claim that nobody can check must not stand in the audit as if a coordinator had said yes."""
    await _named(bot)

    with pytest.raises(planning.CannotApprove, match="policy names no coordinators"):
        await _approve(bot, "coordinator-1")

    assert await _approve(bot, "") == f"operator {getpass.getuser()}"


@pytest.mark.slow
@pytest.mark.usefixtures("wrong")
async def test_taking_a_yes_back_is_always_allowed_and_no_name_is_taken_for_checked(bot: Bot) -> None:
    """It only stops; so it needs nobody, and a name beside it is no more than what the operator says."""
    await _approve(bot, "coordinator-1")

    await planning.withdraw(bot.parts, OFF, "mallory")

    assert await bot.parts.database.read(approvals.approvals) == {}


async def test_a_user_without_a_name_can_stop_everything(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that runs under a bare number."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 987_654)

    await halting.stop_writes(bot.parts.database, by="", now=bot.clock.now())

    assert (await bot.plan())["writes_off"].startswith("operator of uid 987654 switched writes off")
    monkeypatch.undo()
    await halting.let_write(bot.parts, by="coordinator-1")


@pytest.mark.slow
@pytest.mark.usefixtures("wrong")
@pytest.mark.parametrize(("wide", "hours", "told"), [(False, 24, "a day"), (True, 1, "an hour")])
async def test_a_yes_to_a_plan_that_is_too_old_is_refused(bot: Bot, wide: bool, hours: int, told: str) -> None:  # noqa: FBT001 - a case
    """Nobody knows any more what they look at. The same plan is as new as when it was shown last."""
    shown = (await bot.plan())["plan_id"]
    bot.clock.advance(hours=hours, seconds=1)

    with pytest.raises(planning.CannotApprove, match=f"older than {told}.*; run greenroom plan again"):
        await planning.approve(bot.parts, shown, "coordinator-1", wide=wide)

    assert await bot.parts.database.read(approvals.approvals) == {}
    assert (await bot.plan())["plan_id"] == shown
    bot.clock.advance(hours=hours)
    await planning.approve(bot.parts, shown, "coordinator-1", wide=wide)
    assert [*await bot.parts.database.read(approvals.approvals)] == [OFF]
