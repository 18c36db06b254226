from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from app.store import engines
from app.store.database import Database
from tests.places import Engine, Place, keep_in


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> Iterator[Place]:
    """Where this test's database will be."""
    place = keep_in(engine, tmp_path)
    yield place
    place.lose()


@pytest.fixture
def url(place: Place) -> str:
    """Where this test's database is, which has no tables unless `database` is asked for."""
    if not place.exists():
        place.make_bare()
    return place.url


@pytest.fixture
def _is_made(place: Place) -> None:
    place.make()


@pytest.fixture
def writing(_is_made: None, url: str) -> Iterator[Connection]:
    """A transaction in a new database of the current shape."""
    engine = engines.engine_of(make_url(url), writes=True)
    with engine.begin() as conn:
        yield conn
    engine.dispose()


@pytest.fixture
async def database(_is_made: None, url: str) -> AsyncIterator[Database]:
    """A new database of the current shape."""
    database = await Database.open(url, migrate=True)
    yield database
    await database.close()
