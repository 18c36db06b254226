"""Which parts make up a Greenroom, and how do they hang together?"""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.clock import Clock
from app.daily import Daily
from app.domain.ids import POLICY_PULLS, POLL, SWEEP, AdvisoryKey, CaseKey, Key, PolicyKey, RepositoryKey, TimerKey
from app.domain.lease import Lease
from app.domain.policy_files import RepositoryFile
from app.github.client import Client
from app.github.contents import Contents
from app.github.credentials import AppCredentials
from app.github.errors import RetryLater
from app.github.limits import Window
from app.github.reader import Reader
from app.github.registration import Registration
from app.github.writer import Writer
from app.names import Names
from app.policy_file import PolicyInForce
from app.policy_pulls import PolicyPulls, policy_pulls
from app.poll import Poll
from app.reconcile.apply import Applier
from app.reconcile.digests import Digests
from app.reconcile.gauge import Gauge
from app.reconcile.observe import Observer
from app.reconcile.reconciler import Reconciler
from app.self_watch import SelfWatch
from app.settings import Settings
from app.store import moments, switches, work
from app.store.cases import NoSuchCase
from app.store.database import Database
from app.store.inbox import StoredInbox
from app.sweep import COMPLETE_SWEEP, Sweep
from app.worker import Handler, Worker
from policies.policy import all_policies
from webhooks.endpoint import endpoint
from webhooks.signature import WebhookSecrets

SHORT = timedelta(seconds=2)  # a wait for GitHub's budget in which nothing else needs to be done
CASES_EVERY = 3  # polls: open cases and candidates are looked at this often, as GitHub is silent about drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Greenroom:
    """The parts that a face needs."""

    settings: Settings
    database: Database
    policy: PolicyInForce
    digests: Digests
    names: Names
    reader: Reader
    reconciler: Reconciler
    sweep: Sweep
    watch: SelfWatch
    worker: Worker
    web: Web


@asynccontextmanager
async def assemble(
    settings: Settings, *, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncIterator[Greenroom]:
    """Everything, ready to work. Raises InvalidSecret, InvalidKeys, UnusableKey, InvalidPolicy and WrongSchema."""
    digests = Digests.parse(settings.digest_keys.get_secret_value())
    secrets = _webhook_secrets(settings)
    async with AsyncExitStack() as stack:
        database = await _opened(settings, stack)
        why_not_write = partial(database.read, switches.why_off)
        client = await stack.enter_async_context(
            Client(base_url=settings.github_url, clock=clock, transport=transport, why_not_write=why_not_write)
        )
        watcher, hand = _registrations(settings, client, clock)
        contents = Contents(hand, clock)
        policy = await PolicyInForce.begin(settings.policy, database=database, clock=clock, contents=contents)
        reader = Reader(watcher, hand, clock, accounts=lambda: policy.current().accounts())
        core = _Core(settings, database, clock, policy, digests)
        reconciler = core.reconciler(reader, Writer([hand, watcher], enabled=settings.writes == "on"))
        names = Names(database, clock, policy)
        await names.refresh()
        sweep = Sweep(reader=reader, database=database, clock=clock, policy=policy, names=names)
        every = timedelta(seconds=settings.poll_seconds)
        poll = Poll(reader=reader, database=database, clock=clock, policies=policy.current, every=every)
        watch = SelfWatch(database=database, clock=clock, policy=policy, sweep=sweep, digests=digests)
        daily = Daily(database=database, clock=clock, policies=policy.current, digests=digests)
        pulls = core.pulls(hand, contents)
        handler = _Handler(settings, database, clock, policy, names, reader, poll, pulls, watch, daily, reconciler)
        yield Greenroom(
            settings=settings,
            database=database,
            policy=policy,
            digests=digests,
            names=names,
            reader=reader,
            reconciler=reconciler,
            sweep=sweep,
            watch=watch,
            worker=core.worker(handler),
            web=_web(settings, database, clock, secrets, handler),
        )


@dataclass(frozen=True, slots=True)
class _Core:
    """What every part needs."""

    settings: Settings
    database: Database
    clock: Clock
    policy: PolicyInForce
    digests: Digests

    def pulls(self, hand: Registration, contents: Contents) -> PolicyPulls | None:
        may_say = self.settings.writes == "on"
        where, first_seen = self.settings.policy, lambda: self.policy.repository_id
        return policy_pulls(where, first_seen, hand=hand, contents=contents, clock=self.clock, enabled=may_say)

    def gauge(self) -> Gauge:
        return Gauge(self.database, sweep_every=timedelta(seconds=self.settings.sweep_seconds))

    def worker(self, handler: Handler) -> Worker:
        gauge = self.gauge()  # of its own: what the end of work lets others do is read in the thread that writes
        return Worker(
            database=self.database,
            clock=self.clock,
            handler=handler,
            owner=f"{socket.gethostname()}:{os.getpid()}",  # this process among those that share the work
            name_of=self.digests.pseudonym,
            when_done=lambda conn, key: gauge.wake(conn, key, self.policy.current(), self.clock.now()),
        )

    def reconciler(self, reader: Reader, writer: Writer) -> Reconciler:
        return Reconciler(
            reader=reader,
            observer=Observer(reader, self.database, self.clock, self.digests),
            applier=Applier(reader, writer, self.database, self.clock, self.digests),
            database=self.database,
            clock=self.clock,
            digests=self.digests,
            policies=self.policy.current,
            gauge=self.gauge(),
            writes_enabled=self.settings.writes == "on",
            watch_every=timedelta(seconds=CASES_EVERY * self.settings.poll_seconds),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """What is served. Deliveries pass the framework by: its own work would cost as much as taking them in."""

    deliveries: Route
    everything: Starlette

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"] == self.deliveries.path:
            await self.deliveries.app(scope, receive, send)
        else:
            await self.everything(scope, receive, send)


@dataclass(slots=True)
class _Handler:
    """Does the work behind a key, and remembers when everything was last seen."""

    settings: Settings
    database: Database
    clock: Clock
    policy: PolicyInForce
    names: Names
    reader: Reader
    poll: Poll
    pulls: PolicyPulls | None
    watch: SelfWatch
    daily: Daily
    reconciler: Reconciler
    # Deliveries of anybody who installed the App can ask for a sweep, which asks every installation.
    sweeps: Window = field(default_factory=lambda: Window(10, timedelta(minutes=10)))

    async def __call__(self, key: Key, lease: Lease) -> datetime | None:
        if await self.policy.refresh():  # a file that switched something off counts at once, whoever read it last
            # Nothing is mended before everything was looked at under what policy says now.
            await self.database.write(partial(work.mark, keys=[SWEEP], due=self.clock.now(), priority=work.PROMPT))
        await self.watch.policy()
        await self.names.keep_fresh()
        if isinstance(key, TimerKey):
            return await self._timer(key, lease)
        if (today := self.names.today(key)) != key:  # its lease is not that of the name under which others look
            await self.database.write(partial(work.mark, keys=[today], due=self.clock.now(), priority=work.PROMPT))
            return None
        if not self._concerns_us(key):
            return None
        if (wait := self.reader.wait(self._account_of(key))) > SHORT:
            # Waiting here would hold up what is about other accounts.
            raise RetryLater("this installation's minute is used up; nothing was asked", after=wait)
        try:
            return (await self.reconciler.reconcile(key, lease=lease)).look_again
        except NoSuchCase:
            return None

    async def _timer(self, key: TimerKey, lease: Lease) -> datetime | None:
        if key == POLICY_PULLS:
            return await self._pull_requests(lease)
        await self.daily.do()
        if key == POLL:
            if self.pulls:
                await self.database.write(partial(work.mark, keys=[POLICY_PULLS], due=self.clock.now()))
            else:
                await self.watch.pulls({})
            await self.policy.poll()
            await self.watch.policy()
            return await self.poll.poll()
        now = self.clock.now()
        if wait := self.sweeps.wait(1, now):
            return now + wait
        self.sweeps.take(1, now)
        await self.watch.sweep()
        return self.clock.now() + timedelta(seconds=self.settings.sweep_seconds)

    async def _pull_requests(self, lease: Lease) -> datetime | None:
        try:
            return await self.pulls.look(lease) if self.pulls else None
        finally:
            await self.watch.pulls(self.pulls.untold if self.pulls else {})

    def _account_of(self, key: RepositoryKey | PolicyKey | AdvisoryKey | CaseKey) -> str:
        """In whose installation most of a look is asked."""
        if not isinstance(key, CaseKey):
            return key.repo.owner
        coordination = self.policy.current().file.coordination
        return coordination.repository.owner if coordination else ""

    def _concerns_us(self, key: RepositoryKey | PolicyKey | AdvisoryKey | CaseKey) -> bool:
        """Anybody can install the App, the private forks of advisories show nothing, and policies come and go."""
        if isinstance(key, CaseKey):
            return True
        if isinstance(key, PolicyKey) and key.policy not in {policy.name for policy in all_policies()}:
            return False
        return self.policy.current().concerns(key.repo.owner) and not key.repo.is_temporary_fork

    async def is_ready(self) -> bool:
        """Did a sweep of any instance list every installation, not too long ago?"""
        limit = timedelta(seconds=2 * self.settings.sweep_seconds)
        last = await self.database.read(partial(moments.last, name=COMPLETE_SWEEP))
        return last is not None and self.clock.now() - last <= limit


async def _opened(settings: Settings, stack: AsyncExitStack) -> Database:
    database = await Database.open(settings.database_url, migrate=settings.database_url.startswith("sqlite"))
    stack.push_async_callback(database.close)
    return database


def _webhook_secrets(settings: Settings) -> WebhookSecrets:
    previous = settings.webhook_secret_previous
    return WebhookSecrets(
        current=settings.webhook_secret.get_secret_value(),
        previous=previous.get_secret_value() if previous else None,
    )


def _registrations(settings: Settings, client: Client, clock: Clock) -> tuple[Registration, Registration]:
    """The Watcher and the Hand. A small install uses one registration for both."""
    keys = [settings.private_key, *([settings.private_key_next] if settings.private_key_next else [])]
    signers = [AppCredentials(settings.app_id, key.get_secret_value()) for key in keys]
    watcher = Registration(name="Greenroom", signers=signers, client=client, clock=clock)
    if settings.hand_app_id is None or settings.hand_private_key is None:  # both or none, see Settings
        return watcher, watcher
    signer = AppCredentials(settings.hand_app_id, settings.hand_private_key.get_secret_value())
    return watcher, Registration(name="Greenroom Hand", signers=[signer], client=client, clock=clock)


def _web(settings: Settings, database: Database, clock: Clock, secrets: WebhookSecrets, handler: _Handler) -> Web:
    async def healthz(request: Request) -> Response:  # noqa: ARG001 starlette's signature
        return JSONResponse({"ok": True})

    async def readyz(request: Request) -> Response:  # noqa: ARG001 starlette's signature
        ready = await handler.is_ready()
        return JSONResponse({"ready": ready}, status_code=200 if ready else 503)

    policy = settings.policy.repo if isinstance(settings.policy, RepositoryFile) else None
    deliveries = endpoint(StoredInbox(database, clock), secrets, policy)
    return Web(
        deliveries=deliveries,
        everything=Starlette(routes=[deliveries, Route("/healthz", healthz), Route("/readyz", readyz)]),
    )
