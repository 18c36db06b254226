"""Rows in every table, as somebody has them who ran it for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Date, DateTime, Float, Integer, MetaData
from sqlalchemy.types import TypeEngine

from tests.clock import START

ROWS = 3


def fill(conn: Connection, metadata: MetaData, *, but: frozenset[str] = frozenset()) -> dict[str, int]:
    """Put rows into each of these tables, and say how many there are."""
    tables = [table for table in metadata.sorted_tables if table.name not in but]
    for table in tables:
        for number in range(1, ROWS + 1):
            conn.execute(table.insert().values({column.name: _value(column, number) for column in table.columns}))
    return {table.name: ROWS for table in tables}


def _value(column: Column[Any], number: int) -> Any:
    return _of(column.type, f"{column.name} {number}", number)


def _of(kind: TypeEngine[Any], words: str, number: int) -> Any:
    python = {Integer: number, Float: float(number), Boolean: number == 1, JSON: [words]}
    python |= {DateTime: START.replace(tzinfo=None) + timedelta(days=number), Date: START.date()}
    if type(kind).__name__ == "UtcTime":
        return START + timedelta(days=number)
    return next((value for known, value in python.items() if isinstance(kind, known)), words)
