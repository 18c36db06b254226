"""Who stops Greenroom's hand, and who lets it go on?"""

from __future__ import annotations

import getpass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from app.domain.ids import SWEEP, Key
from app.domain.records import Freeze
from app.main import Greenroom
from app.reconcile.digests import Digests
from app.store import freezes, notices, switches, work
from app.store.database import Database
from policies.config import PolicyFile


class NotAllowed(ValueError):
    """Whoever it is cannot do this. The message says who can, or what would be right."""


def whoever(by: str) -> str:
    """Who acts: who they say they are, or whoever may use this machine."""
    return by or f"operator {getpass.getuser()}"


def check_coordinator(rules: PolicyFile, by: str) -> None:
    """Raise NotAllowed where policy names coordinators, and this is none of them."""
    coordinators = {person.login for person in rules.coordinators.users}
    if by and coordinators and by not in coordinators:
        raise NotAllowed(f"{by} is no coordinator; policy names {', '.join(sorted(coordinators))}")


async def switch_writes(database: Database, *, is_on: bool, by: str, now: datetime) -> None:
    """Switch all writes, on every instance at once. What waited is looked at again when they are on."""

    def write(conn: Connection) -> None:
        switches.switch_writes(conn, is_on=is_on, by=whoever(by), at=now)
        if is_on:
            work.mark(conn, [SWEEP], due=now, priority=work.PROMPT)

    await database.write(write)


async def thaw(greenroom: Greenroom, key: Key, by: str) -> tuple[Freeze, ...]:
    """Let what others kept undoing be mended again, and count anew. Gives what was frozen. Raises NotAllowed."""
    check_coordinator(greenroom.policy.current().file, by)
    now = greenroom.reconciler.now()
    thawed = await greenroom.database.write(partial(_thaw, key=key, by=whoever(by), now=now, digests=greenroom.digests))
    if thawed:
        return thawed
    frozen = await greenroom.database.read(freezes.freezes)
    known = ", ".join(sorted({str(each.key) for each in frozen})) or "nothing"
    raise NotAllowed(f"{key} is not frozen; frozen is {known}")


def _thaw(conn: Connection, *, key: Key, by: str, now: datetime, digests: Digests) -> tuple[Freeze, ...]:
    thawed = freezes.thaw(conn, key, by=by, at=now)
    if thawed:
        for about in (digests.pseudonym(key), digests.hidden(key)):
            notices.close(conn, "contested", about, now)
        work.mark(conn, [key], due=now, priority=work.PROMPT)
    return thawed
