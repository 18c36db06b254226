"""For whom does a case wait whose advisories are published or closed?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.actions import CloseMirror
from app.domain.cases import BY_HAND, STATUSES, Participant, Status
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.reconcile.ending import awaited
from tests.builders import NOW, case, rules
from tests.reconcile.cases import OVER, with_mirror
from tests.reconcile.plans import kinds, planned

LATER = NOW + timedelta(days=40)
UV = AdvisoryKey(RepoName.parse("astral-sh/uv"), Ghsa("GHSA-5555-5555-5555"))

TABLE: dict[str, tuple[Status, datetime | None, bool]] = {
    **{f"{status}, and no hour": (status, None, status in {"affected", "embedded"}) for status in STATUSES},
    **{
        f"{status} before the hour": (status, LATER, status not in {"fixed", "not-affected", "mitigated"})
        for status in STATUSES
    },
    **{f"{status} at the hour": (status, NOW, False) for status in STATUSES},
}


@pytest.mark.parametrize(("status", "until", "waits"), TABLE.values(), ids=TABLE)
def test_whom_a_case_waits_for(status: Status, until: datetime | None, *, waits: bool) -> None:
    """Wheel's advisory is linked, none of uv's. Silence counts until the hour, and holds nothing open for ever."""
    uv = Participant(tool="uv", why=BY_HAND, status=status)
    stored = case(participants=(uv, Participant(tool="wheel", why=BY_HAND, status="affected")), embargo_until=until)

    assert [each.tool for each in awaited(stored, rules(), NOW)] == (["uv"] if waits else [])
    gone = replace(stored, participants=(replace(uv, left_at=NOW),))
    assert awaited(gone, rules(), NOW) == ()
    assert awaited(replace(stored, links=(*stored.links, UV)), rules(), NOW) == ()


@pytest.mark.parametrize("status", ["affected", "fixed"])
def test_a_mirror_stays_open_while_its_case_waits_for_a_tool(status: Status) -> None:
    """And people are told for whom, since no look changes that."""
    tools = (Participant(tool="uv", why=BY_HAND, status=status),)
    plan = planned(with_mirror(case=case(participants=tools, sequence=2), sources=(OVER,)))

    waits = status == "affected"
    assert ("close-mirror" in kinds(plan)) is not waits
    told = "every linked advisory is done, and it waits for uv (affected)"
    how = "greenroom case status 1 TOOL STATUS --by LOGIN answers, greenroom case close 1 --by LOGIN ends it"
    assert (f"{told}; {how}" in plan.people_must) is waits


def test_a_coordinator_ends_what_waits() -> None:
    """A tool may never answer again."""
    tools = (Participant(tool="uv", why=BY_HAND, status="affected"),)
    plan = planned(with_mirror(case=case(participants=tools, sequence=2, over_at=NOW), sources=(OVER,)))

    [close] = [step.action for step in plan.steps if isinstance(step.action, CloseMirror)]
    assert close.reason == "a coordinator says that it is over"
