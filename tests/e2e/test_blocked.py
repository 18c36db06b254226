"""An enforced configuration makes GitHub accept a write and change nothing."""

from __future__ import annotations

import pytest

from app.sandbox.state.traffic import Exchange
from app.store.notices import open_notices
from tests.e2e.answers import recover
from tests.fake_github import FakeGitHub
from tests.harness import Bot

SWITCH = "/repos/pypa/pip/private-vulnerability-reporting"


def _attempts(github: FakeGitHub) -> list[Exchange]:
    return [write for write in github.writes if write.path == SWITCH]


@pytest.mark.slow
async def test_one_attempt_and_no_other_for_a_day(github: FakeGitHub, bot: Bot) -> None:
    """204 and still on. It is blocked by a configuration that has a name, and trying again changes nothing."""
    await bot.approve_everything()
    await bot.settle()
    github.repo("pypa/pip").attach_configuration("GitHub recommended", private_reporting="enabled")

    for _ in range(8):
        await bot.later(hours=3)

    assert [attempt.status for attempt in _attempts(github)] == [204]
    assert github.repo("pypa/pip").private_reporting
    standing = await bot.standing("pypa/pip", "private-reporting")
    assert standing.state == "blocked"
    assert "“GitHub recommended”" in standing.message
    [blocked] = (await bot.plan())["blocked"]
    assert "“GitHub recommended”" in blocked["reason"]


async def test_the_notice_names_the_configuration_and_what_an_owner_does_next(github: FakeGitHub, bot: Bot) -> None:
    """Whoever reads it is no coordinator perhaps, and can pass it on as it is."""
    await bot.approve_everything()
    await bot.settle()
    github.repo("pypa/pip").attach_configuration("GitHub recommended", private_reporting="enabled")
    await bot.later(minutes=11)

    [notice] = [each for each in await bot.parts.database.read(open_notices) if each.kind == "blocked"]

    assert notice.text.endswith(
        "changed nothing; the enforced configuration “GitHub recommended” holds it. An owner of pypa attaches another "
        "one; greenroom explain pypa/pip#private-reporting prints it"
    )
    assert (await bot.explain(notice.about))["guard"] is not None


async def test_it_is_mended_when_the_owner_has_detached_the_configuration(github: FakeGitHub, bot: Bot) -> None:
    """Something has changed, so the next look tries again, once, and it passes."""
    await bot.approve_everything()
    await bot.settle()
    github.repo("pypa/pip").attach_configuration("GitHub recommended", private_reporting="enabled")
    await bot.later(minutes=11)

    github.repo("pypa/pip").detach_configuration()
    await bot.later(seconds=31)

    assert not github.repo("pypa/pip").private_reporting
    assert len(_attempts(github)) == 2
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "pass"


@pytest.mark.slow
async def test_another_configuration_is_another_circumstance(github: FakeGitHub, bot: Bot) -> None:
    """No retries *until state or configuration change*: each configuration is tried once and named."""
    await bot.approve_everything()
    await bot.settle()
    github.repo("pypa/pip").attach_configuration("GitHub recommended", private_reporting="enabled")
    await bot.later(minutes=11)

    github.repo("pypa/pip").attach_configuration("PyPA baseline", private_reporting="enabled")
    await bot.later(hours=1)
    await bot.later(hours=1)

    assert len(_attempts(github)) == 2
    assert "“PyPA baseline”" in (await bot.standing("pypa/pip", "private-reporting")).message


@pytest.mark.slow
async def test_a_restart_does_not_try_again(github: FakeGitHub, bot: Bot) -> None:
    """That it was in vain is remembered where a restart does not lose it."""
    await bot.approve_everything()
    await bot.settle()
    github.repo("pypa/pip").attach_configuration("GitHub recommended", private_reporting="enabled")
    await bot.later(minutes=11)

    await bot.restart()
    await bot.later(hours=1)

    assert len(_attempts(github)) == 1


async def test_a_configuration_that_says_the_same_guards_it(github: FakeGitHub, bot: Bot) -> None:
    """The recommended remedy: an owner attaches a configuration that enforces what policy says."""
    await bot.approve_everything()
    github.repo("pypa/pip").attach_configuration("PSRT takes reports", private_reporting="disabled")

    await bot.sweep()
    for _ in range(3):  # what guards a switch is read in turn, and get-pip's may be first
        await bot.later(minutes=10)

    standing = await bot.standing("pypa/pip", "private-reporting")
    assert standing.state == "pass"
    assert "guarded by the enforced configuration “PSRT takes reports”" in standing.message
    assert github.writes == []


@pytest.mark.slow
async def test_nothing_is_written_while_the_configuration_cannot_be_read(github: FakeGitHub, bot: Bot) -> None:
    """Without knowing what guards the switch we could not say afterwards what made the write a lie."""
    await bot.approve_everything()
    await bot.settle()
    github.refuse_permission("GET", "/repos/pypa/pip/code-security-configuration", times=None)
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")

    await bot.later(minutes=11)

    assert github.writes == []
    standing = await bot.standing("pypa/pip", "private-reporting")
    assert standing.state == "finding"
    assert "unknown" in standing.message
    recover(github)
    await bot.later(minutes=11)
    assert not github.repo("pypa/pip").private_reporting


@pytest.mark.slow
@pytest.mark.parametrize("status", [403, 404, 422])
async def test_a_write_that_github_refuses_is_tried_once_a_day(github: FakeGitHub, bot: Bot, status: int) -> None:
    """A refusal is an answer, so it is not asked again at once; but a permission can be granted without a word."""
    await bot.approve_everything()
    await bot.settle()
    github.fail("DELETE", SWITCH, status, because="permission")
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")

    for _ in range(3):
        await bot.later(hours=7)

    assert [attempt.status for attempt in _attempts(github)] == [status]
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "blocked"

    await bot.later(hours=10)
    assert [attempt.status for attempt in _attempts(github)] == [status, 204]
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "pass"


@pytest.mark.slow
async def test_a_write_without_effect_is_never_tried_again(github: FakeGitHub, bot: Bot) -> None:
    """It was not refused, so no permission is missing; only another configuration could make a difference."""
    await bot.approve_everything()
    await bot.settle()
    github.repo("pypa/pip").attach_configuration("GitHub recommended", private_reporting="enabled")

    for _ in range(4):
        await bot.later(days=1)

    assert [attempt.status for attempt in _attempts(github)] == [204]
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "blocked"


@pytest.mark.slow
async def test_the_kill_switch_stops_every_write_and_the_plan_still_shows_them(github: FakeGitHub, bot: Bot) -> None:
    """Writes are off: everything is seen and planned, nothing is done. Switched on, it is done."""
    await bot.approve_everything()
    bot.writes = "off"
    await bot.restart()
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1").report("A report that slipped in")
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])

    await bot.sweep()
    await bot.later(minutes=11)

    assert github.writes == []
    kinds = {action["kind"] for action in (await bot.plan())["actions"]}
    assert kinds == {"set-private-reporting", "set-collaborators", "open-mirror"}
    [*steps] = (await bot.explain("pypa/pip#private-reporting"))["would_do"]
    assert {(step["gate"], step["why_not"]) for step in steps} == {("off", "GREENROOM_WRITES is off")}

    bot.writes = "on"
    await bot.restart()
    await bot.later(minutes=1)
    assert not github.repo("pypa/pip").private_reporting
    assert len(github.coordination.drafts) == 1
