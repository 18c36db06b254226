"""What is kept of policy files, and of what people accepted? The last good text of each, and what is covered."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table

from app.store.columns import Name, UtcTime, metadata

# `source` is what GREENROOM_POLICY names, `repository_id` the first repository that was seen under that name.
# `commit`, `text` and `at` are of the last good one; `outcome`, `trouble` and `looked_at` of the last look that told.
policy_files = Table(
    "policy_files",
    metadata,
    Column("source", String, primary_key=True),
    Column("repository_id", BigInteger),
    Column("commit", String),
    Column("text", String),
    Column("at", UtcTime),
    Column("outcome", String, nullable=False),
    Column("trouble", String),
    Column("looked_at", UtcTime, nullable=False),
)

# What was found when an exemption came into force. `exemption` is its owner's id, its end, and the kinds that it names.
accepted_kinds = Table(
    "accepted_kinds",
    metadata,
    Column("repository", Name, primary_key=True),
    Column("policy", String, primary_key=True),
    Column("exemption", String, primary_key=True),
    Column("kinds", String, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("accounts", String),  # keyed digests, KEY:DIGEST; empty before they were kept
)

# What a coordinator accepted on a page: these kinds of what one policy finds at one repository, until a day. The newest
# of a (repository, policy) counts; what it covers of accounts is in `accepted_kinds`, under its id.
acceptances = Table(
    "acceptances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("repository_id", BigInteger, nullable=False),
    Column("policy", String, nullable=False),
    Column("kinds", String, nullable=False),
    Column("until", Date, nullable=False),
    Column("by", String, nullable=False),  # LOGIN:ID
    Column("reason", String, nullable=False),  # of a closed list
    Column("at", UtcTime, nullable=False),
    Index("ix_acceptances_of", "repository_id", "policy"),
    sqlite_autoincrement=True,
)
