"""What is the whole story of one key: how it stands, what would be done, what was done, and who reads it?"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.domain.facts import Known
from app.domain.ids import CaseKey, Key, PolicyKey, RepositoryKey, TimerKey
from app.domain.records import KnownAdvisory
from app.main import Greenroom
from app.reconcile.cases import readers_of
from app.reconcile.plan import LookAt, Plan, steps_at
from app.reconcile.reconciler import Looked
from app.reconcile.snapshot import AdvisorySnapshot, CaseSnapshot, Snapshot
from app.store import advisories, audit, repositories
from policies.policy import all_policies

Json = dict[str, Any]


async def explain(greenroom: Greenroom, key: Looked) -> Json:
    """Look at the key and at what we remember of it. Raises NoSuchCase, and RetryLater if GitHub cannot be asked."""
    if not isinstance(key, CaseKey) and key.repo.is_temporary_fork:
        return _of_temporary_fork(key)
    key = greenroom.names.today(key)
    snapshot, plan = await greenroom.reconciler.look(key)
    plans = [plan, *[await _look(greenroom, more) for more in _policies_to_mend(plan)]]
    did = await greenroom.database.read(partial(_history, keys=_all_of(key)))
    return {
        "key": str(key),
        "states": [
            {"repository": str(repo), "policy": policy, "state": verdict.state, "message": verdict.message}
            for repo, policy, verdict in plan.verdicts
        ],
        "would_do": [
            {"kind": step.action.kind, "reason": step.action.reason, "gate": step.gate, "why_not": step.why_not}
            for _, step in steps_at(plans, "go", "unapproved", "observed", "off", "blocked")
        ],
        "did": did,
        "people_must": list(plan.people_must),
        "cannot_tell": list(plan.cannot_tell),
        **await _more(greenroom, snapshot),
    }


async def _look(greenroom: Greenroom, key: PolicyKey) -> Plan:
    return (await greenroom.reconciler.look(key))[1]


def _policies_to_mend(plan: Plan) -> list[PolicyKey]:
    marked = {key for note in plan.notes if isinstance(note, LookAt) for key in note.keys}
    return sorted((key for key in marked if isinstance(key, PolicyKey)), key=str)


def _all_of(key: Looked) -> list[Key]:
    """The keys under which something may have been done: a repository's remedies are done under its policies."""
    if not isinstance(key, RepositoryKey):
        return [key]
    return [key, *(PolicyKey(key.repo, policy.name) for policy in all_policies())]


def _history(conn: Connection, keys: list[Key]) -> list[Json]:
    entries = [entry for key in keys for entry in _entries(conn, key)]
    return [
        {
            "at": entry.at.isoformat(),
            "kind": entry.kind,
            "phase": entry.phase,
            "outcome": entry.outcome,
            "detail": entry.detail,
        }
        for entry in sorted(entries, key=lambda entry: entry.id)
    ]


def _entries(conn: Connection, key: Key) -> list[audit.Entry]:
    """The audit keeps the name under which something was done, so former names are asked for too."""
    if isinstance(key, CaseKey | TimerKey):
        return list(audit.history(conn, key))
    return [
        entry
        for called in repositories.names_of(conn, key.repo)
        for entry in audit.history(conn, replace(key, repo=called.name))
        if called.at(entry.at)
    ]


def _of_temporary_fork(key: Looked) -> Json:
    """GitHub: "Collaborating in a temporary private fork": integrations cannot access it."""
    why = "this is the temporary private fork of an advisory; GitHub shows nothing of it to integrations"
    return {
        "key": str(key),
        "states": [{"repository": None, "policy": None, "state": "not applicable", "message": why}],
        "would_do": [],
        "did": [],
        "people_must": [],
        "cannot_tell": [],
    }


async def _more(greenroom: Greenroom, snapshot: Snapshot) -> Json:
    """What only a case or an advisory has to tell."""
    match snapshot:
        case CaseSnapshot():
            return _of_case(greenroom, snapshot)
        case AdvisorySnapshot():
            known = await greenroom.database.read(partial(advisories.known_open, repo=snapshot.key.repo))
            return _of_advisory(snapshot, [each for each in known if each.ghsa == snapshot.key.ghsa])
        case _:
            return {}


def _of_case(greenroom: Greenroom, snapshot: CaseSnapshot) -> Json:
    case, rules = snapshot.case, greenroom.policy.current().file
    mirror = snapshot.mirror.value if isinstance(snapshot.mirror, Known) else None
    return {
        "case": {
            "number": case.number,
            "state": case.state,
            "mirror": str(case.mirror) if case.mirror else None,
            "repository": str(rules.coordination.repository) if rules.coordination else None,
            "linked": [str(link) for link in case.links],
            "participants": [{"tool": each.tool, "why": each.why} for each in case.participants],
        },
        "readers": [{"login": login, "why": why} for login, why in readers_of(snapshot.people, mirror, rules).items()],
    }


def _of_advisory(snapshot: AdvisorySnapshot, known: list[KnownAdvisory]) -> Json:
    return {
        "state": snapshot.advisory.value.state if isinstance(snapshot.advisory, Known) else None,
        "candidate": any(each.candidate for each in known),
        "tools": [tool for each in known for tool in each.tools],
        "case": f"case/{snapshot.case}" if snapshot.case else None,
    }
