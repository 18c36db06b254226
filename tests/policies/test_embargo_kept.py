"""Nothing of a case is public before the hour that its tools agreed on; afterwards it is."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.facts import CannotTell, Embargo, Fact, NotApplicable, Public, RepositoryFacts
from app.domain.findings import Verdict
from policies.embargo_kept import TOLD_FOR, check
from tests.builders import HIDDEN, NOW, facts, known, rules

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
PRIVATE: Fact[Public | None] = known(None)


def public(since: datetime | None) -> Fact[Public | None]:
    return known(Public(since=since))


def embargo(until: datetime | None, said: Fact[Public | None] = PRIVATE, case: int = 1) -> Embargo:
    return Embargo(case=case, until=until, public=said)


def of(*embargoes: Embargo) -> RepositoryFacts:
    return facts(embargoes=known(embargoes))


def says(state: Any, message: str, kinds: str = "") -> Verdict:
    return Verdict(state=state, message=message, kinds=tuple(kinds.split()), pages="public-early" in kinds)


KEPT = says("pass", "what was agreed for case 1 is kept")
EARLY = says("finding", "case 1 was public before the agreed hour", "public-early")
LATE = says("finding", "case 1 is not public, though the agreed hour has come", "still-private")

TABLE = {
    "nothing to do": (of(), says("not applicable", "no case has an advisory there")),
    "private before the hour": (of(embargo(NOW + DAY)), KEPT),
    "private a second before the hour": (of(embargo(NOW + SECOND)), KEPT),
    "private at the very hour": (of(embargo(NOW)), LATE),
    "private a second after the hour": (of(embargo(NOW - SECOND)), LATE),
    "private three days after the hour": (of(embargo(NOW - 3 * DAY)), LATE),
    "private a year after the hour: that does not pass by itself": (of(embargo(NOW - 365 * DAY)), LATE),
    "private, and the hour is the last of all": (of(embargo(datetime.max.replace(tzinfo=UTC))), KEPT),
    "public a second before the hour": (of(embargo(NOW, public(NOW - SECOND))), EARLY),
    "public at the very hour": (of(embargo(NOW, public(NOW))), KEPT),
    "public a second after the hour": (of(embargo(NOW - SECOND, public(NOW))), KEPT),
    "public while the hour is to come": (of(embargo(NOW + DAY, public(NOW - HOUR))), EARLY),
    "public since long before the case, and nobody noticed": (of(embargo(NOW + DAY, public(NOW - 900 * DAY))), EARLY),
    "nobody looked for three days, in which it was public early and its hour came": (
        of(embargo(NOW - DAY, public(NOW - 3 * DAY))),
        EARLY,
    ),
    "public early, a week after the hour: it was told": (
        of(embargo(NOW - TOLD_FOR, public(NOW - TOLD_FOR - SECOND))),
        KEPT,
    ),
    "public early, a second less than a week after the hour": (
        of(embargo(NOW - TOLD_FOR + SECOND, public(NOW - TOLD_FOR))),
        EARLY,
    ),
    "public before the hour, and nobody says since when": (of(embargo(NOW + SECOND, public(None))), EARLY),
    "public at the hour, and nobody says since when: it may have been in time": (of(embargo(NOW, public(None))), KEPT),
    "no hour is agreed: nothing was promised": (
        of(embargo(None)),
        says("not applicable", "no hour is agreed for case 1"),
    ),
    "no hour is agreed, and it is public": (
        of(embargo(None, public(NOW))),
        says("not applicable", "no hour is agreed for case 1"),
    ),
    "one has an hour, one has none": (of(embargo(NOW + DAY), embargo(None, case=2)), KEPT),
    "two with an hour": (
        of(embargo(NOW + DAY), embargo(NOW + DAY, case=2)),
        says("pass", "what was agreed for case 1, case 2 is kept"),
    ),
    "two are early": (
        of(embargo(NOW + DAY, public(NOW)), embargo(NOW + DAY, public(NOW), case=2)),
        says("finding", "case 1, case 2 were public before the agreed hour", "public-early"),
    ),
    "two are late": (
        of(embargo(NOW), embargo(NOW, case=2)),
        says("finding", "case 1, case 2 are not public, though the agreed hour has come", "still-private"),
    ),
    "one is early, one is late: the page is only about what is public": (
        of(embargo(NOW - DAY), embargo(NOW + DAY, public(NOW), case=2)),
        says("finding", "case 2 was public before the agreed hour", "public-early still-private"),
    ),
    "whether it is public cannot be told": (of(embargo(NOW + DAY, HIDDEN)), says("cannot tell", "GitHub did not say")),
    "the hour has come, and whether it is public cannot be told": (
        of(embargo(NOW - DAY, HIDDEN)),
        says("cannot tell", "GitHub did not say"),
    ),
    "one cannot be told, one is kept": (
        of(embargo(NOW + DAY), embargo(NOW + DAY, HIDDEN, case=2)),
        says("cannot tell", "GitHub did not say"),
    ),
    "one cannot be told, one is early": (
        of(embargo(NOW + DAY, HIDDEN, case=2), embargo(NOW + DAY, public(NOW))),
        EARLY,
    ),
    "one without an hour cannot be told, and nobody asks": (
        of(embargo(None, HIDDEN)),
        says("not applicable", "no hour is agreed for case 1"),
    ),
    "two advisories of one case in one repository": (of(embargo(NOW), embargo(NOW)), LATE),
    "which cases there are cannot be told": (facts(embargoes=HIDDEN), says("cannot tell", "GitHub did not say")),
    "mirrors are there": (
        facts(embargoes=NotApplicable("mirrors are never published")),
        says("not applicable", "mirrors are never published"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """What is said of a repository at each moment."""
    assert check(seen, rules(), NOW) == verdict


@pytest.mark.parametrize("seen", [seen for seen, _ in TABLE.values()], ids=list(TABLE))
def test_a_message_has_numbers_of_cases_and_no_hour(seen: RepositoryFacts) -> None:
    """It may be sent anywhere: which advisory, whose, and when it may be public is for those who read the case."""
    assert not re.search(r"\d\d:\d\d|GHSA|CVE|pypa|20\d\d", check(seen, rules(), NOW).message)


@pytest.mark.parametrize("seen", [seen for seen, _ in TABLE.values()], ids=list(TABLE))
def test_nothing_is_ever_mended(seen: RepositoryFacts) -> None:
    """Publishing is for the people of a project, and what is public cannot be called back."""
    assert check(seen, rules(), NOW).remedies == ()


@pytest.mark.parametrize("until", [NOW - DAY, NOW, NOW + DAY])
def test_silence_is_neither_peace_nor_a_finding(until: datetime) -> None:
    """Whatever the hour: nobody is paged, and nothing passes, by what GitHub did not say."""
    seen = of(embargo(until, CannotTell("GitHub did not say")))

    assert check(seen, rules(), NOW).state == "cannot tell"
