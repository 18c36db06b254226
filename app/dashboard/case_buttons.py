"""What do the buttons on the page of a case do? What could be typed, under the name of whoever signed in."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.casework import asking, embargoes, offering, opening, proposing, suggesting, taking_part
from app.dashboard.here import Here, see
from app.dashboard.saying import done, field, mine, told
from app.domain.cases import JUSTIFICATIONS, STATUSES, Justification, Status, Widening
from app.domain.ids import Person
from app.halting import NotAllowed
from app.store import proposals


async def answer(here: Here) -> Response:
    """For a tool of theirs; coordinators answer for any."""
    tool, number = mine(here, field(here, "tool")), here.number("case")
    status, why = _status(field(here, "status")), _justification(field(here, "justification"))
    change = taking_part.answer(here.greenroom, number, tool, status, justification=why, by=here.by)
    return await done(here, change, "answered")


async def ask(here: Here) -> Response:
    """What widens access, and an hour, waits for a coordinator."""
    what = next((each for each in get_args(Widening) if each == field(here, "what")), None)
    if what is None:
        raise NotAllowed("that is nothing that can be asked for")
    value = field(here, "value")
    words = (_in_utc(value),) if what == "embargo" and value else tuple(value.split())
    return await done(
        here, asking.ask(here.greenroom, here.number("case"), what, words, by=here.viewer.person), "asked"
    )


async def confirm(here: Here) -> Response:
    proposal = await _proposal_here(here)
    return await done(here, proposing.confirm(here.greenroom, proposal, by=here.by), "confirmed")


async def decline(here: Here) -> Response:
    proposal = await _proposal_here(here)
    return await done(here, proposing.decline(here.greenroom, proposal, by=here.by), "declined")


async def _proposal_here(here: Here) -> int:
    """A proposal is settled on the page of its own case only."""
    wanted = here.number("proposal")
    found = await told(here.greenroom.database.read(partial(proposals.open_one, proposal=wanted)))
    if found.case != here.number("case"):
        raise HTTPException(404)
    return wanted


async def suggestion(here: Here) -> Response:
    number, tool, by = here.number("case"), field(here, "tool"), here.by
    if field(here, "answer") == "yes":
        day = _day(field(here, "rsvp"))
        return await done(here, suggesting.confirm(here.greenroom, number, tool, rsvp=day, by=by), "confirmed")
    reason = field(here, "reason")
    return await done(here, suggesting.refuse(here.greenroom, number, tool, reason=reason, by=by), "declined")


async def invite(here: Here) -> Response:
    tool, day = field(here, "tool"), _day(field(here, "rsvp"))
    return await done(here, taking_part.invite(here.greenroom, here.number("case"), tool, rsvp=day, by=here.by))


async def leave(here: Here) -> Response:
    tool = field(here, "tool")
    return await done(here, taking_part.leave(here.greenroom, here.number("case"), tool, by=here.by))


async def coordinator(here: Here) -> Response:
    person = Person.parse(field(here, "person"))
    change = taking_part.name_coordinator(here.greenroom, here.number("case"), person, by=here.by)
    return await done(here, change)


async def embargo(here: Here) -> Response:
    """A day and an hour in UTC, as browsers send them, or none at all."""
    none, text = field(here, "none"), field(here, "until")
    if bool(none) == bool(text):
        raise NotAllowed(f"give an hour in UTC, as {embargoes.EXAMPLE}, or say that none is agreed any more")
    until = None if none else _hour(text)
    return await done(here, embargoes.agree(here.greenroom, here.number("case"), until, by=here.by))


async def close(here: Here) -> Response:
    return await done(here, opening.close_case(here.greenroom, here.number("case"), by=here.by))


async def disclose(here: Here) -> Response:
    return await done(here, embargoes.disclose(here.greenroom, here.number("case"), by=here.by))


async def not_public(here: Here) -> Response:
    return await done(here, embargoes.take_back(here.greenroom, here.number("case"), by=here.by))


async def restore(here: Here) -> Response:
    """Greenroom's part of a frozen mirror anew, or a yes to what the mirror remembers."""
    alone = bool(field(here, "alone"))
    return await done(here, offering.restore(here.greenroom, here.number("case"), by=here.by, alone=alone))


async def new(here: Here) -> Response:
    """The form for a case that no advisory opens."""
    return here.page("case_new.html", title="Open a case", tools=sorted(here.greenroom.policy.current().file.tools))


async def open_case(here: Here) -> Response:
    """By hand, such as for a report that came by mail. Advisories are linked on its page."""
    tools = set(field(here, "tools").replace(",", " ").split())
    case = await told(opening.open_case(here.greenroom, tools=tools, links=(), by=here.by))
    return see(f"/cases/{case.number}")


def _status(text: str) -> Status:
    for status in STATUSES:
        if status == text:
            return status
    raise NotAllowed(f"choose one of {', '.join(STATUSES)}")


def _justification(text: str) -> Justification | None:
    if not text:
        return None
    for each in JUSTIFICATIONS:
        if each == text:
            return each
    raise NotAllowed(f"choose one of {', '.join(JUSTIFICATIONS)}")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotAllowed("that is no day; write it as 2026-12-15") from None


def _hour(text: str) -> datetime:
    return embargoes.hour(_in_utc(text))


def _in_utc(text: str) -> str:
    """What a browser's field for day and hour sends names no zone: the page says that it is UTC."""
    return text if text.endswith(("Z", "+00:00")) else f"{text}Z"
