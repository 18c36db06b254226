"""What is kept of running instances? Prints of the secrets they know, from which none follows; how fresh it all is."""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, String, Table

from app.store.columns import Name, UtcTime, metadata

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

# How long a round over a tier of an account takes, as it was planned last; where that is no longer than a sweep, that.
tier_rounds = Table(
    "tier_rounds",
    metadata,
    Column("account", Name, primary_key=True),
    Column("tier", String, primary_key=True),
    Column("things", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("planned_at", UtcTime, nullable=False),
)

# How old the last looks at the things of a tier were when that was measured last, in seconds.
tier_freshness = Table(
    "tier_freshness",
    metadata,
    Column("tier", String, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("things", Integer, nullable=False),
    Column("p95", Integer, nullable=False),
    Column("oldest", Integer, nullable=False),
)

# How often was a last look so old (in seconds, rounded up) when it was measured in that hour?
tier_ages = Table(
    "tier_ages",
    metadata,
    Column("hour", UtcTime, primary_key=True),
    Column("tier", String, primary_key=True),
    Column("at_most", Integer, primary_key=True),
    Column("times", Integer, nullable=False),
)

# When sweeps began lately, each with how many pages of repositories it was to list of the account that has most.
begun_sweeps = Table(
    "begun_sweeps",
    metadata,
    Column("at", UtcTime, primary_key=True),
    Column("pages", Integer, nullable=False),
)

# Whose App works with this database (`app`), and when all of it was copied into another one, if it was (`moved`).
itself = Table(
    "itself",
    metadata,
    Column("what", String, primary_key=True),
    Column("value", String, nullable=False),
)

# When the public repositories of an account (small letters) were listed last, and how many they are, or why it is
# unknown; then those that the installation did not list.
public_lists = Table(
    "public_lists",
    metadata,
    Column("account", String, primary_key=True),
    Column("listed_at", UtcTime, nullable=False),
    Column("many", Integer),
    Column("why_not", String),
)
uncovered_repositories = Table(
    "uncovered_repositories",
    metadata,
    Column("name", String, primary_key=True),
    Column("account", String, nullable=False),
)

# What all instances keep of GitHub's limits, by installation or App: until when it asked for nothing more, and when
# the next write may be sent.
lanes = Table(
    "lanes",
    metadata,
    Column("name", String, primary_key=True),
    Column("closed_until", UtcTime),
    Column("next_write", UtcTime),
    Column("used", Float),
    Column("used_at", UtcTime),
)

# When something was created there within the last hour.
lane_creations = Table(
    "lane_creations",
    metadata,
    Column("lane", String, primary_key=True),
    Column("at", UtcTime, primary_key=True),
)

# Repositories that are meant to be looked at: since when we know that, when a look last told everything that it asked
# of GitHub there, and when its reporting switch could last be told.
good_looks = Table(
    "good_looks",
    metadata,
    Column("repository", Name, primary_key=True),
    Column("known_at", UtcTime, nullable=False),
    Column("whole_at", UtcTime),
    Column("switch_at", UtcTime),
)
