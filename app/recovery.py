"""Were there deliveries that never reached us?

GitHub's own log of them is read every few minutes, by the lines of its list, and what they would have asked for is
marked. Kept: a pass that was interrupted, by a limit, an outage or the end of the process, goes on where it was;
nothing is made up for twice; and what the log cannot tell is left to a sweep, and people are told so. That is so after
three days without a look, which is what GitHub keeps, and where more was delivered than one pass reads.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from app import failing
from app.clock import Clock
from app.domain.delivery import Logged
from app.domain.ids import DELIVERIES, SWEEP, Key, RepoName, RepositoryKey
from app.domain.records import Notice
from app.github.delivery_log import APPEARS, KEPT, LogPage, NotShown, page, without_later
from app.github.registration import Registration
from app.policy_file.in_force import PolicyInForce
from app.reconcile.missed import Missed, Place, is_strange, missed
from app.reconcile.silence import next_due, silence
from app.store import delivery_log, hints, moments, notices, repositories, unheard, work
from app.store.database import Database
from app.store.delivery_log import LOG_READ, Progress
from app.sweeping.sweep import COMPLETE_SWEEP

log = structlog.get_logger()

EVERY = timedelta(minutes=5)
MOST_PAGES = 100  # of one pass: ten thousand deliveries
AHEAD = timedelta(minutes=1)  # as far as GitHub's clock may be ahead of ours
STALE = timedelta(hours=1)  # a pass that was interrupted for longer is begun anew
REMEMBERED = timedelta(days=8)
TOLD_FOR = timedelta(days=1)  # people look for it where they look after an outage


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ids:
    """What is known beside the log: installations of accounts of ours, where policy is, and where silence is told."""

    ours: Collection[int]
    policy: int | None
    tells: frozenset[Key]


class Recovery:
    """Reads the log of the App that gets deliveries."""

    def __init__(self, *, app: Registration, database: Database, clock: Clock, policy: PolicyInForce) -> None:
        self._app, self._database, self._clock, self._policy = app, database, clock, policy

    async def look(self) -> datetime:
        """Read what is new in the log, and say when to look next. Raises RetryLater; what was read by then counts."""
        now = self._clock.now()
        at = await self._database.read(delivery_log.progress)
        at = replace(at, read_to=_known(at.read_to, now))
        goes_on = at.cursor is not None and at.began_at is not None and timedelta(0) <= now - at.began_at <= STALE
        if not goes_on:
            at = Progress(read_to=at.read_to, began_at=now)
        try:
            await self._pass(at)
        except NotShown as error:
            # A cursor may have got too old; without one it begins with the newest again.
            log.warning("deliveries.not_shown", status=error.status)
            await self._database.write(partial(delivery_log.note, now_at=Progress(read_to=at.read_to)))
            await self._database.write(partial(failing.not_shown, now=now))
            return self._clock.now() + EVERY
        return self._clock.now() if goes_on else await self._next(now)

    async def _next(self, read_at: datetime) -> datetime:
        """Sooner where something would have to be in the log sooner."""
        waited_for = next_due(await self._database.read(unheard.changes), read_at)
        return min(read_at + EVERY, waited_for or read_at + EVERY)

    async def _pass(self, at: Progress) -> None:
        """From there to what was seen before."""
        ours: frozenset[int] | None = None
        while True:
            read = without_later(await page(self._app, at.cursor), self._clock.now() + AHEAD)
            is_first = at.read_to is None
            if not is_first and ours is None and await self._database.read(partial(_has_strangers, lines=read.lines)):
                ours = await self._ours()
            ids = _Ids(ours=ours or frozenset(), policy=self._policy.repository_id, tells=self._tells())
            keep = partial(_keep, read=read, at=at, ids=ids, now=self._clock.now())
            at, found = await self._database.write(keep)
            if read.unreadable:
                log.warning("deliveries.unreadable", lines=read.unreadable)
            if found.found:
                log.warning("deliveries.recovered", recovered=len(found.found), ignored=len(found.ignored))
            if at.cursor is None:
                return

    def _tells(self) -> frozenset[Key]:
        rules = self._policy.current().file
        home = {rules.coordination.repository} if rules.coordination else rules.repositories()
        return frozenset(map(RepositoryKey, home))

    async def _ours(self) -> frozenset[int]:
        """Installations in accounts that policy concerns."""
        policies = self._policy.current()
        return frozenset(each.id for each in await self._app.installations() if policies.concerns(each.account))


def _known(read_to: datetime | None, now: datetime) -> datetime | None:
    """A moment to come says that a clock was ahead, and not how far the log was read: all of it is read once more."""
    return now - KEPT if read_to is not None and read_to > now + AHEAD else read_to


def _has_strangers(conn: Connection, lines: Collection[Logged]) -> bool:
    place = Place(repositories=_named(conn, lines))
    strange = [line.guid for line in lines if is_strange(line, place)]
    return bool(set(strange) - delivery_log.taken(conn, strange))


def _keep(conn: Connection, *, read: LogPage, at: Progress, ids: _Ids, now: datetime) -> tuple[Progress, Missed]:
    """What a page asks for, and where the next one begins; together, or not at all."""
    if at.pages == 0:
        _look_back(conn, now)
        failing.begin(conn, now)
        at = replace(at, head=max((line.at for line in read.lines), default=now))
        if read.lines and at.head is not None:
            moments.note(conn, name=unheard.NEWEST, at=at.head)
    at = replace(at, pages=at.pages + 1, cursor=read.older)
    if at.read_to is None:  # the first look ever: the first sweep looks at everything
        return _done(conn, at, ids, now), Missed()
    since = at.read_to - APPEARS
    lines = [line for line in read.lines if line.at >= since]
    failing.count(conn, lines, now)
    place = Place(repositories=_named(conn, lines), ours=ids.ours, policy=ids.policy)
    found = missed(lines, taken=delivery_log.taken(conn, [line.guid for line in lines]), place=place)
    keys = found.keys | (hints.hint_all(conn, now) if found.asks_cases else frozenset())
    work.mark(conn, keys, due=now, priority=work.PROMPT)
    delivery_log.remember(conn, found.found, now)
    delivery_log.note(conn, at)
    ignored = sum(line.at > at.read_to for line in found.ignored)  # no GUID of theirs is kept
    delivery_log.count(conn, recovered=len(found.found), ignored=ignored)
    if at.cursor is None or len(lines) < len(read.lines):
        return _done(conn, at, ids, now), found
    if at.pages >= MOST_PAGES:
        _give_up(conn, at, now)
        return _done(conn, at, ids, now), found
    return at, found


def _named(conn: Connection, lines: Collection[Logged]) -> dict[int, RepoName]:
    return repositories.by_id(conn, {line.repository for line in lines if line.repository is not None})


def _done(conn: Connection, at: Progress, ids: _Ids, now: datetime) -> Progress:
    """All that was delivered until the pass began was seen."""
    over = Progress(read_to=at.head)
    delivery_log.note(conn, over)
    delivery_log.forget(conn, now - REMEMBERED)
    _listen(conn, at.began_at or now, ids, now)
    moments.note(conn, name=LOG_READ, at=at.began_at or now)
    failing.settle(conn, now)
    _follow_up(conn, now)
    return over


def _listen(conn: Connection, read_at: datetime, ids: _Ids, now: datetime) -> None:
    """Did GitHub fall silent, or is it heard again? Where that is told is looked at."""
    last = moments.last(conn, LOG_READ)
    before = silence(unheard.changes(conn), last)
    if last is None or now - last > KEPT:  # what was listed meanwhile may be gone from the log
        unheard.heard(conn, now - KEPT)
    if (newest := unheard.newest_delivery(conn)) is not None:
        unheard.heard(conn, newest + AHEAD)
    after = silence(unheard.changes(conn), read_at)
    if after != before:
        log.warning("deliveries.silent", changes=after.changes if after else 0)
        work.mark(conn, ids.tells, due=now, priority=work.PROMPT)


def _look_back(conn: Connection, now: datetime) -> None:
    """GitHub forgot what it delivered more than three days ago."""
    last = moments.last(conn, LOG_READ)
    if last is None or now - last <= KEPT:
        return
    _leave_to_the_sweep(
        conn,
        f"GitHub's log of deliveries was read last on {last:%Y-%m-%d %H:%M} UTC, and it keeps three days: what was "
        f"delivered before {now - KEPT:%Y-%m-%d %H:%M} UTC and did not arrive cannot be made up for one by one",
        now,
    )


def _give_up(conn: Connection, at: Progress, now: datetime) -> None:
    text = f"more than {MOST_PAGES * 100:,} deliveries came since GitHub's log of them was read last"
    since = f" ({at.read_to:%Y-%m-%d %H:%M} UTC)" if at.read_to else ""
    _leave_to_the_sweep(conn, f"{text}{since}; the oldest of them were not looked up", now)


def _leave_to_the_sweep(conn: Connection, why: str, now: datetime) -> None:
    log.warning("deliveries.left_to_the_sweep", why=why)
    work.mark(conn, [SWEEP], due=now, priority=work.PROMPT)
    text = f"{why}; a sweep looks at everything instead"
    notices.tell(
        conn, Notice(kind="deliveries-missed", about=str(DELIVERIES), severity="warning", text=text, since=now)
    )


def _follow_up(conn: Connection, now: datetime) -> None:
    """Say when that sweep was complete, and let people read it for a day."""
    swept = moments.last(conn, COMPLETE_SWEEP)
    for notice in notices.open_notices(conn):
        if notice.kind != "deliveries-missed" or swept is None or swept < notice.since:
            continue
        if now - notice.since >= TOLD_FOR:
            notices.close(conn, notice.kind, notice.about, now)
        elif _SWEPT not in notice.text:
            notices.tell(conn, replace(notice, text=f"{notice.text}{_SWEPT}{swept:%Y-%m-%d %H:%M} UTC"))


_SWEPT = ", and the one that did so listed all of it by "
