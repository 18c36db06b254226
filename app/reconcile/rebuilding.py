"""How do cases come back after the database was lost? From the records that their mirrors carry.

GitHub is asked for all mirrors once in a database's life, and once more after it was put back from a backup: until that
worked, nothing that a mirror names opens a case. What the database knows of a case by then stands. A mirror of ours
whose record was altered comes back as a case of which nothing is known: frozen, until a coordinator restores it.
A record that we had signed may be an old one that somebody put back, and nothing is left that tells: nobody is let in
by it before a coordinator confirms the case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.domain.cases import StoredCase
from app.domain.facts import Known
from app.domain.mirrors import Mirror
from app.github.reader import Reader
from app.reconcile.body import Record, record_of
from app.reconcile.case_record import case_of_record, claimed, has_our_marks
from app.reconcile.digests import Digests
from app.reconcile.look import Look
from app.store import cases, moments
from app.store.database import Database
from policies.config import PolicyFile

log = structlog.get_logger()


class Rebuilding:
    """Reads mirrors, and writes down the cases that nobody knows any more."""

    def __init__(self, *, reader: Reader, database: Database, clock: Clock, digests: Digests) -> None:
        self._reader, self._database, self._clock, self._digests = reader, database, clock, digests

    async def rebuild(self, rules: PolicyFile) -> None:
        """Once, and as soon as mirrors are enforced and can be read: an instance that only observes has none."""
        kept = rules.coordination
        if (
            kept is None
            or kept.mode != "enforce"
            or await self._database.read(partial(moments.last, name=moments.CASES_REBUILT)) is not None
        ):
            return
        mirrors = await Look(rules).ask(partial(self._reader.mirrors, kept.repository, kept.store))
        if not isinstance(mirrors, Known):
            log.warning("cases.not_rebuilt", reason=mirrors.reason)
            return
        came_back = await self._database.write(partial(self._write, mirrors=mirrors.value, now=self._clock.now()))
        log.info("cases.rebuilt", cases=came_back)

    def _write(self, conn: Connection, mirrors: Iterable[Mirror], now: datetime) -> int:
        known = {each.number for each in cases.all_cases(conn)}
        came_back = 0
        for number, copies in sorted(self._by_case(mirrors).items()):
            record, mirror = min(copies, key=lambda copy: (copy[1].created_at is None, copy[1].created_at, copy[1].id))
            case = case_of_record(record, now=now, closed=mirror.state == "closed")
            if number not in known and case is not None:
                cases.rebuild(conn, case, mirror.id, now=now)
                came_back += 1
        known_mirrors = {each.mirror for each in cases.all_cases(conn)}
        for mirror in mirrors:
            if is_unread(mirror, self._digests) and mirror.id not in known_mirrors:
                cases.rebuild(conn, _unread(conn, mirror, now), mirror.id, now=now)
                came_back += 1
        moments.note(conn, name=moments.CASES_REBUILT, at=now)
        return came_back

    def _by_case(self, mirrors: Iterable[Mirror]) -> dict[int, list[tuple[Record, Mirror]]]:
        """Ours only, each with what it says of itself; what was pasted from another mirror is none."""
        found: dict[int, list[tuple[Record, Mirror]]] = defaultdict(list)
        for mirror in mirrors:
            record = record_of(mirror, self._digests)
            if record is not None and record.mirror in {None, str(mirror.id)}:
                found[record.case].append((record, mirror))
        return found


def is_unread(mirror: Mirror, digests: Digests) -> bool:
    """Was it a mirror of ours, whose record nobody can trust any more? One that is closed is left alone."""
    marked = mirror.is_ours and mirror.state == "open" and has_our_marks(mirror.description)
    return marked and record_of(mirror, digests) is None


def _unread(conn: Connection, mirror: Mirror, now: datetime) -> StoredCase:
    """A case of which only the mirror is known. Its number is the one that it claims, if no other case has that."""
    number = claimed(mirror.description).case
    taken = {each.number for each in cases.all_cases(conn)}
    return StoredCase(
        number=number if number and number not in taken else 1 + max(taken, default=0),
        state="open",
        opened_at=mirror.created_at or now,
        closed_at=None,
        mirror=mirror.id,
        mirror_in=None,
        sequence=0,
        links=(),
        participants=(),
    )
