"""How do cases come back after the database was lost? From the records that their mirrors carry.

GitHub is asked for all mirrors once in a database's life: until that worked, no case is opened either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.domain.facts import Known
from app.domain.mirrors import Mirror
from app.github.reader import Reader
from app.reconcile.body import Record
from app.reconcile.case_record import case_of_record
from app.reconcile.digests import Digests
from app.reconcile.look import Look
from app.reconcile.observe import record_of
from app.store import cases, moments
from app.store.database import Database
from policies.config import PolicyFile

log = structlog.get_logger()
REBUILT = "cases rebuilt"


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
            or await self._database.read(partial(moments.last, name=REBUILT)) is not None
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
        moments.note(conn, name=REBUILT, at=now)
        return came_back

    def _by_case(self, mirrors: Iterable[Mirror]) -> dict[int, list[tuple[Record, Mirror]]]:
        """Ours only, each with what it says of itself; what was pasted from another mirror is none."""
        found: dict[int, list[tuple[Record, Mirror]]] = defaultdict(list)
        for mirror in mirrors:
            record = record_of(mirror, self._digests)
            if record is not None and record.mirror in {None, str(mirror.id)}:
                found[record.case].append((record, mirror))
        return found
