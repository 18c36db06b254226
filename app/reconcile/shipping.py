"""Who ships what, as far as it is known now?"""

from __future__ import annotations

from sqlalchemy import Connection

from app.store import vendored
from policies.vendoring import Graph, shipped


def vendoring(conn: Connection) -> Graph:
    """The graph that comes with Greenroom, with what was read of the repositories' own files since."""
    read = vendored.lines(conn)
    return shipped().as_read(read) if read else shipped()
