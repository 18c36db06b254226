"""Mirrors of both kinds, what we cannot see, notices, former names, moments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

name = sa.String().with_variant(sa.String(collation="NOCASE"), "sqlite").with_variant(postgresql.CITEXT(), "postgresql")


def upgrade() -> None:
    op.execute("ALTER TABLE cases RENAME COLUMN mirror_ghsa TO mirror")
    op.add_column("cases", sa.Column("mirror_in", sa.BigInteger(), nullable=True))
    op.add_column("standings", sa.Column("seen_at", sa.DateTime(), nullable=True))
    op.add_column("audit", sa.Column("actor", sa.String(), nullable=True))
    op.create_table(
        "former_names",
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("name", name, nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("repository_id", "name", name="pk_former_names"),
    )
    op.create_table(
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
    op.create_index(
        "uq_notices_open", "notices", ["kind", "about"], unique=True, sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_table(
        "unseen",
        sa.Column("key", name, nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_unseen"),
    )
    op.create_table(
        "moments",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_moments"),
    )
