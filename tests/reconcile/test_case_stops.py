"""When is nothing written for a case?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.domain.actions import OpenMirror
from app.domain.facts import NotApplicable
from app.domain.findings import Verdict
from app.reconcile.decide_case import FRESH, NO_REPOSITORY
from app.reconcile.plan import Plan
from tests.builders import (
    CASES,
    HIDDEN,
    NOW,
    advisory,
    case,
    case_snapshot,
    coordination,
    facts,
    intent,
    known,
    policies,
)
from tests.reconcile.cases import CLOSED, KEY, LINKS, in_step, mirror_in, with_mirror
from tests.reconcile.plans import DUE, kinds, planned

PASS = Verdict(state="pass", message="public and empty; drafts are private")


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

    plan = planned(with_mirror(coordination=moved, sources=(CLOSED,), mirror=mirror_in("closed")))

    assert (plan.steps, plan.notes, plan.people_must) == ((), (), ())
    [why] = plan.cannot_tell
    assert why == (
        "case 1 has its mirror in another repository than packaging-security/cases, which policy names now, so it is "
        "not looked at"
    )


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


SILENCES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "the source": ({"sources": (HIDDEN,)}, ("GitHub did not say",)),
    "the source is gone": ({"sources": (NotApplicable("gone"),)}, ("gone",)),
    "the mirror": ({"mirror": HIDDEN}, ("GitHub did not say",)),
    "one of two sources": (
        {"case": case(links=LINKS), "sources": (known(advisory()), HIDDEN)},
        ("GitHub did not say",),
    ),
    "one source, and the other is over": (
        {"case": case(links=LINKS), "sources": (CLOSED, HIDDEN), "mirror": known(in_step().mirror)},
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
