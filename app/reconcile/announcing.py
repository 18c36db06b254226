"""Does anybody else write for this key at this moment?

Kept: of what is not known to have ended, each key has one write at a time that a look did not know of. Who was paused
until others took the key over announces nothing beside them, and says nothing afterwards about what they did since.
Not kept: what was sent while its sender held the key may reach GitHub later, since GitHub knows nothing of our leases.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from app.domain.actions import Action
from app.domain.ids import CaseKey, Key, MirrorId
from app.domain.lease import LeaseLost
from app.domain.records import Intent
from app.store import audit, cases


def announce(
    conn: Connection, action: Action, key: Key, *, fingerprint: str, seen: tuple[Intent, ...], at: datetime
) -> int:
    """Write down what is sent next, and give the id of that. `seen` were open when it was decided.

    Raises LeaseLost where something else was announced since then: whoever did works on the key now.
    """
    known = {each.id for each in seen}
    if any(each.id not in known for each in audit.unresolved(conn, key)):
        raise LeaseLost("somebody else announced a write for this key, and nobody knows yet what became of it")
    return audit.intend(conn, at=at, key=key, kind=action.kind, scope=action.scope, fingerprint=fingerprint)


def opened(conn: Connection, case: int, mirror: MirrorId, *, intent: int) -> None:
    """Write down the mirror of a case, unless the answer came when nobody waited for it any more.

    Then others may have opened one, too: the next look goes on with the older.
    """
    if any(each.id == intent for each in audit.unresolved(conn, CaseKey(case))):
        cases.set_mirror(conn, case, mirror, sequence=1)
