from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from app.store import engines


@pytest.fixture
def writing(_is_made: None, url: str) -> Iterator[Connection]:
    """A transaction in a new database of the current shape."""
    engine = engines.engine_of(make_url(url), writes=True)
    with engine.begin() as conn:
        yield conn
    engine.dispose()
