"""Audit: what was done, who allowed it, and is the record whole?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.responses import Response

from app.dashboard.audit_seen import Auditor, Line
from app.dashboard.here import Here
from app.domain.viewers import Viewer
from app.reconcile.digests import Digests
from app.store import audit, audit_search, repositories
from app.store.audit import Chain
from app.store.audit_search import Search

PAGE = 50
AT_ONCE = 5_000  # rows that are verified whenever somebody looks; more on request


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody looks for. What is not known is not asked."""

    who: str = ""
    kind: str = ""
    key: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None
    verify: bool = False

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> Asked:
        before = sent.get("before", "")
        is_number = before.isascii() and before.isdecimal() and len(before) < 10  # noqa: PLR2004 - digits of a row
        return cls(
            who=sent.get("who", "").strip()[:80],
            kind=sent.get("kind", "")[:80],
            key=sent.get("key", "").strip()[:200],
            since=_day(sent.get("since", "")),
            until=_day(sent.get("until", "")),
            before=int(before) if is_number else None,
            verify=sent.get("verify") == "1",
        )

    def query(self, **changed: Any) -> str:
        """The end of an address of the same, or of something beside it."""
        mine = {name: getattr(self, name) for name in ("who", "kind", "key", "since", "until", "before")}
        return "?" + urlencode({name: str(value) for name, value in (mine | changed).items() if value})


def _day(text: str) -> date | None:
    """A day that others can follow: the last of all is the one before."""
    try:
        return min(date.fromisoformat(text), date.max - timedelta(days=1))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """`chain` is None where it was not verified just now. `older` is the row after which the next page begins."""

    asked: Asked
    rows: int
    kinds: tuple[str, ...]
    lines: tuple[Line, ...]
    older: int | None
    chain: Chain | None
    broken: str = ""


async def show(here: Here) -> Response:
    asked = Asked.read(here.request.query_params)
    reading = partial(read, viewer=here.viewer, asked=asked, digests=here.greenroom.digests)
    return here.page("audit.html", title="Audit", audit=await here.greenroom.database.read(reading))


def read(conn: Connection, *, viewer: Viewer, asked: Asked, digests: Digests) -> Audit:
    """All of it as it is at one moment."""
    auditor = Auditor(theirs=repositories.named(conn, viewer.administers), digests=digests)
    found = audit_search.search(conn, _search(conn, asked, auditor), PAGE + 1)
    rows = audit_search.many(conn)
    chain = audit.inspect(conn) if asked.verify or rows <= AT_ONCE else None
    return Audit(
        asked=asked,
        rows=rows,
        kinds=audit_search.kinds(conn),
        lines=tuple(map(auditor.line, found[:PAGE])),
        older=found[PAGE - 1].id if len(found) > PAGE else None,
        chain=chain,
        broken=audit.place_of(conn, chain.broken)[0] if chain and chain.broken is not None else "",
    )


def _search(conn: Connection, asked: Asked, auditor: Auditor) -> Search:
    return Search(
        who=asked.who,
        kind=asked.kind,
        meant=auditor.meant(asked.key, audit_search.keys(conn)) if asked.key else None,
        since=_begins(asked.since) if asked.since else None,
        until=_begins(asked.until) + timedelta(days=1) if asked.until else None,
        before=asked.before,
    )


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
