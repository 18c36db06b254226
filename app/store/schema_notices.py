"""What is kept of telling people? Which channel was told what and when; never the address of a channel, nor a text."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from app.store.columns import UtcTime, metadata

# One row for each channel. Whoever holds its lease sends over it; `due_at` is when it is tried again after a failure.
channels = Table(
    "channels",
    metadata,
    Column("name", String, primary_key=True),
    Column("since", UtcTime, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", UtcTime),
    Column("due_at", UtcTime),
    Column("failures", Integer, nullable=False),  # in a row
    Column("failing_since", UtcTime),
    Column("last_error", String),  # a word of ours
    Column("last_success_at", UtcTime),
)

# One row for each thing that was ever tried to be sent over a channel: a notice or a digest, by its number.
sendings = Table(
    "sendings",
    metadata,
    Column("channel", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("attempts", Integer, nullable=False),
    Column("tried_at", UtcTime, nullable=False),
    Column("sent_at", UtcTime),
)
