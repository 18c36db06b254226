"""What holds a remedy back that policy enforces and a coordinator approved?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actions import (
    MIRROR_SCOPES,
    Action,
    CloseMirror,
    InviteTeam,
    InviteToMirror,
    MirrorFields,
    OpenMirror,
    RemoveFromMirror,
    RemoveTeam,
    UpdateMirror,
)
from app.domain.ids import CaseKey, RepoName, Team
from app.domain.records import Effect, Freeze
from app.reconcile.brakes import Brakes, limit_of, too_many
from app.reconcile.gates import fingerprint, gated
from app.reconcile.plan import LeaveAlone
from tests.builders import ALICE, CASES, DIGESTS, MIRROR, NOW, approval, policies, standpoint
from tests.reconcile.looks import ADD, KEY, OFF, PRINT, looked
from tests.reconcile.plans import planned, verdict_of

SCOPE = OFF.scope
OTHERS = tuple(RepoName("pypa", f"project-{number}") for number in range(9))
SWITCHED = Effect(kind=OFF.kind, scope=SCOPE, fingerprint="under another configuration", at=NOW - timedelta(hours=1))
ADDED = Effect(kind=ADD.kind, scope=SCOPE, fingerprint=fingerprint(ADD, DIGESTS), at=NOW - timedelta(hours=1))
OTHER_PEOPLE = replace(ADDED, fingerprint="of other people")
FROZEN = Freeze(key=KEY, thing=SCOPE, scope=SCOPE, since=NOW - timedelta(days=9))
COMMIT = policies().commit


def _brakes(standing: int = 0, written: int = 0, **said: Any) -> Brakes:
    """So many other repositories stand with the same remedy, or were changed by it lately; 60 are watched."""
    boring: dict[str, Any] = {
        "standing": {SCOPE: frozenset(OTHERS[:standing])},
        "written": {SCOPE: frozenset(OTHERS[9 - written :])},
        "watched": 60,
    }
    return Brakes(**(boring | said))


GATES: dict[str, tuple[Brakes, str]] = {
    "nothing holds it": (_brakes(), "go"),
    "two others stand so": (_brakes(2), "go"),
    "three others stand so": (_brakes(3), "capped"),
    "three others were changed lately": (_brakes(0, 3), "capped"),
    "two stand so and one was changed": (_brakes(2, 1), "capped"),
    "three others of a hundred": (_brakes(3, watched=100), "go"),
    "five others of a hundred": (_brakes(5, watched=100), "capped"),
    "others stand with another scope": (Brakes(standing={ADD.kind: frozenset(OTHERS)}, watched=60), "go"),
    "one was not looked at": (_brakes(unlooked=1), "looking"),
    "one was not looked at, and too many stand so": (_brakes(9, unlooked=1), "looking"),
    "mended once": (_brakes(effects=(SWITCHED,)), "go"),
    "mended twice": (_brakes(effects=(SWITCHED, SWITCHED)), "frozen"),
    "mended twice, long ago": (
        _brakes(effects=(replace(SWITCHED, at=NOW - timedelta(days=1)), SWITCHED)),
        "go",
    ),
    "people were added twice": (_brakes(effects=(ADDED, ADDED)), "go"),
    "frozen days ago": (_brakes(freezes=(FROZEN,)), "frozen"),
    "frozen, and too many stand so": (_brakes(9, freezes=(FROZEN,)), "frozen"),
    "writes are switched off": (_brakes(off="carol switched writes off"), "off"),
    "too many stand so, and writes are off": (_brakes(9, off="carol switched writes off"), "capped"),
}


@pytest.mark.parametrize(("brakes", "gate"), GATES.values(), ids=GATES)
def test_the_first_brake_that_holds_is_told(brakes: Brakes, gate: str) -> None:
    """What others undo is for people first; a count means something only once everything was looked at."""
    step = gated(OFF, "enforce", standpoint(brakes=brakes), (), DIGESTS)

    assert (step.gate, bool(step.why_not)) == (gate, gate != "go")


@pytest.mark.parametrize(("watched", "limit"), [(0, 3), (6, 3), (60, 3), (79, 3), (80, 4), (6_000, 300)])
def test_the_limit_is_three_or_a_twentieth(watched: int, limit: int) -> None:
    """Three are what a maintainer may well mean at once; large organizations may mean more."""
    assert limit_of(watched) == limit


def test_who_is_asked_hears_how_many_which_share_and_which_limit() -> None:
    """Without the numbers nobody could say yes or no."""
    assert too_many(SCOPE, 14, 60) == (
        "“private-reporting: off” would change 14 repositories at once (23 % of the 60 watched); the limit is 3"
    )


@pytest.mark.parametrize(
    ("wide", "ago", "commit", "gate"),
    [
        (None, 0, COMMIT, "capped"),
        ({"pypa/pip"}, 0, COMMIT, "go"),
        ({"pypa/wheel", "pypa/build", "pypa/flit", "pypa/hatch", "pypa/installer"}, 0, COMMIT, "capped"),
        ({"pypa/pip"}, 23, COMMIT, "go"),
        ({"pypa/pip"}, 24, COMMIT, "capped"),
        ({"pypa/pip"}, 0, "sha256:another", "capped"),
    ],
)
def test_a_wider_yes_is_to_those_that_were_shown_for_a_day_and_under_that_policy(
    wide: set[str] | None, ago: int, commit: str, gate: str
) -> None:
    """Whoever said it saw these repositories and no others, on that day, under those rules."""
    named = None if wide is None else frozenset(wide)
    yes = replace(approval(SCOPE), wide=named, approved_at=NOW - timedelta(hours=ago), policy_commit=commit)

    assert gated(OFF, "enforce", standpoint(brakes=_brakes(3), approvals={SCOPE: yes}), (), DIGESTS).gate == gate


def test_people_are_the_same_thing_only_where_they_are_the_same_people() -> None:
    """A new report each hour is no edit war."""
    twice = standpoint(brakes=_brakes(effects=(ADDED, ADDED)))
    others = standpoint(brakes=_brakes(effects=(ADDED, OTHER_PEOPLE, OTHER_PEOPLE)))

    assert gated(ADD, "enforce", twice, (), DIGESTS).gate == "frozen"
    assert gated(ADD, "enforce", others, (), DIGESTS).gate == "go"


def test_what_others_undo_is_contested_and_written_down_once() -> None:
    """The row is what outlives a restart; what is frozen already keeps its time."""
    new = planned(looked(), brakes=_brakes(effects=(SWITCHED, SWITCHED)))
    known = planned(looked(), brakes=_brakes(effects=(SWITCHED, SWITCHED), freezes=(FROZEN,)))

    assert verdict_of(new)[0] == verdict_of(known)[0] == "contested"
    assert [note for note in new.notes if isinstance(note, LeaveAlone)] == [
        LeaveAlone(freeze=replace(FROZEN, since=NOW))
    ]
    assert [note for note in known.notes if isinstance(note, LeaveAlone)] == []


def test_a_plan_that_waits_for_others_is_looked_at_again_soon() -> None:
    """Whoever looks at the last of them says so; should that get lost, nothing waits for ever."""
    plan = planned(looked(), brakes=_brakes(unlooked=2))

    assert plan.look_again == NOW + timedelta(seconds=15)


def test_a_switch_under_another_configuration_is_the_same_switch() -> None:
    """Else each change of a configuration would let the war go on."""
    assert SWITCHED.fingerprint != PRINT
    assert gated(OFF, "enforce", standpoint(brakes=_brakes(effects=(SWITCHED,) * 2)), (), DIGESTS).gate == "frozen"


_OF_ONE: dict[str, Any] = {"case": 1, "repo": CASES, "reason": ""}
OPEN = OpenMirror(**_OF_ONE, store="advisory", fields=MirrorFields())
INVITE = InviteToMirror(**_OF_ONE, mirror=MIRROR, add=(ALICE,))
INVITE_TEAM = InviteTeam(**_OF_ONE, mirror=MIRROR, team=Team("packaging-security", "uv"))
OTHER_CASES = tuple(CaseKey(number) for number in range(2, 11))
LET_IN = Effect(kind=INVITE.kind, scope=INVITE.scope, fingerprint=fingerprint(INVITE, DIGESTS), at=NOW)


def _beside(standing: int = 0, written: int = 0, **said: Any) -> Brakes:
    """So many other cases are to be shown to more people, or were lately; 40 are open."""
    boring: dict[str, Any] = {
        "standing": {INVITE.scope: frozenset(OTHER_CASES[:standing])},
        "written": {INVITE.scope: frozenset(OTHER_CASES[9 - written :])},
        "watched": 40,
    }
    return Brakes(**(boring | said))


def _gate_of(action: Action, brakes: Brakes, **said: Any) -> str:
    yes = replace(approval(action.scope), **said)
    return gated(action, "enforce", standpoint(brakes=brakes, approvals={action.scope: yes}), (), DIGESTS).gate


ALREADY_SHOWN = replace(_beside(2), written={INVITE.scope: frozenset({CaseKey(1)})})
OF_CASES: dict[str, tuple[Brakes, str]] = {
    "nothing holds it": (_beside(), "go"),
    "two others are to be shown": (_beside(2), "go"),
    "three others are to be shown": (_beside(3), "capped"),
    "three others were shown lately": (_beside(0, 3), "capped"),
    "two are to be shown and one was": (_beside(2, 1), "capped"),
    "it was shown itself, and two others are to be": (ALREADY_SHOWN, "go"),
    "three others of eighty": (_beside(3, watched=80), "go"),
    "four others of eighty": (_beside(4, watched=80), "capped"),
    "others are to be shown as issues": (
        Brakes(standing={MIRROR_SCOPES["issue"]: frozenset(OTHER_CASES)}, watched=40),
        "go",
    ),
    "repositories stand with something else": (Brakes(standing={SCOPE: frozenset(OTHERS)}, watched=40), "go"),
    "one was not looked at": (_beside(unlooked=1), "looking"),
    "one was not looked at, and too many are to be shown": (_beside(9, unlooked=1), "looking"),
    "too many are to be shown, and writes are off": (_beside(9, off="carol switched writes off"), "capped"),
}


@pytest.mark.parametrize("action", [OPEN, INVITE, INVITE_TEAM], ids=lambda action: action.kind)
@pytest.mark.parametrize(("brakes", "gate"), OF_CASES.values(), ids=OF_CASES)
def test_what_shows_a_case_to_more_people_counts_by_cases(brakes: Brakes, gate: str, action: Action) -> None:
    """All mirrors are in one repository, so counting that would count nothing."""
    assert _gate_of(action, brakes) == gate


@pytest.mark.parametrize(
    "action",
    [
        UpdateMirror(**_OF_ONE, mirror=MIRROR, fields=MirrorFields()),
        CloseMirror(**_OF_ONE, mirror=MIRROR),
        RemoveFromMirror(**_OF_ONE, mirror=MIRROR, remove=(ALICE,)),
        RemoveTeam(**_OF_ONE, mirror=MIRROR, team=INVITE_TEAM.team),
    ],
    ids=lambda action: action.kind,
)
def test_what_shows_a_case_to_nobody_else_is_never_counted(action: Action) -> None:
    """Forty mirrors follow forty sources, and that is what they are for. Nor does it wait for other looks."""
    assert _gate_of(action, _beside(9, 9, unlooked=5)) == "go"


def test_an_invitation_that_is_undone_again_and_again_is_left_alone_before_anything_is_counted() -> None:
    """That others take somebody out each time is for people to settle, however few cases there are."""
    assert _gate_of(INVITE, _beside(effects=(LET_IN,))) == "go"
    assert _gate_of(INVITE, _beside(9, effects=(LET_IN, LET_IN))) == "frozen"


@pytest.mark.parametrize(
    ("wide", "ago", "commit", "gate"),
    [
        (None, 0, COMMIT, "capped"),
        ({"case/1"}, 0, COMMIT, "go"),
        ({"case/2", "case/3", "case/4", "case/11"}, 0, COMMIT, "capped"),
        ({"packaging-security/cases"}, 0, COMMIT, "capped"),
        ({"case/1"}, 23, COMMIT, "go"),
        ({"case/1"}, 24, COMMIT, "capped"),
        ({"case/1"}, 0, "sha256:another", "capped"),
    ],
)
def test_a_wider_yes_is_to_the_cases_that_were_shown(wide: set[str] | None, ago: int, commit: str, gate: str) -> None:
    """Whoever said it saw case 1 among them, on that day, under those rules."""
    named = None if wide is None else frozenset(wide)
    said = {"wide": named, "approved_at": NOW - timedelta(hours=ago), "policy_commit": commit}

    assert _gate_of(INVITE, _beside(3), **said) == gate


def test_who_is_asked_about_cases_hears_how_many_are_open() -> None:
    """A share of repositories would mean nothing here. More may wait for a mirror than were open a moment ago."""
    assert too_many(INVITE.scope, 14, 40) == (
        "“mirror: open and keep in step” would show 14 cases to more people at once (of 40 that are open); "
        "the limit is 3"
    )
    assert "would show 9 cases to more people at once (of 9 that are open)" in too_many(INVITE.scope, 9, 5)


def test_who_waits_for_looks_at_cases_hears_what_they_wait_for() -> None:
    """It is not the repositories that policy declares something of."""
    yes = {INVITE.scope: approval(INVITE.scope)}
    step = gated(INVITE, "enforce", standpoint(brakes=_beside(unlooked=4), approvals=yes), (), DIGESTS)

    assert step.why_not == "4 of the repositories and cases are still to be looked at, which may show more"
