from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.applications import Starlette

from app.store.database import Database
from app.store.inbox import StoredInbox
from app.store.schema import work
from tests.clock import FakeClock
from tests.places import Engine, Place, keep_in
from tests.quick_folder import quick_folder
from tests.webhooks.deliveries import SECRETS
from tests.webhooks.hostile import GHSA, REPO, Request, request
from tests.which_database import on_both
from webhooks.endpoint import PATH, endpoint

REQUESTS = 250  # of each seed
SEEDS = (1, 17, 42, 2026)
LONGEST_STALL = 0.2  # seconds of the loop's own work
LONGEST_WAIT = 2  # seconds by the clock on the wall: other processes count, so it is generous
EXPECTED = {200, 202, 400, 401, 413, 415}
KNOWN_KEYS = {"sweep", REPO, f"{REPO}/{GHSA}"}


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


async def _status(app: Starlette, sent: Request) -> int:
    """What the app answers to exactly these bytes; a client would refuse to send some of them."""
    pieces = [{"type": "http.request", "body": sent.body, "more_body": False}]
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return pieces.pop() if pieces else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        statuses.extend([message["status"]] if message["type"] == "http.response.start" else [])

    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "https"}
    about = {"path": PATH, "raw_path": PATH.encode(), "query_string": b"", "headers": list(sent.headers)}
    await app(scope | about, receive, send)
    [status] = statuses
    return status


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """How long the loop did one thing, in seconds: `busy` is its own work, `waited` also what it waited for, a disk."""

    busy: float
    waited: float


@contextmanager
def _stalls() -> Iterator[list[Stall]]:
    """Without the garbage of the tests before: served, the app freezes what was there at its start, too."""
    found: list[Stall] = []

    async def watch() -> None:
        while True:
            busy, wall = time.thread_time(), time.monotonic()
            await asyncio.sleep(0)
            found.append(Stall(busy=time.thread_time() - busy, waited=time.monotonic() - wall))

    gc.collect()
    gc.freeze()
    watching = asyncio.ensure_future(watch())
    try:
        yield found
    finally:
        watching.cancel()
        gc.unfreeze()


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """What came of all requests of a seed."""

    statuses: Counter[int]
    keys: set[str]
    longest: Stall


async def _play(seed: int, place: Place) -> Game:
    dice, clock = random.Random(seed), FakeClock()  # noqa: S311 - a game, not a key
    place.make()
    database = await Database.open(place.url, migrate=False)
    inbox = StoredInbox(database, clock)
    app = Starlette(
        routes=[endpoint(inbox, SECRETS, now=clock.now, concerns=lambda _: True, on_signature=lambda _: None)]
    )
    statuses: Counter[int] = Counter()

    with _stalls() as stalls:
        for number in range(REQUESTS):
            statuses[await _status(app, request(dice, number))] += 1

    keys = set(await database.read(lambda conn: conn.execute(select(work.c.key)).scalars().all()))
    await database.close()
    place.lose()
    return Game(statuses=statuses, keys=keys, longest=_longest(stalls))


def _longest(stalls: list[Stall]) -> Stall:
    return Stall(busy=max(stall.busy for stall in stalls), waited=max(stall.waited for stall in stalls))


@on_both
@pytest.mark.parametrize("seed", [SEEDS[0], *(pytest.param(seed, marks=pytest.mark.slow) for seed in SEEDS[1:])])
async def test_nothing_that_is_sent_makes_us_fall_over(seed: int, tmp_path: Path, engine: Engine) -> None:
    """1,000 hostile requests, most of them signed. None is an accident, none holds the others up.

    The loop works for at most 200 ms at a stretch, and takes at most 2 s with whatever it waits for. Whatever is sent,
    nothing gets into the work set but names that a well-formed payload could have named. Each game is played twice: a
    request that holds up the loop does so both times, a machine that has other things to do does not.
    """
    place = keep_in(engine, tmp_path)
    first, second = [await _play(seed, place) for _ in range(2)]

    assert set(first.statuses) <= EXPECTED, f"seed {seed}: {first.statuses}"
    assert {202, 400, 401} <= set(first.statuses)
    assert first.statuses == second.statuses
    assert min(first.longest.busy, second.longest.busy) < LONGEST_STALL
    assert min(first.longest.waited, second.longest.waited) < LONGEST_WAIT
    assert first.keys <= KNOWN_KEYS
    assert first.keys == second.keys
    assert first.keys, "nothing well-formed was among them"


async def test_the_watch_for_stalls_sees_one() -> None:
    """A measurement that cannot fail measures nothing."""
    with _stalls() as stalls:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        end = time.thread_time() + LONGEST_STALL
        while time.thread_time() < end:
            with suppress(ValueError):
                int("x")
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    assert max(stall.busy for stall in stalls) >= LONGEST_STALL


async def test_the_watch_for_stalls_sees_a_loop_that_waits() -> None:
    """A loop that is blocked on a disk does no work meanwhile, and holds everybody up all the same."""
    with _stalls() as stalls:
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        threading.Event().wait(LONGEST_STALL)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    assert max(stall.waited for stall in stalls) >= LONGEST_STALL
    assert max(stall.busy for stall in stalls) < LONGEST_STALL
