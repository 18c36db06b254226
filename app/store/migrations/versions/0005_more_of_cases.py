"""Which teams were let into mirrors."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

name = sa.String().with_variant(sa.String(collation="NOCASE"), "sqlite").with_variant(postgresql.CITEXT(), "postgresql")


def upgrade() -> None:
    _teams()


def _teams() -> None:
    op.create_table(
        "added_teams",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("slug", name, nullable=False),
        sa.Column("tools", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("case_number", "slug", name="pk_added_teams"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_added_teams_case_number"),
    )
