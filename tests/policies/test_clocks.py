"""When is something due? To the second, whatever calendars and clocks of people do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain.findings import Verdict
from policies.clocks import counted, due, running, waiting
from policies.config import Clocks, PolicyFile
from policies.coordinator_assigned import check
from policies.policy import Policy, all_policies
from policies.ready_to_publish import GRACE
from policies.tenure import Charge, in_charge
from tests.builders import NOW, PIP
from tests.builders import rules as rules_of
from tests.policies.clocked import CLOCKED, DAY, aged, at, clocked, listed

SECOND = timedelta(seconds=1)
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")

MOMENTS = {
    "an ordinary week": (datetime(2026, 12, 1, 9, tzinfo=UTC), 3, datetime(2026, 12, 4, 9, tzinfo=UTC)),
    "over the end of a year": (datetime(2026, 12, 30, 23, 59, tzinfo=UTC), 3, datetime(2027, 1, 2, 23, 59, tzinfo=UTC)),
    "over a leap day": (datetime(2028, 2, 27, 12, tzinfo=UTC), 3, datetime(2028, 3, 1, 12, tzinfo=UTC)),
    "over the end of a February without one": (
        datetime(2027, 2, 27, 12, tzinfo=UTC),
        3,
        datetime(2027, 3, 2, 12, tzinfo=UTC),
    ),
    "on a leap day": (datetime(2028, 2, 29, 12, tzinfo=UTC), 90, datetime(2028, 5, 29, 12, tzinfo=UTC)),
    "from a leap day to one": (datetime(2028, 2, 29, tzinfo=UTC), 1461, datetime(2032, 2, 29, tzinfo=UTC)),
    "summer time begins in Berlin: the clock on the wall shows an hour more": (
        datetime(2027, 3, 27, 12, tzinfo=BERLIN),
        3,
        datetime(2027, 3, 30, 13, tzinfo=BERLIN),
    ),
    "it ends in New York: an hour less": (
        datetime(2026, 10, 31, 12, tzinfo=NEW_YORK),
        3,
        datetime(2026, 11, 3, 11, tzinfo=NEW_YORK),
    ),
    "written with an offset": (
        datetime.fromisoformat("2026-12-01T00:30:00+05:30"),
        1,
        datetime(2026, 12, 1, 19, tzinfo=UTC),
    ),
}


@pytest.mark.parametrize(("since", "days", "moment"), MOMENTS.values(), ids=MOMENTS)
def test_a_day_has_24_hours(since: datetime, days: int, moment: datetime) -> None:
    """Due moments are exact and in UTC, so that nobody's daylight saving moves one."""
    found = due(since, timedelta(days=days))

    assert found == moment.astimezone(UTC)
    assert found.utcoffset() == timedelta(0)
    assert found - since.astimezone(UTC) == timedelta(days=days)


# Each policy with a clock: its time in the file, and an advisory that came in at a moment and lacks what it asks for.
CLOCKS: dict[str, tuple[str, dict[str, Any]]] = {
    "coordinator-assigned": ("coordinator", {}),
    "triaged-in-time": ("triage", {"state": "triage"}),
    "finished-in-time": ("finish", {}),
    "ready-to-publish": ("", {"vulnerabilities": ()}),
}
ZONES = (UTC, BERLIN, NEW_YORK, ZoneInfo("Asia/Kolkata"))


@pytest.mark.parametrize("policy", [each for each in all_policies() if each.name in CLOCKS], ids=lambda each: each.name)
@pytest.mark.parametrize(("since", "days", "moment"), MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_time_is_up_at_the_very_moment(
    policy: Policy, since: datetime, days: int, moment: datetime, zone: ZoneInfo
) -> None:
    """One second before is in time, the moment itself and all after it are not, whatever zone a clock is in."""
    clock, lacks = CLOCKS[policy.name]
    rules = rewritten(rf"{clock}: \d+d", f"{clock}: {days}d") if clock else clocked()
    came_in = since if clock else moment.astimezone(UTC) - GRACE  # drafts have two weeks, whatever their owner says
    world = listed(at(came_in, **lacks))

    states = [
        policy.check(world, rules, when.astimezone(zone)).state
        for when in (moment.astimezone(UTC) + step for step in (-SECOND, timedelta(0), SECOND, 400 * DAY))
    ]

    assert states == ["pass", "finding", "finding", "finding"]


def test_each_policy_with_a_clock_is_looked_at_here() -> None:
    """Every time that an owner can give itself, and the one that it has without saying so."""
    assert {clock for clock, _ in CLOCKS.values()} == {*Clocks.model_fields, ""}


def rewritten(pattern: str, by: str) -> PolicyFile:
    return rules_of(re.sub(pattern, by, CLOCKED))


OVERDUE = {
    timedelta(0): "less than a day",
    DAY - SECOND: "less than a day",
    DAY: "1 day",
    2 * DAY - SECOND: "1 day",
    2 * DAY: "2 days",
    365 * DAY: "365 days",
}


@pytest.mark.parametrize(("late", "told"), OVERDUE.items(), ids=map(str, OVERDUE))
def test_it_is_told_by_how_many_whole_days_something_is_late(late: timedelta, told: str) -> None:
    """A day that is not over is not counted."""
    verdict = check(listed(at(NOW - 3 * DAY - late)), clocked(), NOW)

    assert verdict.message.endswith(f", overdue by {told}")


def test_of_several_the_longest_is_told() -> None:
    """One number for all, which says that it is an upper bound."""
    verdict = check(listed(aged(4), aged(13), aged(1)), clocked(), NOW)

    assert verdict.message.endswith("; 2 open advisories without one, overdue by up to 10 days")


def test_that_it_grows_later_is_not_another_finding() -> None:
    """Only the number of days changes. What kind of thing was found stays the same for a year."""
    rules = clocked()

    verdicts = [check(listed(aged(3)), rules, NOW + days * DAY) for days in range(365)]

    assert {(verdict.state, verdict.kinds) for verdict in verdicts} == {("finding", ("no-coordinator",))}


TENURES = {
    "one tenure": ("{from: 2024-01-01, owner: psrt}", "2024-01-01"),
    "one that began today, in UTC": ("{from: 2026-12-01, owner: psrt}", "2026-12-01"),
    "one that has not begun": ("{from: 2024-01-01, owner: psrt}, {from: 2026-12-02, owner: maintainers}", "2024-01-01"),
    "after somebody else's": ("{from: 2024-01-01, owner: maintainers}, {from: 2025-06-01, owner: psrt}", "2025-06-01"),
    "written in any order": ("{from: 2025-06-01, owner: psrt}, {from: 2024-01-01, owner: maintainers}", "2025-06-01"),
    "in two pieces": ("{from: 2024-01-01, owner: psrt}, {from: 2025-06-01, owner: psrt}", "2024-01-01"),
    "the second one": (
        "{from: 2024-01-01, owner: psrt}, {from: 2025-01-01, owner: maintainers}, {from: 2026-01-01, owner: psrt}",
        "2026-01-01",
    ),
}


@pytest.mark.parametrize(("written", "since"), TENURES.values(), ids=TENURES)
def test_an_owner_answers_from_the_first_day_of_its_tenure(written: str, since: str) -> None:
    """What lay there before is not its fault."""
    charge = in_charge(PIP, clocked("{from: 2024-01-01, owner: psrt}", written), NOW)

    assert isinstance(charge, Charge)
    assert (charge.name, charge.since) == ("psrt", datetime.fromisoformat(f"{since}T00:00:00+00:00"))


def test_what_is_older_than_a_tenure_begins_with_it() -> None:
    """The clock of a new owner is the whole of its time, to the second."""
    rules = clocked("from: 2024-01-01, owner: psrt", "from: 2026-11-28, owner: psrt")
    midnight = datetime(2026, 12, 1, tzinfo=UTC)

    states = [check(listed(aged(500)), rules, midnight + step).state for step in (-SECOND, timedelta(0))]

    assert states == ["pass", "finding"]


def test_who_is_in_charge_changes_at_midnight_in_utc() -> None:
    """In New York it is still the evening before."""
    rules = clocked("owner: psrt}", "owner: psrt}, {from: 2027-01-01, owner: maintainers}")
    midnight = datetime(2027, 1, 1, tzinfo=UTC).astimezone(NEW_YORK)

    before, after = (in_charge(PIP, rules, midnight + step) for step in (-SECOND, timedelta(0)))

    assert isinstance(before, Charge)
    assert isinstance(after, Charge)
    assert (before.name, after.name) == ("psrt", "maintainers")


def test_what_has_no_date_is_counted_apart() -> None:
    """It is neither late nor in time."""
    clock = running(listed(), clocked(), NOW, which="finish", purpose="finish")
    assert not isinstance(clock, Verdict)

    left = waiting([aged(100), aged(1), at(NOW, created_at=None)], clock, NOW)

    assert (left.count, left.late, left.longest, left.undated) == (3, 1, 10 * DAY, 1)


@pytest.mark.parametrize(
    ("number", "thing", "told"),
    [(1, "open advisory", "1 open advisory"), (2, "open advisory", "2 open advisories"), (2, "day", "2 days")],
)
def test_how_many_there_are(number: int, thing: str, told: str) -> None:
    """Messages are read by people."""
    assert counted(number, thing) == told
