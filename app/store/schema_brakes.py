"""What is kept of what was planned, of what holds writes back, and of when something went wrong?"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table

from app.store.columns import Name, UtcTime, metadata

plans = Table(
    "plans",
    metadata,
    Column("id", String, primary_key=True),
    Column("made_at", UtcTime, nullable=False),
    Column("policy_commit", String, nullable=False),
    Column("rules_version", Integer, nullable=False),
    Column("actions", JSON, nullable=False),
    Column("beside", JSON),  # what it showed besides; empty where that was not kept yet
)

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
    Column("kinds", String),  # of what was found first
)

# What an open case wanted when it was looked at last: to be shown to more people (`scope`), or nothing of the kind.
# It `waits` while not everything was looked at under what policy says now.
widenings = Table(
    "widenings",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("policy_commit", String, nullable=False),
    Column("scope", String),
    Column("since", UtcTime),
    Column("waits", Boolean, nullable=False),
)

# To which repositories and cases a coordinator said yes where these were more at once than usual.
wide_yeses = Table(
    "wide_yeses",
    metadata,
    Column("scope", String, primary_key=True),
    Column("about", Name, primary_key=True),  # OWNER/REPO or case/N
)
