"""Real processes that are killed again and again, and real processes side by side on one database."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.demo.processes import free_port
from app.domain.records import Approval
from app.reconcile.gates import RULES_VERSION
from app.sandbox.policy import policy_for
from app.store import approvals, work
from app.store.database import Database
from app.store.schema import deliveries
from app.store.schema import work as work_table
from app.worker import LEASE
from tests.e2e.lives import lives, told_too_much
from tests.e2e.running import answers, process, until
from webhooks.signature import sign

pytestmark = pytest.mark.slow

TITLE = "A matter under embargo:"
DIGEST_KEYS = f"test:{'5a' * 32}"
WORLD = {
    "people": ["reporter-1", "psrt-member-1", "psrt-member-2"],
    "organizations": [
        {
            "login": "packaging-security",
            "owners": ["coordinator-1"],
            "repositories": [{"name": "cases", "commits": 0, "has_issues": False, "has_wiki": False}],
        },
        {"login": "pypa", "owners": ["pypa-owner-1"], "repositories": [{"name": "pip"}]},
        {
            "login": "astral-sh",
            "owners": ["uv-owner-1"],
            "teams": {"uv": ["uv-maintainer-1", "uv-maintainer-2"], "pip": ["pip-maintainer-1", "pip-maintainer-2"]},
            "repositories": [{"name": "uv", "private_reporting": True}],
        },
    ],
    "hand": ["packaging-security/cases", "pypa/pip"],
}


@dataclass(slots=True, kw_only=True)
class Outside:
    """GitHub in a process of its own, and what the app is told to reach it."""

    http: httpx.AsyncClient
    ready: dict[str, Any]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> str:
        return self.environment["GREENROOM_DATABASE_URL"]

    async def do(self, verb: str, **arguments: Any) -> dict[str, Any]:
        answer = await self.http.post(f"{self.ready['url']}/_sandbox/{verb}", json=arguments)
        answer.raise_for_status()
        return dict(answer.json())

    async def look(self, page: str) -> Any:
        return (await self.http.get(f"{self.ready['url']}/_sandbox/{page}")).json()

    async def mirrors(self) -> list[dict[str, Any]]:
        repositories = (await self.look("world"))["repositories"]
        [cases] = [each for each in repositories if each["full_name"] == "packaging-security/cases"]
        return list(cases["advisories"])

    async def writes(self) -> list[tuple[str, str]]:
        """What had an effect."""
        requests = await self.look("requests")
        return [(each["method"], each["path"]) for each in requests if each["write"] and each["had_effect"]]

    async def draft(self, number: int) -> None:
        """A matter of two tools, which needs a mirror."""
        await self.do("draft", repository="astral-sh/uv", summary=f"{TITLE} {number}", affects=["rust:uv", "pip"])

    async def deliver(self, port: int, guid: str, repository: str = "astral-sh/uv") -> int | None:
        """The status that GitHub gets, None where the connection broke before one came."""
        body = json.dumps({"action": "edited", "repository": {"full_name": repository}}).encode()
        headers = {
            "content-type": "application/json",
            "x-github-event": "repository",
            "x-github-delivery": guid,
            "x-hub-signature-256": sign(body, self.environment["GREENROOM_WEBHOOK_SECRET"]).decode(),
        }
        with suppress(httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            return (
                await self.http.post(f"http://127.0.0.1:{port}/webhooks/github", content=body, headers=headers)
            ).status_code
        return None

    async def is_whole(self, mirrors: int) -> bool:
        """There is a mirror for each, with all of its people, and nothing is left to do."""
        found = await self.mirrors()
        if len(found) < mirrors or any(len(each["collaborating_users"]) < 4 for each in found):
            return False
        return not await self.read(partial(work.unfinished, now=datetime.now(UTC)))

    async def read(self, question: Any) -> Any:
        database = await Database.open(self.database, migrate=False)
        try:
            return await database.read(question)
        finally:
            await database.close()


@pytest.fixture
async def outside(tmp_path: Path) -> AsyncIterator[Outside]:
    """A small world, a policy that enforces, and coordinators who approved it."""
    (tmp_path / "world.json").write_text(json.dumps(WORLD), encoding="utf-8")
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=20, trust_env=False, limits=limits) as http:
        with process(tmp_path, "sandbox", "--json", "--world", "world.json", environment={}) as sandbox:
            assert sandbox.stdout is not None
            ready = json.loads(await asyncio.to_thread(sandbox.stdout.readline))
            outside = Outside(http=http, ready=ready, folder=tmp_path)
            policy = tmp_path / "greenroom.yml"
            policy.write_text(policy_for((await outside.look("world"))["people"].get), encoding="utf-8")
            outside.environment = ready["env"] | {
                "GREENROOM_DIGEST_KEYS": DIGEST_KEYS,
                "GREENROOM_DATABASE_URL": f"sqlite:///{tmp_path / 'greenroom.db'}",
                "GREENROOM_POLICY": str(policy),
                "GREENROOM_POLL_SECONDS": "1",
            }
            await _approve(outside.database)
            yield outside


async def _approve(url: str) -> None:
    database = await Database.open(url, migrate=True)
    approval = Approval(
        scope="mirror: open and keep in step",
        plan_id="seen-by-a-coordinator",
        policy_commit="any",
        rules_version=RULES_VERSION,
        approved_by="coordinator-1",
        approved_at=datetime.now(UTC),
    )
    await database.write(partial(approvals.approve, approval=approval))
    await database.close()


KILLS, DELIVERIES, AT_ONCE, MATTERS = 50, 2000, 8, 5


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
    assert sorted(each["summary"] for each in await outside.mirrors()) == sorted(f"{TITLE} {each}" for each in drafts)
    assert len([write for write in await outside.writes() if write[0] == "POST"]) == MATTERS
    assert told_too_much(outside.folder, TITLE, outside.environment["GREENROOM_WEBHOOK_SECRET"]) == []


async def _delivered(outside: Outside, port: int, guid: str) -> int | None:
    """Send it once. While nobody listens, nothing is sent."""
    while True:
        try:
            return await outside.deliver(port, guid)
        except httpx.ConnectError:
            await asyncio.sleep(0.02)


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
    assert sorted(each["summary"] for each in await outside.mirrors()) == [f"{TITLE} {number}" for number in range(4)]
    # Each mirror was opened, its people were added, and its record was signed with its own id; nothing more.
    assert writes.pop(("POST", "/repos/packaging-security/cases/security-advisories")) == 4
    assert sorted(writes.values()) == [2, 2, 2, 2]
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
