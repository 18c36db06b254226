"""How are repositories × policies drawn? Pure.

What was seen longer ago than two sweeps is stale, whatever was seen then: it is never green. What a policy about
advisories says is blank for those who may not read them. Where another policy found something that tells of an
unpublished advisory, its cell is drawn for them as if there were none: a blank one beside all others would tell it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.store.grid import MAY_TELL, Row, Sight, Stand

STALE_AFTER = 2  # sweeps

# The class of each state in the sheet.
LOOKS: Mapping[str, str] = {
    "pass": "pass",
    "finding": "find",
    "blocked": "stop",
    "contested": "war",
    "cannot tell": "ask",
    "exempt": "held",
    "not applicable": "na",
    "unmanaged": "un",
}
STATES = (*LOOKS, "stale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One policy at one repository: how it is drawn, the word for it, and how long ago it was seen so."""

    look: str
    word: str
    age: str = ""


HIDDEN = Cell(look="no", word="not shown")
UNSEEN = Cell(look="new", word="not looked at yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """A repository with a cell for each policy."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How old may a look be? Two sweeps, or where a round over a large account takes longer, two of those."""

    sweep: timedelta
    rounds: Mapping[str, timedelta]

    def allows(self, repository: str) -> timedelta:
        owner = repository.partition("/")[0].lower()
        return STALE_AFTER * max(self.sweep, self.rounds.get(owner, self.sweep))


def drawn(
    rows: Sequence[Row],
    stands: Mapping[str, Iterable[Stand]],
    *,
    policies: Sequence[str],
    sight: Sight,
    pace: Pace,
    now: datetime,
) -> tuple[GridRow, ...]:
    """A page of them. `stands` is by names in small letters."""
    shown = []
    for row in rows:
        known = {each.policy: each for each in stands[row.name.lower()]}
        may_know, allowed = row.id in sight.administers, pace.allows(row.name)
        cells = (
            HIDDEN if policy in sight.hidden and not may_know else cell(known.get(policy), may_know, allowed, now)
            for policy in policies
        )
        shown.append(GridRow(name=row.name, cells=tuple(cells)))
    return tuple(shown)


def cell(stand: Stand | None, may_know: bool, allowed: timedelta, now: datetime) -> Cell:  # noqa: FBT001 - of one row
    """One cell. `may_know`: may they read the advisories of this repository?"""
    if stand is None:
        return UNSEEN
    state = stand.state if may_know else _without_advisories(stand)
    if now - stand.observed_at > allowed:
        return Cell(look="old", word=f"stale, was: {state}", age=age(stand.observed_at, now))
    seen_at = stand.seen_at if state == "cannot tell" else stand.observed_at
    return Cell(look=LOOKS.get(state, "ask"), word=state, age=age(seen_at, now))


def _without_advisories(stand: Stand) -> str:
    if stand.embargoed:
        return "pass"
    was_not_kept = stand.embargoed is None and stand.state in MAY_TELL
    return "cannot tell" if was_not_kept else stand.state


def age(moment: datetime | None, now: datetime) -> str:
    """As `4m`, `3h` or `12d`: there are 1,500 of them on a page."""
    if moment is None:
        return "never"
    minutes = max(0, int((now - moment).total_seconds() // 60))
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes >= size:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"
