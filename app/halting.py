"""Who stops Greenroom's hand, and who lets it go on?"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from app.domain.facts import Known
from app.domain.ids import SWEEP, Key, Person, Team
from app.domain.records import Freeze
from app.main import Greenroom
from app.reconcile.digests import Digests
from app.store import freezes, notices, switches, work
from app.store.database import Database


class NotAllowed(ValueError):
    """Whoever it is cannot do this. The message says who can, or what would be right."""


class NotFrozen(NotAllowed):
    """Nothing is frozen there. The message lists all that is: for whoever uses this machine, and for no page."""


def operator(by: str = "") -> str:
    """Whoever uses this machine. What stops something is never checked, so a name that they give is only theirs."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in many containers
        user = f"of uid {os.getuid()}"
    return f"operator {user} as {by}" if by else f"operator {user}"


async def coordinator(greenroom: Greenroom, by: str) -> str:
    """Who says this, as the audit is to name them. Raises NotAllowed where policy names others, or nobody at all.

    That it is really they who type the name is not checked: whoever may use this machine is trusted with it. Who signed
    in is named LOGIN:ID, and known by the id.
    """
    named = greenroom.policy.current().file.coordinators
    if not named.names_anybody:
        if by:
            raise NotAllowed(f"policy names no coordinators, so nobody can tell if {by} is one; leave --by out")
        return operator()
    known = ", ".join([*sorted(person.login for person in named.users), *(f"the team {team}" for team in named.teams)])
    if not by:
        raise NotAllowed(f"say with --by which coordinator answers for this; policy names {known}")
    if is_among(by, named.users):
        return by
    unclear = [why for team in named.teams if (why := await _why_not_in(greenroom, team, by)) is not None]
    if len(unclear) < len(named.teams):
        return by
    if told := "; ".join(filter(None, unclear)):
        raise NotAllowed(f"cannot tell whether {by} is a coordinator: {told}")
    raise NotAllowed(f"{by} is no coordinator; policy names {known}")


def is_among(by: str, people: Iterable[Person]) -> bool:
    """Is somebody one of these? LOGIN:ID by the id alone, as a login can be taken by a stranger; LOGIN by the login."""
    login, _, number = by.partition(":")
    if number:
        return any(str(person.id) == number for person in people)
    return bool(login) and any(person.login.lower() == login.lower() for person in people)


async def _why_not_in(greenroom: Greenroom, team: Team, by: str) -> str | None:
    """None where GitHub says now that they are in it; otherwise what keeps us from telling, if anything does."""
    members = await greenroom.reader.team_members(team)
    if not isinstance(members, Known):
        return f"who is in the team {team}: {members.reason}"
    return None if is_among(by, members.value) else ""


async def stop_writes(database: Database, *, by: str, now: datetime, signed_in: bool = False) -> None:
    """Switch all writes off, on every instance at once. Anybody at this machine may, and any coordinator on a page.

    `signed_in`: it is really they.
    """
    who = by if signed_in else operator(by)
    await database.write(partial(switches.switch_writes, is_on=False, by=who, at=now))


async def let_write(greenroom: Greenroom, *, by: str) -> None:
    """Switch writes on again, on every instance. What waited is looked at again. Raises NotAllowed."""
    who, now = await coordinator(greenroom, by), greenroom.reconciler.now()

    def write(conn: Connection) -> None:
        switches.switch_writes(conn, is_on=True, by=who, at=now)
        work.mark(conn, [SWEEP], due=now, priority=work.PROMPT)

    await greenroom.database.write(write)


async def thaw(greenroom: Greenroom, key: Key, by: str) -> tuple[Freeze, ...]:
    """Let what others kept undoing be mended again, and count anew. Gives what was. Raises NotAllowed, NotFrozen.

    A former name, as a mail of last week says it, leads to what the repository is called today.
    """
    who, now = await coordinator(greenroom, by), greenroom.reconciler.now()
    await greenroom.names.refresh()
    key = greenroom.names.today(key)
    thawed = await greenroom.database.write(partial(_thaw, key=key, by=who, now=now, digests=greenroom.digests))
    if thawed:
        return thawed
    frozen = await greenroom.database.read(freezes.freezes)
    known = ", ".join(sorted({str(each.key) for each in frozen}))
    raise NotFrozen(f"{key} is not frozen; {f'frozen is {known}' if known else 'nothing is'}")


def _thaw(conn: Connection, *, key: Key, by: str, now: datetime, digests: Digests) -> tuple[Freeze, ...]:
    thawed = freezes.thaw(conn, key, by=by, at=now)
    if thawed:
        for about in (digests.pseudonym(key), digests.hidden(key)):
            notices.close(conn, "contested", about, now)
        work.mark(conn, [key], due=now, priority=work.PROMPT)
    return thawed
