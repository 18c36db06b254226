"""Overview: how does everything stand, what comes next, and is the app well?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.responses import Response

from app.dashboard.deadlines import Deadline, deadlines
from app.dashboard.freshness_seen import FreshRow, fresh_rows
from app.dashboard.grid import STATES, GridRow, Pace, drawn
from app.dashboard.health_seen import as_theirs
from app.dashboard.here import Here
from app.dashboard.wellbeing import Sign, signs
from app.domain.viewers import Viewer
from app.health.self_watch import AUDIT_WHOLE
from app.store import deadlines as waiting
from app.store import freshness, grid, rounds
from app.store.grid import Row, Sight
from app.store.health import health
from app.sweeping.sweep import COMPLETE_SWEEP
from policies.policy import about_advisories, all_policies

PAGE = 100
SOONEST = 8  # deadlines


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which repositories somebody wants to see. What is not known is not asked."""

    owner: str = ""
    state: str = ""
    page: int = 1

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Asked:
        page, state = sent.get("page", ""), sent.get("state", "")
        is_number = page.isascii() and page.isdecimal() and len(page) < 6  # noqa: PLR2004 - digits
        return cls(
            owner=sent.get("owner", "").lower(),
            state=state if state in STATES else "",
            page=max(1, int(page)) if is_number else 1,
        )

    def at(self, page: int) -> str:
        """The address of another page of the same."""
        kept = {"owner": self.owner, "state": self.state, "page": str(page)}
        return "?" + urlencode({name: value for name, value in kept.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the page shows. `shown` of `all_of_them` repositories are on this page of `pages`."""

    policies: tuple[str, ...]
    hidden: frozenset[str]
    rows: tuple[GridRow, ...]
    found: int
    all_of_them: int
    owners: tuple[str, ...]
    asked: Asked
    pages: int
    open_findings: int
    only_observed: int
    not_as_said: int  # repositories, also where policy only observes and opens no finding
    deadlines: tuple[Deadline, ...]
    signs: tuple[Sign, ...]
    fresh: tuple[FreshRow, ...]

    @property
    def first(self) -> int:
        return (self.asked.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1


async def show(here: Here) -> Response:
    asked = Asked.read(here.request.query_params)
    current = here.greenroom.policy.current()
    overview = await here.greenroom.database.read(
        partial(
            read,
            viewer=here.viewer,
            asked=asked,
            sweep=timedelta(seconds=here.greenroom.settings.sweep_seconds),
            policy=(current.commit, here.greenroom.policy.mistakes),
            writes=here.greenroom.settings.writes == "on",
            now=here.now,
        )
    )
    return here.page("overview.html", title="Overview", overview=overview, states=STATES)


def sight_of(viewer: Viewer) -> Sight:
    """Coordinators see every repository, and of its unpublished advisories what they may read on GitHub anyway."""
    return Sight(all_rows=viewer.is_lead, administers=viewer.administers, hidden=about_advisories())


def read(
    conn: Connection,
    *,
    viewer: Viewer,
    asked: Asked,
    sweep: timedelta,
    policy: tuple[str, str | None],
    writes: bool,
    now: datetime,
) -> Overview:
    """All of it as it is at one moment."""
    sight, pace = sight_of(viewer), Pace(sweep=sweep, rounds=rounds.lengths(conn))
    everything = grid.rows(conn, sight) if viewer.is_lead or viewer.administers else []
    found = _asked_for(conn, everything, sight=sight, asked=asked, pace=pace, now=now)
    pages = max(1, -(-len(found) // PAGE))
    asked = replace(asked, page=min(asked.page, pages))
    shown, names = found[(asked.page - 1) * PAGE : asked.page * PAGE], tuple(each.name for each in all_policies())
    stands = grid.stands(conn, [row.name for row in shown])
    how = as_theirs(conn, health(conn, complete_sweep=COMPLETE_SWEEP, audit_whole=AUDIT_WHOLE, now=now), viewer, now)
    return Overview(
        policies=names,
        hidden=sight.hidden if any(row.id not in sight.administers for row in shown) else frozenset(),
        rows=drawn(shown, stands, policies=names, sight=sight, pace=pace, now=now),
        found=len(found),
        all_of_them=len(everything),
        owners=tuple(sorted({row.name.partition("/")[0].lower() for row in everything})),
        asked=asked,
        pages=pages,
        open_findings=grid.open_findings(conn, sight),
        only_observed=grid.only_observed(conn, sight),
        not_as_said=len(grid.where_it_is(conn, sight, "finding") & {row.name.lower() for row in everything}),
        deadlines=deadlines(waiting.of_open_cases(conn), viewer, now)[:SOONEST],
        signs=signs(how, viewer, policy=policy, writes=writes, sweep=sweep, database=conn.dialect.name, now=now),
        fresh=fresh_rows(freshness.freshness(conn, now), viewer),
    )


def _asked_for(
    conn: Connection, rows: list[Row], *, sight: Sight, asked: Asked, pace: Pace, now: datetime
) -> list[Row]:
    if asked.owner:
        rows = [row for row in rows if row.name.partition("/")[0].lower() == asked.owner]
    if not asked.state:
        return rows
    if asked.state == "stale":
        of = {owner: now - pace.allows(owner) for owner in pace.rounds}
        there = grid.where_it_is_old(conn, sight, before=now - pace.allows(""), of=of)
    else:
        there = grid.where_it_is(conn, sight, asked.state)
    return [row for row in rows if row.name.lower() in there]
