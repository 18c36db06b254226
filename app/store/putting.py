"""How is a row written that may be there already?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table

from app.store.engines import insert


def put(conn: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Write a row. Where one with its primary key is there, that one has these values from now on."""
    row = insert(conn.dialect.name, table).values(**values)
    keys = [column.name for column in table.primary_key]
    latest = {name: row.excluded[name] for name in values if name not in keys}
    conn.execute(row.on_conflict_do_update(index_elements=keys, set_=latest))
