"""What did a coordinator accept, until when, and why?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from app.domain.ids import Person

LONGEST = timedelta(days=365)
ACCEPTANCE, EMBARGOED_ACCEPTANCE = "acceptance", "acceptance-under-embargo"  # as the audit calls them

# A closed list: what people write freely could hold what nobody may know, and would be kept.
REASONS: Mapping[str, str] = {
    "being-mended": "it is being mended",
    "moving": "its reports are moving to somebody else",
    "waits-for-others": "others have to act first",
    "meant-so": "it is meant to be so",
    "small-risk": "the risk is small, and borne",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """These kinds of what one policy finds at one repository (GitHub's id), through the day `until` (UTC).

    It ends by itself. `owner` is the coordinator who accepted it; `reason` is one of REASONS.
    """

    id: int
    repository: int
    policy: str
    kinds: tuple[str, ...]
    until: date
    owner: Person
    reason: str
    at: datetime

    def is_in_force(self, now: datetime) -> bool:
        return now.astimezone(UTC).date() <= self.until
