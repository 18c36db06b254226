"""What is written to a mirror and learned from it, and what is left to people?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.actions import UpdateMirror
from app.reconcile.frozen import HOW
from app.reconcile.outrun import WHY
from app.reconcile.plan import AdoptMirror, CloseCase, Conclude, Doubt, SaveBaselines
from tests.builders import ALICE, BOB, CASES, DIGESTS, MIRROR, NOW, affects, case, intent, roster
from tests.reconcile.cases import KEY, OVER, in_step, seen, with_mirror
from tests.reconcile.plans import kinds, planned

SENT = (intent(KEY, "update-mirror"),)


def test_where_a_mirror_is_kept_is_learned_by_looking() -> None:
    """By the id of the repository, which stays when it is renamed."""
    plan = planned(with_mirror(case=case(mirror_in=None, sequence=2)))

    assert plan.notes == (AdoptMirror(case=1, mirror=MIRROR, sequence=2, repository=9),)


def test_a_mirror_follows_its_source() -> None:
    """One update says what it changes, and what is shared once it is done."""
    sides = in_step()
    sides.settle()
    sides.edit_source(summary="Path traversal in wheels", cve_id="CVE-2026-2")

    rest, cve = planned(seen(sides)).steps

    assert isinstance(rest.action, UpdateMirror)
    assert (rest.action.case, rest.action.repo, rest.action.mirror) == (1, CASES, MIRROR)
    assert rest.action.reason == "the source changed: summary"
    assert rest.synced == {"summary": "Path traversal in wheels"}
    assert (cve.action.reason, cve.synced) == ("the source changed: cve", {"cve": "CVE-2026-2"})


def test_a_mirror_that_was_found_again_is_adopted() -> None:
    """It is as we opened it, which nobody wrote down any more, and was written once with an answer that was lost."""
    sides = in_step()

    plan = planned(seen(sides, case=case(mirror=None, sequence=0), baselines={}, unresolved=SENT))

    became, adopt, learn = plan.notes
    assert became == Conclude(intent=SENT[0].id, outcome="done")
    assert adopt == AdoptMirror(case=1, mirror=MIRROR, sequence=2, repository=9)
    assert isinstance(learn, SaveBaselines)
    fields = {"summary", "source", "block", "severity", "cwes", "cve", "vulnerabilities"}
    assert set(learn.values) == fields | {"vulnerabilities/pip:uv", "vulnerabilities/pip:wheel"}
    assert plan.steps == ()


def test_how_far_the_record_got_is_learned_by_looking() -> None:
    """What we wrote, with an answer that was lost, counts once it stands there; from then on an older one is known."""
    sides = in_step()

    assert planned(seen(sides, case=case(sequence=1), unresolved=SENT)).notes == (
        Conclude(intent=SENT[0].id, outcome="done"),
        AdoptMirror(case=1, mirror=MIRROR, sequence=2, repository=9),
    )
    assert planned(seen(sides, case=case(sequence=2))).notes == ()


OLD: dict[str, dict[str, Any]] = {
    "nothing was sent": {"case": case(sequence=1)},
    "a coordinator waits to confirm it": {"case": case(sequence=1, unconfirmed_since=NOW), "unresolved": SENT},
    "what was sent is no state of the mirror": {
        "case": case(sequence=1),
        "unresolved": (intent(KEY, "invite-to-mirror"),),
    },
}


@pytest.mark.parametrize("said", OLD.values(), ids=OLD)
def test_a_record_that_is_newer_than_what_we_wrote_is_that_of_another_database(said: dict[str, Any]) -> None:
    """A backup was put back: who left since, and which ids were recorded, is not in it. Nothing is done by it."""
    sides = in_step()
    sides.edit_source(summary="Something else")

    plan = planned(seen(sides, people={"uv": roster(BOB)}, **said))

    assert (plan.steps, plan.notes) == ((), (Doubt(case=1),))
    assert plan.people_must == (f"the mirror is frozen: {WHY}; {HOW}",)


def test_of_two_writes_without_an_answer_no_mirror_gets_two_further() -> None:
    """Each look adopts what it sees before anything more is sent."""
    sides = in_step()
    sides.mirror = replace(
        sides.mirror,
        description=replace(sides.body, record=replace(sides.body.record, sequence=3)).text(DIGESTS),
    )

    assert planned(seen(sides, case=case(sequence=1), unresolved=SENT)).notes == (Doubt(case=1),)


def test_a_mirror_that_is_ahead_of_a_case_without_one_is_known_from_then_on() -> None:
    """So that a coordinator can restore it. How far it was known is what opening it leaves."""
    plan = planned(seen(in_step(), case=case(mirror=None, sequence=0)))

    assert plan.notes == (Doubt(case=1), AdoptMirror(case=1, mirror=MIRROR, sequence=1, repository=9))


def test_a_tool_that_is_named_after_the_case_was_opened_is_for_people() -> None:
    """A reporter is a collaborator of the draft and can edit it: naming a tool there invites nobody."""
    sides = in_step()
    sides.settle()
    sides.edit_source(vulnerabilities=affects("wheel", "uv", "pip"))

    plan = planned(seen(sides))

    assert plan.people_must == ("the source names tools that were not there when it was accepted: pip",)
    assert kinds(plan) == ["update-mirror"]


def test_a_mirror_whose_record_does_not_know_it_yet_gets_a_new_one() -> None:
    """Its id came with GitHub's answer."""
    sides = in_step()
    body = replace(sides.body, record=replace(sides.body.record, mirror=None, sequence=1))
    sides.edit_mirror(description=body.text(DIGESTS))

    [step] = planned(seen(sides, case=case())).steps

    assert step.action.reason == "the source changed: only our own record"


def test_what_people_must_settle_is_told() -> None:
    """A divergence and a conflict are theirs."""
    sides = in_step()
    sides.settle()
    sides.edit_mirror(summary="Ours", severity="low")
    sides.edit_source(summary="Theirs")

    plan = planned(seen(sides))

    assert plan.steps == ()
    assert plan.people_must == (
        "the mirror says something else than its source, and is kept: severity",
        "the mirror and its source were both edited, nothing is overwritten: summary",
    )


def test_a_mirror_whose_markers_are_gone_is_frozen() -> None:
    """Nobody is invited to it and nothing is written, until people settle it."""
    sides = in_step()
    sides.edit_mirror(description="Written anew.")

    plan = planned(seen(sides, people={"wheel": roster(ALICE)}, sources=(OVER,)))

    assert plan.steps == ()
    assert not any(isinstance(note, AdoptMirror | SaveBaselines | CloseCase) for note in plan.notes)
    assert plan.people_must == (f"the mirror is frozen: its markers are missing, doubled or out of order; {HOW}",)
