"""Nothing is written before policy enforces it and a coordinator has approved that kind of remedy."""

from __future__ import annotations

from functools import partial
from importlib import resources

import pytest

from app import planning
from app.domain.records import Approval
from app.reconcile.gates import RULES_VERSION
from app.store import approvals
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot


def _everything_is_wrong(github: FakeGitHub) -> None:
    """PVR is on, a report slipped in, and an accepted advisory concerns two tools."""
    pip = github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    pip.report("A report that slipped in")
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])


async def _seven_days(bot: Bot) -> None:
    for _ in range(7):
        await bot.later(days=1)


@pytest.mark.slow
async def test_a_fresh_install_writes_nothing_for_a_week(github: FakeGitHub, bot: Bot) -> None:
    """Policy enforces, but no coordinator approved anything: it is planned, and waits."""
    _everything_is_wrong(github)

    await _seven_days(bot)

    assert github.writes == []
    kinds = {action["kind"] for action in (await bot.plan())["actions"]}
    assert kinds == {"set-private-reporting", "set-collaborators", "open-mirror"}


@pytest.mark.slow
async def test_the_shipped_policy_writes_nothing_even_when_all_is_approved(github: FakeGitHub, bot: Bot) -> None:
    """Without `mode: enforce` in a reviewed file there is nothing to approve, and an approval changes nothing."""
    bot.policy.write_text(resources.files("policies").joinpath("pypa.yml").read_text(), encoding="utf-8")
    await bot.restart()
    await bot.approve_everything()
    _everything_is_wrong(github)

    await _seven_days(bot)

    assert github.writes == []
    plan = await bot.plan()
    assert plan["actions"] == []
    assert {each["kind"] for each in plan["would"]} >= {"set-private-reporting", "open-mirror"}


async def test_an_approval_outlives_a_restart(github: FakeGitHub, bot: Bot) -> None:
    """A yes is not asked for twice."""
    await bot.approve("private-reporting: off")
    await bot.restart()
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")

    await bot.later(seconds=31)

    assert not github.repo("pypa/pip").private_reporting


@pytest.mark.slow
async def test_a_lost_database_forgets_the_approval(github: FakeGitHub, bot: Bot) -> None:
    """Whoever finds an empty database asks again, rather than trusting a copy of an old one."""
    await bot.approve("private-reporting: off")
    await bot.lose_database()
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")

    await bot.later(minutes=11)

    assert github.writes == []
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "finding"


@pytest.mark.slow
async def test_a_plan_made_under_another_policy_cannot_be_approved(github: FakeGitHub, bot: Bot) -> None:
    """A coordinator says yes to what they saw. The policy has changed since, so they look again."""
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    seen = await bot.plan()
    await edit_policy(bot, lambda content: content["policies"].update({"coordination-private": {"mode": "enforce"}}))

    with pytest.raises(planning.CannotApprove, match="policy has changed"):
        await planning.approve(bot.parts, seen["plan_id"], "coordinator-1")

    await bot.later(minutes=11)
    assert github.writes == []
    again = await bot.plan()
    assert again["plan_id"] != seen["plan_id"]
    await planning.approve(bot.parts, again["plan_id"], "coordinator-1")
    await bot.settle()
    assert not github.repo("pypa/pip").private_reporting


@pytest.mark.slow
async def test_only_a_coordinator_can_say_yes_by_name(github: FakeGitHub, bot: Bot) -> None:
    """Policy names the coordinators, so a name beside the approval has to be one of theirs."""
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    plan = await bot.plan()

    with pytest.raises(planning.CannotApprove, match="pip-maintainer-1 is no coordinator; policy names coordinator-1"):
        await planning.approve(bot.parts, plan["plan_id"], "pip-maintainer-1")

    assert await bot.parts.database.read(approvals.approvals) == {}
    await bot.later(minutes=11)
    assert github.writes == []
    await planning.approve(bot.parts, plan["plan_id"], "coordinator-1")
    given = await bot.parts.database.read(approvals.approvals)
    assert {scope: approval.approved_by for scope, approval in given.items()} == {
        "private-reporting: off": "coordinator-1"
    }


@pytest.mark.slow
async def test_a_yes_to_switching_off_is_none_to_switching_on(github: FakeGitHub, bot: Bot) -> None:
    """The approved scope has a direction. Moving pip to its maintainers needs a yes of its own."""
    await bot.approve("private-reporting: off")
    await edit_policy(
        bot,
        lambda content: content["tools"]["pip"].update(
            {"report_owner": [{"from": "2024-01-01", "owner": "maintainers"}]}
        ),
    )

    await bot.later(minutes=11)

    assert github.writes == []
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "finding"
    [step] = (await bot.explain("pypa/pip#private-reporting"))["would_do"]
    assert (step["kind"], step["gate"]) == ("set-private-reporting", "unapproved")
    await bot.approve("private-reporting: on")
    await bot.later(minutes=11)
    assert github.repo("pypa/pip").private_reporting


@pytest.mark.slow
async def test_a_yes_to_mirrors_is_none_to_anything_else(github: FakeGitHub, bot: Bot) -> None:
    """Each kind of remedy is approved by itself."""
    _everything_is_wrong(github)
    await bot.approve("mirror: open and keep in step")

    await bot.sweep()
    await bot.later(minutes=11)

    assert github.repo("pypa/pip").private_reporting
    assert len(github.coordination.drafts) == 1
    assert {write.path.split("/security-advisories")[0] for write in github.writes} == {
        "/repos/packaging-security/cases"
    }


@pytest.mark.slow
async def test_an_approval_under_older_rules_does_not_stand(github: FakeGitHub, bot: Bot) -> None:
    """When the meaning of a scope changes, people are asked again."""
    old = Approval(
        scope="private-reporting: off",
        plan_id="an-old-plan",
        policy_commit=bot.parts.policy.current().commit,
        rules_version=RULES_VERSION - 1,
        approved_by="coordinator-1",
        approved_at=bot.clock.now(),
    )
    await bot.parts.database.write(partial(approvals.approve, approval=old))
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")

    await bot.later(minutes=11)

    assert github.writes == []


@pytest.mark.slow
async def test_a_world_in_order_has_a_plan_without_actions(github: FakeGitHub, bot: Bot) -> None:
    """Nothing to do is a plan too, it cannot be approved, and making it writes nothing."""
    plan = await bot.plan()

    assert plan["actions"] == plan["would"] == plan["blocked"] == []
    with pytest.raises(planning.CannotApprove, match="no actions"):
        await planning.approve(bot.parts, plan["plan_id"], "coordinator-1")
    assert github.writes == []


@pytest.mark.slow
async def test_a_plan_has_the_same_id_while_nothing_changes(github: FakeGitHub, bot: Bot) -> None:
    """Its id is made of what it says, so two coordinators who look at the same world approve the same plan."""
    _everything_is_wrong(github)

    first, second = await bot.plan(), await bot.plan()

    assert first == second
    assert github.writes == []
