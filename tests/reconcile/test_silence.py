"""Does GitHub send us anything at all?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.delivery import Silence
from app.reconcile.silence import next_due, silence
from tests.builders import NOW


def minute(number: float) -> timedelta:
    return timedelta(minutes=number)


TABLE = {
    "nothing happened": ((), 60, None),
    "the log was not read yet": (((0, 0),), None, None),
    "it may not be in the log yet": (((0, 0),), 9.9, None),
    "it would be in the log": (((0, 0),), 10, Silence(changes=1, since=NOW)),
    "it may have happened later": (((0, 5),), 14, None),
    "and if it did": (((0, 5),), 15, Silence(changes=1, since=NOW + minute(5))),
    "two of three": (((0, 0), (0, 3), (9, 9)), 15, Silence(changes=2, since=NOW)),
}


@pytest.mark.parametrize(("changes", "read", "expected"), TABLE.values(), ids=TABLE)
def test_what_happened_has_to_be_in_the_log_some_minutes_later(
    changes: tuple[tuple[float, float], ...], read: float | None, expected: Silence | None
) -> None:
    """Minutes from when it began: when each thing happened, at the earliest and latest, and when the log was read."""
    happened = [(NOW + minute(earliest), NOW + minute(latest)) for earliest, latest in changes]

    assert silence(happened, None if read is None else NOW + minute(read)) == expected


def test_the_log_is_read_when_the_next_of_them_would_have_to_be_in_it() -> None:
    """So that nobody waits for the next turn."""
    happened = [(NOW, NOW), (NOW, NOW + minute(3)), (NOW, NOW + minute(7))]

    assert next_due(happened, NOW + minute(11)) == NOW + minute(13)
    assert next_due(happened, NOW + minute(17)) is None
