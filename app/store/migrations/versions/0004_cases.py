"""Who answers for a tool in a case, what waits for a coordinator, what was read of who vendors what, and what is relayed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

name = sa.String().with_variant(sa.String(collation="NOCASE"), "sqlite").with_variant(postgresql.CITEXT(), "postgresql")


def upgrade() -> None:
    _answers()
    _history()
    _suggestions()
    _proposals()
    _comments()
    _access()
    _cve_requests()
    _disclosure()
    _vendored()
    _brakes()
    _exemptions()
    _attribution()
    _offers()
    _rebuilt()


def _answers() -> None:
    op.add_column("participants", sa.Column("status", sa.String(), nullable=False, server_default="unknown"))
    op.add_column("participants", sa.Column("justification", sa.String(), nullable=True))
    op.add_column("participants", sa.Column("rsvp", sa.Date(), nullable=True))
    op.add_column("participants", sa.Column("answered_at", sa.DateTime(), nullable=True))
    op.add_column("participants", sa.Column("answered_by", sa.String(), nullable=True))
    op.add_column("participants", sa.Column("left_at", sa.DateTime(), nullable=True))
    op.add_column("cases", sa.Column("over_at", sa.DateTime(), nullable=True))
    op.add_column("cases", sa.Column("coordinator", sa.String(), nullable=True))
    op.add_column("case_links", sa.Column("position", sa.Integer(), nullable=False, server_default="0"))


def _history() -> None:
    op.create_table(
        "case_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_case_events"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_case_events_case_number"),
    )
    op.create_index("ix_case_events_case_number", "case_events", ["case_number"])


def _suggestions() -> None:
    op.create_table(
        "suggestions",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.Column("first_seen", sa.DateTime(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("case_number", "tool", name="pk_suggestions"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_suggestions_case_number"),
    )


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_proposals_case_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_proposals_case_number", "proposals", ["case_number"])


def _comments() -> None:
    op.create_table(
        "commands",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("comment", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reply", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_number", "comment", name="pk_commands"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_commands_case_number"),
    )
    op.create_table(
        "relays",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("ghsa", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("agreed_by", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("case_number", "ghsa", "direction", name="pk_relays"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_relays_case_number"),
    )
    op.create_table(
        "relayed",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("ghsa", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("comment", sa.BigInteger(), nullable=False),
        sa.Column("copy", sa.BigInteger(), nullable=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_number", "ghsa", "direction", "comment", name="pk_relayed"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_relayed_case_number"),
    )


def _access() -> None:
    op.create_table(
        "added",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("account", sa.BigInteger(), nullable=False),
        sa.Column("login", name, nullable=False),
        sa.Column("tools", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=True),
        sa.Column("removed_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("case_number", "account", name="pk_added"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_added_case_number"),
    )


def _cve_requests() -> None:
    op.create_table(
        "cve_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("cna", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("cve_id", sa.String(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=True),
        sa.Column("ghsa", sa.String(), nullable=True),
        sa.Column("agreed_by", sa.String(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(), nullable=True),
        sa.Column("written_at", sa.DateTime(), nullable=True),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_cve_requests"),
        sa.UniqueConstraint("cve_id", name="uq_cve_requests_cve_id"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_cve_requests_case_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cve_requests_case_number", "cve_requests", ["case_number"])


def _disclosure() -> None:
    op.add_column("cases", sa.Column("public_by", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("public_since", sa.DateTime(), nullable=True))
    op.add_column("cases", sa.Column("public_seen_at", sa.DateTime(), nullable=True))
    op.add_column("cases", sa.Column("hinted_at", sa.DateTime(), nullable=True))


def _vendored() -> None:
    op.create_table(
        "vendored",
        sa.Column("consumer", name, nullable=False),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("read_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "component", "mode", "place", name="pk_vendored"),
    )
    op.create_table(
        "vendoring_looks",
        sa.Column("consumer", name, nullable=False),
        sa.Column("looked_at", sa.DateTime(), nullable=False),
        sa.Column("good_at", sa.DateTime(), nullable=True),
        sa.Column("trouble", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("consumer", name="pk_vendoring_looks"),
    )


def _exemptions() -> None:
    op.add_column("accepted_kinds", sa.Column("accounts", sa.String(), nullable=True))
    op.add_column("finding_events", sa.Column("embargoed", sa.Boolean(), nullable=True))


def _attribution() -> None:
    op.add_column("deliveries", sa.Column("repository_id", sa.BigInteger(), nullable=True))
    op.add_column("breaches", sa.Column("kinds", sa.String(), nullable=True))


def _brakes() -> None:
    op.create_table(
        "widenings",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("policy_commit", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(), nullable=True),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_number", name="pk_widenings"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_widenings_case_number"),
    )
    op.create_table(
        "wide_yeses",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("about", name, nullable=False),
        sa.PrimaryKeyConstraint("scope", "about", name="pk_wide_yeses"),
    )


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("case_number", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("repository", name, nullable=True),
        sa.Column("ghsa", sa.String(), nullable=True),
        sa.Column("source_key_id", sa.String(), nullable=False),
        sa.Column("source_digest", sa.String(), nullable=False),
        sa.Column("mirror_key_id", sa.String(), nullable=False),
        sa.Column("mirror_digest", sa.String(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_number", "field", name="pk_offers"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_offers_case_number"),
    )


def _rebuilt() -> None:
    op.add_column("cases", sa.Column("unconfirmed_since", sa.DateTime(), nullable=True))
