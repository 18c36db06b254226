"""What was known before, what a look says now, and what becomes of the finding: the whole table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, get_args

import pytest

from app.domain.findings import State, Verdict
from app.domain.ids import Person
from app.domain.records import Finding
from app.reconcile.lifecycle import Judgement, after
from tests.builders import PIP
from tests.clock import START

ALICE, BOB = Person("alice", 1), Person("bob", 2)
LATER = START + timedelta(days=10)
UNTIL = date(2026, 12, 31)

OPEN = Finding(
    id=7,
    repo=PIP,
    policy="private-reporting",
    state="open",
    verdict="finding",
    message="it is on",
    kinds=(),
    pages=False,
    embargoed=False,
    mode="report",
    opened_at=START,
    since=START,
    maybe_older=False,
    observed_at=START,
    closed_at=None,
    accepted_by=None,
    accepted_until=None,
    opened_commit="first",
    seen_commit="first",
)
BLOCKED = replace(OPEN, verdict="blocked")
PAGES = replace(OPEN, pages=True, mode="observe")
ACCEPTED = replace(OPEN, state="accepted", verdict="exempt", accepted_by="alice", accepted_until=UNTIL)
RESOLVED = replace(OPEN, state="resolved", closed_at=START)


def seen(state: State, **said: Any) -> Judgement:
    """A look ten days later, under a later policy."""
    verdict = Verdict(
        state=state, message=f"it is {state}", pages=said.pop("pages", False), kinds=said.pop("kinds", ())
    )
    boring: dict[str, Any] = {"mode": "report", "commit": "second", "at": LATER, "first": False}
    return Judgement(repo=PIP, policy="private-reporting", verdict=verdict, **(boring | said))


def exempt(**said: Any) -> Judgement:
    return seen("exempt", **({"accepted_by": ALICE, "accepted_until": UNTIL} | said))


# What was known, what is seen → the state of the finding (None: no row), and what its history says (None: nothing).
TABLE: dict[str, tuple[Finding | None, Judgement, str | None, str | None]] = {
    "nothing known, and all is well": (None, seen("pass"), None, None),
    "nothing known, and nobody manages it": (None, seen("unmanaged"), None, None),
    "nothing known, and it has no meaning there": (None, seen("not applicable"), None, None),
    "nothing known, and it cannot be told": (None, seen("cannot tell"), None, None),
    "nothing known, and something is found": (None, seen("finding"), "open", "opened"),
    "nothing known, and what is found cannot be mended": (None, seen("blocked"), "open", "opened"),
    "nothing known, and others undo what is mended": (None, seen("contested"), "open", "opened"),
    "nothing known, and what is found is accepted": (None, exempt(), "accepted", "accepted"),
    "nothing known, and policy observes": (None, seen("finding", mode="observe"), None, None),
    "nothing known, and policy observes what is accepted": (None, exempt(mode="observe"), None, None),
    "nothing known, and policy observes what must be seen at once": (
        None,
        seen("finding", mode="observe", pages=True),
        "open",
        "opened",
    ),
    "open, and still so": (OPEN, seen("finding"), "open", None),
    "open, and still so where policy enforces": (OPEN, seen("finding", mode="enforce"), "open", None),
    "open, and mended": (OPEN, seen("pass"), "resolved", "resolved"),
    "open, and nobody manages it any more": (OPEN, seen("unmanaged"), "resolved", "resolved"),
    "open, and archived": (OPEN, seen("not applicable"), "resolved", "resolved"),
    "open, and it cannot be told": (OPEN, seen("cannot tell"), "open", None),
    "open, and it cannot be told under a policy that observes": (
        OPEN,
        seen("cannot tell", mode="observe"),
        "open",
        None,
    ),
    "open, and accepted": (OPEN, exempt(), "accepted", "accepted"),
    "open, and tried in vain": (OPEN, seen("blocked"), "open", "changed"),
    "open, and others undo what is mended": (OPEN, seen("contested"), "open", "changed"),
    "open, and something else is wrong": (OPEN, seen("finding", kinds=("other",)), "open", "changed"),
    "open, and policy observes": (OPEN, seen("finding", mode="observe"), "resolved", "resolved"),
    "open, and must be seen at once, though policy observes": (
        PAGES,
        seen("finding", mode="observe", pages=True),
        "open",
        None,
    ),
    "blocked, and tried again": (BLOCKED, seen("finding"), "open", "changed"),
    "blocked, and mended": (BLOCKED, seen("pass"), "resolved", "resolved"),
    "accepted, and still so": (ACCEPTED, exempt(), "accepted", None),
    "accepted, and by somebody else now": (ACCEPTED, exempt(accepted_by=BOB), "accepted", "accepted"),
    "accepted, and for longer now": (ACCEPTED, exempt(accepted_until=date(2027, 1, 31)), "accepted", "accepted"),
    "accepted, and no longer": (ACCEPTED, seen("finding"), "open", "reopened"),
    "accepted, and mended": (ACCEPTED, seen("pass"), "resolved", "resolved"),
    "accepted, and it cannot be told": (ACCEPTED, seen("cannot tell"), "accepted", None),
    "accepted, and policy observes": (ACCEPTED, exempt(mode="observe"), "resolved", "resolved"),
    "resolved, and still well": (RESOLVED, seen("pass"), "resolved", None),
    "resolved, and it cannot be told": (RESOLVED, seen("cannot tell"), "resolved", None),
    "resolved, and there again": (RESOLVED, seen("finding"), "open", "reopened"),
    "resolved, and there again and accepted": (RESOLVED, exempt(), "accepted", "accepted"),
    "resolved, and there again where policy observes": (RESOLVED, seen("finding", mode="observe"), "resolved", None),
}


@pytest.mark.parametrize(("before", "look", "state", "event"), TABLE.values(), ids=TABLE)
def test_the_table(before: Finding | None, look: Judgement, state: str | None, event: str | None) -> None:
    """Each state before, each verdict, and what people find in the record afterwards."""
    change = after(before, look)
    finding = change.finding if change else before

    assert (finding.state if finding else None) == state
    assert (change.what if change else None) == event
    if before and finding:
        assert (finding.id, finding.opened_at, finding.opened_commit) == (7, START, "first"), "it is the same finding"


def test_the_table_has_every_verdict() -> None:
    """A state that is added later must be thought about here."""
    assert {look.verdict.state for _, look, _, _ in TABLE.values()} == set(get_args(State))


def test_what_cannot_be_told_leaves_every_word_of_a_finding_as_it_was() -> None:
    """Neither when it was last really seen nor under which policy: nothing was seen."""
    assert after(OPEN, seen("cannot tell")) is None


def test_what_cannot_be_told_only_since_there_is_an_advisory_makes_what_stays_open_a_secret() -> None:
    """The switch is as it should be by now, and the finding would have ended if no report had come in."""
    unclear = seen("cannot tell")
    unclear = replace(unclear, verdict=replace(unclear.verdict, embargoed=True))

    change = after(OPEN, unclear)

    assert change is not None
    assert (change.finding, change.what) == (replace(OPEN, embargoed=True), None)
    assert after(change.finding, unclear) is None
    assert after(RESOLVED, unclear) is None


def test_a_finding_that_is_still_so_says_when_and_under_which_policy_it_was_last_seen() -> None:
    """It began under one policy and may be judged by another one now."""
    change = after(OPEN, seen("finding", mode="enforce"))

    assert change
    found = change.finding
    assert (found.since, found.observed_at) == (START, LATER)
    assert (found.opened_commit, found.seen_commit, found.mode) == ("first", "second", "enforce")
    assert found.message == "it is finding"


def test_who_accepted_a_finding_and_until_when_stays_with_it_only_while_that_holds() -> None:
    """Afterwards it would look as if somebody still answered for it."""
    accepted, open_again = after(OPEN, exempt()), after(ACCEPTED, seen("finding"))

    assert accepted
    assert open_again
    assert (accepted.finding.accepted_by, accepted.finding.accepted_until) == ("alice", UNTIL)
    assert (open_again.finding.accepted_by, open_again.finding.accepted_until) == (None, None)


@pytest.mark.parametrize(
    ("gone_for", "since"),
    [(timedelta(hours=23, minutes=59), START - timedelta(days=30)), (timedelta(days=1), LATER)],
    ids=["less than a day", "a day"],
)
def test_a_finding_that_was_gone_for_a_moment_goes_on_and_is_no_news(gone_for: timedelta, since: datetime) -> None:
    """Whatever flaps would otherwise be mentioned every day; what was gone for a day is news."""
    before = replace(RESOLVED, since=START - timedelta(days=30), closed_at=LATER - gone_for)

    change = after(before, seen("finding"))

    assert change
    assert (change.what, change.finding.since, change.finding.closed_at) == ("reopened", since, None)


def test_what_nothing_was_known_of_before_may_be_older() -> None:
    """After the first look, and after a lost database, nobody knows when it began; after a good look it is known."""
    first, later = after(None, seen("finding", first=True)), after(None, seen("finding"))

    assert first
    assert later
    assert (first.finding.maybe_older, later.finding.maybe_older) == (True, False)


@pytest.mark.parametrize("before", [None, OPEN], ids=["from the beginning", "while it is open"])
def test_a_finding_is_under_embargo_and_pages_as_it_was_seen_last(before: Finding | None) -> None:
    """The same policy may find a switch that everybody sees, and then a report of which nobody may hear."""
    verdict = Verdict(state="finding", message="a report slipped in", pages=True, embargoed=True)

    change = after(before, replace(seen("finding"), verdict=verdict))

    assert change
    assert (change.finding.embargoed, change.finding.pages) == (True, True)


def test_a_policy_that_observes_from_now_on_says_so_in_the_history() -> None:
    """It was not mended, and nobody may think that it was."""
    silenced, mended = after(OPEN, seen("finding", mode="observe")), after(OPEN, seen("pass", mode="observe"))

    assert silenced
    assert mended
    assert (silenced.message, mended.message) == ("policy observes", "it is pass")
