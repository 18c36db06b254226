"""Which names of packages that a digest key made give way, where that key is to go? Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.domain.facts import Vulnerability
from app.reconcile.comparing import Said
from app.reconcile.elements import Elements, key_of


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Renamed:
    """What is to be remembered under names of today, and which names are to be forgotten."""

    values: Mapping[str, str]
    forgotten: frozenset[str]


def renamed(
    adopted: Mapping[str, str],
    sides: tuple[Said, Said],
    elements: Elements,
    lines: Iterable[Vulnerability],
    kept: Collection[str],
) -> Renamed:
    """`kept` are names by which somebody said something that is not done yet; they stay.

    Of a package that neither side names any more nothing is remembered: it is as new as any other.
    """
    today = {was: now for line in lines if (was := elements.of(line)) != (now := elements.today(line))}
    made = {name: key_of(name) for name in elements.remembered if name not in kept}
    old = {name for name, key in made.items() if key and elements.digests.is_to_renew(key)}
    gone = {name for name in old - today.keys() if not any(side.of(name) for side in sides)}
    moved = old & today.keys() & adopted.keys()
    values = {today[name] if name in moved else name: value for name, value in adopted.items() if name not in gone}
    return Renamed(values=values, forgotten=frozenset(gone | moved))
