"""Somebody undoes what we mend, again and again. We stop, say so, and wait for a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from app import halting
from app.domain.ids import parse_key
from app.domain.records import Notice
from app.store import audit
from app.store.notices import open_notices
from tests.e2e.policy_edits import edit_policy
from tests.e2e.projects import switched
from tests.e2e.told import ever_told
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")

PIP = "pypa/pip"
KEY = parse_key(f"{PIP}#private-reporting")


async def _flips(github: FakeGitHub, bot: Bot, minutes: int) -> None:
    """Each minute somebody switches pip's private reporting on, if it is off."""
    for _ in range(minutes):
        github.repo(PIP).enable_private_reporting()
        await bot.later(seconds=60)


async def _contested(bot: Bot) -> list[Notice]:
    return [each for each in await bot.parts.database.read(open_notices) if each.kind == "contested"]


async def _told(bot: Bot) -> list[str]:
    return [each.kind for each in await bot.parts.database.read(open_notices)]


async def test_what_others_undo_is_left_alone_after_two_writes(github: FakeGitHub, bot: Bot) -> None:
    """A third write would change nothing but the number of mails that maintainers get."""
    await _flips(github, bot, 10)

    assert switched(github) == [PIP, PIP]
    assert await _told(bot) == ["contested"]
    standing = await bot.standing(PIP, "private-reporting")
    assert standing.state == "contested"
    assert standing.message.endswith("it is left alone until a coordinator runs greenroom thaw KEY --by LOGIN")


@pytest.mark.slow
async def test_the_story_of_an_edit_war_tells_between_which_looks_each_flip_was(github: FakeGitHub, bot: Bot) -> None:
    """Ours are in the audit. Of the others' GitHub sends nothing that says who, so nobody is named."""
    await _flips(github, bot, 4)

    story = await bot.explain(f"{PIP}#private-reporting")

    [step] = story["would_do"]
    assert step["gate"] == "frozen"
    assert [each["outcome"] for each in story["did"] if each["phase"] == "conclude"] == ["done", "done"]
    assert [each["actor"] for each in story["breaches"]] == ["unknown"] * 3
    windows = [(datetime.fromisoformat(each["last_good"]), each["first_bad"]) for each in story["breaches"]]
    assert all(datetime.fromisoformat(bad) - good <= timedelta(seconds=60) for good, bad in windows)
    assert [each["over_at"] is None for each in story["breaches"]] == [False, False, True]


async def test_the_notice_names_both_sides_and_between_which_looks_each_of_them_acted(
    github: FakeGitHub, bot: Bot
) -> None:
    """Whoever reads it can ask the others what happened at those times, without a look at Greenroom itself."""
    await _flips(github, bot, 10)

    [told] = await _contested(bot)
    looked = [each["last_good"][11:19] for each in (await bot.explain(f"{PIP}#private-reporting"))["breaches"]]

    sides = told.text.split(". ")[1].split("; ")
    assert [each.split(" UTC")[0] for each in sides] == [
        f"unknown changed it between 2026-12-01 {looked[0]} and 09:01:00",
        "Greenroom changed it back 2026-12-01 09:01:00",
        f"unknown changed it between 2026-12-01 {looked[1]} and 09:02:00",
        "Greenroom changed it back 2026-12-01 09:02:00",
        f"unknown changed it between 2026-12-01 {looked[2]} and 09:03:00",
    ]


@pytest.mark.slow
async def test_the_notice_of_a_second_war_tells_nothing_of_the_first(github: FakeGitHub, bot: Bot) -> None:
    """A coordinator settled that one."""
    await _flips(github, bot, 5)
    await halting.thaw(bot.parts, KEY, "coordinator-1")
    await bot.settle()
    await _flips(github, bot, 10)

    [told] = await _contested(bot)

    assert told.text.count("Greenroom changed it back") == 2
    assert told.text.count("unknown changed it") == 3
    assert "09:01:00" not in told.text


@pytest.mark.slow
@pytest.mark.once
async def test_a_day_of_flips_costs_two_writes_and_one_notice(github: FakeGitHub, bot: Bot) -> None:
    """Each minute for a day, with polls and sweeps all the while; and it is no shorter memory that ends it."""
    await _flips(github, bot, 24 * 60)

    assert switched(github) == [PIP, PIP]
    assert await _told(bot) == ["contested"]
    await _flips(github, bot, 60)
    assert switched(github) == [PIP, PIP]
    assert await ever_told(bot) == 1  # and none that was closed and opened anew all day long


@pytest.mark.slow
async def test_a_frozen_switch_stays_so_after_a_restart(github: FakeGitHub, bot: Bot) -> None:
    """Whoever restarts the app has not settled who is right."""
    await _flips(github, bot, 5)
    await bot.restart()

    await _flips(github, bot, 15)

    assert switched(github) == [PIP, PIP]
    assert (await bot.standing(PIP, "private-reporting")).state == "contested"


@pytest.mark.slow
async def test_a_frozen_switch_that_is_right_again_passes_and_stays_frozen(github: FakeGitHub, bot: Bot) -> None:
    """The others gave way today; that they will not tomorrow is for a person to judge."""
    await _flips(github, bot, 5)
    github.repo(PIP).disable_private_reporting()
    await bot.later(minutes=11)
    assert (await bot.standing(PIP, "private-reporting")).state == "pass"
    assert await _told(bot) == ["contested"]

    await _flips(github, bot, 2)

    assert switched(github) == [PIP, PIP]


@pytest.mark.slow
async def test_after_a_thaw_counting_starts_anew(github: FakeGitHub, bot: Bot) -> None:
    """A coordinator settled it, and the audit knows who."""
    await _flips(github, bot, 5)

    thawed = await halting.thaw(bot.parts, KEY, "coordinator-1")
    await bot.settle()

    assert [each.scope for each in thawed] == ["private-reporting: off"]
    assert switched(github) == [PIP, PIP, PIP]
    assert await _told(bot) == []
    history = await bot.parts.database.read(partial(audit.history, key=KEY))
    assert [(each.phase, each.actor) for each in history if each.actor] == [("thaw", "coordinator-1")]
    await _flips(github, bot, 10)
    assert switched(github) == [PIP] * 4
    assert await _told(bot) == ["contested"]


@pytest.mark.slow
async def test_only_a_coordinator_thaws_and_only_what_is_frozen(github: FakeGitHub, bot: Bot) -> None:
    """Whoever flips the switch cannot end the freeze that stops them."""
    await _flips(github, bot, 5)

    with pytest.raises(halting.NotAllowed, match="mallory is no coordinator; policy names coordinator-1"):
        await halting.thaw(bot.parts, KEY, "mallory")
    with pytest.raises(halting.NotAllowed, match="pypa/wheel is not frozen; frozen is pypa/pip#private-reporting"):
        await halting.thaw(bot.parts, parse_key("pypa/wheel"), "coordinator-1")

    assert (await bot.standing(PIP, "private-reporting")).state == "contested"


@pytest.mark.slow
async def test_a_new_report_each_hour_is_no_edit_war(github: FakeGitHub, bot: Bot) -> None:
    """The same people are added each time, and to another report: nobody undid anything."""
    reports = []
    for number in range(5):
        reports.append(github.repo(PIP).report(f"Report {number}"))
        await bot.later(hours=1)

    assert all({"psrt-member-1", "psrt-member-2"} <= set(report.collaborators) for report in reports)
    assert await _told(bot) == []


@pytest.mark.slow
async def test_people_who_are_taken_out_of_a_report_again_and_again_are_left_out(github: FakeGitHub, bot: Bot) -> None:
    """The same people and the same report: that is an edit war, and whose report it is stays out of the notice."""
    report = github.repo(PIP).report("A matter")
    for _ in range(4):
        await bot.later(hours=1)
        report.edit(collaborating_users=["pip-maintainer-1"])
    await bot.later(hours=1)

    assert report.collaborators == ["pip-maintainer-1"]
    told = await _contested(bot)
    assert told
    assert all(PIP not in each.about and PIP not in each.text for each in told)
    assert all("The sides are Greenroom and unknown" in each.text for each in told)
    assert not any("2026" in each.text for each in told), "nor when something happened to it"


@pytest.mark.slow
async def test_a_change_of_owner_and_back_is_no_edit_war(github: FakeGitHub, bot: Bot) -> None:
    """Policy itself wants it otherwise: on and off are two things."""
    for owner in ("maintainers", "psrt", "maintainers"):
        await edit_policy(
            bot,
            lambda content, owner=owner: content["tools"]["pip"].update(  # type: ignore[misc]
                {"repositories": [PIP], "report_owner": [{"from": "2024-01-01", "owner": owner}]}
            ),
        )
        await bot.later(minutes=11)

    assert switched(github) == [PIP, PIP, PIP]
    assert await _told(bot) == []
