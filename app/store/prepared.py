"""How is a statement run that every delivery needs?

SQLAlchemy makes it, once. What SQLAlchemy does for each execution takes longer than the database's own work.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler


class Prepared:
    """A statement as text, and how its values are kept. It needs a transaction that was begun. Raises DBAPIError."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, columns: Iterable[str] = ()) -> None:
        compiled = cast("SQLCompiler", statement.compile(dialect=dialect, column_keys=list(columns) or None))
        self._text = str(compiled)
        self._constants = compiled.params
        kept = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()}
        self._kept = {name: keep for name, keep in kept.items() if keep}

    def rows(self, conn: Connection, values: Mapping[str, Any]) -> list[Any]:
        """Run it, and say what it returns."""
        cursor = conn.connection.cursor()
        try:
            cursor.execute(self._text, self._values(values))
            return list(cursor.fetchall())
        except conn.dialect.loaded_dbapi.Error as error:
            raise self._as_sqlalchemy(conn, error) from error

    def each(self, conn: Connection, values: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each of them."""
        cursor = conn.connection.cursor()
        try:
            cursor.executemany(self._text, [self._values(each) for each in values])
        except conn.dialect.loaded_dbapi.Error as error:
            raise self._as_sqlalchemy(conn, error) from error

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: keep(values[name]) for name, keep in self._kept.items() if name in values}
        return {**self._constants, **values, **kept}

    def _as_sqlalchemy(self, conn: Connection, error: Exception) -> BaseException:
        """The error that everybody else's statements raise, without the values."""
        base = conn.dialect.loaded_dbapi.Error
        return DBAPIError.instance(self._text, {}, error, base, hide_parameters=True, dialect=conn.dialect)
