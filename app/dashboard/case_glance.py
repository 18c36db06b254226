"""What does GitHub say of a case at this moment: who reads it, where do both sides differ, what do people have to do?

Asked by the App for whoever looks, at most once a minute for each case, and remembered nowhere but here. Nothing of
what an advisory or a mirror says is kept: only logins, states, names of fields, and what Greenroom says of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.dashboard.here import Here
from app.domain.facts import Known
from app.domain.ids import CaseKey
from app.domain.offers import Difference
from app.github.errors import RetryLater
from app.reconcile.snapshot import CaseSnapshot
from app.who_reads import readers_shown

FRESH = timedelta(minutes=1)
AGAIN = timedelta(seconds=10)  # until what could not be told is asked again
PATIENCE = 5.0  # seconds; somebody waits in front of a browser
_LET_IN_BY = {"us": "let in by Greenroom", "others": "let in by others", None: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """Somebody who reads the mirror, or a team."""

    login: str
    why: str
    let_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """`trouble` says why GitHub could not be asked; then the rest is empty. `is_whole`: it told everything."""

    asked_at: datetime
    trouble: str = ""
    is_whole: bool = False
    readers: tuple[Reads, ...] = ()
    unclear: tuple[str, ...] = ()
    mirror_state: str = ""
    states: Mapping[str, str] = field(default_factory=dict)  # of the linked advisories, by id
    differences: tuple[Difference, ...] = ()
    people_must: tuple[str, ...] = ()
    cannot_tell: tuple[str, ...] = ()


async def glance(here: Here, number: int) -> Glance:
    """As it is, or was within the last minute."""
    kept, now = _kept(here), here.now
    for other in [other for other, seen in kept.items() if now - seen.asked_at > (FRESH if seen.is_whole else AGAIN)]:
        del kept[other]
    if number not in kept:
        kept[number] = await _asked(here, number)
    return kept[number]


def forget(here: Here, number: int) -> None:
    """Something was done: ask anew."""
    _kept(here).pop(number, None)


def _kept(here: Here) -> dict[int, Glance]:
    state = here.request.app.state
    if not hasattr(state, "glances"):
        state.glances = {}
    found: dict[int, Glance] = state.glances
    return found


async def _asked(here: Here, number: int) -> Glance:
    nothing = Glance(asked_at=here.now)
    try:
        async with asyncio.timeout(PATIENCE):
            return await _seen(here, number)
    except TimeoutError:
        return replace(nothing, trouble=f"GitHub did not answer within {PATIENCE:.0f} seconds")
    except RetryLater:
        return replace(nothing, trouble="GitHub does not answer at this moment")


async def _seen(here: Here, number: int) -> Glance:
    snapshot, plan = await here.greenroom.reconciler.glance(CaseKey(number))
    assert isinstance(snapshot, CaseSnapshot)  # noqa: S101 - the key of a case shows a case
    told = await readers_shown(here.greenroom, snapshot)
    mirror = snapshot.mirror.value if isinstance(snapshot.mirror, Known) else None
    return Glance(
        asked_at=here.now,
        is_whole=snapshot.unanswered is None,
        readers=tuple(
            Reads(login=each["login"], why=each["why"], let_in=_LET_IN_BY[each["let_in_by"]])
            for each in told["readers"]
        ),
        unclear=tuple(told["readers_unclear"]),
        mirror_state=mirror.state if mirror else "",
        states={
            str(link.ghsa): fact.value.state if isinstance(fact, Known) else "cannot tell"
            for link, fact in zip(snapshot.case.links, snapshot.sources, strict=True)
        },
        differences=plan.differences,
        people_must=plan.people_must,
        cannot_tell=plan.cannot_tell,
    )
