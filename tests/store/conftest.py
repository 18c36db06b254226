from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.store.database import Database
from tests.empty_database import empty_database


@pytest.fixture
def url(tmp_path: Path) -> str:
    """Where this test's database is."""
    return f"sqlite:///{tmp_path}/greenroom.db"


@pytest.fixture
def _is_made(tmp_path: Path) -> None:
    (tmp_path / "greenroom.db").write_bytes(empty_database())


@pytest.fixture
async def database(url: str, _is_made: None) -> AsyncIterator[Database]:
    """A new database of the current shape."""
    database = await Database.open(url, migrate=True)
    yield database
    await database.close()
