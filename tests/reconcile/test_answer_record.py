"""What of a coordinator's answers does a mirror remember?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.cases import Suggestion
from app.reconcile.answer_record import ROOM, declined_of, declined_told
from app.reconcile.case_record import case_of_record, record_of_case
from tests.builders import MIRROR, NOW, case

NO = Suggestion(
    tool="pex",
    kind="vendored",
    path=("pip, vendored in pex",),
    first_seen=NOW,
    answer="no",
    reason="not-affected-version",
    answered_by="carol",
    answered_at=NOW + timedelta(hours=1),
)


def test_where_nobody_was_left_out_the_record_is_as_before() -> None:
    """No mirror is written anew for an update of Greenroom."""
    assert "declined" not in json.loads(record_of_case(case(), mirror=str(MIRROR), sequence=1).told)


def test_whom_a_coordinator_left_out_comes_back() -> None:
    """All of it: the way there tells whether it is the same suggestion."""
    left_out = case(declined=(NO, replace(NO, tool="pipenv")))

    back = case_of_record(record_of_case(left_out, mirror=str(MIRROR), sequence=1), now=NOW, closed=False)

    assert back is not None
    assert back.declined == left_out.declined


def test_of_very_many_the_last_are_kept() -> None:
    """Our part of a mirror must not crowd out what it is about."""
    many = [replace(NO, tool=f"tool-{n:03}", answered_at=NOW + timedelta(minutes=n)) for n in range(200)]

    told = declined_told(many)

    assert len(json.dumps(told)) <= ROOM + 2 * len(told)
    assert [each["tool"] for each in told] == [each.tool for each in many[-len(told) :]]
    assert len(told) > 10


@pytest.mark.parametrize("broken", [{"kind": "rumour"}, {"at": "yesterday"}, {"path": None}])
def test_what_is_no_answer_is_refused(broken: dict[str, object]) -> None:
    """A record is signed, and another version of us may have signed something else."""
    [told] = declined_told([NO])

    with pytest.raises((KeyError, TypeError, ValueError)):
        declined_of({**told, **broken})
