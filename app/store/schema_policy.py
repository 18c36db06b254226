"""What is kept of policy files? The last good text of each, which names people and exemptions."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from app.store.columns import UtcTime, metadata

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
