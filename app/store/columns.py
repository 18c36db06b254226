"""How are times and names kept, and what are constraints called?"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, MetaData, String, TypeDecorator
from sqlalchemy.dialects.postgresql import CITEXT

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    },
)


class UtcTime(TypeDecorator[datetime]):
    """A moment: kept as naive UTC, which both databases sort, and given back aware."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return value and value.replace(tzinfo=UTC)


# GitHub ignores case in the names of repositories, so `PyPA/pip` and `pypa/pip` must be one row and one lease.
Name = String().with_variant(String(collation="NOCASE"), "sqlite").with_variant(CITEXT(), "postgresql")
