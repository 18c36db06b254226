"""What is to be done about one case and its mirror?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actions import CloseMirror, InviteToMirror, OpenMirror, UpdateMirror
from app.domain.facts import Advisory, NotApplicable
from app.domain.findings import Verdict
from app.domain.ids import CaseKey, Ghsa, Person
from app.domain.records import Participant
from app.reconcile.cases import block_of
from app.reconcile.decide import decide
from app.reconcile.decide_case import FRESH, NO_REPOSITORY, SETTLING
from app.reconcile.gates import fingerprint
from app.reconcile.plan import AdoptMirror, CloseCase, Conclude, Plan, SaveBaselines
from tests.builders import (
    ALICE,
    BOB,
    CAROL,
    CASES,
    DIGESTS,
    HIDDEN,
    MIRROR,
    NOW,
    POLICY,
    advisory,
    affects,
    attempt,
    case,
    case_snapshot,
    coordination,
    facts,
    intent,
    known,
    policies,
    roster,
    rules,
    standpoint,
)
from tests.reconcile.two_sides import Sides

KEY = CaseKey(1)
DUE = NOW + timedelta(minutes=2)
PASS = Verdict(state="pass", message="public and empty; drafts are private")
OVER = known(advisory(state="published"))


def planned(snapshot: Any, **at: Any) -> Plan:
    return decide(snapshot, standpoint(**at), DIGESTS)


def in_step() -> Sides:
    """Case 1 whose mirror says what its source says."""
    return Sides(block=block_of(case(), (advisory(),), rules()))


def seen(sides: Sides, **said: Any) -> Any:
    """The case with that mirror."""
    boring = {
        "case": sides.case,
        "sources": (known(sides.source),),
        "mirror": known(sides.mirror),
        "baselines": sides.baselines,
    }
    return case_snapshot(**(boring | said))


def with_mirror(**said: Any) -> Any:
    sides = in_step()
    sides.settle()
    return seen(sides, **said)


def mirror_in(state: Any) -> Any:
    return known(replace(in_step().mirror, state=state))


def kinds(plan: Plan) -> list[str]:
    return [step.action.kind for step in plan.steps]


# nothing


def test_nothing_to_do() -> None:
    """Mirror and source say the same, and everybody is inside; GitHub is silent about drafts, so look again."""
    plan = planned(with_mirror())

    assert plan == Plan(key=KEY, verdicts=((CASES, "coordination-private", PASS),), look_again=DUE)


def test_a_closed_case_stays_as_it_is() -> None:
    """It is over, and its mirror belongs to people."""
    assert planned(case_snapshot(case=case(state="closed", closed_at=NOW))) == Plan(key=KEY)


def test_without_a_coordination_repository_no_case_is_worked_on_and_that_is_said() -> None:
    """Policy took it out of the file, or it is in doubt which one is meant. An open case must not look like peace."""
    plan = planned(case_snapshot(), policies=policies("version: 1"))

    assert plan == Plan(key=KEY, cannot_tell=(NO_REPOSITORY,), look_again=DUE)


def test_a_mirror_in_another_repository_than_policy_names_is_not_looked_at() -> None:
    """What has its number there is somebody else's, whatever it looks like."""
    moved = facts(CASES, coordination=known(coordination(id=10)))

    plan = planned(with_mirror(coordination=moved, sources=(OVER,), mirror=mirror_in("closed")))

    assert (plan.steps, plan.notes, plan.people_must) == ((), (), ())
    [why] = plan.cannot_tell
    assert why == (
        "case 1 has its mirror in another repository than packaging-security/cases, which policy names now, so it is "
        "not looked at"
    )


def test_where_a_mirror_is_kept_is_learned_by_looking() -> None:
    """By the id of the repository, which stays when it is renamed."""
    plan = planned(with_mirror(case=case(mirror_in=None, sequence=2)))

    assert plan.notes == (AdoptMirror(case=1, mirror=MIRROR, sequence=2, repository=9),)


# the coordination repository

PUBLIC = facts(CASES, coordination=known(coordination(commits=True)))
STOPS: dict[str, tuple[Any, str, str]] = {
    "it has content": (
        PUBLIC,
        "finding",
        "packaging-security/cases cannot hold embargoed advisories: it is public and has content",
    ),
    "it cannot be told": (facts(CASES, coordination=HIDDEN), "cannot tell", "GitHub did not say"),
    "it is no such repository": (facts(CASES, coordination=NotApplicable("gone")), "not applicable", "gone"),
    "it was looked at 60 s and a moment ago": (
        facts(CASES, coordination=known(coordination(), ago=FRESH + timedelta(microseconds=1))),
        "pass",
        "it was looked at too long ago",
    ),
}


@pytest.mark.parametrize(("repository", "state", "why"), STOPS.values(), ids=STOPS)
@pytest.mark.parametrize("mirror", [known(None), mirror_in("open")], ids=["without a mirror", "with a mirror"])
def test_writes_stop_where_the_coordination_repository_may_leak(
    repository: Any, mirror: Any, state: str, why: str
) -> None:
    """Everything in it would be public; and a look of more than a minute ago says nothing about now."""
    plan = planned(case_snapshot(coordination=repository, mirror=mirror))

    [(_, policy, verdict)] = plan.verdicts
    assert (policy, verdict.state) == ("coordination-private", state)
    assert (plan.steps, plan.notes, plan.look_again) == ((), (), DUE)
    assert plan.cannot_tell == (f"nothing is written to packaging-security/cases: {why}",)


def test_a_repository_that_may_leak_is_a_page() -> None:
    """Somebody must see it at once."""
    [(_, _, verdict)] = planned(case_snapshot(coordination=PUBLIC)).verdicts

    assert verdict.pages


def test_a_look_of_a_minute_ago_still_counts() -> None:
    """Otherwise a slow GitHub would stop every case."""
    aged = facts(CASES, coordination=known(coordination(), ago=FRESH))

    assert kinds(planned(case_snapshot(coordination=aged))) == ["open-mirror"]


# what cannot be told

LINKS = (case().links[0], replace(case().links[0], ghsa=MIRROR))
SILENCES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "the source": ({"sources": (HIDDEN,)}, ("GitHub did not say",)),
    "the source is gone": ({"sources": (NotApplicable("gone"),)}, ("gone",)),
    "the mirror": ({"mirror": HIDDEN}, ("GitHub did not say",)),
    "one of two sources": (
        {"case": case(links=LINKS), "sources": (known(advisory()), HIDDEN)},
        ("GitHub did not say",),
    ),
    "one source, and the other is over": (
        {"case": case(links=LINKS), "sources": (OVER, HIDDEN), "mirror": known(in_step().mirror)},
        ("GitHub did not say",),
    ),
    "everything": ({"sources": (HIDDEN,), "mirror": NotApplicable("gone")}, ("GitHub did not say", "gone")),
}


@pytest.mark.parametrize(("silence", "reasons"), SILENCES.values(), ids=SILENCES)
def test_what_cannot_be_told_of_a_case_stops_it(silence: dict[str, Any], reasons: tuple[str, ...]) -> None:
    """Nothing is written, nothing is closed, and no lost write is called done."""
    lost = (intent(KEY, OpenMirror.kind, at=NOW - timedelta(hours=1)),)

    plan = planned(case_snapshot(unresolved=lost, **silence))

    assert (plan.steps, plan.notes, plan.look_again) == ((), (), DUE)
    assert plan.cannot_tell == reasons


# no mirror yet


def opened() -> OpenMirror:
    [step] = planned(case_snapshot()).steps
    assert isinstance(step.action, OpenMirror)
    return step.action


def test_an_open_case_gets_its_mirror() -> None:
    """With the text of its first link, and with what both sides share from then on."""
    [step] = planned(case_snapshot()).steps

    assert step.gate == "go"
    assert isinstance(step.action, OpenMirror)
    assert (step.action.case, step.action.repo) == (1, CASES)
    assert step.action.reason == "an accepted advisory concerns uv, wheel"
    assert step.action.fields.summary == "Path traversal"
    assert set(step.synced) == {"summary", "source", "block", "severity", "cwes", "cve", "vulnerabilities"}


GATES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "everything says yes": ({}, {}, "go"),
    "tried in vain": ({"attempts": (attempt(KEY, fingerprint(opened(), DIGESTS)),)}, {}, "blocked"),
    "policy observes": ({}, {"policies": policies(POLICY.replace("cases, mode: enforce", "cases"))}, "observed"),
    "nobody approved": ({}, {"approvals": {}}, "unapproved"),
    "writes are off": ({}, {"writes_enabled": False}, "off"),
}


@pytest.mark.parametrize(("memory", "at", "gate"), GATES.values(), ids=GATES)
def test_a_mirror_is_opened_through_the_same_gates(memory: dict[str, Any], at: dict[str, Any], gate: str) -> None:
    """Mirrors have a mode, and a scope to approve, as policies have."""
    [step] = planned(case_snapshot(**memory), **at).steps

    assert step.gate == gate


@pytest.mark.parametrize(
    ("ago", "waits"),
    [
        (timedelta(0), True),
        (SETTLING - timedelta(microseconds=1), True),
        (SETTLING, False),
        (timedelta(hours=1), False),
    ],
)
@pytest.mark.parametrize("source", [known(advisory()), OVER], ids=["open", "over"])
def test_a_request_that_may_still_be_on_its_way_is_waited_for(ago: timedelta, *, waits: bool, source: Any) -> None:
    """A second one would make a second mirror, and closing the case would leave one behind that nobody knows."""
    sent = (
        intent(KEY, OpenMirror.kind, at=NOW - ago, number=5),
        intent(KEY, OpenMirror.kind, at=NOW - ago - timedelta(days=1), number=6),
    )

    plan = planned(case_snapshot(unresolved=sent, sources=(source,)))

    if waits:
        assert (plan.steps, plan.notes, plan.look_again) == ((), (), NOW - ago + SETTLING)
    else:
        assert [note for note in plan.notes if isinstance(note, Conclude)] == [
            Conclude(intent=5, outcome="no effect seen"),
            Conclude(intent=6, outcome="no effect seen"),
        ]
        assert kinds(plan) == (["open-mirror"] if source is not OVER else [])


@pytest.mark.parametrize("state", ["published", "closed", "withdrawn"])
def test_a_case_that_is_over_before_it_has_a_mirror_is_closed(state: Any) -> None:
    """There is nothing left to coordinate in private."""
    plan = planned(case_snapshot(sources=(known(advisory(state=state)),)))

    assert (plan.steps, plan.notes, plan.look_again) == ((), (CloseCase(case=1),), None)


# a mirror


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
    """The database was lost: the record says which case it is, and how far it got."""
    sides = in_step()

    plan = planned(seen(sides, case=case(mirror=None, sequence=0), baselines={}))

    adopt, learn = plan.notes
    assert adopt == AdoptMirror(case=1, mirror=MIRROR, sequence=2, repository=9)
    assert isinstance(learn, SaveBaselines)
    assert set(learn.values) == {"summary", "source", "block", "severity", "cwes", "cve", "vulnerabilities"}
    assert plan.steps == ()


def test_how_far_the_record_got_is_learned_by_looking() -> None:
    """What we wrote counts once it stands there; from then on an older text is recognised."""
    sides = in_step()

    assert planned(seen(sides, case=case(sequence=1))).notes == (
        AdoptMirror(case=1, mirror=MIRROR, sequence=2, repository=9),
    )
    assert planned(seen(sides, case=case(sequence=2))).notes == ()


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

    assert (plan.steps, plan.notes) == ((), ())
    assert plan.people_must == ("the mirror is frozen: its markers are missing, doubled or out of order",)


# people


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


def test_a_mirror_that_was_found_concludes_its_opening() -> None:
    """The answer was lost, the mirror was not."""
    sent = intent(KEY, OpenMirror.kind, fingerprint(opened(), DIGESTS))

    assert planned(with_mirror(unresolved=(sent,))).notes == (Conclude(intent=5, outcome="done"),)


# the end


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
        advisory(state="published"),
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

    assert (plan.steps, plan.notes) == ((), ())
    assert plan.people_must == (f"the mirror is frozen: {why}",)


def test_a_mirror_that_was_spoiled_and_closed_by_people_ends_its_case() -> None:
    """It is known by its number, and people have no other way to be done with it."""
    spoiled = known(replace(in_step().mirror, state="closed", description="Everything else is gone."))

    assert planned(case_snapshot(case=case(), sources=(OVER,), mirror=spoiled)).notes == (CloseCase(case=1),)


def test_a_mirror_that_has_more_to_say_than_github_takes_is_for_people() -> None:
    """GitHub would refuse it, every day again."""
    crowd = tuple(Participant(tool=f"tool-{number}", why="named in the advisory") for number in range(2000))

    plan = planned(case_snapshot(case=case(mirror=None, sequence=0, participants=crowd)))

    assert plan.steps == ()
    [matter] = plan.people_must
    assert matter == (
        "the mirror cannot be opened: GitHub takes 65535 characters, and what it has to say is longer; shorten the "
        "linked advisory"
    )


def test_a_closing_whose_answer_was_lost_is_done_when_the_mirror_is_closed() -> None:
    """Then the case is closed too."""
    lost = (intent(KEY, CloseMirror.kind),)

    plan = planned(case_snapshot(case=case(), sources=(OVER,), mirror=mirror_in("closed"), unresolved=lost))

    assert plan.notes == (Conclude(intent=5, outcome="done"), CloseCase(case=1))
