"""The real server, on a real port, with a real GitHub beside it: killed at any moment, and while GitHub stalls."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from app.demo.processes import free_port
from app.sandbox.policy import policy_for
from app.store.database import Database
from app.store.schema import deliveries
from tests.e2e.lives import told_too_much
from tests.e2e.running import DIGEST_KEYS, alone, answers, approve_mirrors, process, until
from tests.places import Place
from tests.unfinished import unfinished
from tests.webhooks.deliveries import REPORTED, SECRET, headers

pytestmark = pytest.mark.slow

CREATE = "/repos/packaging-security/cases/security-advisories"
TITLE = "A matter under embargo:"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=20)
    async with httpx.AsyncClient(timeout=20, trust_env=False, limits=limits) as client:
        yield client


async def test_kill_9_at_any_moment_doubles_and_loses_nothing(
    tmp_path: Path, place: Place, http: httpx.AsyncClient
) -> None:
    """Five mirrors are being opened, and each time the app is killed somewhere in the middle.

    In the end there is one mirror for each, all of its people are in it, and nothing is left to do.
    """
    moments = random.Random(20261201)  # noqa: S311 - not for secrets
    place.make()
    url = place.url
    with process(tmp_path, "sandbox", "--json", "--latency-ms", "15", environment={}) as sandbox:
        assert sandbox.stdout is not None
        ready = json.loads(await asyncio.to_thread(sandbox.stdout.readline))

        async def asked() -> list[dict[str, Any]]:
            return list((await http.get(f"{ready['url']}/_sandbox/requests")).json())

        async def world() -> dict[str, Any]:
            return dict((await http.get(f"{ready['url']}/_sandbox/world")).json())

        policy = tmp_path / "greenroom.yml"
        policy.write_text(text := policy_for((await world())["people"].get), encoding="utf-8")
        await approve_mirrors(url, text, cases=5)
        environment = ready["env"] | {
            "GREENROOM_DIGEST_KEYS": DIGEST_KEYS,
            "GREENROOM_DATABASE_URL": url,
            "GREENROOM_POLICY": str(policy),
            "GREENROOM_PORT": str(free_port()),
            "GREENROOM_POLL_SECONDS": "1",
        }

        for number in range(5):
            draft = {"repository": "astral-sh/uv", "summary": f"{TITLE} {number}", "affects": ["rust:uv", "poetry"]}
            (await http.post(f"{ready['url']}/_sandbox/draft", json=draft)).raise_for_status()
            before, after = len(await asked()), moments.randrange(3, 40)

            async def is_in_the_middle(before: int = before, after: int = after) -> bool:
                new = (await asked())[before:]
                start = next((place for place, each in enumerate(new) if each["path"].startswith(CREATE)), len(new))
                return len(new) - start >= after

            with process(tmp_path, "serve", environment=environment):
                await until(f"{after} requests about mirrors were made", is_in_the_middle)

        with process(tmp_path, "serve", environment=environment):

            async def is_whole() -> bool:
                mirrors = await _mirrors(await world())
                return len(mirrors) == 5 and all(len(each["collaborating_users"]) == 4 for each in mirrors)

            await until("there are five mirrors with all of their people", is_whole, 300)
            database = await Database.open(url, migrate=False)

            async def is_at_rest() -> bool:
                return not await database.read(partial(unfinished, now=datetime.now(UTC)))

            await until("nothing is left to do", is_at_rest)
            await database.close()

        mirrors = await _mirrors(await world())
        assert len(mirrors) == 5
        assert len({each["summary"] for each in mirrors}) == 5
        assert {tuple(sorted(each["collaborating_users"])) for each in mirrors} == {
            ("poetry-maintainer-1", "poetry-maintainer-2", "uv-maintainer-1", "uv-maintainer-2")
        }
    assert told_too_much(tmp_path, TITLE, environment["GREENROOM_WEBHOOK_SECRET"]) == []


async def _mirrors(world: dict[str, Any]) -> list[dict[str, Any]]:
    [cases] = [each for each in world["repositories"] if each["full_name"] == "packaging-security/cases"]
    return list(cases["advisories"])


async def test_serve_acknowledges_quickly_while_github_stalls(
    tmp_path: Path, place: Place, http: httpx.AsyncClient
) -> None:
    """GitHub takes connections and never answers. 50 deliveries a second are acknowledged all the same.

    p99 is at most 500 ms and the slowest 2 s, though the worker hangs; and each of them is on disk.
    """
    asked: list[bytes] = []

    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        await reader.read()
        writer.close()

    stalled = await asyncio.start_server(stall, "127.0.0.1", 0)
    place.make()
    database_url, port = place.url, free_port()
    with process(
        tmp_path,
        "serve",
        environment=alone(f"http://127.0.0.1:{stalled.sockets[0].getsockname()[1]}", database_url, port),
    ):
        await until("it listens", partial(answers, http, f"http://127.0.0.1:{port}/healthz"))
        waits = sorted(await _fifty_a_second(http, f"http://127.0.0.1:{port}/webhooks/github", seconds=5))
        assert not await answers(http, f"http://127.0.0.1:{port}/readyz")
    stalled.close()

    assert asked, "the app never asked GitHub anything, so this was about something else"
    assert waits[int(len(waits) * 0.99)] <= 0.5
    assert waits[-1] <= 2
    database = await Database.open(database_url, migrate=False)
    count = await database.read(lambda conn: conn.execute(select(func.count()).select_from(deliveries)).scalar_one())
    await database.close()
    assert count == len(waits) == 250
    assert told_too_much(tmp_path, "under embargo", SECRET) == []


async def _fifty_a_second(http: httpx.AsyncClient, url: str, *, seconds: int) -> list[float]:
    loop, rate = asyncio.get_running_loop(), 50
    start = loop.time()

    async def timed(number: int) -> float:
        await asyncio.sleep(start + number / rate - loop.time())
        begun = loop.time()
        answer = await http.post(url, content=REPORTED, headers=headers(REPORTED, guid=f"delivery-{number}"))
        assert answer.status_code == 202
        return loop.time() - begun

    return list(await asyncio.gather(*(timed(number) for number in range(seconds * rate))))
