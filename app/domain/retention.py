"""How long is what kept? Whatever grows with time, and is no record of a case or of a write."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

_WRITTEN = re.compile(r"\s*([a-z-]+)\s*=\s*(\d{1,5})\s*")
LONGEST = 36_500  # days


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """For how many days something is kept. `least`: with fewer something else would go wrong."""

    says: str
    days: int
    least: int


# In the order in which they are shown.
TERMS: Mapping[str, Term] = MappingProxyType(
    {
        "deliveries": Term(says="which deliveries came; not while what they were about is wrong", days=8, least=7),
        "plans": Term(says="plans as they were shown", days=90, least=7),
        "notices": Term(says="notices, since they are over", days=400, least=30),
        "digests": Term(says="what people were told in the mornings", days=90, least=14),
        "findings": Term(
            says="the history of findings, since it happened; not of those that are open", days=730, least=90
        ),
        "breaches": Term(says="between which looks something was wrong, since it is right again", days=730, least=90),
        "sessions": Term(says="who was signed in, since that ended", days=0, least=0),
        "secrets": Term(says="when a secret was used last", days=400, least=90),
    }
)
FOR_EVER: Mapping[str, str] = MappingProxyType(
    {
        "audit": "every write, and who agreed to it: each row holds the hash of the one before, so none may go",
        "cases": "cases, who took part and what happened: a few rows each",
    }
)


@dataclass(frozen=True, slots=True)
class Retention:
    """The terms that are in force: those of this version but for what the setting says."""

    changed: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Retention:
        """Read `notices=200, plans=30`, in days. Raises ValueError, in words for people."""
        changed: dict[str, int] = {}
        for part in filter(str.strip, text.split(",")):
            match = _WRITTEN.fullmatch(part)
            if match is None:
                raise ValueError(f"write WHAT=DAYS, as in notices=200, and not {part.strip()!r}")
            name, days = match[1], int(match[2])
            if name not in TERMS:
                raise ValueError(f"there is no {name!r} to keep{_nearest(name)}")
            if not TERMS[name].least <= days <= LONGEST:
                raise ValueError(f"{name} are kept for {TERMS[name].least} days at least, and {LONGEST} at most")
            if name in changed:
                raise ValueError(f"{name} is there twice")
            changed[name] = days
        return cls(changed)

    def term(self, name: str) -> timedelta:
        return timedelta(days=self.changed.get(name, TERMS[name].days))


def _nearest(name: str) -> str:
    if name in FOR_EVER:
        return f": it is kept for ever, {FOR_EVER[name]}"
    close = difflib.get_close_matches(name, TERMS, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(TERMS)}"
