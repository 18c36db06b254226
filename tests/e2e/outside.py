"""What is outside of the app: GitHub in a process of its own, with a small world, and a policy that enforces?"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from app.domain.mirrors import Store
from app.sandbox.policy import policy_for
from app.store.database import Database
from tests.e2e.running import DIGEST_KEYS, approve_mirrors, process
from tests.places import place_in
from tests.unfinished import unfinished
from webhooks.signature import sign

TITLE = "A matter under embargo:"
MOST_MATTERS = 5
WORLD = {
    "people": ["reporter-1", "psrt-member-1", "psrt-member-2"],
    "organizations": [
        {
            "login": "packaging-security",
            "owners": ["coordinator-1"],
            "repositories": [
                {"name": "cases", "commits": 0, "has_issues": False, "has_wiki": False},
                {"name": "private-cases", "private": True},
            ],
        },
        {"login": "pypa", "owners": ["pypa-owner-1"], "repositories": [{"name": "pip"}]},
        {
            "login": "astral-sh",
            "owners": ["uv-owner-1"],
            "teams": {"uv": ["uv-maintainer-1", "uv-maintainer-2"], "pip": ["pip-maintainer-1", "pip-maintainer-2"]},
            "repositories": [{"name": "uv", "private_reporting": True}],
        },
    ],
    "hand": ["packaging-security/cases", "packaging-security/private-cases", "pypa/pip"],
}


@dataclass(slots=True, kw_only=True)
class Outside:
    """GitHub in a process of its own, and what the app is told to reach it."""

    http: httpx.AsyncClient
    ready: dict[str, Any]
    folder: Path
    store: Store
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
        name, kind = ("cases", "advisories") if self.store == "advisory" else ("private-cases", "issues")
        [cases] = [each for each in repositories if each["full_name"] == f"packaging-security/{name}"]
        return list(cases[kind])

    async def mirrored(self) -> list[str]:
        """The matters that mirrors are about."""
        return sorted(self._matter(each) for each in await self.mirrors())

    def _matter(self, mirror: dict[str, Any]) -> str:
        if self.store == "advisory":
            return str(mirror["summary"])
        [line] = [line for line in mirror["body"].splitlines() if line.startswith("    Summary: ")]
        return str(line.removeprefix("    Summary: "))

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
        """There is a mirror for each, with all of its people or its own number, and nothing is left to do."""
        found = await self.mirrors()
        if len(found) < mirrors or not all(self._is_finished(each) for each in found):
            return False
        return not await self.read(partial(unfinished, now=datetime.now(UTC)))

    def _is_finished(self, mirror: dict[str, Any]) -> bool:
        if self.store == "advisory":
            return len(mirror["collaborating_users"]) == 4
        return f'"mirror": "#{mirror["number"]}"' in mirror["body"]

    async def read(self, question: Any) -> Any:
        database = await Database.open(self.database, migrate=False)
        try:
            return await database.read(question)
        finally:
            await database.close()


@asynccontextmanager
async def a_small_world(folder: Path, store: Store, *arguments: str) -> AsyncIterator[Outside]:
    """Two tools, and coordinators who approved mirrors in that store, for as many cases as a story has matters.

    `arguments` are for the sandbox besides.
    """
    (folder / "world.json").write_text(json.dumps(WORLD), encoding="utf-8")
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=0)
    async with httpx.AsyncClient(timeout=20, trust_env=False, limits=limits) as http:
        with process(folder, "sandbox", "--json", "--world", "world.json", *arguments, environment={}) as sandbox:
            assert sandbox.stdout is not None
            ready = json.loads(await asyncio.to_thread(sandbox.stdout.readline))
            outside = Outside(http=http, ready=ready, folder=folder, store=store)
            policy = folder / "greenroom.yml"
            people = (await outside.look("world"))["people"]
            policy.write_text(text := policy_for(people.get, store=store), encoding="utf-8")
            outside.environment = ready["env"] | {
                "GREENROOM_DIGEST_KEYS": DIGEST_KEYS,
                "GREENROOM_DATABASE_URL": place_in(folder).url,
                "GREENROOM_POLICY": str(policy),
                "GREENROOM_POLL_SECONDS": "1",
            }
            await approve_mirrors(outside.database, text, cases=MOST_MATTERS, store=store)
            yield outside
