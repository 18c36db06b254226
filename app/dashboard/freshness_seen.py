"""How fresh is what the pages show, tier by tier? Pure.

Which accounts have how much, and whether anything is reported there, is not told: of open advisories there is no line,
and of open cases only for those who see cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from app.dashboard.wellbeing import Look
from app.domain.tiers import ADVISORIES, CASES, Freshness, in_words
from app.domain.viewers import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshRow:
    """A tier: how old looks are to be at most, how old 19 of 20 are, and how that is drawn."""

    of: str
    target: str
    now: str
    day: str
    look: Look
    word: str


def fresh_rows(found: Iterable[Freshness], viewer: Viewer) -> tuple[FreshRow, ...]:
    """Of every tier that there is something in, as far as they may know."""
    hidden = {ADVISORIES} if viewer.is_lead else {ADVISORIES, CASES}
    return tuple(_row(each) for each in found if each.tier not in hidden and (each.now or each.every))


def _row(found: Freshness) -> FreshRow:
    look, word = _verdict(found)
    return FreshRow(
        of=found.tier.of,
        target=in_words(found.tier.target),
        now=_length(found.now.p95 if found.now else None),
        day=_length(found.day),
        look=look,
        word=word,
    )


def _verdict(found: Freshness) -> tuple[Look, str]:
    if found.is_short and found.every is not None:
        return "held", f"GitHub's limit allows a look every {in_words(found.every)}"
    if found.now is None:
        return "unsure", "not looked at yet"
    if found.is_late:
        return "stale", "later than that now"
    if found.is_missing_one and found.now is not None:
        return "stale", f"kept, but for one not seen for {in_words(found.now.oldest)}"
    was_late = found.day is not None and found.day > found.tier.target
    return ("unsure", "kept now, not all day") if was_late else ("good", "kept")


def _length(age: timedelta | None) -> str:
    return "–" if age is None else in_words(age)
