"""When are a mirror and its case closed, and what is nobody's mirror?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.actions import CloseMirror, UpdateMirror
from app.domain.facts import Advisory
from app.domain.ids import Ghsa
from app.reconcile.frozen import HOW
from app.reconcile.plan import CloseCase, Conclude
from tests.builders import BOB, CASES, MIRROR, advisory, case, case_snapshot, intent, known, roster
from tests.reconcile.cases import CLOSED, KEY, LINKS, OVER, in_step, mirror_in, with_mirror
from tests.reconcile.plans import DUE, kinds, planned
from tests.reconcile.two_sides import Sides


def test_a_mirror_is_closed_when_every_linked_advisory_is_done() -> None:
    """With a last status in its block."""
    plan = planned(with_mirror(sources=(OVER,)))

    assert kinds(plan) == ["update-mirror", "close-mirror"]
    update, close = (step.action for step in plan.steps)
    assert isinstance(update, UpdateMirror)
    assert "GHSA-2222-3333-4444: published" in (update.fields.description or "")
    assert close == CloseMirror(case=1, repo=CASES, mirror=MIRROR, reason="every linked advisory is done")
    assert plan.look_again == DUE


def test_a_mirror_stays_open_while_one_linked_advisory_is_open() -> None:
    """The others may not hear of it before."""
    linked = case(links=LINKS, sequence=2)
    both = (OVER, known(advisory(state="triage", ghsa=MIRROR)))

    assert "close-mirror" not in kinds(planned(with_mirror(case=linked, sources=both)))


ENDS: dict[str, tuple[Any, Advisory, tuple[Any, ...], tuple[str, ...], Any]] = {
    "closed, and everything is done": ("closed", advisory(state="closed"), (CloseCase(case=1),), (), None),
    "a person closed it": (
        "closed",
        advisory(),
        (),
        ("somebody closed the mirror while a linked advisory is open",),
        DUE,
    ),
    "a person published it": ("published", advisory(), (), ("the mirror was published",), DUE),
    "a person published it when everything was done": (
        "published",
        advisory(state="closed"),
        (),
        ("the mirror was published",),
        DUE,
    ),
}


@pytest.mark.parametrize(("state", "source", "notes", "people_must", "again"), ENDS.values(), ids=ENDS)
def test_a_mirror_that_is_no_draft_any_more_is_written_no_more(
    state: Any, source: Advisory, notes: Any, people_must: Any, again: Any
) -> None:
    """What people did with it is theirs; the case ends when its sources have."""
    plan = planned(
        case_snapshot(case=case(), sources=(known(source),), mirror=mirror_in(state), people={"uv": roster(BOB)})
    )

    assert (plan.steps, plan.notes, plan.people_must, plan.look_again) == ((), notes, people_must, again)


FOREIGN: dict[str, tuple[dict[str, Any], str]] = {
    "somebody else's": ({"is_ours": False}, "somebody else opened it"),
    "of another case": (
        {"description": Sides(block="Case 2", case=case(number=2)).mirror.description},
        "its record belongs to another mirror",
    ),
    "pasted from another": (
        {"id": Ghsa("GHSA-2222-2222-2222")},
        "its record belongs to another mirror",
    ),
}


@pytest.mark.parametrize(("said", "why"), FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("source", [advisory(), advisory(state="closed")], ids=["open", "done"])
@pytest.mark.parametrize("state", ["open", "closed", "published"])
def test_nothing_follows_from_what_is_not_the_mirror_of_this_case(
    state: Any, source: Advisory, said: dict[str, Any], why: str
) -> None:
    """A number leads to something else. Nothing was closed by that, and nothing is concluded from it."""
    lost = (intent(KEY, CloseMirror.kind),)
    other = known(replace(in_step().mirror, state=state, **said))

    plan = planned(case_snapshot(case=case(), sources=(known(source),), mirror=other, unresolved=lost))

    can_be_mended = state == "open" and why == "its record belongs to another mirror" and other.value.id == MIRROR
    assert (plan.steps, plan.notes) == ((), ())
    assert plan.people_must == (f"the mirror is frozen: {why}{f'; {HOW}' if can_be_mended else ''}",)


def test_a_mirror_that_was_spoiled_and_closed_by_people_ends_its_case() -> None:
    """It is known by its number, and people have no other way to be done with it."""
    spoiled = known(replace(in_step().mirror, state="closed", description="Everything else is gone."))

    assert planned(case_snapshot(case=case(), sources=(CLOSED,), mirror=spoiled)).notes == (CloseCase(case=1),)


def test_a_closing_whose_answer_was_lost_is_done_when_the_mirror_is_closed() -> None:
    """Then the case is closed too."""
    lost = (intent(KEY, CloseMirror.kind),)

    plan = planned(case_snapshot(case=case(), sources=(CLOSED,), mirror=mirror_in("closed"), unresolved=lost))

    assert plan.notes == (Conclude(intent=5, outcome="done"), CloseCase(case=1))
