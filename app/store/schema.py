"""What is kept? Ids, states, times (UTC) and keyed digests; never the text of an advisory."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from app.store import (  # noqa: F401 - their tables belong to the same metadata
    schema_brakes,
    schema_cases,
    schema_deliveries,
    schema_notices,
    schema_policy,
    schema_running,
    schema_sign_in,
)
from app.store.columns import Name, UtcTime, metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("guid", String, primary_key=True),
    Column("event", String, nullable=False),
    Column("action", String),
    Column("received_at", UtcTime, nullable=False, index=True),
    Column("sender", String),  # LOGIN:ID
    Column("repository", Name, index=True),
    Column("repository_id", BigInteger),  # GitHub's id of it
    Column("happened_at", UtcTime),  # when GitHub says that the repository last changed
)

# due_at is empty while a key is worked on and nobody asked for another look.
work = Table(
    "work",
    metadata,
    Column("key", Name, primary_key=True),
    Column("due_at", UtcTime),
    Column("priority", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", UtcTime),
    Column("last_error_kind", String),
    Index("ix_work_due", "lease_owner", "priority", "due_at"),
)

# observed_at: when it was first seen under this name.
repositories = Table(
    "repositories",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Name, nullable=False),
    Column("observed_at", UtcTime, nullable=False),
)

advisories = Table(
    "advisories",
    metadata,
    Column("repository", Name, primary_key=True),
    Column("ghsa", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("candidate", Boolean, nullable=False),
    Column("tools", String, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("observed_at", UtcTime, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("mirror", String),  # an advisory's GHSA id, or #NUMBER of an issue
    Column("mirror_in", BigInteger),  # GitHub's id of the repository where it was seen
    Column("sequence", Integer, nullable=False),
    Column("embargo_until", UtcTime),  # the hour that its tools agreed on
    Column("disclosed_at", UtcTime),  # when a person said that it is public
    Column("coordinator", String),  # LOGIN:ID
    Column("over_at", UtcTime),  # when a person said that it is over
    Column("public_by", String),  # by what we know that something of it is public
    Column("public_since", UtcTime),
    Column("public_seen_at", UtcTime),
    Column("hinted_at", UtcTime),  # when a delivery said last that it may be public
    Column("unconfirmed_since", UtcTime),  # it came back from its mirror, and nobody confirmed that yet
    Column("looked_at", UtcTime),  # the last look that was answered
)

case_links = Table(
    "case_links",
    metadata,
    Column("case_number", ForeignKey("cases.number"), nullable=False, index=True),
    Column("repository", Name, nullable=False),
    Column("ghsa", String, nullable=False),
    Column("position", Integer, nullable=False, server_default="0"),  # the mirror's fields follow the first
    UniqueConstraint("ghsa"),
)

participants = Table(
    "participants",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("tool", String, primary_key=True),
    Column("why", String, nullable=False),
    Column("status", String, nullable=False, server_default="unknown"),
    Column("justification", String),
    Column("rsvp", Date),
    Column("answered_at", UtcTime),
    Column("answered_by", String),
    Column("left_at", UtcTime),
)

baselines = Table(
    "baselines",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("ghsa", String, primary_key=True),
    Column("field", String, primary_key=True),
    Column("key_id", String, nullable=False),
    Column("digest", String, nullable=False),
)

standings = Table(
    "standings",
    metadata,
    Column("repository", Name, primary_key=True),
    Column("policy", String, primary_key=True),
    Column("state", String, nullable=False),
    Column("message", String, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("observed_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),  # the last look that could tell
    Column("good_at", UtcTime),  # the last look that found it as it should be
    Column("policy_commit", String),
    Column("terms", String),  # a digest of what policy said of this repository when it was looked at
    Column("scope", String),  # what its remedy would do
    Column("embargoed", Boolean),  # empty where it was not kept yet
)

approvals = Table(
    "approvals",
    metadata,
    Column("scope", String, primary_key=True),
    Column("plan_id", String, nullable=False),
    Column("policy_commit", String, nullable=False),
    Column("rules_version", Integer, nullable=False),
    Column("approved_by", String, nullable=False),
    Column("approved_at", UtcTime, nullable=False),
    Column("wide", Integer),  # up to how many repositories, where that is more than usual
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("key", Name, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("phase", String, nullable=False),
    Column("outcome", String),
    Column("intent_id", ForeignKey("audit.id"), index=True),
    Column("detail", String),
    Column("previous_hash", String, nullable=False, unique=True),
    Column("hash", String, nullable=False),
    Column("actor", String),  # who said yes, or took it back
    sqlite_autoincrement=True,
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", Name, primary_key=True),
    Column("fingerprint", String, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# Names that a repository had before; the latest is in `repositories`.
former_names = Table(
    "former_names",
    metadata,
    Column("repository_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Name, primary_key=True),
    Column("until", UtcTime, nullable=False),
)

# The outbox. At most one notice of a kind about a thing is open; it is closed when what it tells is over.
notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("kind", String, nullable=False),
    Column("about", Name, nullable=False, index=True),
    Column("severity", String, nullable=False),
    Column("text", String, nullable=False),
    Column("closed_at", UtcTime),
    Column("sent_at", UtcTime),
    sqlite_autoincrement=True,
)
Index(
    "uq_notices_open",
    notices.c.kind,
    notices.c.about,
    unique=True,
    sqlite_where=notices.c.closed_at.is_(None),
    postgresql_where=notices.c.closed_at.is_(None),
)

# Keys of which the last looks told nothing, since when and how many in a row.
unseen = Table(
    "unseen",
    metadata,
    Column("key", Name, primary_key=True),
    Column("since", UtcTime, nullable=False),
    Column("looks", Integer, nullable=False),
)

# When something last happened that every instance has to know.
moments = Table(
    "moments",
    metadata,
    Column("name", String, primary_key=True),
    Column("at", UtcTime, nullable=False),
)

# What policies found, one row for each (repository, policy) for ever: its id is what people refer to.
findings = Table(
    "findings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("repository", Name, nullable=False),
    Column("policy", String, nullable=False),
    Column("state", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("message", String, nullable=False),
    Column("kinds", String, nullable=False),
    Column("pages", Boolean, nullable=False),
    Column("embargoed", Boolean, nullable=False),
    Column("mode", String, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("maybe_older", Boolean, nullable=False),
    Column("observed_at", UtcTime, nullable=False),  # the last look that could tell
    Column("closed_at", UtcTime),
    Column("accepted_by", String),
    Column("accepted_until", Date),
    Column("opened_commit", String, nullable=False),
    Column("seen_commit", String, nullable=False),
    UniqueConstraint("repository", "policy"),
    sqlite_autoincrement=True,
)

finding_events = Table(
    "finding_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding_id", ForeignKey("findings.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("what", String, nullable=False),
    Column("policy_commit", String, nullable=False),
    Column("message", String, nullable=False),
    Column("embargoed", Boolean),  # empty where it was not kept yet
)

# What each person is told once a day; sent_at is empty until it was.
digests = Table(
    "digests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("recipient", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("severity", String, nullable=False),
    Column("text", String, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
    Column("hears_all", Boolean),  # empty where it was not kept yet
    UniqueConstraint("recipient", "day"),
    sqlite_autoincrement=True,
)
