"""What of how the app does may a coordinator know?

A number that counts what is hidden from them tells of it as well as a list would: where an advisory was reported, one
thing more is frozen, told or due.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.dashboard.plan_view import knows
from app.domain.records import Notice
from app.domain.viewers import Viewer
from app.reconcile.digests import HIDDEN_POLICY
from app.store import freezes, notices, repositories
from app.store.health import Health, waiting
from policies.policy import about_advisories


def as_theirs(conn: Connection, health: Health, viewer: Viewer, now: datetime) -> Health:
    """Counted is what no advisory is needed for, and what is frozen at repositories that they administer."""
    theirs = repositories.named(conn, viewer.administers)
    since, due = waiting(conn, now=now, without=about_advisories())
    return replace(
        health,
        waits_since=since,
        waiting=due,
        frozen=sum(knows(each.key, theirs) for each in freezes.freezes(conn)),
        open_notices=sum(_names_what_it_is_about(each) for each in notices.open_notices(conn)),
    )


def _names_what_it_is_about(notice: Notice) -> bool:
    """What would tell of an advisory stands under a pseudonym, or, if it is one for many, under what would be done."""
    about = notice.about
    if about.startswith(("advisory/", HIDDEN_POLICY)):
        return False
    return about.partition(":")[0] not in about_advisories()
