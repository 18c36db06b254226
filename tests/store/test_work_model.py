from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection

from app.domain.ids import Key, parse_key
from app.store.database import Database
from app.store.work import Claim, claim, finish, mark, postpone, urgency
from tests.clock import START
from tests.places import Engine, keep_in
from tests.quick_folder import quick_folder
from tests.unfinished import unfinished

T = TypeVar("T")

KEYS = [parse_key(text) for text in ("pypa/pip", "pypa/build", "case/1", "poll")]
LEASE = timedelta(seconds=20)


@dataclass
class Row:
    """What the model knows of a key: when it is wanted, and who holds it."""

    wanted: datetime | None
    priority: int
    attempts: int = 0
    held: Claim | None = None
    marked: bool = False  # since it was claimed

    def claimable_at(self) -> datetime | None:
        return self.held.until if self.held else self.wanted


class WorkSet(RuleBasedStateMachine):
    """The work set against a dictionary: whatever people, timers and crashes do, the two agree."""

    engine: Engine

    @initialize()
    def start(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = ExitStack()
        place = keep_in(self.engine, self.folder.enter_context(quick_folder()))
        place.make()
        self.folder.callback(place.lose)
        self.database = self.loop.run_until_complete(Database.open(place.url, migrate=False))
        self.now = START
        self.rows: dict[Key, Row] = {}
        self.claims: list[Claim] = []

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.loop.run_until_complete(self.database.close())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()
            self.folder.close()

    @rule(key=st.sampled_from(KEYS), seconds=st.integers(-5, 30), priority=st.sampled_from([0, 10]))
    def mark(self, key: Key, seconds: int, priority: int) -> None:
        due = self.now + timedelta(seconds=seconds)
        self._write(lambda conn: mark(conn, [key], due=due, priority=priority))
        urgent = urgency(key, priority)
        row = self.rows.setdefault(key, Row(wanted=None, priority=urgent))
        row.wanted = due if row.wanted is None else min(row.wanted, due)
        row.priority = max(row.priority, urgent)
        row.marked = True

    @rule(seconds=st.integers(1, 25))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(owner=st.sampled_from(["one", "two"]))
    def claim(self, owner: str) -> None:
        taken: Claim | None = self._write(lambda conn: claim(conn, owner=owner, now=self.now, until=self.now + LEASE))
        due = {key: at for key, row in self.rows.items() if (at := row.claimable_at()) is not None and at <= self.now}
        assert (taken is None) == (not due)
        if taken is None:
            return
        assert taken.key in due
        row = self.rows[taken.key]
        assert row.priority == max(self.rows[key].priority for key in due)
        row.attempts += row.held is not None
        assert taken.attempts == row.attempts
        row.held, row.wanted, row.marked = taken, None, False
        self.claims.append(taken)

    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        claimed = self._some_claim(data)
        if claimed is None:
            return
        self._write(lambda conn: finish(conn, claimed))
        row = self._held_by(claimed)
        if row is None:
            return
        if not row.marked:
            del self.rows[claimed.key]
        else:
            row.held, row.attempts = None, 0

    @rule(data=st.data(), seconds=st.integers(0, 30))
    def postpone(self, data: st.DataObject, seconds: int) -> None:
        claimed, due = self._some_claim(data), self.now + timedelta(seconds=seconds)
        if claimed is None:
            return
        self._write(lambda conn: postpone(conn, claimed, due=due, error_kind="502"))
        if row := self._held_by(claimed):
            row.held, row.wanted, row.attempts = None, due, row.attempts + 1

    @invariant()
    def they_agree(self) -> None:
        if not hasattr(self, "loop"):
            return
        waiting = [str(key) for key, row in self.rows.items() if row.held or (row.wanted and row.wanted <= self.now)]
        assert self._read(lambda conn: unfinished(conn, self.now)) == sorted(waiting)

    def _some_claim(self, data: st.DataObject) -> Claim | None:
        return data.draw(st.sampled_from(self.claims)) if self.claims else None

    def _held_by(self, claimed: Claim) -> Row | None:
        row = self.rows.get(claimed.key)
        return row if row and row.held and row.held.owner == claimed.owner else None

    def _write(self, work: Callable[[Connection], T]) -> T:
        return self.loop.run_until_complete(self.database.write(work))

    def _read(self, work: Callable[[Connection], T]) -> T:
        return self.loop.run_until_complete(self.database.read(work))


def test_the_work_set_does_what_the_model_does(engine: Engine) -> None:
    """On SQLite and on PostgreSQL: the statements are not the same."""
    machine = type("WorkSetOnIt", (WorkSet,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
