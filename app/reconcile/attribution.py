"""Between which looks did something go wrong, and is there proof of who did it?

Nobody is named who did not do it: a name comes only from a delivery that GitHub sends for that very change, and only
where what it says of its own time lies between the last good look and the first bad one. How late it arrived does not
matter. For a private reporting switch GitHub sends no delivery at all ("Webhook events and payloads"). Its audit log
can be asked with GitHub Enterprise Cloud only ("REST API endpoints for enterprise audit logs"), so it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from app.domain.ids import Person
from app.domain.records import Breach, Heard

UNKNOWN = "unknown"

# What GitHub sends when that becomes so: events, each with its action.
_TELLING: Mapping[str, frozenset[tuple[str, str | None]]] = MappingProxyType(
    {"coordination-private": frozenset({("repository", "publicized"), ("public", None)})}
)


def actor_of(breach: Breach, heard: Iterable[Heard]) -> str:
    """Who made it so, as `login:id`, or unknown."""
    telling = _TELLING.get(breach.policy, frozenset())
    named = {each.sender for each in heard if (each.event, each.action) in telling and _lies_within(each, breach)}
    known = {each for each in named if isinstance(each, Person)}
    return str(known.pop()) if len(known) == len(named) == 1 else UNKNOWN


def _lies_within(heard: Heard, breach: Breach) -> bool:
    if breach.last_good is None or heard.happened_at is None or heard.repo != breach.repo:
        return False
    return breach.last_good < heard.happened_at <= breach.first_bad
