"""What is in the file of a database that was just made?"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine

from app.store.migrate import migrate


@cache
def empty_database() -> bytes:
    """The same in each story, and making it takes longer than many a story: so each process makes it once."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "greenroom.db"
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            migrate(connection)
        engine.dispose()
        return path.read_bytes()
