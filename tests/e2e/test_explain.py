"""The whole story of one thing, as explain and plan tell it."""

from __future__ import annotations

import pytest

from app.domain.actions import InviteToMirror, OpenMirror
from tests.e2e.answers import recover
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

MIRRORS = "mirror: open and keep in step"
SWITCH = "/repos/pypa/pip/private-vulnerability-reporting"


async def test_a_repository_in_order_says_whose_it_is_and_that_nothing_is_to_be_done(
    github: FakeGitHub, bot: Bot
) -> None:
    """Which tool, who takes its reports since when, and who will: a change of owner is known before its day."""
    await bot.settle()

    def next_year(content: dict[str, object]) -> None:
        tenures = content["tools"]["pip"]["report_owner"]  # type: ignore[index]
        tenures.append({"from": "2027-03-01", "owner": "maintainers"})
        content["exemptions"] = [
            {
                "policy": "private-reporting",
                "repository": "pypa/pip",
                "owner": f"coordinator-1:{github.person('coordinator-1').id}",
                "reason": "moving house",
                "until": "2026-12-24",
            }
        ]

    await edit_policy(bot, next_year)

    story = await bot.explain("pypa/pip")

    told = story["repository"]
    assert (told["tool"], told["holds_mirrors"]) == ("pip", False)
    assert (told["report_owner"]["name"], told["report_owner"]["from"]) == ("psrt", "2024-01-01")
    assert told["next_report_owner"] == {"name": "maintainers", "from": "2027-03-01"}
    [exemption] = told["exemptions"]
    assert (exemption["owner"], exemption["until"]) == ("coordinator-1", "2026-12-24")
    assert [story[name] for name in ("would_do", "did", "people_must", "cannot_tell", "notices")] == [[]] * 5
    assert story["unseen"] is None
    assert {each["mode"] for each in story["states"]} <= {"observe", "report", "enforce"}
    assert all(each["since"] and each["seen_at"] for each in story["states"])


@pytest.mark.slow
async def test_what_was_done_says_who_had_allowed_it(github: FakeGitHub, bot: Bot) -> None:
    """A yes that was given before, under which policy: the row of the audit that stood at that moment."""
    await bot.settle()
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    [step] = (await bot.explain("pypa/pip"))["would_do"]
    assert (step["gate"], step["scope"], step["held"]) == ("unapproved", "private-reporting: off", None)
    await bot.approve("private-reporting: off")

    await bot.later(seconds=31)

    announced, concluded = (await bot.explain("pypa/pip"))["did"]
    assert (announced["phase"], announced["allowed_by"]) == ("intend", "coordinator-1")
    assert announced["policy_commit"] == bot.parts.policy.current().commit
    assert (concluded["phase"], concluded["of"], concluded["outcome"]) == ("conclude", announced["row"], "done")


async def test_a_write_of_which_nobody_knows_yet_is_told_as_that(github: FakeGitHub, bot: Bot) -> None:
    """GitHub's answer was lost: it is announced and not concluded, and so it is said."""
    await bot.approve_everything()
    await bot.settle()
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    github.lose_answer("DELETE", SWITCH, how="timeout")

    await bot.later(seconds=31)

    assert [each["phase"] for each in (await bot.explain("pypa/pip"))["did"]] == ["intend"]
    await bot.later(minutes=5)
    assert [each["outcome"] for each in (await bot.explain("pypa/pip"))["did"]] == [None, "done"]


@pytest.mark.slow
async def test_a_case_tells_its_tools_its_mirror_its_readers_and_what_stops_it(github: FakeGitHub, bot: Bot) -> None:
    """Whoever coordinates sees on one page who reads it and why, and the page that stops all writing."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.approve_everything()
    await bot.settle()

    story = await bot.explain("case/1")

    case = story["case"]
    assert [(each["tool"], each["why"]) for each in case["participants"]] == [
        ("uv", "named in the advisory"),
        ("wheel", "named in the advisory"),
    ]
    assert (case["state"], case["mirror_state"], case["sources"], case["mode"]) == (
        "open",
        "open",
        ["draft"],
        "enforce",
    )
    assert case["opened_at"] == "2026-12-01T09:00:00+00:00"
    assert {each["login"]: each["why"] for each in story["readers"]}["uv-maintainer-1"] == "takes part for uv"
    assert {each["allowed_by"] for each in story["did"] if each["phase"] == "intend"} == {"coordinator-1"}

    github.coordination.state.has_wiki = True
    await bot.later(minutes=10)
    assert [each["kind"] for each in (await bot.explain("case/1"))["notices"]] == ["page"]
    github.coordination.state.has_wiki = False


@pytest.mark.slow
async def test_a_plan_says_who_reads_all_cases_where_it_would_open_one(github: FakeGitHub, bot: Bot) -> None:
    """A coordinator who says yes to a mirror lets those in too; where no mirror is concerned they are not news."""
    await bot.settle()
    assert (await bot.plan())["always_readers"] == []
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])

    plan = await bot.plan()

    assert [each["kind"] for each in plan["actions"]] == [OpenMirror.kind]
    assert plan["always_readers"] == ["coordinator-1"]
    await bot.approve(MIRRORS)
    await bot.later(minutes=2)
    assert InviteToMirror.kind in {each["kind"] for each in (await bot.explain("case/1"))["did"]}
    assert (await bot.plan())["always_readers"] == []


@pytest.mark.slow
async def test_a_plan_and_a_story_say_what_waits_for_more_than_a_yes(github: FakeGitHub, bot: Bot) -> None:
    """Installing the Hand is the consent. Where it is not installed a yes alone does nothing, and this says why."""
    await bot.settle()
    github.installation("greenroom-hand", "pypa").remove("pypa/pip")
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    bot.clock.advance(hours=2)
    await bot.settle()

    plan = await bot.plan()

    assert [each["kind"] for each in plan["actions"]] == ["set-private-reporting"]
    [held] = plan["held"]
    assert held["key"] == "pypa/pip#private-reporting"
    assert "Greenroom Hand" in held["reason"]
    [step] = (await bot.explain("pypa/pip"))["would_do"]
    assert step["held"] == held["reason"]
    await bot.approve("private-reporting: off")
    await bot.later(minutes=10)
    assert [write.path for write in github.writes if write.path == SWITCH] == []
    github.repo("pypa/pip").disable_private_reporting()


@pytest.mark.slow
async def test_what_cannot_be_told_of_a_repository_that_nobody_manages_is_told_too(
    github: FakeGitHub, bot: Bot
) -> None:
    """No policy asks for wheel's advisories; but where they cannot be listed, a case could be missed."""
    await bot.settle()
    github.fail("GET", "/repos/pypa/wheel/security-advisories", 403, times=None)

    [reason] = (await bot.explain("pypa/wheel"))["cannot_tell"]
    plan = await bot.plan()

    assert "403" in reason
    assert {"key": "pypa/wheel", "reason": reason, "embargoed": False} in plan["cannot_tell"]
    recover(github)


async def test_whoever_asks_for_the_switch_is_told_what_would_hold_it(bot: Bot) -> None:
    """An owner of the organization can make it so that nobody flips it; the story of its repository stays short."""
    await bot.settle()

    guard = (await bot.explain("pypa/pip#private-reporting"))["guard"]

    assert guard["organization"] == "pypa"
    assert guard["configuration"]["private_vulnerability_reporting"] == "disabled"
    assert (await bot.explain("pypa/pip#configuration-agrees"))["guard"] is None
    assert (await bot.explain("pypa/pip"))["guard"] is None


async def test_a_repository_that_another_configuration_holds_is_told_which_one_would_agree(
    github: FakeGitHub, bot: Bot
) -> None:
    """What is attached switches reporting on, so the owner needs another one, whatever key somebody asked for."""
    github.repo("pypa/pip").attach_configuration("Recommended")
    await bot.sweep()
    await bot.settle()

    for key in ("pypa/pip", "pypa/pip#configuration-agrees", "pypa/pip#private-reporting"):
        guard = (await bot.explain(key))["guard"]
        assert guard["configuration"]["private_vulnerability_reporting"] == "disabled", key
