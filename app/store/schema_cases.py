"""What is kept of the work on a case? Ids, words of closed lists, times and keyed digests; never what people wrote."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from app.store.columns import Name, UtcTime, metadata

# What happened in a case, for its timeline. `detail` is made of words of closed lists, names, hours and ids.
case_events = Table(
    "case_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_number", ForeignKey("cases.number"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("what", String, nullable=False),
    Column("tool", String),
    Column("detail", String, nullable=False),
    Column("by", String),  # LOGIN:ID, or who else
)

# Who else may be affected, and what a coordinator said to that. `path` leads from what is affected to the tool.
suggestions = Table(
    "suggestions",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("tool", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("path", JSON, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("answer", String),
    Column("reason", String),
    Column("answered_by", String),
    Column("answered_at", UtcTime),
)

# What somebody asked for that would widen access. It waits for a coordinator.
proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_number", ForeignKey("cases.number"), nullable=False, index=True),
    Column("what", String, nullable=False),
    Column("value", String, nullable=False),
    Column("asked_by", String, nullable=False),  # LOGIN:ID
    Column("asked_at", UtcTime, nullable=False),
    Column("state", String, nullable=False),
    Column("settled_by", String),
    Column("settled_at", UtcTime),
    sqlite_autoincrement=True,
)

# Comments of a mirror that held commands: a command runs once. `reply` is the comment in which it was answered.
commands = Table(
    "commands",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("comment", BigInteger, primary_key=True, autoincrement=False),
    Column("outcome", String, nullable=False),
    Column("reply", BigInteger),
    Column("seen_at", UtcTime, nullable=False),
)

# One direction between a linked advisory and the mirror. It is on once both said yes, until it ends.
relays = Table(
    "relays",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("ghsa", String, primary_key=True),
    Column("direction", String, primary_key=True),
    Column("confirmed_by", String),  # a coordinator
    Column("agreed_by", String),  # one of the source's own people
    Column("since", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
)

# Which comment is the copy of which, and the keyed digest of what was copied last.
relayed = Table(
    "relayed",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("ghsa", String, primary_key=True),
    Column("direction", String, primary_key=True),
    Column("comment", BigInteger, primary_key=True, autoincrement=False),
    Column("copy", BigInteger),
    Column("key_id", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# Whom we let into a mirror: only they are taken out again.
added = Table(
    "added",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("account", BigInteger, primary_key=True, autoincrement=False),
    Column("login", Name, nullable=False),
    Column("tools", String, nullable=False),  # for which, with commas
    Column("at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),  # when GitHub listed them
    Column("removed_at", UtcTime),
)

# The same of teams of the organization that holds the mirrors.
added_teams = Table(
    "added_teams",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("slug", Name, primary_key=True),
    Column("tools", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("seen_at", UtcTime),
    Column("removed_at", UtcTime),
)

# Who asked a CNA for an id, what proved that they may, and where the id went.
cve_requests = Table(
    "cve_requests",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_number", ForeignKey("cases.number"), nullable=False, index=True),
    Column("tool", String, nullable=False),
    Column("cna", String, nullable=False),
    Column("asked_by", String, nullable=False),
    Column("proof", String, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
    Column("cve_id", String),
    Column("recorded_at", UtcTime),
    Column("ghsa", String),
    Column("agreed_by", String),  # who speaks for the tool
    Column("agreed_at", UtcTime),
    Column("written_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("ended_why", String),
    UniqueConstraint("cve_id"),
    sqlite_autoincrement=True,
)

# Who vendors what, as the repositories' own files said when they were read last.
vendored = Table(
    "vendored",
    metadata,
    Column("consumer", Name, primary_key=True),
    Column("component", String, primary_key=True),
    Column("mode", String, primary_key=True),
    Column("place", String, primary_key=True),
    Column("version", String),
    Column("read_at", UtcTime, nullable=False),
)

vendoring_looks = Table(
    "vendoring_looks",
    metadata,
    Column("consumer", Name, primary_key=True),
    Column("looked_at", UtcTime, nullable=False),
    Column("good_at", UtcTime),
    Column("trouble", String),
)

# Which way a field is to go in which both sides differ, and keyed digests of what they said when people said so.
offers = Table(
    "offers",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("field", String, primary_key=True),
    Column("direction", String, nullable=False),
    Column("repository", Name),  # of the linked advisory that takes it over
    Column("ghsa", String),
    Column("source_key_id", String, nullable=False),
    Column("source_digest", String, nullable=False),
    Column("mirror_key_id", String, nullable=False),
    Column("mirror_digest", String, nullable=False),
    Column("said_by", String, nullable=False),
    Column("said_at", UtcTime, nullable=False),
)
