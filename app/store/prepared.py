"""How is a statement run that every delivery or every look needs?

SQLAlchemy makes it, once in a process. What SQLAlchemy does for each execution takes longer than the database's own
work.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from sqlalchemy import BindParameter, Connection, Dialect, Null, Select, bindparam, null
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

    def each(self, conn: Connection, values: Iterable[Mapping[str, Any]]) -> int:
        """Run it for each of them, and say how many rows it changed."""
        cursor = conn.connection.cursor()
        try:
            rows = [self._values(each) for each in values]
            if len(rows) == 1:  # psycopg sends many in a pipeline, after which PostgreSQL misses that we are idle
                cursor.execute(self._text, rows[0])
            else:
                cursor.executemany(self._text, rows)
        except conn.dialect.loaded_dbapi.Error as error:
            raise self._as_sqlalchemy(conn, error) from error
        return int(cursor.rowcount)

    def _values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: keep(values[name]) for name, keep in self._kept.items() if name in values}
        return {**self._constants, **values, **kept}

    def _as_sqlalchemy(self, conn: Connection, error: Exception) -> BaseException:
        """The error that everybody else's statements raise, without the values."""
        base = conn.dialect.loaded_dbapi.Error
        return DBAPIError.instance(self._text, {}, error, base, hide_parameters=True, dialect=conn.dialect)


class _Answers:
    """How the rows of a SELECT are read as everybody else's are: by the names of its columns."""

    def __init__(self, query: Select[Any], dialect: Dialect) -> None:
        columns = query.selected_columns
        self._row = namedtuple("Row", columns.keys())  # type: ignore[misc]  # noqa: PYI024 - known when it is made
        made = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        self._made = [(place, make) for place, make in enumerate(made) if make]

    def read(self, rows: Iterable[Iterable[Any]]) -> list[Any]:
        return [self._row(*self._values(row)) for row in rows]

    def _values(self, row: Iterable[Any]) -> list[Any]:
        values = list(row)
        for place, make in self._made:
            values[place] = make(values[place])
        return values


class Question:
    """A SELECT that is asked again and again. It is made once for each kind of database and each length of its lists.

    `make` is given the length of each list by the list's name.
    """

    def __init__(self, make: Callable[..., Select[Any]]) -> None:
        self._make = make
        self._known: dict[tuple[object, ...], tuple[Prepared, _Answers]] = {}

    def __call__(self, conn: Connection, **values: Any) -> list[Any]:
        """The rows, each with the names of its columns."""
        lists = {name: value for name, value in values.items() if isinstance(value, list)}
        lengths = {name: len(items) for name, items in lists.items()}
        statement, answers = self._for(conn.dialect, lengths)
        for name, items in lists.items():
            del values[name]
            values.update(zip(map(f"{name}_{{}}".format, range(len(items))), items, strict=True))
        return answers.read(statement.rows(conn, values))

    def one(self, conn: Connection, **values: Any) -> Any:
        """The only row, None where there is none."""
        return next(iter(self(conn, **values)), None)

    def _for(self, dialect: Dialect, lengths: Mapping[str, int]) -> tuple[Prepared, _Answers]:
        known_as = (*_kind_of(dialect), *lengths.values())
        if known_as not in self._known:
            query = self._make(**lengths)
            self._known[known_as] = Prepared(query, dialect), _Answers(query, dialect)
        return self._known[known_as]


def listed_as(name: str, length: int) -> list[BindParameter[Any]] | list[Null]:
    """The places of a list in a Question: `column.in_(listed_as("keys", keys))`. In an empty one there is nothing."""
    return [bindparam(f"{name}_{place}") for place in range(length)] or [null()]


def once(make: Callable[[Dialect], Prepared]) -> Callable[[Dialect], Prepared]:
    """Make a statement once for each kind of database, however many are opened."""
    known: dict[tuple[object, ...], Prepared] = {}

    def prepared(dialect: Dialect) -> Prepared:
        kind = _kind_of(dialect)
        if kind not in known:
            known[kind] = make(dialect)
        return known[kind]

    return prepared


def _kind_of(dialect: Dialect) -> tuple[object, ...]:
    return dialect.name, dialect.paramstyle
