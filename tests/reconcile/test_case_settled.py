"""What is planned once people said which way a field is to go, or that a frozen mirror is to be written anew?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.actions import MIRROR_SCOPES, TAKES_OVER, UpdateMirror, UpdateSource
from app.domain.ids import Ghsa
from app.domain.offers import MIRROR as FROZEN
from app.domain.offers import Offer
from app.domain.records import Baseline
from app.reconcile.brakes import Brakes
from app.reconcile.frozen import HOW
from app.reconcile.plan import AdoptMirror, CloseCase, EndOffers
from tests.builders import ALICE, NOW, POLICY, WHEEL, approval, case, known, policies, roster
from tests.reconcile.cases import in_step, seen
from tests.reconcile.plans import planned
from tests.reconcile.two_sides import Sides

UNBOUND = Baseline(key_id="", digest="")
RESTORE = Offer(field=FROZEN, direction="to-mirror", source=UNBOUND, mirror=UNBOUND, target=None, by="carol", at=NOW)
YES = {scope: approval(scope) for scope in (TAKES_OVER, *MIRROR_SCOPES.values())}


def agreed() -> Sides:
    """People rated it higher in the mirror, and the source's own people take that over."""
    sides = in_step()
    sides.settle()
    sides.edit_mirror(severity="critical")
    assert sides.say("severity", "to-source")
    return sides


def offered(sides: Sides, **said: Any) -> Any:
    return seen(sides, offers=tuple(sides.offers.values()), **said)


def broken() -> Sides:
    sides = in_step()
    sides.edit_mirror(description=sides.mirror.description.replace('"seq": 2', '"seq": 9'))
    return sides


def test_an_advisory_is_written_where_its_own_people_a_coordinator_and_policy_agree() -> None:
    """That field and nothing else, and people have nothing more to settle."""
    sides = agreed()

    [step] = planned(offered(sides), approvals=YES).steps

    assert isinstance(step.action, UpdateSource)
    assert (step.gate, step.action.repo, step.action.fields.names()) == ("go", WHEEL, ("severity",))
    assert step.action.reason == "its own people take over what the mirror says: severity"


@pytest.mark.parametrize(
    ("at", "gate"),
    [
        ({"approvals": YES}, "go"),
        ({}, "unapproved"),
        (
            {"approvals": YES, "policies": policies(POLICY.replace("mode: enforce}\ncoord", "mode: report}\ncoord"))},
            "observed",
        ),
        ({"approvals": YES, "writes_enabled": False}, "off"),
        ({"approvals": YES, "brakes": Brakes(watched=60, off="switched off by carol")}, "off"),
    ],
    ids=["all agree", "no coordinator approved it", "policy observes", "writes are off", "somebody pulled the switch"],
)
def test_a_yes_of_its_people_passes_no_other_gate(at: dict[str, Any], gate: str) -> None:
    """It says that they want it, and not that this instance may write."""
    assert [step.gate for step in planned(offered(agreed()), **at).steps] == [gate]


def test_what_differs_is_told_with_the_yes_that_it_waits_for() -> None:
    """Whoever says yes says it to these digests."""
    sides = in_step()
    sides.settle()
    sides.edit_mirror(severity="critical")

    plan = planned(seen(sides))

    assert [(each.field, each.both_edited) for each in plan.differences] == [("severity", False)]
    assert plan.people_must == ("the mirror says something else than its source, and is kept: severity",)


def test_a_yes_ends_once_both_sides_say_the_same() -> None:
    """Whoever made them so."""
    sides = agreed()
    sides.edit_source(severity="critical")

    plan = planned(offered(sides))

    assert plan.steps == ()
    assert EndOffers(case=1, fields=(("severity", "done"),)) in plan.notes


def test_a_frozen_mirror_is_written_anew_where_a_coordinator_says_so() -> None:
    """And nothing else is done in the same breath: nobody is let in before it stands there."""
    sides = broken()
    snapshot = seen(sides, people={"wheel": roster(ALICE)})
    assert planned(snapshot).people_must == (
        f"the mirror is frozen: its record was altered, or signed with a key that is gone; {HOW}",
    )

    plan = planned(replace(snapshot, offers=(RESTORE,)))

    [step] = plan.steps
    assert isinstance(step.action, UpdateMirror)
    assert step.action.fields.names() == ("description",)
    assert set(step.synced) == {"source", "block"}
    assert (plan.people_must, plan.differences) == ((), ())


def test_it_is_no_ones_word_that_somebody_elses_advisory_becomes_our_mirror() -> None:
    """A number may lead to something else by now."""
    sides = in_step()
    for other in ({"is_ours": False}, {"id": Ghsa("GHSA-2222-2222-2222")}, {"state": "closed"}):
        mirror = known(replace(sides.mirror, description="", **other))

        assert planned(seen(sides, mirror=mirror, offers=(RESTORE,))).steps == ()


def test_the_coordinators_word_ends_when_it_was_done() -> None:
    """The next time that it breaks somebody has to look at it again."""
    sides = in_step()
    sides.settle()

    plan = planned(seen(sides, offers=(RESTORE,)))

    assert EndOffers(case=1, fields=((FROZEN, "done"),)) in plan.notes
    assert plan.steps == ()


def test_a_case_of_which_nothing_is_known_stays_frozen_though_its_record_verifies() -> None:
    """The database was lost while the record was broken. What it lost must not be written over what the mirror says."""
    sides = in_step()
    nothing = case(sequence=0, links=(), participants=())
    snapshot = seen(sides, case=nothing, sources=(), baselines={})

    plan = planned(snapshot)

    assert plan.steps == ()
    assert "could not be read when the database was lost" in plan.people_must[0]
    assert not any(isinstance(note, AdoptMirror | CloseCase) for note in plan.notes)
