"""What was seen to follow from one policy file?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.findings import Verdict
from app.domain.ids import PolicyKey
from app.reconcile.plan import Step
from policies.config import Policies

EVERY_CASE = "every case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """Somebody (an account, or a team) who is to read something, and why. `is_inside`: reads it already."""

    key: str
    who: str
    why: str
    account: int | None = None
    is_inside: bool = False

    @property
    def identity(self) -> tuple[str, int | str]:
        """Who is to read what: the same login may be another account's under the other file."""
        return self.key, self.account or self.who


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """All that follows from one policy file."""

    policies: Policies
    verdicts: Mapping[PolicyKey, Verdict] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    opens: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # advisories that would become cases → tools
    reads: Mapping[tuple[str, int | str], Reads] = field(default_factory=dict)
    cannot_tell: frozenset[tuple[str, str]] = frozenset()
