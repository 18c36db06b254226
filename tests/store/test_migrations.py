from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.schema import CreateTable

from app.store import migrate as migrations
from app.store.columns import Name, metadata
from app.store.database import Database
from tests.which_database import about_files, about_servers


def differences(conn: Connection) -> list[object]:
    context = MigrationContext.configure(conn, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def test_the_migrations_lead_to_what_the_code_expects(database: Database) -> None:
    """A column that only one of them knows would be found by the first user who upgrades."""
    assert await database.read(differences) == []


async def test_migrating_again_changes_nothing(url: str, database: Database) -> None:
    """Every start may migrate; only the first after an upgrade does."""
    again = await Database.open(url, migrate=True)
    assert await again.read(migrations.is_current)
    await again.close()
    assert await database.read(migrations.is_current)


@about_files
async def test_names_ignore_case_in_the_database(database: Database) -> None:
    """Alembic does not compare collations, and two rows for one repository would be two leases."""

    def collations(conn: Connection) -> dict[str, int]:
        rows = conn.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql LIKE '%NOCASE%'")
        return {name: sql.count("NOCASE") for name, sql in rows}

    expected = [
        "accepted_kinds",
        "advisories",
        "attempts",
        "audit",
        "breaches",
        "case_links",
        "deliveries",
        "findings",
        "former_names",
    ]
    expected += [
        "added",
        "added_teams",
        "freezes",
        "good_looks",
        "notices",
        "offers",
        "offers",
        "repositories",
        "standings",
        "tier_rounds",
        "unseen",
        "vendored",
        "vendoring_looks",
        "wide_yeses",
        "work",
    ]
    assert await database.read(collations) == dict.fromkeys(expected, 1)


@about_servers
async def test_names_ignore_case_in_postgresql(database: Database) -> None:
    """The same columns as on SQLite: a type of their own says so there."""

    def of_names(conn: Connection) -> set[tuple[str, str]]:
        query = "SELECT table_name, column_name FROM information_schema.columns WHERE udt_name = 'citext'"
        return {(row.table_name, row.column_name) for row in conn.exec_driver_sql(query)}

    columns = [column for table in metadata.tables.values() for column in table.c if column.type is Name]
    named = {(column.table.name, column.name) for column in columns}
    assert await database.read(of_names) == named


def test_the_same_tables_can_be_made_in_postgresql() -> None:
    """Several instances need PostgreSQL; nothing may creep in that only SQLite has."""
    dialect = PGDialect()  # type: ignore[no-untyped-call]
    statements = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables]

    assert len(statements) == len(metadata.tables)
    assert any("key CITEXT NOT NULL" in statement for statement in statements)


def test_migrations_are_files_of_the_package() -> None:
    """They have to be in a wheel: whoever installs the app migrates with it."""
    package = Path(migrations.__file__).parent

    assert package in migrations.MIGRATIONS.parents
    assert (migrations.MIGRATIONS / "env.py").is_file()
    versions = sorted(path.name for path in (migrations.MIGRATIONS / "versions").glob("0*.py"))
    assert versions == [
        "0001_first_shape.py",
        "0002_under_fire.py",
        "0003_every_policy.py",
        "0004_cases.py",
        "0005_more_of_cases.py",
        "0006_running.py",
        "0007_coverage.py",
        "0008_shares.py",
    ]
