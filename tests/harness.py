"""What can happen to the app in a test? `bot.*` is the whole list."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet
from starlette.types import ASGIApp

from app.domain.actions import CASE_SCOPES
from app.domain.findings import Standing
from app.domain.ids import DELIVERIES, POLL, SWEEP, Key, RepoName, TimerKey, parse_key
from app.domain.records import Approval
from app.explaining import explain
from app.main import Greenroom, assemble
from app.planning import report
from app.reconcile.gates import RULES_VERSION
from app.sandbox.policy import policy_for
from app.sandbox.state.traffic import Delivery
from app.serving import served
from app.settings import Settings, load_settings
from app.store import approvals, findings, work
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.places import place_in
from tests.unfinished import unfinished

DIGEST_KEYS = f"test:{secrets.token_hex(32)}"
ENCRYPTION_KEY = Fernet.generate_key().decode()
METRICS_TOKEN = secrets.token_hex(16)
HERE = "https://greenroom.example"  # where people's browsers find the pages


class Bot:
    """The app, on a clock and a database of its own, connected to the fake GitHub."""

    def __init__(self, github: FakeGitHub, clock: FakeClock, folder: Path) -> None:
        self.github, self.clock, self.folder = github, clock, folder
        self.place = place_in(folder)
        self.policy = folder / "greenroom.yml"
        ids = {user.login: user.id for user in github.world.users.values()}
        self.policy.write_text(policy_for(ids.get, store=github.store, copies=github.copies), encoding="utf-8")
        self.policy_in: str | None = None  # OWNER/REPO:PATH, where the file is in a repository instead
        self.writes = "on"
        self.notify_urls: str | None = None
        self.public_url = HERE
        self.metrics_token: str | None = METRICS_TOKEN
        self.encryption_keys: str | None = ENCRYPTION_KEY
        self.client_secret: str | None = github.watcher.client_secret
        self.secrets: dict[str, Any] = {}  # settings that differ, in stories about keys that are rotated
        self._stack = AsyncExitStack()
        self.parts: Greenroom
        self.served: ASGIApp  # all that it answers to whoever comes

    async def start(self) -> None:
        """Start the app as `serve` does: its timers are due at once."""
        if not self.place.exists():
            self.place.make()
        self.parts = await self._stack.enter_async_context(
            assemble(self.settings(), clock=self.clock, transport=self.github.transport)
        )
        await self.parts.notifier.begin()
        self.served = served(self.parts)
        await self.parts.worker.begin()

    async def stop(self) -> None:
        await self._stack.aclose()

    async def restart(self) -> None:
        """Everything in memory is gone."""
        await self.stop()
        await self.start()

    async def lose_database(self) -> None:
        await self.stop()
        self.place.lose()
        await self.start()

    def settings(self) -> Settings:
        usual: dict[str, Any] = {
            "_env_file": None,
            "github_url": self.github.url,
            "app_id": self.github.watcher.app_id,
            "private_key": self.github.watcher.private_key,
            "hand_app_id": self.github.hand.app_id,
            "hand_private_key": self.github.hand.private_key,
            "webhook_secret": self.github.webhook_secret,
            "client_id": self.github.watcher.client_id if self.encryption_keys else None,
            "client_secret": self.client_secret,
            "encryption_keys": self.encryption_keys,
            "public_url": self.public_url,
            "metrics_token": self.metrics_token,
            "digest_keys": DIGEST_KEYS,
            "database_url": self.place.url,
            "policy": self.policy_in or self.policy,
            "writes": self.writes,
            "notify_urls": self.notify_urls,
            "log_level": "debug",
        }
        return load_settings(**usual | self.secrets)

    async def deliver(self, delivery: Delivery) -> int:
        """A webhook arrives. Gives the status that GitHub is answered."""
        transport = httpx.ASGITransport(app=self.parts.web)
        async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
            answer = await client.post("/webhooks/github", content=delivery.body, headers=delivery.headers)
        self.github.world.attempts.add(delivery, answer.status_code, self.github.world.now())
        return answer.status_code

    async def sweep(self) -> None:
        """It is time for a sweep."""
        await self._mark([SWEEP])

    async def poll(self) -> None:
        """It is time for a poll."""
        await self._mark([POLL])

    async def read_delivery_log(self) -> None:
        """It is time to see what GitHub says of its deliveries."""
        await self._mark([DELIVERIES])

    async def settle(self) -> int:
        """Work until nothing is due."""
        return await self.parts.worker.run_due()

    async def later(self, **amount: float) -> None:
        """Let time pass, and do what becomes due."""
        self.clock.advance(**amount)
        await self.settle()

    async def notify(self) -> int:
        """Send what is to be sent now. Gives how many messages arrived."""
        return await self.parts.notifier.send_due()

    async def plan(self) -> dict[str, Any]:
        """What `greenroom plan --json` prints."""
        return await report(self.parts, lambda *_: None)

    async def explain(self, key: str) -> dict[str, Any]:
        """What `greenroom explain KEY --json` prints."""
        parsed = parse_key(key)
        assert not isinstance(parsed, TimerKey)
        return await explain(self.parts, parsed)

    async def approve(self, *scopes: str) -> None:
        """A coordinator approves these kinds of remedy."""
        commit = self.parts.policy.current().commit
        for scope in scopes:
            approval = Approval(
                scope=scope,
                plan_id="seen-by-a-coordinator",
                policy_commit=commit,
                rules_version=RULES_VERSION,
                approved_by="coordinator-1",
                approved_at=self.clock.now(),
            )
            await self.parts.database.write(partial(approvals.approve, approval=approval))

    async def approve_everything(self) -> None:
        switch = ("private-reporting: off", "private-reporting: on")
        await self.approve(*switch, *CASE_SCOPES, "reports-reach-owner: add the owner's people")

    async def standing(self, repo: str, policy: str) -> Standing:
        """How a repository stands with a policy, as the app tells people."""
        found = await self.parts.database.read(partial(findings.standings, repo=RepoName.parse(repo)))
        return next(each for each in found if each.policy == policy)

    async def waiting(self) -> list[str]:
        """What is due and not done."""
        return await self.parts.database.read(partial(unfinished, now=self.clock.now()))

    async def _mark(self, keys: list[Key]) -> None:
        await self.parts.database.write(partial(work.mark, keys=keys, due=self.clock.now()))


@asynccontextmanager
async def running(github: FakeGitHub, clock: FakeClock, folder: Path) -> AsyncIterator[Bot]:
    bot = Bot(github, clock, folder)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()
