"""Is something of a case public, and what follows for the others?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.cases import NAMED, Disclosure, Participant, Status
from app.domain.facts import Fact, NotApplicable, Public
from app.domain.ids import Person
from app.reconcile.case_record import case_of_record, record_of_case
from app.reconcile.cases import block_of
from app.reconcile.disclosing import working_hour
from app.reconcile.plan import CloseCase, Disclosed, Plan
from tests.builders import HIDDEN, MIRROR, NOW, advisory, case, known, rules
from tests.reconcile.cases import LINKS, with_mirror
from tests.reconcile.plans import planned

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PUBLISHED = known(advisory(state="published", published_at=NOW - HOUR))
OPEN = known(advisory(ghsa=MIRROR))
NOT_LISTED: Fact[Public | None] = known(None)
BOTH = {"links": LINKS, "sequence": 2}
PROPOSED = working_hour(NOW + DAY)
LISTED = Disclosure(by="listed", since=NOW - DAY, seen_at=NOW - DAY)
SAID = Disclosure(by="said", since=NOW - DAY, seen_at=NOW - DAY)


def tools(**answers: Status) -> tuple[Participant, ...]:
    """Those of case 1, with what they answered."""
    return tuple(Participant(tool=each, why=NAMED, status=answers.get(each, "unknown")) for each in ("uv", "wheel"))


def looked(*, listed: Any = NOT_LISTED, sources: Any = (OPEN,), **said: Any) -> Plan:
    links = LINKS[: len(sources)]
    return planned(with_mirror(case=case(**({"links": links, "sequence": 2} | said)), sources=sources, listed=listed))


def found(plan: Plan) -> list[tuple[str, datetime | None, datetime | None]]:
    notes = [note for note in plan.notes if isinstance(note, Disclosed)]
    return [(note.disclosure.by, note.disclosure.since, note.proposed) for note in notes]


TABLE: dict[str, tuple[dict[str, Any], list[Any], bool]] = {
    "nothing to do": ({}, [], False),
    "nothing to do, with an hour": ({"embargo_until": NOW + DAY}, [], False),
    "it was asked about nothing, and that is no answer": ({"listed": NotApplicable("not asked")}, [], False),
    "one of two is published": (
        {"sources": (PUBLISHED, OPEN)},
        [("published", NOW - HOUR, PROPOSED)],
        True,
    ),
    "one of two was published and withdrawn": (
        {"sources": (known(advisory(state="withdrawn", published_at=NOW - HOUR)), OPEN)},
        [("published", NOW - HOUR, PROPOSED)],
        True,
    ),
    "the last one is published, and no hour was agreed: it is as it should be": (
        {"sources": (PUBLISHED,)},
        [("published", NOW - HOUR, None)],
        False,
    ),
    "the last one is published before the hour, and uv did not say that it is done: it is asked to follow": (
        {"sources": (PUBLISHED,), "embargo_until": NOW + 20 * DAY},
        [("published", NOW - HOUR, PROPOSED)],
        True,
    ),
    "the last one is published before the hour, and uv is done: nobody is left to whom an hour could be proposed": (
        {"sources": (PUBLISHED,), "embargo_until": NOW + 20 * DAY, "participants": tools(uv="fixed")},
        [("published", NOW - HOUR, None)],
        True,
    ),
    "the last one is published, no hour was agreed, and uv is affected": (
        {"sources": (PUBLISHED,), "participants": tools(uv="affected")},
        [("published", NOW - HOUR, PROPOSED)],
        True,
    ),
    "published at the hour": (
        {"sources": (PUBLISHED, OPEN), "embargo_until": NOW - HOUR},
        [("published", NOW - HOUR, None)],
        False,
    ),
    "published a second before the hour": (
        {"sources": (PUBLISHED, OPEN), "embargo_until": NOW - HOUR + timedelta(seconds=1)},
        [("published", NOW - HOUR, None)],
        True,
    ),
    "an hour is agreed that comes before any that would be proposed": (
        {"sources": (PUBLISHED, OPEN), "embargo_until": NOW + HOUR},
        [("published", NOW - HOUR, None)],
        True,
    ),
    "an hour is agreed that is weeks away": (
        {"sources": (PUBLISHED, OPEN), "embargo_until": NOW + 20 * DAY},
        [("published", NOW - HOUR, PROPOSED)],
        True,
    ),
    "an id is in the global database": (
        {"listed": known(Public(since=NOW - DAY))},
        [("listed", NOW - DAY, PROPOSED)],
        True,
    ),
    "a coordinator says so": ({"disclosed_at": NOW - HOUR}, [("said", NOW - HOUR, PROPOSED)], True),
    "of two the earlier one": (
        {"sources": (PUBLISHED, OPEN), "disclosed_at": NOW - 2 * HOUR},
        [("said", NOW - 2 * HOUR, PROPOSED)],
        True,
    ),
    "nobody says since when, and a coordinator does": (
        {"listed": known(Public(since=None)), "disclosed_at": NOW},
        [("said", NOW, PROPOSED)],
        True,
    ),
    "nobody says since when: as it was seen": (
        {"listed": known(Public(since=None))},
        [("listed", None, PROPOSED)],
        True,
    ),
    "it is known already": (
        {"sources": (PUBLISHED, OPEN), "disclosure": Disclosure(by="published", since=None, seen_at=NOW - DAY)},
        [],
        False,
    ),
    "listed is known, and then it is published: that is of this case for certain": (
        {"sources": (PUBLISHED, OPEN), "disclosure": LISTED},
        [("published", NOW - HOUR, PROPOSED)],
        True,
    ),
    "listed is known, and then it is published before the hour, and is over": (
        {
            "sources": (PUBLISHED,),
            "disclosure": LISTED,
            "embargo_until": NOW + 20 * DAY,
            "participants": tools(uv="not-affected"),
        },
        [("published", NOW - HOUR, None)],
        True,
    ),
    "listed is known, and then it is published at the hour": (
        {"sources": (PUBLISHED,), "disclosure": LISTED, "embargo_until": NOW - HOUR},
        [("published", NOW - HOUR, None)],
        False,
    ),
    "listed is known, and a coordinator says so, too": (
        {"disclosed_at": NOW, "disclosure": LISTED},
        [("said", NOW, PROPOSED)],
        True,
    ),
    "listed is known, and is still": (
        {"listed": known(Public(since=NOW - 2 * DAY)), "disclosure": LISTED},
        [],
        False,
    ),
    "listed and published are seen in one look: once": (
        {"sources": (PUBLISHED, OPEN), "listed": known(Public(since=NOW - DAY))},
        [("published", NOW - HOUR, PROPOSED)],
        True,
    ),
    "a coordinator said so, and then it is published": (
        {"sources": (PUBLISHED, OPEN), "disclosed_at": NOW - DAY, "disclosure": SAID},
        [],
        False,
    ),
    "a coordinator said so, and then an id is listed": (
        {"listed": known(Public(since=NOW)), "disclosed_at": NOW - DAY, "disclosure": SAID},
        [],
        False,
    ),
    "a coordinator ended the case": (
        {"disclosed_at": NOW, "over_at": NOW - HOUR},
        [("said", NOW, None)],
        False,
    ),
}


@pytest.mark.parametrize(("said", "notes", "pages"), TABLE.values(), ids=TABLE)
def test_the_table(said: dict[str, Any], notes: list[Any], *, pages: bool) -> None:
    """What is written down, which hour is proposed to the others, and whether somebody is paged."""
    plan = looked(**said)

    assert (found(plan), bool(plan.pages)) == (notes, pages)


def test_a_closed_case_tells_nothing() -> None:
    """What becomes public of it is as it should be, or for the policy to find."""
    assert looked(state="closed", sources=(PUBLISHED,)) == Plan(key=looked().key)


def test_what_the_global_database_does_not_tell_is_no_proof_of_privacy() -> None:
    """Nor of anything else: nothing is written down and nobody is paged."""
    plan = looked(listed=HIDDEN)

    assert (found(plan), plan.pages) == ([], ())
    assert plan.cannot_tell == ("whether it is public: GitHub did not say",)


PAGES: dict[str, tuple[dict[str, Any], str]] = {
    "nobody is named: all coordinators": (
        {},
        "case 1 is public, and no hour is agreed; carol to settle what follows: greenroom case show 1",
    ),
    "somebody is named": (
        {"coordinator": Person("dora", 4), "embargo_until": NOW + 20 * DAY},
        "case 1 was public before the agreed hour; dora to settle what follows: greenroom case show 1",
    ),
}


@pytest.mark.parametrize(("said", "text"), PAGES.values(), ids=PAGES)
def test_a_page_says_the_number_of_the_case_and_who_has_to_act(said: dict[str, Any], text: str) -> None:
    """It goes far: neither which advisory it is nor whose is for everybody."""
    assert looked(sources=(PUBLISHED, OPEN), **said).pages == (text,)


BLOCKS: dict[str, tuple[Disclosure, datetime | None, str]] = {
    "published": (
        Disclosure(by="published", since=NOW, seen_at=NOW),
        None,
        f"Embargo: this is public since {NOW:%Y-%m-%d %H:%M} UTC: a linked advisory was published.",
    ),
    "listed, with an hour for the others": (
        Disclosure(by="listed", since=NOW, seen_at=NOW),
        NOW + DAY,
        (
            f"Embargo: this is public since {NOW:%Y-%m-%d %H:%M} UTC: an id of it is in GitHub's global advisory "
            f"database. The agreed hour is {NOW + DAY:%Y-%m-%d %H:%M} UTC."
        ),
    ),
    "said": (
        Disclosure(by="said", since=NOW, seen_at=NOW),
        None,
        f"Embargo: a coordinator says that this is public ({NOW:%Y-%m-%d %H:%M} UTC).",
    ),
    "nobody says since when": (
        Disclosure(by="published", since=None, seen_at=NOW),
        None,
        f"Embargo: this is public as was seen {NOW:%Y-%m-%d %H:%M} UTC: a linked advisory was published.",
    ),
}


@pytest.mark.parametrize(("disclosure", "until", "line"), BLOCKS.values(), ids=BLOCKS)
def test_the_mirror_says_that_it_is_public_and_since_when(
    disclosure: Disclosure, until: datetime | None, line: str
) -> None:
    """Everybody who reads the case has to know at once."""
    block = block_of(case(disclosure=disclosure, embargo_until=until), (advisory(),), rules())

    assert line in block.splitlines()
    assert "Keep it here until" not in block


def test_the_mirror_says_it_in_the_write_that_says_how_its_source_is() -> None:
    """Not a look later: by then it may be closed."""
    [update, _] = looked(sources=(PUBLISHED,)).steps

    assert "this is public since" in str(update.action.fields.description)  # type: ignore[union-attr]


def test_what_was_seen_comes_back_from_the_mirror() -> None:
    """Else everybody would be paged again after a lost database."""
    seen = replace(case(), disclosure=Disclosure(by="listed", since=NOW - DAY, seen_at=NOW))

    back = case_of_record(record_of_case(seen, mirror=str(MIRROR), sequence=3), now=NOW, closed=False)

    assert back is not None
    assert back.disclosure == seen.disclosure


HOURS = {
    "a Tuesday at work": ("2026-12-15 10:00", "2026-12-15 10:00"),
    "minutes past the hour": ("2026-12-15 10:01", "2026-12-15 11:00"),
    "before work": ("2026-12-15 03:00", "2026-12-15 08:00"),
    "after work": ("2026-12-15 17:30", "2026-12-16 08:00"),
    "on a Friday after work": ("2026-12-18 18:00", "2026-12-21 08:00"),
    "on a Saturday": ("2026-12-19 10:00", "2026-12-21 08:00"),
    "on a Sunday": ("2026-12-20 23:59", "2026-12-21 08:00"),
}


@pytest.mark.parametrize(("after", "hour"), HOURS.values(), ids=HOURS)
def test_an_hour_is_proposed_in_which_people_are_at_work(after: str, hour: str) -> None:
    """In December 2026 the 18th is a Friday."""

    def utc(text: str) -> datetime:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)

    assert working_hour(utc(after)) == utc(hour)


def test_the_last_status_of_a_case_is_written_before_it_ends() -> None:
    """What became public by its end is in its timeline."""
    plan = looked(sources=(PUBLISHED,))

    assert CloseCase(case=1) not in plan.notes
    assert found(plan) == [("published", NOW - HOUR, None)]
