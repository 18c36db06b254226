"""How many histories go well, and what is the shortest one that does not?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.mirrors import Store
from tests.chaos.history import Event, history, store_of
from tests.chaos.story import Told, tell

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A history that did not end well."""

    seed: int
    rounds: int
    complaints: tuple[str, ...]
    shortest: tuple[Event, ...]

    def __str__(self) -> str:
        only = ",".join(str(event.number) for event in self.shortest)
        return "\n".join(
            [
                f"seed {self.seed} fails:",
                *(f"  {complaint}" for complaint in self.complaints),
                f"the shortest history found has {len(self.shortest)} events:",
                *(f"  {event}" for event in self.shortest),
                f'again: make chaos ARGS="--seed {self.seed} --rounds {self.rounds} --only {only}"',
            ]
        )


def run(
    seeds: Sequence[int], rounds: int, *, seconds: float, say: Say, only: frozenset[int] | None = None
) -> Failure | None:
    """Histories, until one fails or the time is over."""
    start, told_of = time.monotonic(), 0
    requests = 0
    for seed in seeds:
        if told_of and time.monotonic() - start > seconds:
            break
        events = tuple(event for event in history(seed, rounds) if only is None or event.number in only)
        begun = time.monotonic()
        told = asyncio.run(tell(events, store_of(seed)))
        say(f"seed {seed}: {time.monotonic() - begun:.1f} s, {told.requests} requests")
        told_of, requests = told_of + 1, requests + told.requests
        if told.complaints:
            return _failure(seed, rounds, events, told, say)
    took = time.monotonic() - start
    say(f"{told_of} histories of {rounds} rounds went well, from seed {seeds[0]}; {requests} requests in {took:.0f} s")
    return None


def _failure(seed: int, rounds: int, events: Sequence[Event], told: Told, say: Say) -> Failure:
    say(f"seed {seed} fails; looking for a shorter history")
    shortest, complaints = _shortened(events[: told.happened], told.complaints, store_of(seed))
    return Failure(seed=seed, rounds=rounds, complaints=tuple(complaints), shortest=shortest)


def _shortened(
    events: Sequence[Event], complaints: list[str], store: Store, seconds: float = 60
) -> tuple[tuple[Event, ...], list[str]]:
    """Leave out ever smaller parts for as long as the first complaint stays of its kind."""
    end, kind, kept = time.monotonic() + seconds, _kind(complaints), list(events)
    size = max(1, len(kept) // 2)
    while time.monotonic() < end:
        place, was = 0, len(kept)
        while place < len(kept) and time.monotonic() < end:
            fewer = [*kept[:place], *kept[place + size :]]
            told = asyncio.run(tell(fewer, store))
            if told.complaints and _kind(told.complaints) == kind:
                kept, complaints = fewer, told.complaints
            else:
                place += size
        if size == 1 and len(kept) == was:
            break
        size = max(1, size // 2)
    return tuple(kept), complaints


def _kind(complaints: list[str]) -> str:
    """Without numbers, since leaving events out gives other ones."""
    return "".join(letter for letter in complaints[0] if not letter.isdigit())
