"""Is the database of the shape that this version of the code expects, and how does it get there?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(connection: Connection) -> None:
    """Bring the database to this version's shape, inside the caller's transaction: all of it or nothing."""
    if is_current(connection):
        return
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Has the database every migration that we know, and none that we don't?"""
    return _applied(connection) == _newest()


def is_begun(connection: Connection) -> bool:
    """Has the database any migration at all?"""
    return bool(_applied(connection))


def is_newer(connection: Connection) -> bool:
    """Has the database a migration that this version of the code does not know?"""
    return not _applied(connection) <= _known()


def _applied(connection: Connection) -> frozenset[str]:
    return frozenset(MigrationContext.configure(connection).get_current_heads())


@cache
def _known() -> frozenset[str]:
    return frozenset(each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions())


@cache
def _newest() -> frozenset[str]:
    """What this version of the code ends with. To know it, every migration is imported."""
    return frozenset(ScriptDirectory.from_config(_config()).get_heads())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
