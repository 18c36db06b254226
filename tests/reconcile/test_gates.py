"""Which gate holds a write back?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.reconcile.gates import RULES_VERSION, gated
from app.reconcile.plan import Step
from tests.builders import DIGESTS, NOW, approval, attempt, configuration, policies, standpoint
from tests.reconcile.looks import KEY, OFF, PRINT, VAIN, looked
from tests.reconcile.plans import planned, verdict_of

APPROVED = {"private-reporting: off": approval("private-reporting: off")}
STALE = {"private-reporting: off": approval("private-reporting: off", rules_version=RULES_VERSION + 1)}
OTHER_WAY = {"private-reporting: on": approval("private-reporting: on")}
NOT_APPROVED = "no coordinator has approved “private-reporting: off” yet"
GATES: dict[str, tuple[dict[str, Any], Any, tuple[Any, ...], str, str]] = {
    "everything says yes": ({}, "enforce", (), "go", ""),
    "another attempt was in vain": ({}, "enforce", (attempt(KEY, "of something else"),), "go", ""),
    "writes are off": ({"writes_enabled": False}, "enforce", (), "off", "GREENROOM_WRITES is off"),
    "nobody approved": ({"approvals": {}}, "enforce", (), "unapproved", NOT_APPROVED),
    "the other direction was approved": ({"approvals": OTHER_WAY}, "enforce", (), "unapproved", NOT_APPROVED),
    "approved under other rules": ({"approvals": STALE}, "enforce", (), "unapproved", NOT_APPROVED),
    "nobody approved, and writes are off": (
        {"approvals": {}, "writes_enabled": False},
        "enforce",
        (),
        "unapproved",
        NOT_APPROVED,
    ),
    "policy reports": ({}, "report", (), "observed", "policy says report"),
    "policy observes": ({}, "observe", (), "observed", "policy says observe"),
    "policy observes, nobody approved, writes are off": (
        {"approvals": {}, "writes_enabled": False},
        "observe",
        (),
        "observed",
        "policy says observe",
    ),
    "tried in vain": ({}, "enforce", VAIN, "blocked", "GitHub said no"),
    "tried in vain, and everything else says no": (
        {"approvals": {}, "writes_enabled": False},
        "observe",
        VAIN,
        "blocked",
        "GitHub said no",
    ),
}


@pytest.mark.parametrize(("at", "mode", "attempts", "gate", "why_not"), GATES.values(), ids=GATES)
def test_the_first_gate_that_is_shut_is_told(
    at: dict[str, Any], mode: Any, attempts: Any, gate: Any, why_not: str
) -> None:
    """People want to know what to do next, and that is about the outermost gate."""
    assert gated(OFF, mode, standpoint(**at), attempts, DIGESTS) == Step(action=OFF, gate=gate, why_not=why_not)


def test_a_changed_configuration_opens_a_blocked_gate() -> None:
    """What made the write a lie is gone, so it is worth another try."""
    under = replace(OFF, under=configuration(enforced=False))

    assert gated(under, "enforce", standpoint(), VAIN, DIGESTS).gate == "go"


@pytest.mark.parametrize(
    ("outcome", "after", "gate"),
    [
        ("refused", timedelta(hours=23, minutes=59), "blocked"),
        ("refused", timedelta(days=1), "go"),
        ("without effect", timedelta(days=1), "blocked"),
        ("without effect", timedelta(days=365), "blocked"),
    ],
)
def test_what_github_refused_is_tried_again_once_a_day(outcome: str, after: timedelta, gate: str) -> None:
    """A permission may be granted without a word; a write without effect needs other circumstances."""
    vain = replace(attempt(KEY, PRINT), outcome=outcome)
    at: dict[str, Any] = {"now": NOW + after, "policies": policies()}

    assert gated(OFF, "enforce", standpoint(**at), (vain,), DIGESTS).gate == gate
    assert verdict_of(planned(looked(attempts=(vain,)), **at))[0] == ("finding" if gate == "go" else "blocked")
