"""How do we know afterwards whom we let into a mirror?

It is written down before it is sent, for an answer may be lost, and counts once GitHub lists them. Those who were
inside already are somebody else's guests.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from app.domain.access import LetIn
from app.domain.actions import InviteToMirror
from app.domain.ids import Person
from app.store import added


def announce(conn: Connection, people: Iterable[Person], *, action: InviteToMirror, now: datetime) -> None:
    """These are sent next."""
    added.announce(conn, action.case, people, tools=action.tools, at=now)


def saw(conn: Connection, case: int, listed: tuple[Person, ...], *, now: datetime) -> None:
    """GitHub lists these after they were sent.

    Only logins can be sent. If one changed hands after it was read, a stranger is inside now: by us, so that the next
    look takes them out.
    """
    waiting = {each.login.lower(): each for each in added.of_case(conn, case) if each.seen_at is None}
    strangers = [person for person in listed if _took_it_over(waiting.get(person.login.lower()), person)]
    added.announce(conn, case, strangers, tools={}, at=now)
    added.seen(conn, case, [person.id for person in listed], now)


def _took_it_over(waiting: LetIn | None, person: Person) -> bool:
    return waiting is not None and waiting.account != person.id
