"""How do we know afterwards whom we let into a mirror?

It is written down before it is sent, for an answer may be lost, and counts once GitHub lists them. Those who were
inside already are somebody else's guests. A request that did not leave unsays only what it announced itself: one before
it may still be on its way.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from app.clock import Clock
from app.domain.access import LetIn
from app.domain.actions import InviteToMirror
from app.domain.ids import Person
from app.domain.lease import LeaseLost
from app.github.errors import Held, Refused, RetryLater
from app.github.writer import Announce
from app.store import added
from app.store.database import Database


async def let_in(
    action: InviteToMirror, send: Callable[[Announce], Awaitable[bool]], *, database: Database, clock: Clock
) -> None:
    """Send it. Whoever is on the list by then is not announced."""
    now = clock.now()
    before = await database.read(partial(added.of_case, case=action.case))

    async def told(people: tuple[Person, ...]) -> None:
        await database.write(partial(announce, people=people, action=action, now=now))

    try:
        await send(told)
    except (Refused, Held, RetryLater, LeaseLost):
        await database.write(partial(added.unsent, case=action.case, at=now, before=before))
        raise


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


def put_back(conn: Connection, case: int, listed: tuple[Person, ...], *, since: datetime, now: datetime) -> None:
    """Whoever was taken out since then, and is listed after we sent a list that was read before, is back by us.

    GitHub replaces the whole list, so one that arrives late undoes what others did meanwhile.
    """
    out = {
        each.account: each for each in added.of_case(conn, case) if each.gone_at is not None and each.gone_at >= since
    }
    back = [person for person in listed if person.id in out]
    added.announce(conn, case, back, tools={person.id: out[person.id].tools for person in back}, at=now)
    added.seen(conn, case, [person.id for person in back], now)


def _took_it_over(waiting: LetIn | None, person: Person) -> bool:
    return waiting is not None and waiting.account != person.id
