"""Whom did we let into a mirror, and are they there because of us?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LetIn:
    """An account that we added to the mirror of a case, and for which tools.

    `login` is what it was called then. `seen_at` is when GitHub first listed it after that; None while nobody can tell
    whether the request took effect. After `gone_at` whoever is inside is there by somebody else's hand (all UTC).
    """

    case: int
    account: int
    login: str
    tools: tuple[str, ...]
    at: datetime
    seen_at: datetime | None = None
    gone_at: datetime | None = None

    @property
    def is_ours(self) -> bool:
        """Is it inside because we added it, as far as we saw?"""
        return self.seen_at is not None and self.gone_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLetIn:
    """A team of the organization that holds the mirrors, which we added to the mirror of a case (times as above)."""

    case: int
    slug: str
    tools: tuple[str, ...]
    at: datetime
    seen_at: datetime | None = None
    gone_at: datetime | None = None

    @property
    def is_ours(self) -> bool:
        return self.seen_at is not None and self.gone_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Everywhere:
    """The accounts that we let into the mirrors of open cases, and those of them that policy names no more."""

    let_in: frozenset[int] = frozenset()
    unnamed: frozenset[int] = frozenset()
