"""In which order do three instances go on that share one database, and what comes between?

Each is held at every request that it sends. One of them at a time is let go, until it sends the next one or has
nothing more to do: so the order follows from the dice alone. While one is held the clock may pass the end of its lease,
it may be killed, or what it sends may take effect without an answer.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from app.main import Greenroom, assemble
from app.reconcile.decide_case import SETTLING
from app.worker import LEASE
from tests.clock import FakeClock
from tests.harness import Bot

INSTANCES = 3
_READ, _WRITE = "GET", "write"
_LATE = SETTLING + timedelta(seconds=5)  # longer than anybody waits for what was announced
SENT_WITHIN = timedelta(seconds=15)  # of being announced, where nobody was paused
_ARRIVES = frozenset({"go", "lose", "answer late", "kill with effect"})
# How often each comes for who is held at a read, and at a write.
_MOVES = {
    _READ: {"go": 90, "pause": 7, "kill": 2},
    _WRITE: {"go": 60, "pause": 15, "lose": 12, "answer late": 6, "arrive late": 6, "kill": 6, "kill with effect": 6},
}
_AT_MOST = {"pause": 2, "lose": 1, "answer late": 1, "arrive late": 1, "kill": 1, "kill with effect": 1}


@dataclass(slots=True, eq=False)
class Held:
    """A request that is not let go yet, or its answer."""

    request: httpx.Request
    may_go: asyncio.Future[str]
    since: datetime
    arrived: bool = False

    @property
    def writes(self) -> bool:
        return not self.arrived and self.request.method != _READ

    @property
    def opens(self) -> bool:
        return self.writes and self.request.method == "POST"


class Gate(httpx.AsyncBaseTransport):
    """The connection of one instance. While it is shut every request waits to be let go."""

    def __init__(self, inner: httpx.AsyncBaseTransport, clock: FakeClock) -> None:
        self._inner, self._clock = inner, clock
        self.is_shut = False
        self.held: list[Held] = []
        self.moved = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        how = await self._wait(request) if self.is_shut and _is_gated(request) else "go"
        response = await self._inner.handle_async_request(request)
        if how == "lose":
            raise httpx.ReadTimeout("no answer", request=request)
        if how == "answer late":
            await self._wait(request, arrived=True)
        return response

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
    gate: Gate = field(init=False)
    parts: Greenroom = field(init=False)
    asleep: int = 0  # moves of others before it goes on
    has_looked: bool = False  # and found nothing to do
    _life: AsyncExitStack = field(default_factory=AsyncExitStack)
    _work: asyncio.Task[int] | None = None

    async def start(self) -> None:
        self.gate = Gate(self.bot.github.transport, self.bot.clock)
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
async def three_instances(bot: Bot) -> AsyncIterator[list[Instance]]:
    """On the bot's database and policy, each with a connection and a memory of its own."""
    instances = [Instance(bot, number) for number in range(1, INSTANCES + 1)]
    async with AsyncExitStack() as stack:
        for each in instances:
            await each.start()
            stack.push_async_callback(each.stop)
        yield instances


class Interleaving:
    """One order of events. `look` is called after each of them; `moves` says what happened so far."""

    def __init__(self, instances: list[Instance], dice: random.Random, look: Callable[[], None]) -> None:
        self._instances, self._dice, self._look = instances, dice, look
        self._clock = instances[0].bot.clock
        self._left = dict(_AT_MOST)
        self._last: Instance = dice.choice(instances)
        self.came_late = False  # something arrived when nobody waited for it any more
        self.moves: list[str] = []

    async def play(self, moves: int, events: dict[int, Callable[[], Awaitable[object]]]) -> None:
        """That many moves, and before some of them something that happens to the case. Then whoever is at work ends."""
        for number in range(moves):
            if number in events:
                self.moves.append("event")
                await events[number]()
                self._there_is_news()
            await self._move()
            self._look()
        for each in self._instances:
            each.asleep = 0
            while not each.rests():
                await self._let(each, "go")
                self._look()

    async def _move(self) -> None:
        one = self._next()
        if one is None:
            self._clock.advance(seconds=self._dice.choice((2, 16, 91)))
            self._there_is_news()
        elif one.rests():
            found = await one.begin()
            one.has_looked = not found
            self.moves.append(f"{one.number} {'takes up work' if found else 'has nothing to do'}")
        else:
            await self._let(one, self._how(_WRITE if one.held.writes else _READ))
            if one.rests():
                self._there_is_news()
        for each in self._instances:
            each.asleep = max(0, each.asleep - (each is not one))

    def _next(self) -> Instance | None:
        """Whoever went on last, more often than not. None where nobody has anything to do now."""
        busy = [each for each in self._instances if not (each.rests() and each.has_looked)]
        awake = [each for each in busy if not each.asleep] or busy
        if self._last not in awake or self._dice.random() < 0.3:
            self._last = self._dice.choice(awake or self._instances)
        return self._last if awake else None

    def _how(self, kind: str) -> str:
        possible = {how: often for how, often in _MOVES[kind].items() if self._left.get(how, 1) > 0}
        how = self._dice.choices([*possible], [*possible.values()])[0]
        if how in self._left:
            self._left[how] -= 1
        return how

    def _there_is_news(self) -> None:
        for each in self._instances:
            each.has_looked = False

    async def _let(self, one: Instance, how: str) -> None:
        held = one.held
        self.moves.append(f"{one.number} {held.request.method} {_short(held)}: {how}")
        if held.opens and how in _ARRIVES:
            self.came_late |= self._clock.now() - held.since > _LATE - SENT_WITHIN
        match how:
            case "pause":
                self._past_the_lease(one, timedelta(seconds=self._dice.randint(1, 30)))
            case "arrive late":
                self._past_the_lease(one, _LATE)
            case "answer late":
                await one.go_on(how)
                self._past_the_lease(one, self._dice.choice((timedelta(seconds=1), _LATE)))
            case "kill" | "kill with effect":
                if how != "kill":
                    await one.bot.github.transport.handle_async_request(held.request)
                await one.stop()
                await one.start()
            case _:
                await one.go_on(how)

    def _past_the_lease(self, one: Instance, by: timedelta) -> None:
        self._clock.advance(seconds=(LEASE + by).total_seconds())
        one.asleep = self._dice.randint(3, 30)
        self._there_is_news()


def _is_gated(request: httpx.Request) -> bool:
    """What is asked about repositories; tokens and accounts are each instance's own."""
    return request.url.path.startswith("/repos/")


def _short(held: Held) -> str:
    return held.request.url.path.rpartition("/")[2][:12] + (" answered" if held.arrived else "")
