"""Where is an App installed, and what may it do there?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

_LEVELS = {"read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An App in one account. `permissions` are what the account granted, which may be less than the App asks for."""

    id: int
    account: str
    is_of_person: bool = False
    suspended: bool = False
    permissions: Mapping[str, str] = field(default_factory=dict, hash=False)
    repository_selection: str = "all"
    app_slug: str | None = None
    app_id: int | None = None
    events: tuple[str, ...] = ()

    @property
    def bot(self) -> str | None:
        """The login under which the App acts. No person can have one that ends so."""
        return f"{self.app_slug}[bot]" if self.app_slug else None

    def grants(self, permission: str, level: str) -> bool:
        """Is that much of the permission granted?"""
        return covers(self.permissions.get(permission), level)


def covers(granted: str | None, asked: str) -> bool:
    """Does the granted level include the asked one? Levels we do not know include nothing."""
    return granted is not None and _LEVELS.get(granted, 0) >= _LEVELS.get(asked, 99)


def lost(listed: Iterable[Installation], *, needed: Iterable[str], seen: Collection[str]) -> tuple[str, ...]:
    """Of the accounts where the App is needed and was seen, those where it is installed no more, or suspended.

    An account where nobody installed it yet loses nothing. `needed` and `seen` are in small letters.
    """
    working = {each.account.lower() for each in listed if not each.suspended}
    return tuple(account for account in needed if account in seen and account not in working)


def is_within(granted: Mapping[str, str], asked: Mapping[str, str]) -> bool:
    """Is nothing granted that was not asked for?"""
    return all(covers(asked.get(permission), level) for permission, level in granted.items())
