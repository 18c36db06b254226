"""Findings and their history, digests, what holds writes back."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

name = sa.String().with_variant(sa.String(collation="NOCASE"), "sqlite").with_variant(postgresql.CITEXT(), "postgresql")


def upgrade() -> None:
    _findings()
    _digests()
    _brakes()
    _policy_files()
    _accepted_kinds()
    _embargoes()


def _findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repository", name, nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("pages", sa.Boolean(), nullable=False),
        sa.Column("embargoed", sa.Boolean(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("maybe_older", sa.Boolean(), nullable=False),
        sa.Column("observed_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("accepted_by", sa.String(), nullable=True),
        sa.Column("accepted_until", sa.Date(), nullable=True),
        sa.Column("opened_commit", sa.String(), nullable=False),
        sa.Column("seen_commit", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.UniqueConstraint("repository", "policy", name="uq_findings_repository"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "finding_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("policy_commit", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_finding_events"),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["findings.id"], name="fk_finding_events_finding_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_finding_events_finding_id", "finding_events", ["finding_id"])


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint("recipient", "day", name="uq_digests_recipient"),
    )


def _brakes() -> None:
    for column in ("good_at", "policy_commit", "terms", "scope"):
        kind = sa.DateTime() if column == "good_at" else sa.String()
        op.add_column("standings", sa.Column(column, kind, nullable=True))
    op.add_column("approvals", sa.Column("wide", sa.Integer(), nullable=True))
    op.add_column("deliveries", sa.Column("sender", sa.String(), nullable=True))
    op.add_column("deliveries", sa.Column("repository", name, nullable=True))
    op.add_column("deliveries", sa.Column("happened_at", sa.DateTime(), nullable=True))
    op.create_index("ix_deliveries_repository", "deliveries", ["repository"])
    op.create_table(
        "freezes",
        sa.Column("key", name, nullable=False),
        sa.Column("thing", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("thawed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", "thing", name="pk_freezes"),
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_switches"),
    )
    op.create_table(
        "breaches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repository", name, nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("last_good", sa.DateTime(), nullable=True),
        sa.Column("first_bad", sa.DateTime(), nullable=False),
        sa.Column("over_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_breaches"),
    )
    op.create_index("ix_breaches_repository", "breaches", ["repository"])


def _policy_files() -> None:
    op.create_table(
        "policy_files",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("repository_id", sa.BigInteger(), nullable=True),
        sa.Column("commit", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.Column("looked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_policy_files"),
    )


def _accepted_kinds() -> None:
    op.create_table(
        "accepted_kinds",
        sa.Column("repository", name, nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("exemption", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("repository", "policy", "exemption", name="pk_accepted_kinds"),
    )


def _embargoes() -> None:
    op.add_column("cases", sa.Column("embargo_until", sa.DateTime(), nullable=True))
    op.add_column("cases", sa.Column("disclosed_at", sa.DateTime(), nullable=True))
