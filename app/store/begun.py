"""Is a database of Greenroom's in that place, and what is said where there is none?

Only what begins the life of an install makes one. Whatever else made one by mistake would switch writes off, or make a
backup, in a database that nobody uses.
"""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from app.store import engines
from app.store.migrate import is_begun

_ELSE = (
    "is this the folder, and are these the settings, of `greenroom serve`? GREENROOM_DATABASE_URL names its database. "
    "In a new install `greenroom migrate` makes one"
)


class NoDatabase(Exception):
    """There is none in that place, or nothing of ours in it. The message says what to do."""

    def __init__(self, url: URL) -> None:
        place = engines.place(url)
        none = f"there is no database at {place}"
        self.says = f"nothing of Greenroom's is in the database {place}" if engines.is_there(url) else none
        self.do = _ELSE
        super().__init__(f"{self.says}; {self.do}")


def refuse_no_file(url: URL) -> None:
    """SQLite makes a file as soon as it is opened. Raises NoDatabase."""
    if not engines.is_there(url):
        raise NoDatabase(url)


def refuse_nothing(connection: Connection) -> None:
    """Raises NoDatabase."""
    if not is_begun(connection):
        raise NoDatabase(connection.engine.url)
