"""What is kept of running instances? Which secrets each of them knows, as prints from which no secret follows."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from app.store.columns import UtcTime, metadata

# One row for each instance and kind of secret. `prints` are those it knows, with commas, the one that it uses first.
held_secrets = Table(
    "held_secrets",
    metadata,
    Column("instance", String, primary_key=True),
    Column("kind", String, primary_key=True),
    Column("prints", String, nullable=False),
    Column("at", UtcTime, nullable=False),
)

# When a secret was used: a delivery was signed with it, GitHub accepted what it signed, or something was made with it.
used_secrets = Table(
    "used_secrets",
    metadata,
    Column("kind", String, primary_key=True),
    Column("print", String, primary_key=True),
    Column("first_at", UtcTime, nullable=False),
    Column("last_at", UtcTime, nullable=False),
)
