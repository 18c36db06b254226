"""What is left of a finding after what a coordinator accepted on a page?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain.acceptances import Acceptance
from app.domain.findings import State, Verdict
from app.domain.ids import Person
from app.reconcile import accepting
from tests.builders import DIGESTS, NOW, POLICY, rules
from tests.reconcile.accepted import (
    BOTH,
    BY,
    CAROL,
    KEY,
    NAMED,
    NAMELESS,
    ON,
    ONLY,
    UNSEEN,
    reads,
)


def accepted(*kinds: str, until: date = date(2026, 12, 10)) -> Acceptance:
    """A coordinator accepted this on a page."""
    by = Person("dave", 4)
    return Acceptance(
        id=7, repository=1, policy=KEY.policy, kinds=kinds, until=until, owner=by, reason="moving", at=NOW
    )


DAVE = "accepted by dave until 2026-12-10"
BESIDE: dict[str, tuple[str, Acceptance, Verdict, tuple[State, str, bool]]] = {
    "the kind that was accepted": (POLICY, accepted("switched-on"), ON, ("exempt", DAVE, False)),
    "less than was accepted": (POLICY, accepted("switched-on", "reports-unseen"), ON, ("exempt", DAVE, False)),
    "another kind is mended": (
        POLICY,
        accepted("switched-on"),
        UNSEEN,
        ("finding", f"unseen; not {DAVE}: reports-unseen", True),
    ),
    "beside what was accepted nothing is mended": (
        POLICY,
        accepted("switched-on"),
        BOTH,
        ("finding", f"it is on, and unseen; not {DAVE}: reports-unseen", False),
    ),
    "what has no kind": (POLICY, accepted("nameless"), NAMELESS, ("exempt", DAVE, False)),
    "its day is over": (POLICY, accepted("switched-on", until=date(2026, 11, 30)), ON, ("finding", "it is on", True)),
    "what pages somebody": (
        POLICY,
        accepted("switched-on"),
        replace(ON, pages=True),
        ("finding", "it is on", True),
    ),
    "an exemption of the file covers it": (NAMED, accepted("reports-unseen"), ON, ("exempt", BY, False)),
    "an exemption of the file covers something else": (
        NAMED,
        accepted("reports-unseen"),
        UNSEEN,
        ("exempt", DAVE, False),
    ),
    "each covers a part, and neither all": (
        NAMED,
        accepted("reports-unseen"),
        BOTH,
        ("finding", f"it is on, and unseen; not {BY}: reports-unseen", False),
    ),
    "an account that was not pinned": (
        POLICY,
        accepted("switched-on"),
        reads(CAROL),
        (
            "finding",
            f"they read it; not {DAVE}: carol{ONLY}",
            False,
        ),
    ),
}


@pytest.mark.parametrize(("text", "acceptance", "found", "told"), BESIDE.values(), ids=BESIDE)
def test_what_a_coordinator_accepted_on_a_page(
    text: str, acceptance: Acceptance, found: Verdict, told: tuple[State, str, bool]
) -> None:
    """It covers what was found at that moment and nothing else, alone and beside an exemption of the policy file."""
    verdict = accepting.judged(
        found, KEY, rules=rules(text), before={}, now=NOW, digests=DIGESTS, acceptance=acceptance
    )

    assert (verdict.state, verdict.message, bool(verdict.remedies)) == told
