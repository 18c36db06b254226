"""On which days is something told?"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.ids import RepoName
from app.domain.records import Digest
from app.reconcile.reminders import OPERATORS, Now, digests_for, hour_after, hour_before
from policies.policy import all_policies
from tests.builders import rules
from tests.reconcile.mornings import (
    COORDINATED,
    DAY,
    DIGESTS,
    EXEMPT,
    FIRST,
    OPENED,
    days_of_mention,
    found,
    hours,
    made,
    notice,
)


def test_where_nothing_is_open_nobody_is_told_anything() -> None:
    """An empty message each morning would be read by nobody after a week, and nor would the one that matters."""
    assert made() == {}
    assert made(found(state="resolved"), found(state="accepted")) == {}


def test_what_policy_only_observes_by_now_is_told_no_more_but_for_what_pages() -> None:
    """Where GitHub does not answer, no look could close it yet."""
    observing = rules("version: 1\n")

    assert made(found(mode="report"), file=observing) == {}
    assert "pypa/pip (new)" in made(found(mode="observe", pages=True), file=observing)[OPERATORS]


def test_a_finding_is_mentioned_after_0_1_3_7_and_14_days_and_then_weekly() -> None:
    """More is noise; less is forgotten."""
    assert days_of_mention(OPENED, hours(FIRST, 90)) == [0, 1, 3, 7, 14, 21, 28, 35, 42, 49, 56, 63, 70, 77, 84]


def test_what_is_opened_at_the_very_hour_is_news_the_next_day() -> None:
    """The digests of that hour may have been made already."""
    [said] = made(found(since=FIRST), at=FIRST + DAY).values()

    assert "pypa/pip (new" in said


def test_days_on_which_nobody_worked_are_made_up_for_once() -> None:
    """Three days without Greenroom cost three days, not a reminder, and nothing is said twice."""
    every = list(hours(FIRST, 20))
    assert days_of_mention(OPENED, every[3:]) == [3, 7, 14]
    assert days_of_mention(OPENED, [every[0], every[5], every[6], every[19]]) == [0, 5, 19]
    assert days_of_mention(OPENED, [every[0], every[0], every[1]]) == [0, 1]


@pytest.mark.parametrize("kind", ["contested", "blocked", "page"])
def test_what_becomes_worse_is_mentioned_the_next_morning_and_then_on_its_days(kind: str) -> None:
    """What is left alone on the fifth day waits for a person from then on; it is no new finding with days anew."""
    worse = (notice(kind, "pypa/pip#private-reporting", "worse", since=OPENED + 5 * DAY),)

    told = [
        (at - FIRST) // DAY
        for at in hours(FIRST, 23)
        if "pypa/pip ("
        in made(found(verdict=kind), at=at, notices=worse if at > worse[0].since else ()).get(OPERATORS, "")
    ]

    assert told == [0, 1, 3, 5, 7, 14, 21]


@pytest.mark.parametrize(
    ("since", "first"),
    [
        ("2026-12-01T06:59:59", "2026-12-01T07:00"),
        ("2026-12-01T07:00:00", "2026-12-02T07:00"),
        ("2026-12-01T07:00:01", "2026-12-02T07:00"),
        ("2028-02-28T09:00:00", "2028-02-29T07:00"),  # a leap day
        ("2027-03-28T00:59:00", "2027-03-28T07:00"),  # Europe's clocks go forward
        ("2027-10-31T01:30:00", "2027-10-31T07:00"),  # and back
    ],
)
def test_the_hour_is_one_of_utc_whatever_clocks_people_have(since: str, first: str) -> None:
    """Each day has exactly one such hour, also those with 23 and with 25 hours."""
    moment = datetime.fromisoformat(since).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(first).replace(tzinfo=UTC)

    assert hour_after(moment) == expected
    assert hour_after(moment.astimezone(ZoneInfo("Europe/Berlin"))) == expected
    assert hour_before(moment) == expected - DAY


@pytest.mark.parametrize("first", ["2027-03-20T07:00", "2027-10-24T07:00", "2028-02-20T07:00"])
def test_reminders_keep_their_days_where_clocks_change_and_in_a_leap_year(first: str) -> None:
    """A day that is counted twice, or not at all, would be a reminder twice, or not at all."""
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)

    assert days_of_mention(start, hours(start + DAY, 30)) == [0, 1, 3, 7, 14, 21, 28]


def test_sixty_repositories_that_fail_every_policy_for_ninety_days_are_one_digest_a_day_at_most() -> None:
    """Sixty repositories under every policy, opened over three days, and five people. The budget holds for each."""
    repos = [RepoName("pypa", f"project-{number}") for number in range(60)]
    names = ", ".join(map(str, repos))
    report = ", ".join(f"{policy.name}: {{mode: report}}" for policy in all_policies())
    tools, _, _ = COORDINATED.replace("[pypa/pip]", f"[{names}]").partition("policies:")
    file = rules(f"{tools}policies: {{{report}}}\n")
    findings = [
        found(repo, policy.name, since=OPENED + timedelta(hours=number))
        for number, repo in enumerate(repos)
        for policy in all_policies()
    ]
    inbox: Counter[tuple[str, object]] = Counter()
    digests: list[Digest] = []
    for at in hours(FIRST, 90):
        open_now = tuple(each for each in findings if each.since <= at)
        now = Now(findings=open_now, notices=(), rules=file, last=at - DAY, at=at)
        digests += digests_for(now, DIGESTS, at).digests
    for each in digests:
        inbox[each.recipient, each.day] += 1

    assert set(inbox.values()) == {1}
    assert {who for who, _ in inbox} == {"carol:3", "dora:4", "alice:1"}
    per_person = Counter(each.recipient for each in digests)
    assert max(per_person.values()) <= 3 * 15, "findings of three days, each mentioned fifteen times"
    assert max(len(each.text) for each in digests) < 200 * len(all_policies()) * 10


def test_notices_are_told_to_those_who_look_after_greenroom() -> None:
    """A tool's people can do nothing about its policy file; and it has the same days as a finding."""
    trouble = (notice("policy-invalid", "greenroom.yml", "line 3 is wrong"),)

    assert sorted(made(notices=trouble, file=rules(COORDINATED))) == ["carol:3", "dora:4"]
    told_on = [day for day, at in enumerate(hours(FIRST, 10)) if made(notices=trouble, at=at)]
    assert told_on == [0, 1, 3, 7]


def test_the_end_of_an_exemption_is_told_14_and_3_days_before_and_when_it_has_come() -> None:
    """To the coordinators, to the people of the tool, and to whoever answers for it; once each."""
    file = rules(COORDINATED + EXEMPT)
    told = {at.date().isoformat(): made(file=file, at=at) for at in hours(FIRST, 60)}

    assert {day: sorted(each) for day, each in told.items() if each} == {
        day: ["bob:2", "carol:3", "dora:4", "erin:5"] for day in ("2026-12-17", "2026-12-28", "2027-01-01")
    }
    assert (
        "private-reporting of pypa/wheel, accepted by erin, ends with 2026-12-31: 14 days left"
        in (told["2026-12-17"]["erin:5"])
    )
    assert "ended with 2026-12-31; if it is still so, it is a finding again" in told["2027-01-01"]["erin:5"]
    assert "moving house" not in str(told), "the reason is a person's own words"


def test_an_announcement_that_fell_into_days_on_which_nobody_worked_comes_late_and_once() -> None:
    """The days that are left are counted from when it is read."""
    file, late = rules(COORDINATED + EXEMPT), datetime(2026, 12, 20, 7, tzinfo=UTC)

    assert "11 days left" in made(file=file, at=late, last=late - 4 * DAY)["erin:5"]
    assert made(file=file, at=late + DAY) == {}


@pytest.mark.parametrize("end", ["2020-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_of_all_are_days_like_others(end: str) -> None:
    """Whoever wrote such an end must not cost everybody their digest: no day before or after it is asked for."""
    file = rules(COORDINATED + EXEMPT.replace("2026-12-31", end))

    assert "pypa/pip (new)" in made(found(), file=file)["carol:3"]
