"""What follows from one policy of one repository?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.facts import NotApplicable
from app.reconcile.gates import conclusions
from app.reconcile.plan import Conclude, ForgetAttempts, Plan, Step
from tests.builders import (
    ALICE,
    DIGESTS,
    HIDDEN,
    NOW,
    POLICY,
    WHEEL,
    attempt,
    facts,
    intent,
    known,
    policies,
    report,
    roster,
)
from tests.reconcile.looks import ADD, BREACHED, EXEMPT, KEY, MESSAGE, OFF, PRINT, VAIN, WITH_REPORT, looked
from tests.reconcile.plans import planned, verdict_of


def test_nothing_to_do() -> None:
    """The repository is as it should be: a verdict, and no more."""
    plan = planned(looked(facts=facts()))

    assert plan == Plan(key=KEY, verdicts=plan.verdicts)
    assert verdict_of(plan) == ("pass", "off, as psrt declares")


def test_a_breach_is_mended_under_the_key_of_its_policy() -> None:
    """One worker at a time holds that key."""
    plan = planned(looked(facts=WITH_REPORT))

    assert [step.action for step in plan.ready] == [OFF, ADD]
    assert verdict_of(plan) == ("finding", MESSAGE)


@pytest.mark.parametrize("mode", ["observe", "report"])
def test_what_policy_does_not_enforce_is_planned_and_not_done(mode: str) -> None:
    """A fresh install writes nothing."""
    plan = planned(looked(), policies=policies(POLICY.replace("{mode: enforce}\n  co", f"{{mode: {mode}}}\n  co")))

    assert plan.ready == ()
    assert plan.steps == (Step(action=OFF, gate="observed", why_not=f"policy says {mode}"),)


def test_a_policy_that_cannot_tell_says_so_and_does_nothing() -> None:
    """Not a pass, not a finding, not a write, and no word on writes whose answer was lost."""
    plan = planned(looked(facts=facts(private_reporting=HIDDEN), unresolved=(intent(KEY, OFF.kind, PRINT),)))

    assert verdict_of(plan) == ("cannot tell", "GitHub did not say")
    assert (plan.steps, plan.notes, plan.cannot_tell) == ((), (), ("GitHub did not say",))


def test_a_breach_that_somebody_accepted_is_exempt() -> None:
    """Until the end of the day that stands in the file."""
    exempt = policies(EXEMPT)

    plan = planned(looked(), policies=exempt)
    later = planned(looked(), policies=exempt, now=NOW + timedelta(days=1))

    assert verdict_of(plan) == ("exempt", "accepted by carol until 2026-12-01")
    assert plan.steps == ()
    assert verdict_of(later)[0] == "finding"


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (facts(), "pass"),
        (facts(private_reporting=HIDDEN), "cannot tell"),
        (facts(private_reporting=NotApplicable("private")), "not applicable"),
    ],
)
def test_an_exemption_covers_a_finding_and_nothing_else(seen: Any, state: str) -> None:
    """A pass stays a pass, and what cannot be told is not excused."""
    assert verdict_of(planned(looked(facts=seen), policies=policies(EXEMPT)))[0] == state


def test_a_breach_whose_every_remedy_was_tried_in_vain_is_blocked() -> None:
    """The reason is GitHub's, and people are told it instead of the same finding again."""
    plan = planned(looked(attempts=(attempt(KEY, PRINT, "blocked by configuration “PyPA baseline”"),)))

    assert verdict_of(plan) == ("blocked", f"{MESSAGE}; blocked by configuration “PyPA baseline”")
    assert [step.gate for step in plan.steps] == ["blocked"]


def test_a_breach_with_something_left_to_try_is_a_finding() -> None:
    """One remedy is blocked, the other goes on."""
    plan = planned(looked(facts=WITH_REPORT, attempts=VAIN))

    assert verdict_of(plan)[0] == "finding"
    assert [step.gate for step in plan.steps] == ["blocked", "go"]


def test_a_finding_without_a_remedy_is_not_blocked() -> None:
    """Nothing was tried, so nothing was tried in vain."""
    plan = planned(looked(facts=replace(BREACHED, configuration=HIDDEN), attempts=VAIN))

    assert verdict_of(plan)[0] == "finding"


def test_what_was_tried_in_vain_is_forgotten_when_all_is_well() -> None:
    """Next time it counts anew."""
    assert planned(looked(facts=facts(), attempts=VAIN)).notes == (ForgetAttempts(),)
    assert planned(looked(attempts=VAIN)).notes == ()


LOST = intent(KEY, OFF.kind, PRINT)
ANOTHER = intent(KEY, OFF.kind, "under another configuration", number=6)
DONE, NOT_DONE = Conclude(intent=5, outcome="done"), Conclude(intent=5, outcome="no effect seen")
LOST_INTENTS: dict[str, tuple[Any, Any, tuple[Conclude, ...]]] = {
    "all is well, so it happened": (facts(), (LOST,), (DONE,)),
    "the same is wanted, so it did not": (BREACHED, (LOST,), (NOT_DONE,)),
    "something else of its kind is wanted, so nobody knows": (
        BREACHED,
        (LOST, ANOTHER),
        (NOT_DONE, Conclude(intent=6, outcome="unknown")),
    ),
    "nobody can tell": (facts(private_reporting=HIDDEN), (LOST,), ()),
    "it is wrong, and how to mend it cannot be told": (replace(BREACHED, configuration=HIDDEN), (LOST,), ()),
    "there is no such button any more": (facts(private_reporting=NotApplicable("private")), (LOST,), ()),
    "it is nobody's business any more": (facts(WHEEL, private_reporting=known(True)), (LOST,), ()),
}


@pytest.mark.parametrize(("seen", "lost", "notes"), LOST_INTENTS.values(), ids=LOST_INTENTS)
def test_what_became_of_a_write_whose_answer_was_lost(seen: Any, lost: Any, notes: Any) -> None:
    """The audit says it happened only where that can be seen."""
    assert planned(looked(facts=seen, unresolved=lost)).notes == notes


def test_a_lost_write_is_not_called_done_because_the_breach_was_accepted() -> None:
    """An exemption hides what is wanted, not what is so."""
    assert planned(looked(unresolved=(LOST,)), policies=policies(EXEMPT)).notes == ()


def test_a_lost_write_of_another_kind_is_done_where_only_others_are_wanted() -> None:
    """The switch is as it should be; only people are missing."""
    seen = facts(advisories=known((report(),)), owners_people=roster(ALICE))

    assert planned(looked(facts=seen, unresolved=(LOST,))).notes == (DONE,)
    assert conclusions((LOST,), (), DIGESTS) == (DONE,)
