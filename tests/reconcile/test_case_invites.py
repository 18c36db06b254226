"""Who is invited to a mirror?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.actions import InviteToMirror
from app.domain.ids import Person
from app.reconcile.gates import fingerprint
from app.reconcile.plan import Conclude, Plan
from tests.builders import ALICE, BOB, CAROL, CASES, DIGESTS, HIDDEN, MIRROR, intent, roster
from tests.reconcile.cases import KEY, OVER, in_step, seen, with_mirror
from tests.reconcile.plans import planned


def invited(plan: Plan) -> tuple[tuple[Person, ...], str]:
    [action] = [step.action for step in plan.steps if isinstance(step.action, InviteToMirror)]
    return action.add, action.reason


def test_the_people_of_the_tools_are_invited() -> None:
    """One list, told with whom they take part for; who is inside already is not asked again."""
    sides = in_step()
    sides.settle()
    sides.edit_mirror(people=(replace(BOB, login="bob-renamed"),))

    plan = planned(seen(sides, people={"wheel": roster(CAROL, ALICE), "uv": roster(BOB, ALICE)}))

    assert invited(plan) == ((ALICE, CAROL), "they take part for uv, wheel")


def test_who_cannot_be_told_is_not_invited_and_the_others_are() -> None:
    """One tool's silence never keeps another tool out."""
    plan = planned(with_mirror(people={"uv": HIDDEN, "wheel": roster(ALICE)}))

    assert invited(plan) == ((ALICE,), "they take part for wheel")
    assert plan.cannot_tell == ("who takes part for uv: GitHub did not say",)


def test_logins_that_cannot_be_confirmed_are_for_people() -> None:
    """A stranger may have claimed the name of an account that was renamed."""
    plan = planned(with_mirror(people={"wheel": roster(unconfirmed=(ALICE, BOB))}))

    assert plan.steps == ()
    assert plan.people_must == (
        "logins that policy names for wheel cannot be confirmed as the accounts it means: alice, bob",
    )


def test_nobody_is_invited_to_a_case_that_is_over() -> None:
    """It is public by now, or came to nothing."""
    plan = planned(with_mirror(people={"wheel": roster(ALICE)}, sources=(OVER,)))

    assert not any(isinstance(step.action, InviteToMirror) for step in plan.steps)


INVITATION = InviteToMirror(case=1, repo=CASES, mirror=MIRROR, add=(ALICE,), reason="")
LOST = intent(KEY, InviteToMirror.kind, fingerprint(INVITATION, DIGESTS))
LOST_INTENTS: dict[str, tuple[dict[str, Any], tuple[Conclude, ...]]] = {
    "everybody is inside": ({"wheel": roster()}, (Conclude(intent=5, outcome="done"),)),
    "the same people are missing": ({"wheel": roster(ALICE)}, (Conclude(intent=5, outcome="no effect seen"),)),
    "other people are missing": ({"wheel": roster(BOB)}, (Conclude(intent=5, outcome="unknown"),)),
    "who takes part cannot be told": ({"wheel": HIDDEN}, ()),
    "who takes part cannot all be told": ({"wheel": roster(ALICE), "uv": HIDDEN}, ()),
}


@pytest.mark.parametrize(("people", "notes"), LOST_INTENTS.values(), ids=LOST_INTENTS)
def test_what_became_of_an_invitation_whose_answer_was_lost(people: dict[str, Any], notes: Any) -> None:
    """The audit says it happened only where that can be seen."""
    assert planned(with_mirror(people=people, unresolved=(LOST,))).notes == notes
