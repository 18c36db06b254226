"""What is kept of reading GitHub's own log of deliveries, and of what it should list?"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from app.store.columns import UtcTime, metadata

# One row for the App. All that was delivered until `read_to` was seen; the pass that is under way began with what was
# delivered at `head` and goes on at `cursor`. These two times are GitHub's, `began_at` is ours.
delivery_log = Table(
    "delivery_log",
    metadata,
    Column("name", String, primary_key=True),
    Column("read_to", UtcTime),
    Column("head", UtcTime),
    Column("cursor", String),
    Column("pages", Integer, nullable=False),
    Column("began_at", UtcTime),
    Column("recovered", BigInteger, nullable=False),
    Column("ignored", BigInteger, nullable=False),
)

# Not among `deliveries`: the same one may still arrive, when somebody has GitHub send it again, and say more.
recovered_deliveries = Table(
    "recovered_deliveries",
    metadata,
    Column("guid", String, primary_key=True),
    Column("event", String, nullable=False),
    Column("action", String),
    Column("recovered_at", UtcTime, nullable=False, index=True),
)

# Since when each list of installations shows that GitHub sends this event of an account (small letters) to the App.
told_events = Table(
    "told_events",
    metadata,
    Column("account", String, primary_key=True),
    Column("event", String, primary_key=True),
    Column("since", UtcTime, nullable=False),
)

# What a look saw happen that GitHub sends a delivery of, until the log lists one that is no older.
unheard_changes = Table(
    "unheard_changes",
    metadata,
    Column("what", String, primary_key=True),
    Column("earliest", UtcTime, nullable=False),
    Column("latest", UtcTime, nullable=False),
)
