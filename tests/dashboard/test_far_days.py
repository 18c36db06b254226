"""What do pages say to a day that nobody can mean, and are they there where a case holds one?"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection

from app.store import cases, embargoes, participants, proposals
from tests.dashboard.visiting import sign_in
from tests.harness import Bot

BY = "coordinator-1"


@pytest.mark.parametrize("day", ["9999-12-31", "2031-12-31"])
async def test_a_day_far_away_is_neither_agreed_nor_asked_for(with_case: Bot, day: str) -> None:
    """It is a slip of the finger, and nobody would notice for years that nothing becomes public."""
    lead = await sign_in(with_case, BY, "/cases/1")
    await lead.post("/cases/1/invite", tool="uv", rsvp=day)
    assert (lead.status, "more than five years" in lead.html) == (409, True)
    await lead.get("/cases/1")
    await lead.post("/cases/1/embargo", until=f"{day}T23:59")
    assert (lead.status, "more than five years" in lead.html) == (409, True)
    uv = await sign_in(with_case, "uv-maintainer-1", "/cases/1")
    await uv.post("/cases/1/ask", what="embargo", value=f"{day}T23:59")
    assert (uv.status, "more than five years" in uv.html) == (409, True)

    case = await with_case.parts.database.read(lambda conn: cases.case(conn, 1))
    asked = await with_case.parts.database.read(lambda conn: proposals.open_ones(conn, 1))
    assert (case.embargo_until, {each.rsvp for each in case.present}, asked) == (None, {None}, ())


async def test_pages_are_there_whatever_days_a_case_holds(with_case: Bot) -> None:
    """A database that came back, or an older version, may have written any."""
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)

    def write(conn: Connection) -> None:
        participants.ask_until(conn, 1, "uv", date.max)
        embargoes.agree(conn, 1, last, by=BY, at=with_case.clock.now())

    await with_case.parts.database.write(write)
    lead = await sign_in(with_case, BY)

    for path in ("/", "/cases", "/cases/1"):
        assert (await lead.get(path)).status == 200, path
    assert "9999-12-31" in lead.html
    await with_case.sweep()
    await with_case.settle()
