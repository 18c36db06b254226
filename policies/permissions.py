"""Which permissions does what is known of a repository need?

Tests hold it to app.yml, to the facts that there are, and to what GitHub's routes need.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

App: TypeAlias = Literal["Watcher", "Hand"]

# fact: which App reads it, and what for
NEEDS: Mapping[str, tuple[App, tuple[str, ...]]] = {
    "private_reporting": ("Watcher", ("metadata",)),
    "configuration": ("Watcher", ("administration",)),
    "advisories": ("Watcher", ("repository_advisories",)),
    "owners_people": ("Watcher", ("metadata", "members")),
    "owners_roster": ("Watcher", ("metadata", "members")),
    "published": ("Watcher", ("repository_advisories",)),
    "security_policy": ("Watcher", ("metadata",)),
    "coordination": ("Hand", ("metadata", "contents", "repository_advisories")),
    "readers": ("Watcher", ("metadata", "members", "repository_advisories")),
    "embargoes": ("Watcher", ("repository_advisories",)),
    "coverage": ("Watcher", ()),  # the App asks about itself
}

# What app.yml asks for.
WATCHER: Mapping[str, str] = {
    "administration": "read",
    "members": "read",
    "metadata": "read",
    "repository_advisories": "read",
}
HAND: Mapping[str, str] = {
    "administration": "write",
    "checks": "write",
    "contents": "read",
    "issues": "write",
    "metadata": "read",
    "pull_requests": "read",
    "repository_advisories": "write",
}
# The deliveries that the Watcher asks for; the Hand has no webhook.
EVENTS: frozenset[str] = frozenset({"repository", "repository_advisory", "security_advisory", "security_and_analysis"})
_LEVELS = ("read", "write", "admin")


def lacking(granted: Mapping[str, str], asked: Mapping[str, str]) -> tuple[str, ...]:
    """What is asked for and not granted, as people write it. Levels that we do not know grant nothing."""
    return tuple(f"{name}: {level}" for name, level in sorted(asked.items()) if not _covers(granted.get(name), level))


def both() -> Mapping[str, str]:
    """What one registration needs that watches and writes."""
    return {**WATCHER, **HAND}


def _covers(granted: str | None, asked: str) -> bool:
    return granted in _LEVELS and _LEVELS.index(granted) >= _LEVELS.index(asked)
