"""Does a real process that is killed, or has another one beside it on its database, lose or double anything?"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.demo.processes import free_port
from app.domain.mirrors import Store
from app.store.schema import deliveries
from app.store.schema import work as work_table
from app.worker import LEASE
from tests.e2e.lives import lives, told_too_much
from tests.e2e.outside import MOST_MATTERS, TITLE, Outside, a_small_world
from tests.e2e.running import answers, until
from tests.e2e.stores import in_both_stores
from tests.places import Engine, keep_in
from tests.which_database import on_both

pytestmark = pytest.mark.slow

OPENS = {
    "advisory": ("POST", "/repos/packaging-security/cases/security-advisories"),
    "issue": ("POST", "/repos/packaging-security/private-cases/issues"),
}
KILLS, DELIVERIES, AT_ONCE, MATTERS = 50, 2000, 8, MOST_MATTERS


@pytest.fixture
async def outside(tmp_path: Path, store: Store, engine: Engine) -> AsyncIterator[Outside]:
    place = keep_in(engine, tmp_path)
    place.make()
    async with a_small_world(tmp_path, store) as outside:
        yield outside
    place.lose()


async def test_kill_9_at_50_moments_over_2000_deliveries_loses_nothing(outside: Outside) -> None:
    """What was acknowledged is on disk, whenever the app is killed; and no mirror is opened twice.

    Deliveries come eight at a time. After a random number of them the app is killed and started again at once.
    """
    dice, port = random.Random(20261122), free_port()  # noqa: S311 - not for secrets
    moments = set(dice.sample(range(20, DELIVERIES - 20), KILLS))
    drafts = {number * DELIVERIES // (2 * MATTERS) for number in range(MATTERS)}
    acknowledged: Counter[str] = Counter()
    numbers = itertools.count()
    with lives(outside.folder, outside.environment) as somebody:
        alive = [somebody.start(port)]
        killing = asyncio.Lock()

        async def deliver() -> None:
            while (number := next(numbers)) < DELIVERIES:
                if number in drafts:
                    await outside.draft(number)
                if number in moments:
                    async with killing:
                        await asyncio.to_thread(somebody.kill, alive.pop())
                        alive.append(await asyncio.to_thread(somebody.start, port))
                status = await _delivered(outside, port, f"delivery-{number}")
                acknowledged.update([f"delivery-{number}"] if status == 202 else [])
                assert status in {202, None}

        await asyncio.gather(*(deliver() for _ in range(AT_ONCE)))
        await until("each matter has its mirror and nothing is left to do", partial(outside.is_whole, MATTERS), 240)

    kept = set(await outside.read(lambda conn: conn.execute(select(deliveries.c.guid)).scalars().all()))
    assert len(acknowledged) > DELIVERIES * 0.7, "hardly anything was acknowledged, so this was about something else"
    assert set(acknowledged) - kept == set()
    assert await outside.mirrored() == sorted(f"{TITLE} {each}" for each in drafts)
    assert len([write for write in await outside.writes() if write[0] == "POST"]) == MATTERS
    assert told_too_much(outside.folder, TITLE, outside.environment["GREENROOM_WEBHOOK_SECRET"]) == []


async def _delivered(outside: Outside, port: int, guid: str) -> int | None:
    """Send it once. While nobody listens, nothing is sent."""
    while True:
        try:
            return await outside.deliver(port, guid)
        except httpx.ConnectError:
            await asyncio.sleep(0.02)


@on_both
@in_both_stores
async def test_two_instances_on_one_database_do_each_thing_once(outside: Outside) -> None:
    """The same delivery a hundred times over two instances is one; no mirror is doubled and nothing written twice.

    Then one of them is killed in the middle of its work: the other one has it within the lease.
    """
    ports = [free_port(), free_port()]
    with lives(outside.folder, outside.environment) as somebody:
        one, other = [somebody.start(port) for port in ports]
        for port in ports:
            await until("it listens", partial(answers, outside.http, f"http://127.0.0.1:{port}/healthz"))
        statuses = Counter(
            await asyncio.gather(*(outside.deliver(ports[number % 2], "the-same-one") for number in range(100)))
        )
        assert statuses == {202: 1, 200: 99}

        for number in range(4):
            await outside.draft(number)
        await outside.deliver(ports[0], "look-there")
        taken = await _in_hand(outside, one)
        await asyncio.to_thread(somebody.kill, one)
        killed = datetime.now(UTC)

        async def is_free() -> bool:
            return not [owner for owner in await _owners(outside) if f":{one}/" in owner]

        await until("the other one has what the killed one held", is_free, LEASE.total_seconds() * 4)
        waited = datetime.now(UTC) - killed
        await until("each matter has its mirror and nothing is left to do", partial(outside.is_whole, 4), 120)
        await asyncio.to_thread(somebody.kill, other)

    assert taken
    assert waited <= LEASE * 2  # the lease itself, and the time to look on a machine that is busy
    writes = Counter(await outside.writes())
    assert await outside.mirrored() == [f"{TITLE} {number}" for number in range(4)]
    # Each mirror was opened, a draft got its people, and its record was signed with its own id; nothing more.
    assert writes.pop(OPENS[outside.store]) == 4
    assert sorted(writes.values()) == [2 if outside.store == "advisory" else 1] * 4
    assert told_too_much(outside.folder, TITLE, outside.environment["GREENROOM_WEBHOOK_SECRET"]) == []


@pytest.mark.parametrize("secret", ["GHSA-2222-3333-4444", "ghs_1234", "-----BEGIN PRIVATE KEY", f"{TITLE} 3"])
def test_what_serve_may_not_say_is_found_in_its_output(tmp_path: Path, secret: str) -> None:
    """Looking for what cannot be found proves nothing."""
    log = tmp_path / "serve.log"
    log.write_text('{"event": "sweep", "matters": 1}\n', encoding="utf-8")
    assert told_too_much(tmp_path, TITLE) == []
    log.write_text(f'{{"event": "sweep"}}\nit was {secret}\n', encoding="utf-8")
    assert len(told_too_much(tmp_path, TITLE)) == 1


async def _in_hand(outside: Outside, process: int) -> list[str]:
    """Wait until that process works on something."""
    taken: list[str] = []

    async def is_working() -> bool:
        taken[:] = [owner for owner in await _owners(outside) if f":{process}/" in owner]
        return bool(taken)

    await until("it works on something", is_working)
    return taken


async def _owners(outside: Outside) -> list[str]:
    held = select(work_table.c.lease_owner).where(work_table.c.lease_owner.is_not(None))
    return list(await outside.read(lambda conn: conn.execute(held).scalars().all()))
