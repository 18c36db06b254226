"""What if much more of one account is to be looked at than a minute of GitHub's limit holds?

As when somebody changes a setting of a whole organization, and GitHub tells of each repository. Put off one by one, all
would come back in the same second, again and again. So all get their turns at once: a few at a steady pace, the rest
inside the account's share, where they go before no round any more. What policy names comes first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from app.github.share import Pace
from app.store import work
from app.sweeping.pacing import DECLARED, PER_SECOND
from policies.config import PolicyFile

log = structlog.get_logger()

FEW = 50  # which wait for the pace alone, and not for the share


def spread(conn: Connection, account: str, rules: PolicyFile, *, pace: Pace, now: datetime) -> None:
    """Let the repositories of an account that are due wait until its minute has room, one after the other."""
    named = rules.repositories()
    due = sorted(work.due_repositories(conn, account, now), key=lambda name: name not in named)
    at = {name: now + turn(number, pace) for number, name in enumerate(due, start=1)}
    work.put_off(conn, {name: at[name] for name in due[:FEW]})
    work.put_off(conn, {name: at[name] for name in due[FEW:]}, priority=work.ROUTINE)
    if due:
        log.warning("repositories.put_off", account=account, repositories=len(due))


def turn(number: int, pace: Pace) -> timedelta:
    """How long does that one wait, of many?"""
    room = max(pace.room, FEW * DECLARED)
    requests = number * DECLARED
    return pace.wait + timedelta(seconds=max(requests / PER_SECOND, (requests - room) / pace.per_second))
