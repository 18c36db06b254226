"""What does a coordinator say to a tool that may be affected, too?"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from app.casework.saying import is_to_come, known_tools, said
from app.casework.taking_part import changed
from app.domain.cases import REFUSALS, CaseEvent, Participant, StoredCase
from app.halting import NotAllowed
from app.main import Greenroom
from app.store import participants, suggestions, timeline

LONGEST_WHY = 80  # characters of a way; the whole of it stands in the timeline


async def confirm(greenroom: Greenroom, number: int, tool: str, *, rsvp: date | None, by: str) -> StoredCase:
    """Yes: it takes part from now on. Raises NotAllowed, NoSuchCase and NotSuggested."""
    who = await said(greenroom, by)
    known_tools(greenroom, [tool])
    if rsvp is not None:
        is_to_come(rsvp, who.at)

    def change(conn: Connection) -> str:
        found = suggestions.answer(conn, number, tool, "yes", reason=None, by=who.by, at=who.at)
        if participants.invite(conn, number, Participant(tool=tool, why=_why(found.path))):
            timeline.add(conn, number, CaseEvent(at=who.at, what="invited", tool=tool, by=who.by))
        if rsvp is not None:
            participants.ask_until(conn, number, tool, rsvp)
        return f"{tool} takes part, as was suggested"

    return await changed(greenroom, number, change, who)


async def refuse(greenroom: Greenroom, number: int, tool: str, *, reason: str, by: str) -> StoredCase:
    """No, and why: it does not come back unless the way to it changes. Raises as `confirm` does."""
    who = await said(greenroom, by)
    if reason not in REFUSALS:
        given = f'"{reason}" is no reason' if reason else "a no needs a reason"
        raise NotAllowed(f"{given}; say one of {', '.join(REFUSALS)}")

    def change(conn: Connection) -> str:
        suggestions.answer(conn, number, tool, "no", reason=reason, by=who.by, at=who.at)
        return f"{tool} is not asked: {reason}"

    return await changed(greenroom, number, change, who)


def _why(path: tuple[str, ...]) -> str:
    """For the table of participants: the way without what people noted of its steps."""
    why = ", ".join(step.partition(" (")[0] for step in path)
    return why if len(why) <= LONGEST_WHY else f"{why[: LONGEST_WHY - 1]}…"
