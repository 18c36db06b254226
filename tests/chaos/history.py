"""What happens in one history? All of it follows from its seed, and nothing from what the app does."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.domain.mirrors import Store

Kind = Literal["people", "trouble", "heal"]

# How often each comes, compared with the others of its kind.
PEOPLE: Mapping[str, int] = {
    "report": 6,
    "draft": 5,
    "accept": 6,
    "close": 2,
    "reopen": 1,
    "publish": 2,
    "edit_source": 8,
    "edit_packages": 1,
    "edit_mirror": 3,
    "write_into_the_mirror": 3,
    "add_to_source": 3,
    "add_to_mirror": 3,
    "drop_from_mirror": 2,
    "close_mirror": 1,
    "switch_private_reporting": 4,
    "rename_person": 1,
    "rename_repository": 1,
    "archive": 1,
    "attach_configuration": 1,
    "detach_configuration": 1,
    "name_another_maintainer": 1,
}
TROUBLE: Mapping[str, int] = {
    "a_while_passes": 6,
    "days_pass": 1,
    "sweep": 4,
    "deliver_in_order": 2,
    "deliver_some_twice": 3,
    "deliver_backwards": 3,
    "fail": 5,
    "lose_answers": 5,
    "slow": 2,
    "garbage": 2,
    "nonsense": 2,
    "limit": 3,
    "restart": 2,
    "crash": 5,
    "lose_database": 1,
    "break_policy": 1,
    "policy_only_observes": 1,
    "switch_writes_off": 1,
    "take_approvals_back": 1,
    "suspend": 1,
    "withdraw_permission": 1,
    "hand_leaves_the_coordination_repository": 1,
    "hide_drafts": 1,
    "push_to_the_coordination_repository": 1,
}
FEWEST, MOST = 6, 14  # events in a round


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens. What exactly is for its own dice to say, so that it does not depend on other events."""

    number: int
    kind: Kind
    verb: str
    seed: int

    @property
    def dice(self) -> random.Random:
        return random.Random(self.seed)  # noqa: S311 - a game, not a key

    def __str__(self) -> str:
        return f"{self.number}: {self.verb.replace('_', ' ')}"


def history(seed: int, rounds: int) -> tuple[Event, ...]:
    """Rounds of people and trouble; each ends with a heal."""
    return tuple(_events(random.Random(seed), rounds))  # noqa: S311 - a game, not a key


def store_of(seed: int) -> Store:
    """Where mirrors are kept in that history: both kinds have to bear the same."""
    return "issue" if seed % 2 == 0 else "advisory"


def _events(dice: random.Random, rounds: int) -> Iterator[Event]:
    number = 0
    for _ in range(rounds):
        for kind, verb in [*_round(dice), ("heal", "heal")]:
            yield Event(number=number, kind=kind, verb=verb, seed=dice.getrandbits(48))
            number += 1


def _round(dice: random.Random) -> Iterator[tuple[Kind, str]]:
    for _ in range(dice.randint(FEWEST, MOST)):
        kind: Kind = dice.choice(("people", "trouble"))
        verbs = PEOPLE if kind == "people" else TROUBLE
        yield kind, dice.choices([*verbs], [*verbs.values()])[0]


def without_trouble(events: Iterable[Event]) -> tuple[Event, ...]:
    """What the same people do where nothing goes wrong."""
    return tuple(event for event in events if event.kind != "trouble")
