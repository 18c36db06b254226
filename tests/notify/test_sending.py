"""What does a channel really receive, and what if it does not answer?"""

from __future__ import annotations

import logging

import pytest

from app.store.database import Database
from app.store.sendings import notify_state
from tests.clock import FakeClock
from tests.notify.outbox import MAINTAINER, digest, notifier, over, tell, until
from tests.notify.receiver import Receiver


async def test_of_an_empty_outbox_nothing_is_sent(database: Database, clock: FakeClock, receiver: Receiver) -> None:
    """And nothing is written down."""
    sender = await notifier(database, clock, f"coordinators={receiver.url}")

    assert await sender.send_due() == 0

    assert receiver.raw == []
    [state] = await database.read(notify_state)
    assert (state.name, state.failures, state.last_success_at) == ("coordinators", 0, None)


async def test_a_page_goes_at_once_and_once(database: Database, clock: FakeClock, receiver: Receiver) -> None:
    """Whoever is paged twice for the same believes that it happened twice."""
    sender = await notifier(database, clock, f"coordinators={receiver.url}", public_url="https://greenroom.example")
    await tell(database, clock)

    for _ in range(3):
        await sender.send_due()
        clock.advance(hours=2)

    [text] = receiver.texts
    assert text.startswith("Greenroom, at once: a notice\nAt once: case/1 is public\n(notice 1, page, since 2026-12-01")
    assert "https://greenroom.example/cases/1" in text
    assert receiver.got[0]["type"] == "failure"


async def test_what_opens_together_is_one_message(database: Database, clock: FakeClock, receiver: Receiver) -> None:
    """Thirty messages in a minute are one outage, told badly. What pages comes first."""
    sender = await notifier(database, clock, f"operators={receiver.url}")
    for number in range(29):
        about = f"pull/{number}"
        await tell(database, clock, kind="check-missing", about=about, severity="warning", text=f"{about} got no check")
    await tell(database, clock)

    await sender.send_due()

    [text] = receiver.texts
    assert text.startswith("Greenroom, at once: 30 notices\nAt once: case/1 is public")
    assert text.count("got no check") == 19
    assert "and 10 more; greenroom notices lists them" in text


async def test_a_digest_goes_once_a_day_however_many_coordinators_there_are(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """They share a channel, and are told the same."""
    sender = await notifier(database, clock, f"coordinators={receiver.url}")
    for recipient in ("coordinator-1:5", "coordinator-2:6"):
        await digest(database, clock, recipient, hears_all=True)
    await digest(database, clock, MAINTAINER, text="Greenroom, of pip\n\nonly pip\n")

    assert await sender.send_due() == 1

    [text] = receiver.texts
    assert text == "Greenroom, 2026-12-01: 1 new finding\nprivate-reporting of 2026-12-01"


async def test_digests_that_did_not_arrive_are_made_up_for_in_the_next(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """One a day at most, whatever happened to the channel: here it is dead for three days and comes back at night."""
    sender = await notifier(database, clock, f"coordinators={receiver.url}")
    receiver.status = 500
    for day in (2, 3, 4):
        until(clock, day, 7)
        await digest(database, clock)
        await sender.send_due()
    receiver.status = 200
    until(clock, 5, 2)
    assert await sender.send_due() == 0
    until(clock, 5, 7)
    await digest(database, clock)

    for _ in range(3):
        await sender.send_due()
        clock.advance(hours=1)

    [text] = receiver.texts
    assert text.startswith("Greenroom, 2026-12-05: 1 new finding\n")
    assert text.count("Not told before: Greenroom, 2026-12-0") == 3


async def test_a_service_that_shows_html_gets_the_lines_as_lines_and_nothing_as_markup(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """Mail is one. What names a policy file or a repository may hold what HTML would read."""
    sender = await notifier(database, clock, f"coordinators={receiver.url}?format=html")
    await digest(database, clock, text="Greenroom, today\n\none <b>\ntwo\n")

    await sender.send_due()

    [got] = receiver.got
    assert "one&nbsp;&lt;b&gt;<br/>" in got["message"].replace(" ", "&nbsp;")


async def test_what_is_longer_than_a_service_takes_comes_in_parts(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """Services refuse what is too long, and then nobody would ever hear of it."""
    sender = await notifier(database, clock, f"coordinators={receiver.url}")
    await digest(database, clock, text="Greenroom, today\n\n" + "\n".join(f"line {number}" for number in range(5000)))

    await sender.send_due()

    assert len(receiver.got) == 2
    assert [f"line {number}" in str(receiver.got) for number in (0, 2500, 4999)] == [True] * 3


async def test_a_channel_that_was_just_declared_gets_no_history(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """Ninety digests in the outbox are nobody's news; what is open still is."""
    for _ in range(20):
        await digest(database, clock)
        clock.advance(days=1)
    await tell(database, clock)
    clock.advance(days=1)
    await digest(database, clock)

    await (await notifier(database, clock, f"coordinators={receiver.url}")).send_due()

    page, told = receiver.texts
    assert "case/1 is public" in page
    assert told.count("Greenroom, 2026-12") == 1


async def test_what_is_over_before_it_was_told_is_told_only_if_it_pages(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """A repository that was public for ten minutes is news, also when the channel was dead meanwhile."""
    sender = await notifier(database, clock, f"operators={receiver.url}")
    for kind, about, severity in (("policy-invalid", "greenroom.yml", "warning"), ("page", "case/1", "page")):
        await tell(database, clock, kind=kind, about=about, severity=severity)
        await over(database, clock, kind, about)

    await sender.send_due()

    [text] = receiver.texts
    assert "(notice 2, page, since 2026-12-01 09:00 UTC, over since 2026-12-01 09:00 UTC)" in text
    assert "policy-invalid" not in text


async def test_what_comes_and_goes_pages_once_an_hour(database: Database, clock: FakeClock, receiver: Receiver) -> None:
    """Somebody flips a switch all day; each time is another notice."""
    sender = await notifier(database, clock, f"coordinators={receiver.url}")
    for _ in range(60):
        await tell(database, clock)
        await sender.send_due()
        clock.advance(minutes=1)
        await over(database, clock)
        await sender.send_due()
        clock.advance(minutes=1)

    assert len(receiver.got) == 2


async def test_a_channel_gets_what_its_route_is_for(
    database: Database, clock: FakeClock, receiver: Receiver, other: Receiver
) -> None:
    """Coordinators hear of cases, operators of Greenroom itself, a person of what policy gives them."""
    urls = f"coordinators.notice={receiver.url} operators.notice={other.url}"
    sender = await notifier(database, clock, f"{urls} person/{MAINTAINER}={other.url}/pip tool/pip={other.url}/tool")
    await tell(database, clock, kind="people-must", severity="warning", text="case/1 waits for people: 1 matter")
    await tell(database, clock, kind="policy-invalid", about="greenroom.yml", severity="warning", text="line 4: no key")
    await digest(database, clock)
    await digest(database, clock, MAINTAINER, text="Greenroom, of the maintainer")
    await digest(database, clock, "tool/pip", text="Greenroom, of pip")

    await sender.send_due()

    [told] = receiver.texts
    assert "case/1 waits for people" in told
    assert "line 4" in told
    assert sorted(text.partition("\n")[0] for text in other.texts) == [
        "Greenroom, of pip",
        "Greenroom, of the maintainer",
        "Greenroom: a notice",
    ]
    assert "case/1" not in str(other.got)


async def test_quiet_hours_hold_back_all_but_what_pages(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """In the zone of whoever reads it: 22:00 in Berlin is 21:00 UTC in winter."""
    quiet = "operators=22:00-09:00@Europe/Berlin"
    sender = await notifier(database, clock, f"operators={receiver.url}", quiet=quiet)
    until(clock, 1, 21)
    await tell(database, clock, kind="policy-invalid", about="greenroom.yml", severity="warning", text="line 4: no key")
    await sender.send_due()
    assert receiver.texts == []

    await tell(database, clock)
    await sender.send_due()
    [page] = receiver.texts
    assert "line 4" not in page

    until(clock, 2, 7)
    await digest(database, clock, "operators")
    await sender.send_due()
    assert len(receiver.got) == 1
    until(clock, 2, 8)
    await sender.send_due()
    assert [text.partition("\n")[0] for text in receiver.texts[1:]] == [
        "Greenroom: a notice",
        "Greenroom, 2026-12-02: 1 new finding",
    ]


async def test_a_url_that_two_routes_share_is_one_channel(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """A small team has one room for everything, and is told everything once."""
    urls = f"coordinators={receiver.url} operators={receiver.url} tool/pip={receiver.url}"
    sender = await notifier(database, clock, urls)
    await tell(database, clock)
    await digest(database, clock)
    await digest(database, clock, "tool/pip", text="Greenroom, of pip")

    assert await sender.send_due() == 2

    assert [text.partition("\n")[0] for text in receiver.texts] == [
        "Greenroom, at once: a notice",
        "Greenroom, 2026-12-01: 1 new finding",
    ]
    assert "of pip" not in str(receiver.got)


async def test_an_id_of_an_advisory_is_in_no_message(database: Database, clock: FakeClock, receiver: Receiver) -> None:
    """No notice and no digest has one; should one ever, a message goes to more people than the database."""
    ghsa = "GHSA-2345-6789-cfgh"
    sender = await notifier(database, clock, f"coordinators={receiver.url}")
    await tell(database, clock, text=f"{ghsa} is public")
    await sender.send_due()
    receiver.status = 500
    for _ in range(2):
        await digest(database, clock, text=f"Greenroom, of {ghsa}\n\n{ghsa} is open\n")
        await sender.send_due()
        clock.advance(days=1)
    receiver.status = 200

    await sender.send_due()

    assert len(receiver.got) == 2
    assert ghsa not in "".join(receiver.raw)
    assert str(receiver.got).count("GHSA-…") == 5


async def test_a_person_is_known_by_the_number(database: Database, clock: FakeClock, receiver: Receiver) -> None:
    """A login can be renamed, and the old one claimed by a stranger."""
    sender = await notifier(database, clock, f"person/old-login:7={receiver.url}")
    await digest(database, clock, "new-login:7", text="Greenroom, of the person")
    await digest(database, clock, "old-login:8", text="Greenroom, of a stranger")

    await sender.send_due()

    assert [each["title"] for each in receiver.got] == ["Greenroom, of the person"]


async def test_nothing_that_apprise_says_is_in_the_log(
    database: Database, clock: FakeClock, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """It says addresses, which are secrets, and what was sent."""
    caplog.set_level(logging.DEBUG)
    sender = await notifier(database, clock, f"coordinators={receiver.url}")
    await tell(database, clock)
    for status in (500, 200):
        receiver.status = status
        await sender.send_due()
        clock.advance(hours=2)

    assert len(receiver.got) == 1
    assert [each.name for each in caplog.records if each.name.startswith(("apprise", "urllib3", "requests"))] == []
    assert "secret" not in caplog.text
