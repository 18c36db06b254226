"""What running it for years needs: which secrets instances know, and when each was used."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

name = sa.String().with_variant(sa.String(collation="NOCASE"), "sqlite").with_variant(postgresql.CITEXT(), "postgresql")


def upgrade() -> None:
    _secrets()
    _freshness()
    _delivery_log()
    _begun_sweeps()
    _numbers_given_once()
    _itself()


def _secrets() -> None:
    op.create_table(
        "held_secrets",
        sa.Column("instance", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("prints", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("instance", "kind", name="pk_held_secrets"),
    )
    op.create_table(
        "used_secrets",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("print", sa.String(), nullable=False),
        sa.Column("first_at", sa.DateTime(), nullable=False),
        sa.Column("last_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "print", name="pk_used_secrets"),
    )


def _freshness() -> None:
    op.add_column("cases", sa.Column("looked_at", sa.DateTime(), nullable=True))
    op.create_table(
        "tier_rounds",
        sa.Column("account", name, nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("things", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "tier", name="pk_tier_rounds"),
    )
    op.create_table(
        "tier_freshness",
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("things", sa.Integer(), nullable=False),
        sa.Column("p95", sa.Integer(), nullable=False),
        sa.Column("oldest", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tier", name="pk_tier_freshness"),
    )
    op.create_table(
        "tier_ages",
        sa.Column("hour", sa.DateTime(), nullable=False),
        sa.Column("tier", sa.String(), nullable=False),
        sa.Column("at_most", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("hour", "tier", "at_most", name="pk_tier_ages"),
    )


def _begun_sweeps() -> None:
    op.create_table(
        "begun_sweeps",
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("at", name="pk_begun_sweeps"),
    )


def _delivery_log() -> None:
    op.create_table(
        "delivery_log",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("read_to", sa.DateTime(), nullable=True),
        sa.Column("head", sa.DateTime(), nullable=True),
        sa.Column("cursor", sa.String(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(), nullable=True),
        sa.Column("recovered", sa.BigInteger(), nullable=False),
        sa.Column("ignored", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_delivery_log"),
    )
    op.create_table(
        "recovered_deliveries",
        sa.Column("guid", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("recovered_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("guid", name="pk_recovered_deliveries"),
    )
    op.create_index("ix_recovered_deliveries_recovered_at", "recovered_deliveries", ["recovered_at"])


def _numbers_given_once() -> None:
    """SQLite gives the number of a last row again when that is gone (SQLite: "Autoincrement"); PostgreSQL does not."""
    if op.get_bind().dialect.name == "sqlite":
        _notices()
        _digests()
    for kind, table in (
        ("notice", "notices"),
        ("digest", "digests"),
    ):  # what is gone was told, and its number may return
        op.execute(f"DELETE FROM sendings WHERE kind = '{kind}' AND number NOT IN (SELECT id FROM {table})")  # noqa: S608


def _notices() -> None:
    op.drop_index("ix_notices_about", "notices")
    op.drop_index("uq_notices_open", "notices")
    _into_another(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", name, nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_about", "notices", ["about"])
    is_open = sa.text("closed_at IS NULL")
    op.create_index("uq_notices_open", "notices", ["kind", "about"], unique=True, sqlite_where=is_open)


def _digests() -> None:
    _into_another(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.Column("hears_all", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint("recipient", "day", name="uq_digests_recipient"),
    )


def _into_another(table: str, *shape: sa.Column[Any] | sa.Constraint) -> None:
    """The rows of a table, in one that never gives a number twice."""
    names = ", ".join(f'"{each.name}"' for each in shape if isinstance(each, sa.Column))
    op.rename_table(table, f"former_{table}")
    op.create_table(table, *shape, sqlite_autoincrement=True)
    op.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM former_{table}")  # noqa: S608 - names of ours
    op.drop_table(f"former_{table}")


def _itself() -> None:
    op.create_table(
        "itself",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("what", name="pk_itself"),
    )
