"""What running it for years needs: which secrets instances know, and when each was used."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _secrets()


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
