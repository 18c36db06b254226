"""Findings: what is not as it should be, since when, what is next; and a coordinator accepts it until a day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.responses import Response

from app import accepting
from app.accepting import Wish
from app.dashboard.findings_seen import Group, Seer, Shown, Wanted, grouped, ordered, shown
from app.dashboard.grid import Pace
from app.dashboard.here import Here, see
from app.dashboard.overview import sight_of
from app.domain.acceptances import LONGEST, REASONS
from app.domain.records import Finding, FindingState
from app.domain.viewers import Viewer
from app.halting import NotAllowed
from app.shown.finding_rows import as_rows
from app.shown.findings import only_observed
from app.store import findings, found, grid, repositories, rounds
from policies.policy import all_policies

PAGE = 40
MODES = ("report", "enforce", "observe")
_ALL: tuple[FindingState, ...] = ("open", "accepted", "resolved")
STATES = (*_ALL, "all")
GROUPS: Mapping[str, Group] = {"": "", "repository": "repository", "policy": "policy"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody wants to see. What is not known is not asked."""

    state: str = "open"
    policy: str = ""
    repository: str = ""
    mode: str = ""
    group: Group = ""
    page: int = 1

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Asked:
        page, state, policy, mode = (sent.get(name, "") for name in ("page", "state", "policy", "mode"))
        is_number = page.isascii() and page.isdecimal() and len(page) < 6  # noqa: PLR2004 - digits
        return cls(
            state=state if state in STATES else "open",
            policy=policy if policy in {each.name for each in all_policies()} else "",
            repository=sent.get("repository", "").strip()[:140],
            mode=mode if mode in MODES else "",
            group=GROUPS.get(sent.get("group", ""), ""),
            page=max(1, int(page)) if is_number else 1,
        )

    @property
    def wanted(self) -> Wanted:
        states = frozenset(_ALL) if self.state == "all" else frozenset({self.state})
        return Wanted(states=states, policy=self.policy, repository=self.repository, mode=self.mode)

    def query(self, **changed: Any) -> str:
        """The end of an address of the same, or of something beside it."""
        mine = {name: getattr(self, name) for name in ("state", "policy", "repository", "mode", "group", "page")}
        kept = {name: str(value) for name, value in (mine | changed).items() if value}
        return "?" + urlencode(kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """`shown` is one page of what was asked for; `counts` is of everything that they may see, by state."""

    asked: Asked
    counts: Mapping[str, int]
    only_observed: str  # what is not as policy says without being a finding, in words
    many: int
    pages: int
    shown: tuple[Shown, ...]

    @property
    def groups(self) -> Mapping[str, list[Shown]]:
        return grouped(self.shown, self.asked.group)


async def show(here: Here) -> Response:
    seen = await _read(here, size=PAGE)
    return here.page(
        "findings.html",
        title="Findings",
        seen=seen,
        states=STATES,
        modes=MODES,
        policies=[each.name for each in all_policies()],
        tomorrow=(here.now + timedelta(days=1)).date(),
        in_a_year=(here.now + LONGEST).date(),
        reasons=REASONS,
    )


async def as_csv(here: Here) -> Response:
    seen = await _read(here, size=None)
    return _file(as_rows(each.data for each in seen.shown), "text/csv; charset=utf-8", "findings.csv")


async def as_json(here: Here) -> Response:
    seen = await _read(here, size=None)
    told = {"asked_at": here.now.isoformat(), "findings": [each.data for each in seen.shown]}
    return _file(json.dumps(told, indent=1), "application/json", "findings.json")


async def accept(here: Here) -> Response:
    """A coordinator accepts one. Raises NotAllowed, also where it is none that they may see."""
    number, until = here.form.get("finding", ""), here.form.get("until", "")
    is_number = number.isascii() and number.isdecimal() and len(number) <= 9  # noqa: PLR2004 - digits of the largest id
    finding = await here.greenroom.database.read(
        partial(_visible, viewer=here.viewer, number=int(number) if is_number else 0)
    )
    if finding is None:
        raise NotAllowed("there is no such finding")
    try:
        day = date.fromisoformat(until)
    except ValueError as error:
        raise NotAllowed("say until which day, as in 2027-01-31") from error
    wish = Wish(seen=here.form.get("seen", ""), until=day, reason=here.form.get("reason", ""), by=here.viewer.person)
    await accepting.accept(here.greenroom, finding, wish)
    return see("/findings", "accepted")


def _visible(conn: Connection, *, viewer: Viewer, number: int) -> Finding | None:
    finding = found.by_id(conn, number)
    return finding if finding and _seer(conn, viewer).sees(finding) else None


def _seer(conn: Connection, viewer: Viewer) -> Seer:
    return Seer(is_lead=viewer.is_lead, theirs=repositories.named(conn, viewer.administers))


def _file(content: str, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


async def _read(here: Here, size: int | None) -> Findings:
    asked = Asked.read(here.request.query_params)
    sweep = timedelta(seconds=here.greenroom.settings.sweep_seconds)
    reading = partial(read, viewer=here.viewer, asked=asked, size=size, sweep=sweep, now=here.now)
    return await here.greenroom.database.read(reading)


def read(
    conn: Connection, *, viewer: Viewer, asked: Asked, size: int | None, sweep: timedelta, now: datetime
) -> Findings:
    """All of it as it is at one moment; `size` is how many stand on a page."""
    seer, pace = _seer(conn, viewer), Pace(sweep=sweep, rounds=rounds.lengths(conn))
    theirs = [each for each in found.all_findings(conn, _ALL) if seer.sees(each)]
    wanted = ordered(filter(asked.wanted.has, theirs), asked.group)
    here = wanted if size is None else wanted[(asked.page - 1) * size : asked.page * size]
    histories = found.histories(conn, [each.id for each in here if each.id is not None])
    stands = {
        (each.repo, each.policy): each
        for repo in {each.repo for each in here}
        for each in findings.standings(conn, repo)
    }
    return Findings(
        asked=asked,
        counts={state: sum(each.state == state for each in theirs) for state in _ALL},
        only_observed=only_observed(grid.only_observed(conn, sight_of(viewer))),
        many=len(wanted),
        pages=max(1, -(-len(wanted) // size)) if size else 1,
        shown=tuple(
            shown(
                each,
                stands.get((each.repo, each.policy)),
                histories[each.id or 0],
                seer=seer,
                oldest=now - pace.allows(str(each.repo)),
            )
            for each in here
        ),
    )
