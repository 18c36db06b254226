"""The first shape."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

name = sa.String().with_variant(sa.String(collation="NOCASE"), "sqlite").with_variant(postgresql.CITEXT(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "advisories",
        sa.Column("repository", name, nullable=False),
        sa.Column("ghsa", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("candidate", sa.Boolean(), nullable=False),
        sa.Column("tools", sa.String(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("observed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("repository", "ghsa", name="pk_advisories"),
    )
    op.create_table(
        "approvals",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("plan_id", sa.String(), nullable=False),
        sa.Column("policy_commit", sa.String(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.Column("approved_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_approvals"),
    )
    op.create_table(
        "attempts",
        sa.Column("key", name, nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", "fingerprint", name="pk_attempts"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("key", name, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("intent_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["intent_id"], ["audit.id"], name="fk_audit_intent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sa.UniqueConstraint("previous_hash", name="uq_audit_previous_hash"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_intent_id", "audit", ["intent_id"])
    op.create_index("ix_audit_key", "audit", ["key"])
    op.create_table(
        "cases",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("mirror_ghsa", sa.String(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_cases"),
    )
    op.create_table(
        "deliveries",
        sa.Column("guid", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("guid", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_received_at", "deliveries", ["received_at"])
    op.create_table(
        "plans",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("policy_commit", sa.String(), nullable=False),
        sa.Column("rules_version", sa.Integer(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_table(
        "repositories",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", name, nullable=False),
        sa.Column("observed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_repositories"),
    )
    op.create_table(
        "standings",
        sa.Column("repository", name, nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("observed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("repository", "policy", name="pk_standings"),
    )
    op.create_table(
        "work",
        sa.Column("key", name, nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("last_error_kind", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_work"),
    )
    op.create_index("ix_work_due", "work", ["lease_owner", "priority", "due_at"])
    op.create_table(
        "baselines",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("ghsa", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_baselines_case_number"),
        sa.PrimaryKeyConstraint("case_number", "ghsa", "field", name="pk_baselines"),
    )
    op.create_table(
        "case_links",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("repository", name, nullable=False),
        sa.Column("ghsa", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_case_links_case_number"),
        sa.UniqueConstraint("ghsa", name="uq_case_links_ghsa"),
    )
    op.create_index("ix_case_links_case_number", "case_links", ["case_number"])
    op.create_table(
        "participants",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_participants_case_number"),
        sa.PrimaryKeyConstraint("case_number", "tool", name="pk_participants"),
    )
