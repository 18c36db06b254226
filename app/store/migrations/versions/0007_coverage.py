"""What GitHub would have sent deliveries of, and what it has that no installation shows."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _silence()
    _uncovered()
    _lanes()


def _silence() -> None:
    op.create_table(
        "told_events",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "event", name="pk_told_events"),
    )
    op.create_table(
        "unheard_changes",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("earliest", sa.DateTime(), nullable=False),
        sa.Column("latest", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("what", name="pk_unheard_changes"),
    )


def _uncovered() -> None:
    op.create_table(
        "public_lists",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("listed_at", sa.DateTime(), nullable=False),
        sa.Column("many", sa.Integer(), nullable=True),
        sa.Column("why_not", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("account", name="pk_public_lists"),
    )
    op.create_table(
        "uncovered_repositories",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_uncovered_repositories"),
    )


def _lanes() -> None:
    op.create_table(
        "lanes",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("closed_until", sa.DateTime(), nullable=True),
        sa.Column("next_write", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_lanes"),
    )
    op.create_table(
        "lane_creations",
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("lane", "at", name="pk_lane_creations"),
    )
