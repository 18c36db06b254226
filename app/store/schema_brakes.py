"""What is kept of what holds writes back, and of when something went wrong?"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, String, Table

from app.store.columns import Name, UtcTime, metadata

# What two sides kept undoing. A row stays after it was thawed: what we wrote before then counts no more.
freezes = Table(
    "freezes",
    metadata,
    Column("key", Name, primary_key=True),
    Column("thing", String, primary_key=True),  # the same thing has the same: a scope, or a keyed digest
    Column("scope", String, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("thawed_at", UtcTime),
)

# Read before each request that writes.
switches = Table(
    "switches",
    metadata,
    Column("name", String, primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("set_by", String, nullable=False),
    Column("set_at", UtcTime, nullable=False),
)

# Between which looks something went wrong, and since when it is right again.
breaches = Table(
    "breaches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("repository", Name, nullable=False, index=True),
    Column("policy", String, nullable=False),
    Column("last_good", UtcTime),
    Column("first_bad", UtcTime, nullable=False),
    Column("over_at", UtcTime),
)
