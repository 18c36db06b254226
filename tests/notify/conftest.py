from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.store.database import Database
from tests.empty_database import empty_database
from tests.notify.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def other() -> Iterator[Receiver]:
    """Another channel."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A new database of the current shape."""
    (tmp_path / "greenroom.db").write_bytes(empty_database())
    database = await Database.open(f"sqlite:///{tmp_path}/greenroom.db", migrate=True)
    yield database
    await database.close()
