"""Does a real process that is killed while it reads GitHub's log of deliveries lose or double any?"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from app.demo.processes import free_port
from app.store import delivery_log
from app.store.schema_deliveries import recovered_deliveries
from tests.e2e.lives import lives, told_too_much
from tests.e2e.logged import LOG
from tests.e2e.outside import TITLE, a_small_world
from tests.e2e.running import until
from tests.places import Engine, keep_in

FAILED, KILLS = 750, 4


@pytest.mark.slow
async def test_kill_9_while_the_log_is_read_loses_and_doubles_nothing(tmp_path: Path, engine: Engine) -> None:
    """What a page asked for and where the next one begins are on disk together, or neither is."""
    place = keep_in(engine, tmp_path)
    place.make()
    nobody = f"http://127.0.0.1:{free_port()}/webhooks/github"
    async with a_small_world(tmp_path, "advisory", "--webhook-url", nobody) as outside:
        with lives(tmp_path, outside.environment) as somebody:

            async def has_begun() -> bool:
                return (await outside.read(delivery_log.progress)).read_to is not None

            alive = somebody.start(free_port())
            await until("the log was read for the first time", has_begun)
            await asyncio.to_thread(somebody.kill, alive)
            for number in range(FAILED):
                await outside.do("archive", repository="astral-sh/uv", archived=number % 2 == 0)
            await outside.do("slow", method="GET", path=LOG, seconds=0.3, times=1_000)

            async def recovered() -> int:
                return int((await outside.read(delivery_log.counts)).recovered)

            async def has_got_on(since: int) -> bool:
                return await recovered() > since

            for _ in range(KILLS):
                alive = await asyncio.to_thread(somebody.start, free_port())
                await until("a page more was read", partial(has_got_on, await recovered()))
                await asyncio.to_thread(somebody.kill, alive)
            assert await recovered() < FAILED, "it was not in the middle of anything"
            alive = await asyncio.to_thread(somebody.start, free_port())

            async def is_read() -> bool:
                at = await outside.read(delivery_log.progress)
                return at.cursor is None and await recovered() >= FAILED

            await until("all of it was read", is_read)
            await asyncio.to_thread(somebody.kill, alive)

        kept = await outside.read(lambda conn: conn.execute(recovered_deliveries.select()).all())
        assert len(kept) == FAILED
        assert await recovered() == FAILED
        assert told_too_much(tmp_path, TITLE, outside.environment["GREENROOM_WEBHOOK_SECRET"]) == []
    place.lose()
