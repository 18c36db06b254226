"""In which order do three instances go on that share one database, and what comes between?

One of them at a time is let go, until it sends the next request or has nothing more to do: so the order follows from
the dice alone. While one is held the clock may pass the end of its lease, it may be killed, or what it sends may take
effect without an answer.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

from app.reconcile.decide_case import SETTLING
from app.worker import LEASE
from tests.instances import MINT, READ, WRITE, Instance

_LATE = SETTLING + timedelta(seconds=5)  # longer than anybody waits for what was announced
SENT_WITHIN = timedelta(seconds=15)  # of being announced, where nobody was paused
_ARRIVES = frozenset({"go", "lose", "answer late", "kill with effect"})
# How often each comes for who is held at a read, as it asks for a token to write with, and at a write.
_MOVES = {
    READ: {"go": 90, "pause": 7, "kill": 2},
    MINT: {"go": 70, "pause before it sends": 25, "kill": 5},
    WRITE: {"go": 60, "pause": 15, "lose": 12, "answer late": 6, "arrive late": 6, "kill": 6, "kill with effect": 6},
}
_AT_MOST = {
    "pause": 2,
    "pause before it sends": 1,
    "lose": 1,
    "answer late": 1,
    "arrive late": 1,
    "kill": 1,
    "kill with effect": 1,
}


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
            await self._let(one, self._how(one.held.kind))
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
        self.moves.append(f"{one.number} {held}: {how}")
        if held.opens and how in _ARRIVES:
            self.came_late |= self._clock.now() - held.since > _LATE - SENT_WITHIN
        match how:
            case "pause" | "pause before it sends":
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
