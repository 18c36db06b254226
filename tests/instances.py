"""How is one of several instances held at what it asks of GitHub, and what does it hold then?

Where a write comes from is looked up as it is sent, and again as it arrives: nobody writes without the lease of a key.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeVar

import httpx
from sqlalchemy import Connection, select
from sqlalchemy.engine import make_url

from app.main import Greenroom, assemble
from app.store.engines import engine_of
from app.store.schema import work
from tests.clock import FakeClock
from tests.harness import Bot

T = TypeVar("T")
READ, MINT, WRITE = "GET", "mint", "write"


class Lease(NamedTuple):
    """Whose is a key, and until when?"""

    key: str
    owner: str
    until: datetime


@dataclass(slots=True, eq=False)
class Held:
    """A request that is not let go yet, or its answer."""

    request: httpx.Request
    may_go: asyncio.Future[str]
    since: datetime
    arrived: bool = False

    @property
    def kind(self) -> str:
        if self.arrived or self.request.method == READ:
            return READ
        return MINT if _mints(self.request) else WRITE

    def __str__(self) -> str:
        path = _last(self.request) + (" answered" if self.arrived else "")
        return f"{self.request.method} {path}"

    @property
    def opens(self) -> bool:
        return self.kind == WRITE and self.request.method == "POST"


class Shared:
    """What the instances share, as it is at this moment."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def read(self, question: Callable[[Connection], T]) -> T:
        with self._conn.begin():
            return question(self._conn)

    def leases(self) -> list[Lease]:
        """Also those that have run out."""
        taken = select(work.c.key, work.c.lease_owner, work.c.lease_until).where(work.c.lease_owner.is_not(None))
        return [Lease(*row) for row in self.read(lambda conn: conn.execute(taken).all())]


class Gate(httpx.AsyncBaseTransport):
    """The connection of one instance. While it is shut every request waits to be let go."""

    def __init__(self, inner: httpx.AsyncBaseTransport, clock: FakeClock, lease: Callable[[], Lease | None]) -> None:
        """`lease` says what the instance holds now."""
        self._inner, self._clock, self._lease = inner, clock, lease
        self.is_shut = False
        self.held: list[Held] = []
        self.moved = asyncio.Event()
        self.unleased: list[str] = []  # writes that it sent without the right to

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        lease = self._leaves(request) if _writes(request) else None
        how = await self._wait(request) if self.is_shut and _is_gated(request) else "go"
        if lease is not None:
            self._arrives(request, lease)
        response = await self._inner.handle_async_request(request)
        if how == "lose":
            raise httpx.ReadTimeout("no answer", request=request)
        if how == "answer late":
            await self._wait(request, arrived=True)
        return response

    def _leaves(self, request: httpx.Request) -> Lease | None:
        lease = self._lease()
        if lease is None or lease.until <= self._clock.now():
            self.unleased.append(f"{request.method} {_last(request)} was sent without a lease")
        return lease

    def _arrives(self, request: httpx.Request, lease: Lease) -> None:
        """GitHub knows nothing of leases: what was on its way for longer than one may arrive after it."""
        now = self._lease()
        if self._clock.now() < lease.until and (now is None or now[:2] != lease[:2]):
            self.unleased.append(f"{request.method} {_last(request)} arrived when somebody else had the lease")

    async def _wait(self, request: httpx.Request, *, arrived: bool = False) -> str:
        held = Held(request, asyncio.get_running_loop().create_future(), self._clock.now(), arrived)
        self.held.append(held)
        self.moved.set()
        try:
            return await held.may_go
        finally:
            self.held.remove(held)


@dataclass(slots=True)
class Instance:
    """One of them. `number` tells its leases from the others'."""

    bot: Bot
    number: int
    shared: Shared
    gate: Gate = field(init=False)
    parts: Greenroom = field(init=False)
    asleep: int = 0  # moves of others before it goes on
    has_looked: bool = False  # and found nothing to do
    _life: AsyncExitStack = field(default_factory=AsyncExitStack)
    _work: asyncio.Task[int] | None = None

    async def start(self) -> None:
        self.gate = Gate(self.bot.github.transport, self.bot.clock, self.lease)
        living = assemble(self.bot.settings(), clock=self.bot.clock, transport=self.gate)
        self.parts = await self._life.enter_async_context(living)

    async def stop(self) -> None:
        """However far it got."""
        if self._work is not None:
            self._work.cancel()
            with suppress(asyncio.CancelledError):
                await self._work
        self._work, self.asleep = None, 0
        await self._life.aclose()

    def lease(self) -> Lease | None:
        """What it holds, or held last and nobody took over."""
        mine = (each for each in self.shared.leases() if f"/{self.number}@" in each.owner)
        return max(mine, key=lambda each: each.until, default=None)

    def rests(self) -> bool:
        """Has it nothing in hand?"""
        return self._work is None

    @property
    def held(self) -> Held:
        return self.gate.held[0]

    async def begin(self) -> bool:
        """Take up work, until the first request. False where there is nothing to do."""
        self.gate.is_shut = True
        self._work = asyncio.create_task(self.parts.worker.run_due(self.number))
        self._work.add_done_callback(lambda _: self.gate.moved.set())
        await self._until_held()
        return not self.rests()

    async def go_on(self, how: str = "go") -> None:
        """Until the next request."""
        held = self.held
        held.may_go.set_result(how)
        await asyncio.sleep(0)
        await self._until_held()

    async def _until_held(self) -> None:
        assert self._work is not None
        while not (self.gate.held or self._work.done()):
            self.gate.moved.clear()
            await self.gate.moved.wait()
        if self._work.done():
            self._work.result()
            self._work = None

    async def finish(self) -> int:
        """Work until nothing is due, with nobody in between."""
        self.gate.is_shut = False
        if self._work is not None:
            while self.gate.held:
                self.held.may_go.set_result("go")
                await asyncio.sleep(0)
            await self._work
            self._work = None
        return await self.parts.worker.run_due(self.number)


@asynccontextmanager
async def several_instances(bot: Bot, many: int) -> AsyncIterator[list[Instance]]:
    """On the bot's database and policy, each with a connection and a memory of its own."""
    engine = engine_of(make_url(bot.place.url), writes=False)
    async with AsyncExitStack() as stack:
        stack.callback(engine.dispose)
        shared = Shared(stack.enter_context(engine.connect()))
        instances = [Instance(bot, number, shared) for number in range(1, many + 1)]
        for each in instances:
            await each.start()
            stack.push_async_callback(each.stop)
        yield instances


def _is_gated(request: httpx.Request) -> bool:
    """What is asked about repositories, and tokens to write with; what else it knows is each instance's own."""
    return request.url.path.startswith("/repos/") or _mints(request)


def _mints(request: httpx.Request) -> bool:
    return request.url.path.endswith("/access_tokens") and b'"write"' in request.content


def _writes(request: httpx.Request) -> bool:
    return request.method != READ and request.url.path.startswith("/repos/")


def _last(request: httpx.Request) -> str:
    return request.url.path.rpartition("/")[2][:12]
