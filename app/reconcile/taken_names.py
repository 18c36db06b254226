"""What that was told under a pseudonym is over when another repository has the name?

A pseudonym is made of a name, so whoever has the name today would find there what was told of the one before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain.ids import PolicyKey, RepoName
from app.domain.records import Renamed, Replaced
from app.reconcile.digests import Digests
from app.store import notices
from policies.policy import all_policies


def close_hidden(
    conn: Connection,
    changes: Iterable[Renamed | Replaced],
    holders: frozenset[RepoName],
    *,
    digests: Digests,
    now: datetime,
) -> None:
    """`holders` are the names that repositories have now. What is left alone is told once: that follows its own."""
    leads: dict[str, str] = {}
    for change in changes:
        was = change.name if isinstance(change, Replaced) else change.was
        if was in holders:
            for policy in all_policies():
                about = digests.hidden(PolicyKey(was, policy.name))
                leads[about] = (
                    "" if isinstance(change, Replaced) else digests.hidden(PolicyKey(change.now, policy.name))
                )
    ours = [each for each in notices.open_notices(conn) if each.about in leads]
    for each in ours:
        notices.close(conn, each.kind, each.about, now)
    for each in ours:
        if each.kind == "contested" and (today := leads[each.about]):
            notices.tell(conn, replace(each, about=today, text=each.text.replace(each.about, today)))
