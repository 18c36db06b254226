"""Between which looks did something go wrong, and is there proof of who did it?

Nobody is named who did not do it: a name comes only from a delivery that GitHub sends for that very change, where that
change is all that was found, and only where what it says of its own time lies between the last good look and the first
bad one. One that arrived after it was right again may be about another time. For a private reporting switch GitHub
sends no delivery at all ("Webhook events and payloads"). Its audit log can be asked with GitHub Enterprise Cloud only
("REST API endpoints for enterprise audit logs"), so it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from app.domain.ids import Person
from app.domain.records import Breach, Effect, Heard

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """What GitHub sends when that becomes so: events, each with its action. `kinds`: what is found then."""

    kinds: tuple[str, ...]
    events: frozenset[tuple[str, str | None]]


_TELLING: Mapping[str, _Telling] = MappingProxyType(
    {
        "coordination-private": _Telling(
            kinds=("public",), events=frozenset({("repository", "publicized"), ("public", None)})
        )
    }
)


def actor_of(breach: Breach, heard: Iterable[Heard]) -> str:
    """Who made it so, as `login:id`, or unknown."""
    telling = _TELLING.get(breach.policy)
    if telling is None or breach.kinds != telling.kinds:
        return UNKNOWN
    named = {each.sender for each in heard if (each.event, each.action) in telling.events and _is_about(each, breach)}
    known = {each for each in named if isinstance(each, Person)}
    return str(known.pop()) if len(known) == len(named) == 1 else UNKNOWN


def _is_about(heard: Heard, breach: Breach) -> bool:
    if breach.last_good is None or heard.happened_at is None or heard.repo != breach.repo:
        return False
    if breach.over_at is not None and heard.received_at >= breach.over_at:
        return False
    return breach.last_good < heard.happened_at <= breach.first_bad


def told(breach: Breach, heard: Iterable[Heard]) -> str:
    """When and by whom, as people are told."""
    return f"It became so {_window(breach)}. Who did it is {actor_of(breach, heard)}"


def both_sides(breaches: Iterable[Breach], effects: Iterable[Effect], heard: Iterable[Heard]) -> str:
    """Who changed it and who changed it back, in the order in which it was seen."""
    heard = tuple(heard)
    theirs = [(each.first_bad, f"{actor_of(each, heard)} changed it {_window(each)}") for each in breaches]
    ours = [(each.at, f"Greenroom changed it back {moment(each.at)} UTC") for each in effects]
    return "; ".join(words for _, words in sorted([*theirs, *ours], key=lambda each: each[0]))


def between_writes(effects: Iterable[Effect], now: datetime) -> str:
    """The same where only our own writes are known: what we wrote was undone before we wrote again, or saw it."""
    at = [each.at for each in effects]
    pairs = zip(at, [*at[1:], now], strict=True)
    return "; ".join(
        f"Greenroom changed it {moment(ours)} UTC; {UNKNOWN} changed it back before {moment(seen)} UTC"
        for ours, seen in pairs
    )


def _window(breach: Breach) -> str:
    if breach.last_good is None:
        return f"before {moment(breach.first_bad)} UTC, when it was first looked at"
    is_one_day = breach.last_good.date() == breach.first_bad.date()
    until = f"{breach.first_bad:%H:%M:%S}" if is_one_day else moment(breach.first_bad)
    return f"between {moment(breach.last_good)} and {until} UTC"


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
