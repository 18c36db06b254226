"""Where do the CVE ids of a case have to go, and is one of them nowhere?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.actions import WRITES_CVE, MirrorFields, SetCve
from app.domain.cases import CveRequest
from app.domain.ids import Ghsa, Person
from app.reconcile.gates import fingerprint
from app.reconcile.plan import CloseCase, Conclude, CveWritten, Plan, Step
from tests.builders import (
    DIGESTS,
    GHSA,
    HIDDEN,
    NOW,
    POLICY,
    WHEEL,
    advisory,
    approval,
    attempt,
    case,
    case_snapshot,
    intent,
    known,
    policies,
)
from tests.reconcile.cases import KEY, LINKS, mirror_in, with_mirror
from tests.reconcile.plans import planned

CVE = "CVE-2026-12345"
APPROVED = {"approvals": {scope: approval(scope) for scope in (WRITES_CVE, "mirror: open and keep in step")}}


def asked(**said: Any) -> CveRequest:
    """Somebody of wheel asked PSF for an id, and has it."""
    boring: dict[str, Any] = {
        "id": 7,
        "case": 1,
        "tool": "wheel",
        "cna": "PSF",
        "asked_by": Person("alice", 1),
        "proof": "policy names alice:1 for wheel",
        "asked_at": NOW,
        "cve_id": CVE,
        "recorded_at": NOW,
    }
    return CveRequest(**(boring | said))


AGREED = {"ghsa": GHSA, "agreed_by": "alice:1", "agreed_at": NOW}
WRITTEN = AGREED | {"written_at": NOW}
DRAFT, SHOWS = advisory(), advisory(cve_id=CVE)
OVER, ANOTHER = advisory(state="closed"), advisory(cve_id="CVE-2026-99999")
UNLINKED = AGREED | {"ghsa": Ghsa("GHSA-2222-2222-2222")}
OTHER = "the advisory of wheel shows another CVE id than the one that is recorded"
NOWHERE = "the CVE id that is recorded for wheel is written nowhere"
NONE_YET = "a CVE id for wheel was asked for, and none is recorded; record or drop it"
GONE = "the CVE id of wheel was in its advisory, and is not any more"


def looked(request: CveRequest, source: Any = DRAFT, **said: Any) -> Plan:
    at = said.pop("at", APPROVED)
    sources = (source if source is HIDDEN else known(source),)
    return planned(with_mirror(case=case(cves=(request,), sequence=2), sources=sources, **said), **at)


def written_by(plan: Plan) -> list[tuple[str, str | None]]:
    return [(step.gate, step.action.fields.cve_id) for step in plan.steps if isinstance(step.action, SetCve)]


def to_write(**said: Any) -> Step:
    """The one step that writes an id, once its people said so."""
    [step] = [each for each in looked(asked(**AGREED), **said).steps if isinstance(each.action, SetCve)]
    return step


def learned(plan: Plan) -> list[Ghsa]:
    return [note.ghsa for note in plan.notes if isinstance(note, CveWritten)]


TABLE: dict[str, tuple[CveRequest, Any, list[Any], list[Any], tuple[str, ...]]] = {
    "nothing to do: it is there, and that is known": (asked(**WRITTEN), SHOWS, [], [], ()),
    "asked for": (asked(cve_id=None), DRAFT, [], [], ()),
    "recorded: nobody said that it may be written": (asked(), DRAFT, [], [], ()),
    "for which advisory is known, and nobody said anything": (asked(ghsa=GHSA), DRAFT, [], [], ()),
    "its people said so": (asked(**AGREED), DRAFT, [("go", CVE)], [], ()),
    "it is there": (asked(**AGREED), SHOWS, [], [GHSA], ()),
    "people wrote it there themselves": (asked(), SHOWS, [], [GHSA], ()),
    "another one is there: nothing is overwritten": (
        asked(**AGREED),
        ANOTHER,
        [],
        [],
        (OTHER,),
    ),
    "another one is there, and nobody said anything": (asked(), ANOTHER, [], [], (OTHER,)),
    "it was there, and another one is": (asked(**WRITTEN), ANOTHER, [], [], (OTHER,)),
    "it was there, and people took it out: they had a reason": (asked(**WRITTEN), DRAFT, [], [], (GONE,)),
    "over, and nowhere": (asked(), OVER, [], [], (NOWHERE,)),
    "over, and its people said so too late": (asked(**AGREED), OVER, [], [], (NOWHERE,)),
    "over, and none is recorded": (asked(cve_id=None), OVER, [], [], (NONE_YET,)),
    "over, and it is there": (asked(**WRITTEN), advisory(state="published", cve_id=CVE), [], [], ()),
    "over, and it was dropped": (asked(ended_at=NOW, ended_why="rejected"), OVER, [], [], ()),
    "dropped after its people said so": (asked(**AGREED, ended_at=NOW, ended_why="rejected"), DRAFT, [], [], ()),
    "for an advisory that is not linked any more": (
        asked(**AGREED | {"ghsa": Ghsa("GHSA-2222-2222-2222")}),
        DRAFT,
        [],
        [],
        (),
    ),
    "of a tool without an advisory here, and over": (asked(tool="uv"), OVER, [], [], (NOWHERE.replace("wheel", "uv"),)),
    "what the advisory shows cannot be told": (asked(**AGREED), HIDDEN, [], [], ()),
}


@pytest.mark.parametrize(("request_", "source", "steps", "notes", "people_must"), TABLE.values(), ids=TABLE)
def test_the_table(request_: CveRequest, source: Any, steps: Any, notes: Any, people_must: Any) -> None:
    """What is written, what is learned, and what people are told."""
    plan = looked(request_, source)

    assert (written_by(plan), learned(plan), plan.people_must) == (steps, notes, people_must)


def test_what_one_advisory_shows_says_nothing_while_another_cannot_be_seen() -> None:
    """The id may be in that one."""
    linked = case(cves=(asked(),), links=LINKS, sequence=2)

    plan = planned(with_mirror(case=linked, sources=(known(ANOTHER), HIDDEN)))

    assert (plan.people_must, plan.cannot_tell) == ((), ("GitHub did not say",))


def test_what_is_written_is_the_id_and_only_where_none_is() -> None:
    """All else of the advisory is its people's."""
    action = to_write().action

    assert action == SetCve(
        case=1,
        repo=WHEEL,
        ghsa=GHSA,
        fields=MirrorFields(cve_id=CVE),
        was=MirrorFields(clears_cve=True),
        reason="PSF assigned it, and the people of wheel want it there",
    )
    assert action.key == KEY


OBSERVED = POLICY.replace("packaging-security/cases, mode: enforce", "packaging-security/cases, mode: report")
HELD: dict[str, tuple[dict[str, Any], str]] = {
    "nobody approved this kind": ({"approvals": {}}, "unapproved"),
    "writes are off": (APPROVED | {"writes_enabled": False}, "off"),
    "policy observes": (APPROVED | {"policies": policies(OBSERVED)}, "observed"),
}


@pytest.mark.parametrize(("said", "gate"), HELD.values(), ids=HELD)
def test_its_people_say_yes_and_the_gates_hold_it_all_the_same(said: dict[str, Any], gate: str) -> None:
    """A yes to one write is none to writing."""
    assert written_by(looked(asked(**AGREED), at=said)) == [(gate, CVE)]


def test_what_github_refused_is_shown_as_blocked() -> None:
    """Such as an id that is on another advisory already."""
    step = to_write()
    tried = attempt(KEY, fingerprint(step.action, DIGESTS))

    blocked = to_write(attempts=(tried,))

    assert (blocked.gate, blocked.why_not) == ("blocked", "GitHub said no")


LAST: dict[str, tuple[CveRequest, bool]] = {
    "its id is nowhere": (asked(), False),
    "none was recorded": (asked(cve_id=None), False),
    "it was dropped": (asked(ended_at=NOW, ended_why="returned-to-cna"), True),
}


@pytest.mark.parametrize(("request_", "closes"), LAST.values(), ids=LAST)
def test_a_case_is_not_over_while_an_id_of_it_is_nowhere(request_: CveRequest, *, closes: bool) -> None:
    """The CNA waits for it, and nobody would look again."""
    plan = planned(case_snapshot(case=case(cves=(request_,)), sources=(known(OVER),), mirror=mirror_in("closed")))

    assert (CloseCase(case=1) in plan.notes, not plan.people_must, plan.look_again is None) == (closes,) * 3


def test_a_write_whose_answer_was_lost_did_not_happen_where_the_same_is_still_wanted() -> None:
    """It is known then, and may be sent again."""
    step = to_write()
    lost = intent(KEY, SetCve.kind, fingerprint(step.action, DIGESTS))

    plan = looked(asked(**AGREED), unresolved=(lost,))

    assert [note for note in plan.notes if isinstance(note, Conclude)] == [Conclude(intent=5, outcome="no effect seen")]


def test_a_write_whose_answer_was_lost_is_done_where_the_id_is_there() -> None:
    """GitHub took it, and nothing is sent twice."""
    step = to_write()
    lost = intent(KEY, SetCve.kind, fingerprint(step.action, DIGESTS))

    plan = looked(asked(**AGREED), SHOWS, unresolved=(lost,))

    assert [note for note in plan.notes if isinstance(note, Conclude)] == [Conclude(intent=5, outcome="done")]


def test_nothing_is_written_to_a_source_while_the_coordination_repository_is_not_as_it_should_be() -> None:
    """Where it is wrong all writes stop."""
    snapshot = with_mirror(case=case(cves=(asked(**AGREED),), sequence=2))
    wrong = replace(snapshot, coordination=replace(snapshot.coordination, coordination=HIDDEN))

    assert written_by(planned(wrong, **APPROVED)) == []
