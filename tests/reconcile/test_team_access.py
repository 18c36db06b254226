"""Which teams are let into a mirror, and who by name instead?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.access import TeamLetIn
from app.domain.actions import Action, InviteTeam, InviteToMirror, RemoveTeam
from app.domain.facts import Known, Roster
from app.domain.ids import Team
from app.reconcile.gates import fingerprint
from app.reconcile.plan import Plan, SawTeams
from app.reconcile.snapshot import Access, Unanswered
from tests.builders import ALICE, BOB, CASES, DIGESTS, MIRROR, NOW, POLICY, attempt, case, known, policies
from tests.reconcile.cases import KEY, OVER, in_step, seen
from tests.reconcile.plans import planned

TEAM = Team("packaging-security", "uv")
INVITE = InviteTeam(case=1, repo=CASES, mirror=MIRROR, team=TEAM, tools=("uv",), members=(ALICE, BOB), reason="")
HOURS_AGO = NOW - timedelta(hours=3)
NAMES_IT = POLICY.replace("    repositories: [astral-sh/uv]", f"    repositories: [astral-sh/uv]\n    teams: [{TEAM}]")
LET_IN = TeamLetIn(case=1, slug="uv", tools=("uv",), at=HOURS_AGO, seen_at=HOURS_AGO)


def of_team(team: Team = TEAM) -> dict[str, Known[Roster]]:
    return {"uv": known(Roster(people=(ALICE, BOB), by_team=((team, (ALICE, BOB)),)))}


def plan_of(teams: tuple[str, ...] | None, **said: Any) -> Plan:
    sides = in_step()
    sides.settle()
    sides.edit_mirror(teams=teams)
    return planned(seen(sides, **({"people": of_team()} | said)))


def done(plan: Plan) -> list[Action]:
    """What is done about readers, without its reason."""
    kinds = InviteTeam | InviteToMirror | RemoveTeam
    return [
        replace(step.action, reason="")
        for step in plan.steps
        if isinstance(step.action, kinds) and step.gate != "blocked"
    ]


def names(plan: Plan) -> list[str]:
    return [each.login for action in done(plan) if isinstance(action, InviteToMirror) for each in action.add]


def test_a_team_that_is_inside_is_not_asked_again() -> None:
    """Nor are its members, whom GitHub lets in by it."""
    assert done(plan_of(("others", "uv"))) == []


def test_a_team_of_the_organization_is_let_in_and_none_of_its_members() -> None:
    """GitHub follows who is in it."""
    assert done(plan_of(("others",))) == [INVITE]


def test_a_team_of_another_organization_is_let_in_by_its_members() -> None:
    """GitHub takes slugs, so a team of the same slug here would be another one."""
    assert names(plan_of((), people=of_team(Team("astral-sh", "uv")))) == ["alice", "bob"]


def test_where_teams_are_not_shown_members_are_let_in_by_name() -> None:
    """The list is replaced as a whole, so nothing may be sent that could take out a team which we cannot see."""
    assert names(plan_of(None)) == ["alice", "bob"]


def test_where_github_did_not_answer_the_next_look_may_tell() -> None:
    """An outage of a second lets nobody in twice."""
    assert done(plan_of(None, unanswered=Unanswered(reason="502", after=None))) == []


def test_a_team_that_is_ours_covers_its_members_also_while_it_is_not_shown() -> None:
    """We saw it inside."""
    assert done(plan_of(None, access=Access(teams=(LET_IN,)))) == []


def test_a_team_that_github_refused_is_let_in_by_its_members() -> None:
    """Its people have to know, whatever the reason was."""
    refused = attempt(KEY, fingerprint(INVITE, DIGESTS))

    assert names(plan_of((), attempts=(refused,))) == ["alice", "bob"]


def test_no_team_is_let_into_a_case_that_is_over() -> None:
    """It is public by now, or came to nothing."""
    assert done(plan_of((), sources=(OVER,))) == []


def test_no_team_is_let_into_a_case_that_nobody_confirmed() -> None:
    """It came back from its mirror, where somebody may have put an old text of ours."""
    assert done(plan_of((), case=case(sequence=2, unconfirmed_since=NOW))) == []


def test_a_team_whose_tool_left_goes() -> None:
    """Only if we let it in, and GitHub showed it since."""
    left = case(participants=case().participants[1:], sequence=2)
    ours, theirs = Access(teams=(LET_IN,)), Access(teams=(replace(LET_IN, gone_at=HOURS_AGO),))

    [action] = done(plan_of(("uv",), case=left, people={}, access=ours))

    assert isinstance(action, RemoveTeam)
    assert action.team == TEAM
    assert done(plan_of(("uv",), case=left, people={}, access=theirs)) == []


@pytest.mark.parametrize(
    ("row", "is_named"),
    [(LET_IN, True), (replace(LET_IN, seen_at=None), True), (replace(LET_IN, gone_at=HOURS_AGO), False)],
    ids=["it was inside", "the answer was lost", "it was taken out"],
)
def test_a_team_that_may_be_inside_and_is_not_shown_is_named_when_its_tool_left(
    row: TeamLetIn, *, is_named: bool
) -> None:
    """Nothing can be sent, and it is not over: somebody reads the case who takes no part any more."""
    left = case(participants=case().participants[1:], sequence=2)

    plan = plan_of(None, case=left, people={}, access=Access(teams=(row,)))

    assert done(plan) == []
    assert [str(TEAM) in each for each in plan.cannot_tell] == [True] * is_named


def test_a_team_that_is_not_shown_and_that_policy_dropped_is_named_and_one_that_it_names_is_not() -> None:
    """Where the team should be inside anyway nothing is missing."""
    sides = in_step()
    sides.settle()
    sides.edit_mirror(teams=None)
    snapshot = seen(sides, people=of_team(), access=Access(teams=(LET_IN,)))

    assert any(str(TEAM) in each for each in planned(snapshot).cannot_tell)
    assert planned(snapshot, policies=policies(NAMES_IT)).cannot_tell == ()


def test_what_a_look_shows_of_teams_is_written_down() -> None:
    """An answer was lost; people took one out; one was sent a moment ago and may still take effect."""
    came = replace(LET_IN, seen_at=None)
    gone, fresh = replace(LET_IN, slug="gone"), replace(LET_IN, slug="fresh", at=NOW, seen_at=None)

    plan = plan_of(("uv",), access=Access(teams=(came, gone, fresh)))

    assert [note for note in plan.notes if isinstance(note, SawTeams)] == [
        SawTeams(case=1, came=frozenset({"uv"}), gone=frozenset({"gone"}))
    ]
    assert not any(isinstance(note, SawTeams) for note in plan_of(None, access=Access(teams=(came, gone))).notes)
