"""What all instances used of the share of GitHub's limit that looking around may use, and which looks told everything."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

name = sa.String().with_variant(sa.String(collation="NOCASE"), "sqlite").with_variant(postgresql.CITEXT(), "postgresql")


def upgrade() -> None:
    op.add_column("lanes", sa.Column("used", sa.Float(), nullable=True))
    op.add_column("lanes", sa.Column("used_at", sa.DateTime(), nullable=True))
    op.create_table(
        "good_looks",
        sa.Column("repository", name, nullable=False),
        sa.Column("known_at", sa.DateTime(), nullable=False),
        sa.Column("whole_at", sa.DateTime(), nullable=True),
        sa.Column("switch_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("repository", name="pk_good_looks"),
    )
