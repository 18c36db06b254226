"""Is everything seen, however many pages a list has and wherever it says that the next one is?"""

from __future__ import annotations

from typing import Any

import pytest

from app.sandbox.server.faults import Elsewhere
from tests.e2e.answers import recover
from tests.e2e.many import ORG, may_list_organizations
from tests.e2e.policy_edits import edit_policy
from tests.e2e.rewriting import Rewriting
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PSRT = ["psrt-member-1", "psrt-member-2"]
ADD = "reports-reach-owner: add the owner's people"
ELSEWHERE = ["host", *(pytest.param(to, marks=pytest.mark.slow) for to in ("scheme", "userinfo", "port", "loop"))]
SIZES = [0, *(pytest.param(count, marks=pytest.mark.slow) for count in (1, 99, 100, 1000)), 101]


@pytest.fixture
def connection(github: FakeGitHub) -> Rewriting:
    """Ask for it before `bot`, which connects to it."""
    github.transport = connection = Rewriting(github.transport)
    return connection


def _served(connection: Rewriting) -> list[str]:
    """The ids of advisories, in the order in which GitHub lists them from now on."""
    served: list[str] = []

    def note(page: list[dict[str, Any]]) -> list[dict[str, Any]]:
        served.extend(each["ghsa_id"] for each in page)
        return page

    connection.rewrite("*/security-advisories", note)
    return served


async def _sweep(bot: Bot) -> None:
    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=1)


@pytest.mark.parametrize("count", SIZES)
async def test_a_breach_on_the_last_page_of_advisories_is_found(
    github: FakeGitHub, connection: Rewriting, bot: Bot, count: int
) -> None:
    """The report that its owner's people cannot see is the oldest of them all."""
    await bot.approve(ADD)
    await bot.settle()
    pip = github.repo("pypa/pip")
    drafts = []
    for number in range(count):
        drafts.append(pip.draft(f"Number {number}", collaborating_users=PSRT if number else []))
        bot.clock.advance(seconds=1)  # GitHub sorts by time
    served = _served(connection)

    await _sweep(bot)

    ids = [draft.ghsa for draft in drafts]
    assert not ids or {*ids[1:]} <= {*served[: served.index(ids[0])]}

    assert [draft.ghsa for draft in drafts if not set(draft.collaborators) >= set(PSRT)] == []
    assert len(github.writes) == min(count, 1)
    assert (await bot.standing("pypa/pip", "reports-reach-owner")).state == "pass"


@pytest.mark.parametrize("count", SIZES)
async def test_whoever_is_missing_beside_many_collaborators_is_added_and_they_stay(
    github: FakeGitHub, bot: Bot, count: int
) -> None:
    """GitHub replaces the list, so all of it is sent back."""
    await bot.approve(ADD)
    await bot.settle()
    many = [github.add_person(f"person-{number}").login for number in range(count)]
    draft = github.repo("pypa/pip").draft("Escape", collaborating_users=[*many, PSRT[0]])

    await _sweep(bot)

    assert draft.collaborators == [*many, *PSRT]


@pytest.mark.slow
@pytest.mark.parametrize("count", SIZES)
async def test_the_last_member_of_a_team_reaches_the_report(github: FakeGitHub, bot: Bot, count: int) -> None:
    """A team's members come in pages too, and the last one of them is no less an owner's person."""
    await bot.approve(ADD)
    await bot.settle()
    members = [f"member-{number}" for number in range(count)]
    github.world.add_team(github.world.organization(ORG), "response", members)
    draft = github.repo("pypa/pip").draft("Escape", collaborating_users=[*members[:-1], *PSRT])

    def takes_reports(content: dict[str, Any]) -> None:
        content["report_owners"]["psrt"]["teams"] = [f"{ORG}/response"]

    await edit_policy(bot, takes_reports)
    await _sweep(bot)

    assert set(draft.collaborators) == {*members, *PSRT}


@pytest.mark.alike
@pytest.mark.parametrize("to", ELSEWHERE)
@pytest.mark.parametrize(
    "path",
    ["/app/installations", "/installation/repositories", "/repos/pypa/wheel/security-advisories", f"/orgs/{ORG}/*"],
)
@pytest.mark.slow
async def test_a_list_that_goes_on_elsewhere_is_not_followed(
    github: FakeGitHub, bot: Bot, path: str, to: Elsewhere
) -> None:
    """The token would go there too. Half a list is no list; once it is whole again, so is what we know."""
    github.checks_shapes = False  # takes longer than all the rest, and each list is a list as elsewhere
    await bot.approve_everything()
    if path.startswith("/orgs"):
        may_list_organizations(github)
    await bot.settle()
    for number in range(101):
        github.repo("pypa/wheel").draft(f"Small {number}", affects=["wheel"])
    github.repo("pypa/wheel").draft("Escape", affects=["pip", "uv"])
    github.repo("pypa/pip").enable_private_reporting()
    github.hostile_link(path, to, times=None)
    before = len(github.requests)

    await _sweep(bot)

    asked = github.requests[before:]
    assert {each.origin for each in asked} == {github.url}
    assert len(asked) < 100  # nor in circles
    recover(github)
    await bot.later(minutes=15)
    assert len(github.coordination.mirrors) == 1
    assert not github.repo("pypa/pip").private_reporting
