"""Which cases are this viewer's, and what about each of them is open?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection
from starlette.responses import Response

from app.dashboard.case_view import SIGNS
from app.dashboard.countdown import Countdown, countdown
from app.dashboard.here import Here
from app.domain.cases import SHOWN
from app.store.case_lists import Listed, count, listed

PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a tool says, as one word on a list."""

    tool: str
    sign: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`mine`: tools of the viewer that did not answer. `waiting` counts what waits for a coordinator."""

    number: int
    is_open: bool
    countdown: Countdown
    opened_at: datetime
    coordinator: str
    answers: tuple[Answered, ...]
    mine: tuple[str, ...]
    waiting: int


async def show(here: Here) -> Response:
    """Coordinators see all; others those in which one of their tools takes part."""
    viewer, over = here.viewer, here.request.query_params.get("show") == "over"
    tools = None if viewer.is_lead else viewer.tools
    page = _page(here.request.query_params.get("page", "1"))
    read = partial(_read, tools=tools, state="closed" if over else "open", page=page)
    found, many, others = await here.greenroom.database.read(read)
    rows = [_row(each, here) for each in found]
    pages = max(1, -(-many // PAGE))
    return here.page(
        "cases.html", title="Cases", rows=rows, over=over, page=page, pages=pages, many=many, others=others
    )


def _read(
    conn: Connection, *, tools: frozenset[str] | None, state: str, page: int
) -> tuple[tuple[Listed, ...], int, int]:
    found = listed(conn, tools=tools, state=state, skip=PAGE * (page - 1), most=PAGE)
    other = "open" if state == "closed" else "closed"
    return found, count(conn, tools=tools, state=state), count(conn, tools=tools, state=other)


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 6 and int(text) else 1  # noqa: PLR2004


def _row(each: Listed, here: Here) -> Row:
    case, viewer = each.case, here.viewer
    silent = [part.tool for part in case.present if part.status == "unknown"]
    return Row(
        number=case.number,
        is_open=case.state == "open",
        countdown=countdown(case, here.now),
        opened_at=case.opened_at,
        coordinator=case.coordinator.login if case.coordinator else "",
        answers=tuple(
            Answered(tool=part.tool, sign=SIGNS[part.status], answer=SHOWN[part.status]) for part in case.present
        ),
        mine=tuple(tool for tool in silent if tool in viewer.tools),
        waiting=each.waiting if viewer.is_lead else 0,
    )
