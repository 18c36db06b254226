"""Whom does policy bring to an open advisory, and whom never?"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.domain.ids import PolicyKey, RepoName
from tests.e2e.policy_edits import edit_policy
from tests.e2e.reach import ADD, POLICY, PSRT, look
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP = RepoName.parse("pypa/pip")

pytestmark = pytest.mark.as_shipped


def _copies_are_suggestions(content: dict[str, Any]) -> None:
    """Others ship copies of pip, and whether that makes a case, too, is another story."""
    content["coordination"]["copies"] = "suggest"


async def test_a_draft_of_the_maintainers_reaches_those_who_take_reports(github: FakeGitHub, bot: Bot) -> None:
    """GitHub tells nobody of a draft. The sweep finds it; who was there stays, and coordinators are not added."""
    await bot.approve(ADD)
    github.add_person("Early-Bird")
    draft = github.repo("pypa/pip").draft("Found by a maintainer")
    draft.edit(collaborating_users=["Early-Bird"], collaborating_teams=["pip-maintainers"])

    await look(bot)

    assert draft.collaborators == ["Early-Bird", *PSRT]
    assert draft.collaborating_teams == ["pip-maintainers"]
    assert "coordinator-1" not in draft.collaborators
    assert len(github.writes) == 1
    standing = await bot.standing(*POLICY)
    assert (standing.state, standing.message) == ("pass", "psrt sees 1 open advisory")


@pytest.mark.slow
async def test_nothing_is_added_before_a_coordinator_approved_that_kind(github: FakeGitHub, bot: Bot) -> None:
    """Approving the switch and its drain is no yes to this: the plan asks for one of its own."""
    await edit_policy(bot, _copies_are_suggestions)
    await bot.approve("private-reporting: off")
    draft = github.repo("pypa/pip").draft("Found by a maintainer")

    await look(bot)

    assert draft.collaborators == []
    [action] = (await bot.plan())["actions"]
    assert (action["kind"], action["scope"]) == ("set-collaborators", ADD)
    assert (await bot.standing(*POLICY)).state == "finding"
    [step] = (await bot.explain("pypa/pip#reports-reach-owner"))["would_do"]
    assert step["gate"] == "unapproved"


async def test_what_is_over_gets_nobody(github: FakeGitHub, bot: Bot) -> None:
    """Published advisories are for everybody, and closed ones need nobody."""
    await bot.approve(ADD)
    pip = github.repo("pypa/pip")
    published, closed = pip.draft("Done"), pip.draft("Not a bug").close()
    published.publish()

    await look(bot)

    assert (published.collaborators, closed.collaborators) == ([], [])
    assert github.writes == []
    assert (await bot.standing(*POLICY)).message == "no advisory is open"


@pytest.mark.slow
async def test_mirrors_get_the_people_of_their_cases_only(github: FakeGitHub, bot: Bot) -> None:
    """The coordination repository is none of this policy's business, whoever takes reports there."""
    await bot.approve_everything()
    await edit_policy(bot, lambda content: content["tools"]["pip"]["repositories"].append("packaging-security/cases"))
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])

    await look(bot)
    await look(bot)

    [mirror] = github.coordination.drafts
    assert set(mirror.collaborators) == {f"{tool}-maintainer-{number}" for tool in ("uv", "wheel") for number in (1, 2)}
    assert (await bot.standing("packaging-security/cases", "reports-reach-owner")).state == "not applicable"


@pytest.mark.slow
async def test_a_renamed_account_is_told_and_the_others_are_added(github: FakeGitHub, bot: Bot) -> None:
    """Nobody has the login any more that policy names: only people can say who is meant now."""
    await bot.approve(ADD)
    github.rename_user("psrt-member-1", "psrt-member-renamed")
    draft = github.repo("pypa/pip").draft("Found by a maintainer")

    await look(bot)

    assert draft.collaborators == ["psrt-member-2"]
    standing = await bot.standing(*POLICY)
    assert standing.state == "finding"
    assert standing.message.endswith("cannot be confirmed as the accounts it means: psrt-member-1")
    people = [each for each in (await bot.plan())["people_must"] if each["key"] == "pypa/pip#reports-reach-owner"]
    assert [each["matter"] for each in people] == [standing.message]


@pytest.mark.slow
async def test_a_stranger_who_took_a_login_is_never_added(github: FakeGitHub, bot: Bot) -> None:
    """The login is free when its owner takes another one. Who has it now is somebody else."""
    await bot.approve(ADD)
    github.rename_user("psrt-member-1", "psrt-member-renamed")
    github.add_person("psrt-member-1")
    draft = github.repo("pypa/pip").draft("Found by a maintainer")

    await look(bot)

    assert draft.collaborators == ["psrt-member-2"]
    assert (await bot.standing(*POLICY)).state == "finding"


@pytest.mark.slow
async def test_somebody_who_is_renamed_after_they_were_added_stays_who_they_are(github: FakeGitHub, bot: Bot) -> None:
    """Being there under the id that policy names is proof enough, whatever the login is by now."""
    await bot.approve(ADD)
    draft = github.repo("pypa/pip").draft("Found by a maintainer")
    await look(bot)
    github.rename_user("psrt-member-1", "psrt-member-renamed")

    await look(bot)

    assert set(draft.collaborators) == {"psrt-member-renamed", "psrt-member-2"}
    assert (await bot.standing(*POLICY)).state == "pass"
    assert len(github.writes) == 1


@pytest.mark.slow
async def test_maintainers_who_take_reports_on_github_are_left_to_themselves(github: FakeGitHub, bot: Bot) -> None:
    """Policy names nobody for them: the repository's admins see what is open and decide who else does."""
    await bot.approve(ADD)
    await edit_policy(
        bot,
        lambda content: content["tools"]["uv"].update(
            {"report_owner": [{"from": "2024-01-01", "owner": "maintainers"}]}
        ),
    )
    draft = github.repo("astral-sh/uv").draft("A draft", affects=["rust:uv"])

    await look(bot)

    assert draft.collaborators == []
    standing = await bot.standing("astral-sh/uv", "reports-reach-owner")
    assert standing.state == "pass"
    assert "policy names nobody of maintainers" in standing.message
    asked = {request.path for request in github.requests if request.path.startswith("/users/")}
    assert asked <= {"/users/psrt-member-1", "/users/psrt-member-2"}  # who take the reports of pip


@pytest.mark.slow
async def test_an_owner_by_mail_of_whom_nobody_is_named_is_for_people_to_mend(github: FakeGitHub, bot: Bot) -> None:
    """Who takes reports by mail may have no account in the project, so nobody can be expected to see it."""
    await bot.approve(ADD)
    await edit_policy(bot, lambda content: content["report_owners"]["psrt"].update({"users": []}))
    await edit_policy(bot, _copies_are_suggestions)
    github.repo("pypa/pip").draft("A draft")

    await look(bot)

    assert github.writes == []
    plan = await bot.plan()
    matters = [each["matter"] for each in plan["people_must"] if each["key"] == "pypa/pip#reports-reach-owner"]
    assert matters == ["policy names nobody of psrt to see 1 open advisory"]
    assert plan["actions"] == []


@pytest.mark.slow
async def test_two_policies_that_add_to_one_report_at_the_same_time_lose_nobody(github: FakeGitHub, bot: Bot) -> None:
    """A report slipped in: the drain and this policy want the same people on it, each under a key of its own."""
    await bot.approve(ADD, "private-reporting: off")
    await bot.settle()
    github.add_person("Early-Bird")
    report = github.repo("pypa/pip").report("A report").edit(collaborating_users=["Early-Bird"])
    keys = [PolicyKey(PIP, policy) for policy in ("private-reporting", "reports-reach-owner")]

    done = await asyncio.gather(*(bot.parts.reconciler.reconcile(key, lease=_Always()) for key in keys))

    assert sorted(each.done for each in done) == [("done",), ("so already",)]
    assert report.collaborators == ["Early-Bird", *PSRT]
    assert len(github.writes) == 1


class _Always:
    """A lease that holds."""

    def check(self) -> None:
        pass
