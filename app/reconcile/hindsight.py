"""How did it come to this? What people are told of it, from what we wrote down ourselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from app.domain.ids import PolicyKey, RepoName
from app.domain.records import Freeze
from app.reconcile.attribution import between_writes, both_sides, told
from app.reconcile.brakes import TIMES, WITHIN, thing_of
from app.reconcile.plan import LeaveAlone, Note, Plan
from app.store import breaches, effects, inbox
from policies.config import PolicyFile


def of_pages(conn: Connection, plan: Plan, rules: PolicyFile, now: datetime) -> Mapping[tuple[RepoName, str], str]:
    """Since when the coordination repository is what it is, and who made it so, for each policy that pages about it.

    To be called when the verdicts of the look are written down.
    """
    found: dict[tuple[RepoName, str], str] = {}
    for repo, policy, verdict in plan.verdicts:
        if not verdict.pages or not rules.is_coordination(repo):
            continue
        for each in breaches.breaches(conn, repo, now):
            if each.policy == policy and each.over_at is None:
                found[repo, policy] = told(each, inbox.heard(conn, repo))
    return found


def of_wars(conn: Connection, notes: Iterable[Note], now: datetime) -> Mapping[str, str]:
    """By scope: who changed what is left alone from now on, and who changed it back."""
    begun = [note.freeze for note in notes if isinstance(note, LeaveAlone)]
    return {each.scope: _of_war(conn, each, now) for each in begun}


def _of_war(conn: Connection, freeze: Freeze, now: datetime) -> str:
    key, since = freeze.key, now - WITHIN
    done = effects.effects(conn, key, since)
    ours = [each for each in done if thing_of(each.kind, each.scope, each.fingerprint) == freeze.thing][-TIMES:]
    if not isinstance(key, PolicyKey):
        return between_writes(ours, now)
    wrong = [each for each in breaches.breaches(conn, key.repo, since) if each.policy == key.policy]
    return both_sides(wrong[-len(ours) - 1 :], ours, inbox.heard(conn, key.repo))
