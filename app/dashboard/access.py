"""My access: who am I here, why, and until when?"""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection
from starlette.responses import Response

from app.dashboard.here import Here
from app.store import repositories


async def show(here: Here) -> Response:
    names = await here.greenroom.database.read(partial(_names, ids=here.viewer.administers))
    return here.page("access.html", title="My access", repositories=names)


def _names(conn: Connection, *, ids: frozenset[int]) -> list[str]:
    return sorted(str(name) for number, name in repositories.present(conn).items() if number in ids)
