"""Which parts make up a Greenroom, and how do they hang together?"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

import httpx

from app import connecting
from app.clock import Clock
from app.connecting import Lines
from app.daily import Daily
from app.github.client import Client
from app.github.contents import Contents
from app.github.own_eyes import Visitors
from app.github.reader import Reader
from app.github.registration import Registration
from app.github.sign_in import SignIn
from app.github.vendored_files import VendoredFiles
from app.github.writer import Writer
from app.handling import Handling
from app.health.heartbeat import Heartbeat
from app.health.self_watch import SelfWatch
from app.health.vitals import Vitals
from app.holding import Holding
from app.metrics.page import Metrics
from app.names import Names
from app.notify.carrier import Carrier
from app.notify.routes import Channel, channels_of, tools_of
from app.notify.sending import Notifier
from app.policy_file.in_force import PolicyInForce
from app.policy_file.pulls import PolicyPulls, policy_pulls
from app.reconcile.apply import Applier
from app.reconcile.digests import Digests
from app.reconcile.gauge import Gauge
from app.reconcile.observe import Observer
from app.reconcile.rebuilding import Rebuilding
from app.reconcile.reconciler import Reconciler
from app.recovery import Recovery
from app.retiring import Retiring
from app.settings import Settings
from app.store.database import Database
from app.sweeping.poll import Poll
from app.sweeping.sweep import Sweep
from app.vendoring_looks import VendoringLooks
from app.web import Web, web
from app.worker import Handler, Worker
from webhooks.signature import WebhookSecrets

Transport: TypeAlias = httpx.AsyncBaseTransport | None
MACHINE = socket.gethostname()
CARRIED = 20  # seconds that a channel has to take a message
CASES_EVERY = 3  # polls: open cases and candidates are looked at this often, as GitHub is silent about drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Greenroom:
    """The parts that a face needs."""

    settings: Settings
    clock: Clock
    database: Database
    policy: PolicyInForce
    digests: Digests
    names: Names
    reader: Reader
    reconciler: Reconciler
    sweep: Sweep
    watch: SelfWatch
    vendoring: VendoringLooks
    worker: Worker
    notifier: Notifier
    vitals: Vitals
    holding: Holding
    heartbeat: Heartbeat | None  # where settings say where to
    watcher: Registration
    hand: Registration
    client: Client
    web: Web
    sign_in: SignIn | None  # where settings say how
    visitors: Visitors


@asynccontextmanager
async def assemble(
    settings: Settings, *, clock: Clock, transport: Transport = None, machine: str = MACHINE, begins: bool = False
) -> AsyncIterator[Greenroom]:
    """Everything, ready to work on this machine. `begins`: also where no file of a database is there yet.

    Raises InvalidSecret, InvalidKeys, InvalidRoutes, UnusableKey, InvalidPolicy, NoDatabase and WrongSchema.
    """
    digests, secrets = Digests.parse(settings.digest_keys.get_secret_value()), connecting.webhook_secrets(settings)
    async with AsyncExitStack() as stack:
        database = await connecting.opened(settings, stack, begins=begins)
        client = await connecting.client(settings, database, clock, transport, stack)
        watcher, hand = connecting.registrations(settings, client, clock)
        contents = Contents(hand, clock)
        policy = await PolicyInForce.begin(settings.policy, database=database, clock=clock, contents=contents)
        accounts = lambda: policy.current().accounts()  # noqa: E731 - asked anew each time
        reader = Reader(watcher, hand, clock, accounts=accounts, public_url=settings.public_url)
        core = _Core(settings, database, clock, policy, digests, connecting.instance(machine))
        lines = Lines(watcher=watcher, hand=hand, client=client, reader=reader, contents=contents)
        sign_in = await connecting.sign_in(settings, clock, transport, stack)
        yield await _together(core, lines, secrets, transport, sign_in)


async def _together(
    core: _Core,
    lines: Lines,
    secrets: WebhookSecrets,
    transport: Transport,
    sign_in: SignIn | None,
) -> Greenroom:
    settings, database, clock, policy = core.settings, core.database, core.clock, core.policy
    watcher, hand, client = lines.watcher, lines.hand, lines.client
    reconciler = core.reconciler(lines.reader, Writer([hand, watcher], enabled=settings.writes == "on"))
    sweep = core.sweep(lines.reader, names := await core.names())
    watch = SelfWatch(database=database, clock=clock, policy=policy, sweep=sweep, digests=core.digests)
    vendoring, vitals = core.vendoring(watcher), core.vitals(watcher, hand, client)
    handler = core.handler(lines, names, watch, vitals, vendoring=vendoring, reconciler=reconciler)
    metrics = core.metrics(vitals, client, (watcher, hand))
    holding = connecting.holding(settings, watcher, hand, database, clock, instance=core.instance)
    return Greenroom(
        settings=settings,
        clock=clock,
        database=database,
        policy=policy,
        digests=core.digests,
        names=names,
        reader=lines.reader,
        reconciler=reconciler,
        sweep=sweep,
        watch=watch,
        vendoring=vendoring,
        worker=core.worker(handler),
        notifier=core.notifier(),
        vitals=vitals,
        holding=holding,
        heartbeat=core.heartbeat(vitals, transport),
        watcher=watcher,
        hand=hand,
        client=client,
        web=web(settings, database, clock, secrets, policy, vitals=vitals, metrics=metrics, holding=holding),
        sign_in=sign_in,
        visitors=Visitors(client, clock),
    )


@dataclass(frozen=True, slots=True)
class _Core:
    """What every part needs."""

    settings: Settings
    database: Database
    clock: Clock
    policy: PolicyInForce
    digests: Digests
    instance: str

    def pulls(self, hand: Registration, contents: Contents) -> PolicyPulls | None:
        may_say = self.settings.writes == "on"
        where, first_seen = self.settings.policy, lambda: self.policy.repository_id
        return policy_pulls(where, first_seen, hand=hand, contents=contents, clock=self.clock, enabled=may_say)

    async def names(self) -> Names:
        names = Names(self.database, self.clock, self.policy)
        await names.refresh()
        return names

    def handler(
        self,
        lines: Lines,
        names: Names,
        watch: SelfWatch,
        vitals: Vitals,
        *,
        vendoring: VendoringLooks,
        reconciler: Reconciler,
    ) -> Handling:
        return Handling(
            settings=self.settings,
            database=self.database,
            clock=self.clock,
            policy=self.policy,
            names=names,
            reader=lines.reader,
            poll=self.poll(lines.reader),
            pulls=self.pulls(lines.hand, lines.contents),
            watch=watch,
            recovery=Recovery(app=lines.watcher, database=self.database, clock=self.clock, policy=self.policy),
            daily=self.daily(),
            retiring=Retiring(database=self.database, clock=self.clock, terms=self.settings.retention),
            vitals=vitals,
            vendoring=vendoring,
            reconciler=reconciler,
        )

    def sweep(self, reader: Reader, names: Names) -> Sweep:
        database, clock, policy, digests = self.database, self.clock, self.policy, self.digests
        again = Rebuilding(reader=reader, database=database, clock=clock, digests=digests)
        return Sweep(
            reader=reader,
            database=database,
            clock=clock,
            policy=policy,
            names=names,
            rebuilding=again,
            digests=digests,
            every=timedelta(seconds=self.settings.sweep_seconds),
            poll_every=timedelta(seconds=self.settings.poll_seconds),
        )

    def poll(self, reader: Reader) -> Poll:
        every = timedelta(seconds=self.settings.poll_seconds)
        return Poll(reader=reader, database=self.database, clock=self.clock, policies=self.policy.current, every=every)

    def daily(self) -> Daily:
        database, clock, tools = self.database, self.clock, tools_of(channels_of_settings(self.settings))
        return Daily(database=database, clock=clock, policies=self.policy.current, digests=self.digests, tools=tools)

    def notifier(self) -> Notifier:
        channels = channels_of_settings(self.settings)
        return Notifier(
            database=self.database,
            clock=self.clock,
            channels=channels,
            carrier=Carrier(channels, time_limit=CARRIED),
            owner=self.instance,
            public_url=self.settings.public_url,
        )

    def vitals(self, watcher: Registration, hand: Registration, client: Client) -> Vitals:
        return Vitals(
            watcher=watcher,
            hand=hand,
            client=client,
            database=self.database,
            clock=self.clock,
            policies=self.policy.current,
            sweep_every=timedelta(seconds=self.settings.sweep_seconds),
        )

    def heartbeat(self, vitals: Vitals, transport: Transport) -> Heartbeat | None:
        url = self.settings.heartbeat_url
        if url is None:
            return None
        database, clock, policies = self.database, self.clock, self.policy.current
        to = url.get_secret_value()
        return Heartbeat(to, vitals=vitals, database=database, clock=clock, policies=policies, transport=transport)

    def metrics(self, vitals: Vitals, client: Client, apps: tuple[Registration, ...]) -> Metrics:
        may_write = self.settings.writes == "on"
        database, clock, policy = self.database, self.clock, self.policy
        return Metrics(
            database=database, clock=clock, policy=policy, vitals=vitals, client=client, apps=apps, may_write=may_write
        )

    def vendoring(self, watcher: Registration) -> VendoringLooks:
        files = VendoredFiles(watcher, self.clock)
        return VendoringLooks(files=files, database=self.database, clock=self.clock, policies=self.policy.current)

    def gauge(self) -> Gauge:
        return Gauge(self.database, sweep_every=timedelta(seconds=self.settings.sweep_seconds))

    def worker(self, handler: Handler) -> Worker:
        gauge = self.gauge()  # of its own: what the end of work lets others do is read in the thread that writes
        return Worker(
            database=self.database,
            clock=self.clock,
            handler=handler,
            owner=self.instance,
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


def channels_of_settings(settings: Settings) -> tuple[Channel, ...]:
    """Over which channels people are told. Raises InvalidRoutes."""
    urls = settings.notify_urls.get_secret_value() if settings.notify_urls else ""
    return channels_of(urls, settings.notify_quiet)
