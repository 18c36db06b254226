"""Does another App write than the one that looks, the same one, or none at all?

Without a Hand the reads that it would make are made by the Watcher, as far as it may. That is no reason to give the
Watcher more: an install that only observes is whole with permissions to read.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from app.github.registration import Registration

Roles: TypeAlias = Literal["two Apps", "one for both", "no Hand"]
NO_HAND = "no Hand: it observes"


class OneForBoth(Registration):
    """A small install: one App watches and writes. Settings say so, by naming the same App as the Hand."""


def roles(watcher: Registration, hand: Registration) -> Roles:
    if hand is not watcher:
        return "two Apps"
    return "one for both" if isinstance(watcher, OneForBoth) else "no Hand"
