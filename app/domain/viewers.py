"""Who looks at the pages, and what is theirs?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.ids import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Somebody who signed in, by numeric id, and what GitHub and policy said of them at `checked_at`.

    `unclear` says in words what could not be told; whatever could not be told is not theirs.
    Repositories are those whose admin they are, by GitHub's ids: a name can be taken by others.
    """

    person: Person
    is_lead: bool
    tools: frozenset[str]
    administers: frozenset[int]
    checked_at: datetime
    unclear: tuple[str, ...] = ()

    @property
    def is_outsider(self) -> bool:
        return not (self.is_lead or self.tools or self.administers)
