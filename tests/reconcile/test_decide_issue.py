"""What is to be done about a case whose mirror is an issue?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actions import BlankMirror, CloseMirror, InviteToMirror, OpenMirror, UpdateMirror
from app.domain.facts import NotApplicable
from app.reconcile.cases import block_of
from app.reconcile.decide_case import SETTLING
from app.reconcile.exposure import GONE
from app.reconcile.frozen import HOW
from app.reconcile.gates import fingerprint
from app.reconcile.plan import Conclude, Plan
from tests.builders import (
    ALICE,
    AS_ISSUES,
    BOB,
    CAROL,
    DIGESTS,
    HIDDEN,
    ISSUE,
    NOW,
    PRIVATE_CASES,
    advisory,
    approval,
    attempt,
    case,
    coordination,
    facts,
    intent,
    known,
    policies,
    roster,
    rules,
)
from tests.reconcile import cases, plans
from tests.reconcile.cases import KEY
from tests.reconcile.plans import DUE, kinds
from tests.reconcile.two_sides import Sides

SCOPE = "mirror: open as an issue and keep in step"
PRIVATE = facts(PRIVATE_CASES, coordination=known(coordination(private=True, has_issues=True)))
PUBLIC = facts(PRIVATE_CASES, coordination=known(coordination(has_issues=True)))
REFUSED = (
    "uv is not invited: whoever reads packaging-security/private-cases reads every case, and policy does not list bob "
    "under always_readers; list them there and give them access to the repository, or use store: advisory"
)


def sides(**said: Any) -> Sides:
    """Case 1 whose issue says what its source says."""
    block = block_of(case(), (advisory(),), rules(AS_ISSUES), **said)
    both = Sides(store="issue", block=block, case=case(mirror=ISSUE))
    both.settle()
    return both


def seen(both: Sides, **said: Any) -> Any:
    """The case with that issue, which two people read."""
    boring: dict[str, Any] = {"coordination": PRIVATE, "always_readers": roster(ALICE, CAROL)}
    return cases.seen(both, **(boring | said))


def planned(snapshot: Any, **at: Any) -> Plan:
    boring = {"policies": policies(AS_ISSUES), "approvals": {SCOPE: approval(SCOPE)}}
    return plans.planned(snapshot, **(boring | at))


def test_nothing_to_do() -> None:
    """Both sides say the same, and nobody is let into an issue by name."""
    plan = planned(seen(sides(), people={"uv": roster(ALICE), "wheel": roster(CAROL)}))

    assert (plan.steps, plan.notes, plan.people_must, plan.cannot_tell) == ((), (), (), ())
    assert plan.look_again == DUE


def test_an_open_case_gets_its_issue() -> None:
    """With a neutral title, and the three fields that an issue has."""
    without = case(mirror=None, sequence=0)

    [step] = planned(seen(sides(), case=without, mirror=known(None), baselines={})).steps

    assert isinstance(step.action, OpenMirror)
    assert (step.action.store, step.action.repo, step.gate) == ("issue", PRIVATE_CASES, "go")
    assert step.action.fields.summary == "Case 1"
    assert set(step.synced) == {"title", "source", "block"}


def test_a_yes_to_drafts_does_not_count() -> None:
    """An issue has more readers."""
    other = "mirror: open and keep in step"
    both = sides()
    both.edit_source(severity="low")

    [step] = planned(seen(both), approvals={other: approval(other)}).steps

    assert step.gate == "unapproved"


@pytest.mark.parametrize("uv", [roster(ALICE, BOB), roster(ALICE, unconfirmed=(BOB,))], ids=["member", "unconfirmed"])
def test_a_tool_whose_people_do_not_all_read_is_told_and_not_invited(uv: Any) -> None:
    """Its row in the table says so, and that is all that is written."""
    plan = planned(seen(sides(), people={"uv": uv, "wheel": roster(ALICE)}))

    assert plan.people_must[0] == REFUSED
    [update] = [step.action for step in plan.steps]
    assert isinstance(update, UpdateMirror)
    assert "| uv | named in the advisory | not invited: " in (update.fields.description or "")
    assert "| wheel | named in the advisory | unknown |" in (update.fields.description or "")


def test_people_are_compared_by_their_ids() -> None:
    """A login that was renamed is the same account."""
    renamed = {"uv": roster(replace(ALICE, login="alice-renamed"))}

    assert planned(seen(sides(), people=renamed)).people_must == ()


def test_nobody_is_refused_in_a_case_that_is_over() -> None:
    """There is nothing to be invited to."""
    plan = planned(seen(sides(), sources=(known(advisory(state="published")),), people={"uv": roster(BOB)}))

    assert plan.people_must == ()


def test_an_issue_never_lets_anybody_in_by_name() -> None:
    """It has no such list."""
    plan = planned(seen(sides(), people={"uv": roster(BOB), "wheel": roster(ALICE)}))

    assert InviteToMirror.kind not in kinds(plan)


SILENCES: dict[str, tuple[dict[str, Any], str]] = {
    "who reads every case": ({"always_readers": HIDDEN}, "who reads every case: GitHub did not say"),
    "who reads, since policy was switched": (
        {"always_readers": NotApplicable("each advisory names its own readers")},
        "who reads every case: each advisory names its own readers",
    ),
    "who takes part": ({"people": {"uv": HIDDEN}}, "who takes part for uv: GitHub did not say"),
    "the issue": ({"mirror": HIDDEN}, "GitHub did not say"),
    "the source": ({"sources": (HIDDEN,)}, "GitHub did not say"),
}


@pytest.mark.parametrize(("silence", "why"), SILENCES.values(), ids=SILENCES)
def test_what_cannot_be_told_stops_an_issue(silence: dict[str, Any], why: str) -> None:
    """Its block says who is not invited, so it would change back and forth with every failing look."""
    both = sides()
    both.edit_source(severity="low")

    plan = planned(seen(both, **silence))

    assert (plan.steps, plan.notes, plan.cannot_tell) == ((), (), (why,))


# made public

LONG_AGO = NOW - timedelta(hours=1)


def empty(both: Sides) -> Any:
    return known(replace(both.mirror, description=""))


@pytest.mark.parametrize("kind", [OpenMirror.kind, UpdateMirror.kind, CloseMirror.kind, BlankMirror.kind])
def test_what_was_written_in_public_is_taken_out(kind: str) -> None:
    """A write whose end nobody saw, and a repository that is public now: that is all that is written."""
    plan = planned(seen(sides(), coordination=PUBLIC, unresolved=(intent(KEY, kind),)))

    [step] = plan.steps
    assert isinstance(step.action, BlankMirror)
    assert (step.action.repo, step.action.mirror, step.action.fields.description) == (PRIVATE_CASES, ISSUE, "")
    assert (step.gate, plan.notes) == ("go", ())


AT_REST: dict[str, dict[str, Any]] = {
    "no write is open": {},
    "only an invitation": {"unresolved": (intent(KEY, InviteToMirror.kind),)},
    "nothing was opened": {"mirror": known(None), "unresolved": (intent(KEY, OpenMirror.kind),)},
    "whether anything was opened cannot be told": {"mirror": HIDDEN, "unresolved": (intent(KEY, OpenMirror.kind),)},
    "somebody else opened it": {
        "mirror": known(replace(sides().mirror, is_ours=False)),
        "unresolved": (intent(KEY, UpdateMirror.kind),),
    },
    "whether it is public cannot be told": {
        "coordination": facts(PRIVATE_CASES, coordination=HIDDEN),
        "unresolved": (intent(KEY, UpdateMirror.kind),),
    },
    "it is private, and its issues are off": {
        "coordination": facts(PRIVATE_CASES, coordination=known(coordination(private=True))),
        "unresolved": (intent(KEY, UpdateMirror.kind),),
    },
}


@pytest.mark.parametrize("said", AT_REST.values(), ids=AT_REST)
def test_otherwise_nothing_is_written_where_writes_stop(said: dict[str, Any]) -> None:
    """A public repository gets no write of ours but the one that takes ours out."""
    plan = planned(seen(sides(), **({"coordination": PUBLIC} | said)))

    assert (plan.steps, plan.notes) == ((), ())
    assert plan.cannot_tell[0].startswith("nothing is written to packaging-security/private-cases: ")


@pytest.mark.parametrize(
    ("at", "notes"),
    [
        (NOW - SETTLING, (Conclude(intent=5, outcome="done"),)),
        (NOW - SETTLING + timedelta(microseconds=1), ()),
    ],
)
def test_a_write_is_open_until_it_cannot_arrive_any_more(at: Any, notes: Any) -> None:
    """One that is late would bring the text back."""
    both = sides()
    sent = (intent(KEY, UpdateMirror.kind, at=at),)

    plan = planned(seen(both, coordination=PUBLIC, mirror=empty(both), unresolved=sent))

    assert (plan.steps, plan.notes) == ((), notes)
    assert plan.people_must == (f"the mirror is frozen: {GONE}",)


def test_an_issue_without_its_text_is_frozen_until_people_restore_it() -> None:
    """The repository is private again; whether the text may come back is theirs to say."""
    both = sides()
    lost = (intent(KEY, UpdateMirror.kind, at=LONG_AGO),)

    plan = planned(seen(both, mirror=empty(both), unresolved=lost))

    assert (plan.steps, plan.people_must) == ((), (f"the mirror is frozen: {GONE}; {HOW}",))


def _tried(ago: timedelta, outcome: str = "refused") -> dict[str, Any]:
    """It was tried before, that long ago."""
    blank = BlankMirror(case=1, repo=PRIVATE_CASES, mirror=ISSUE, reason="whatever")
    return {"attempts": (replace(attempt(KEY, fingerprint(blank, DIGESTS)), at=NOW - ago, outcome=outcome),)}


OBSERVED = policies(AS_ISSUES.replace("store: issue, mode: enforce", "store: issue, mode: observe"))
OFF = "GREENROOM_WRITES is off"
BLANKING: dict[str, tuple[dict[str, Any], dict[str, Any], str, str | None]] = {
    "policy observes by now": ({}, {"policies": OBSERVED}, "go", None),
    "the approval was taken back": ({}, {"approvals": {}}, "go", None),
    "writes are off": ({}, {"writes_enabled": False}, "off", OFF),
    "it was refused a moment ago": (_tried(timedelta(0)), {}, "blocked", "GitHub said no"),
    "it was refused less than five minutes ago": (_tried(timedelta(minutes=4, seconds=59)), {}, "blocked", None),
    "it was refused five minutes ago": (_tried(timedelta(minutes=5)), {}, "go", None),
    "it had no effect five minutes ago": (_tried(timedelta(minutes=5), "without effect"), {}, "go", None),
    "another write was refused": ({"attempts": (attempt(KEY, "of another"),)}, {}, "go", None),
}


@pytest.mark.parametrize(("said", "at", "gate", "why"), BLANKING.values(), ids=BLANKING)
def test_only_the_kill_switch_and_a_refusal_of_this_minute_hold_back_a_blanking(
    said: dict[str, Any], at: dict[str, Any], gate: str, why: str | None
) -> None:
    """It undoes our own write in public, so it asks neither mode nor approval. Where it waits, people must act."""
    snapshot = seen(sides(), coordination=PUBLIC, unresolved=(intent(KEY, UpdateMirror.kind),), **said)

    plan = planned(snapshot, **at)

    [step] = plan.steps
    assert (step.action.kind, step.gate) == (BlankMirror.kind, gate)
    waits = (f"the text of a public issue is not taken out: {step.why_not}",) if gate != "go" else ()
    assert plan.people_must == waits
    assert why is None or step.why_not == why
