"""What is kept of people who look at the pages? Digests of what their browsers hold, and tokens under a key of ours."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from app.store.columns import UtcTime, metadata

# Who is on the way to GitHub and back. Both digests are of random values that only the browser has.
sign_ins = Table(
    "sign_ins",
    metadata,
    Column("state", String, primary_key=True),
    Column("browser", String, nullable=False),
    Column("back", String, nullable=False),  # a path of ours
    Column("expires_at", UtcTime, nullable=False, index=True),
)

# `id` is the digest of the cookie. `token` is encrypted with a key that is kept outside the database.
sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("account", BigInteger, nullable=False, index=True),
    Column("login", String, nullable=False),
    Column("token", String, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False, index=True),
)
