"""What goes over a channel now, and how does it read? Pure.

Kept: what pages goes at once, whatever the hour; what else opens waits for the end of quiet hours; the digests of a
channel are one message a day (UTC) at most, between 7:00 and midnight, in which those of days on which nothing arrived
are made up for. What is over before it was told is told to nobody, unless it pages. What opens and closes again and
again is told once an hour where it pages, and else once a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.domain.ids import CaseKey, InvalidName, parse_key, without_ids
from app.domain.records import Digest, Notice, Severity
from app.notify.routes import Channel
from app.reconcile.reminders import hour_before
from app.store.sendings import Item, UnsentDigest, UnsentNotice

AGAIN: Mapping[bool, timedelta] = {True: timedelta(hours=1), False: timedelta(days=1)}  # does it page?
LISTED = 20  # notices that one message spells out
MADE_UP = 3  # days that it spells out
KEPT = timedelta(days=7)  # what is older is told no more
TITLE = 80  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What did not go over a channel yet, when the like of it did, and on which day a digest did."""

    notices: tuple[UnsentNotice, ...]
    digests: tuple[UnsentDigest, ...]
    told: Mapping[tuple[str, str], datetime]
    last_digest: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message, and what is in it."""

    items: tuple[Item, ...]
    severity: Severity
    title: str
    body: str


def waits(channel: Channel, waiting: Waiting, now: datetime) -> tuple[UnsentNotice | UnsentDigest, ...]:
    """What of it is to go over this channel, now or later."""
    noticed = [each for each in waiting.notices if channel.takes_notice(each.notice) and _is_worth_it(each, waiting)]
    digests = [
        each for each in waiting.digests if channel.takes_digest(each.digest) and now - each.digest.made_at < KEPT
    ]
    return (*noticed, *digests)


def parcel(channel: Channel, waiting: Waiting, now: datetime, *, public_url: str | None) -> Parcel | None:
    """The next message of a channel; None where it is not yet time for one. What is urgent goes first."""
    quiet = any(each.holds(now) for each in channel.quiet)
    left = waits(channel, waiting, now)
    noticed = [each for each in left if isinstance(each, UnsentNotice) and _is_time(each, waiting, now, quiet=quiet)]
    if noticed:
        return _of_notices(noticed, public_url)
    digests = [each for each in left if isinstance(each, UnsentDigest)]
    today = now.date()
    if quiet or not digests or hour_before(now).date() != today or waiting.last_digest == today:
        return None
    return _of_digests(digests, public_url)


def message_for_trying(public_url: str | None) -> Parcel:
    """What somebody sends to see whether it arrives."""
    body = "Somebody typed greenroom notices --test ROUTE. Nothing is to be done."
    return Parcel(items=(), severity="info", title="Greenroom: a trial", body=_with_link(body, public_url))


def _is_worth_it(unsent: UnsentNotice, waiting: Waiting) -> bool:
    """A page that is over is told all the same, unless its readers heard of the thing before."""
    return unsent.over_at is None or (unsent.notice.severity == "page" and _thing(unsent) not in waiting.told)


def _is_time(unsent: UnsentNotice, waiting: Waiting, now: datetime, *, quiet: bool) -> bool:
    pages = unsent.notice.severity == "page"
    before = waiting.told.get(_thing(unsent))
    return (pages or not quiet) and (before is None or now - before >= AGAIN[pages])


def _thing(unsent: UnsentNotice) -> tuple[str, str]:
    return unsent.notice.kind, unsent.notice.about.lower()


def _of_notices(noticed: list[UnsentNotice], public_url: str | None) -> Parcel:
    noticed = sorted(noticed, key=lambda each: each.notice.severity != "page")
    pages = sum(each.notice.severity == "page" for each in noticed)
    lines = [_line(each, public_url) for each in noticed[:LISTED]]
    if more := len(noticed) - len(lines):
        lines.append(f"… and {more} more; greenroom notices lists them")
    counted = f"{len(noticed)} notices" if len(noticed) > 1 else "a notice"
    return Parcel(
        items=tuple(each.item for each in noticed),
        severity="page" if pages else "warning",
        title=f"Greenroom, at once: {counted}" if pages else f"Greenroom: {counted}",
        body=_with_link("\n\n".join(lines), public_url),
    )


def _line(unsent: UnsentNotice, public_url: str | None) -> str:
    notice = unsent.notice
    over = f", over since {unsent.over_at:%Y-%m-%d %H:%M} UTC" if unsent.over_at else ""
    lead = "At once: " if notice.severity == "page" else ""
    link = f"\n{page}" if (page := _page_of(notice, public_url)) else ""
    # The number lets whoever gets a message twice see that it is the same.
    where = f"(notice {unsent.item.number}, {notice.kind}, since {notice.since:%Y-%m-%d %H:%M} UTC{over})"
    return f"{lead}{without_ids(notice.text)}\n{where}{link}"


def _page_of(notice: Notice, public_url: str | None) -> str | None:
    try:
        key = parse_key(notice.about)
    except InvalidName:
        return None
    return f"{public_url}/cases/{key.number}" if public_url and isinstance(key, CaseKey) else None


def _of_digests(digests: list[UnsentDigest], public_url: str | None) -> Parcel:
    """The newest first. Whoever hears of every tool needs no digest of one beside it."""
    by_day: dict[date, list[Digest]] = {}
    for each in digests:
        by_day.setdefault(each.digest.day, []).append(each.digest)
    texts = [_text(each) for each in by_day.values()]
    newest = digests[0].digest
    title, _, first = without_ids(texts[0]).partition("\n")
    parts = [first.strip(), *(f"Not told before: {without_ids(text).strip()}" for text in texts[1 : 1 + MADE_UP])]
    if more := len(texts) - 1 - MADE_UP:
        days = "1 day" if more == 1 else f"{more} days"
        if more > 0:
            parts.append(f"What was told on {days} before is left out; greenroom findings lists all that is open.")
    return Parcel(
        items=tuple(each.item for each in digests),
        severity=newest.severity,
        title=title if len(title) <= TITLE else f"{title[: TITLE - 1]}…",
        body=_with_link("\n\n".join(part for part in parts if part) or title, public_url),
    )


def _text(digests: list[Digest]) -> str:
    """What one day says: most people are told the same, so each text stands there once."""
    wide = [each.text for each in digests if each.hears_all]
    return "\n".join(dict.fromkeys(wide or [each.text for each in digests]))


def _with_link(body: str, public_url: str | None) -> str:
    return f"{body}\n\n{public_url}/" if public_url else body
