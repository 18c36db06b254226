"""What is the whole story of one thing: how it stands, what would be done, what was done, and who reads it?"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from app.domain.facts import CannotTell, Fact, Known
from app.domain.findings import Verdict
from app.domain.ids import CaseKey, Key, PolicyKey, RepoName, RepositoryKey
from app.domain.records import Breach, Heard, KnownAdvisory, Notice, Unseen
from app.main import Greenroom
from app.reconcile.attribution import actor_of
from app.reconcile.plan import PLANNED, LookAt, Plan, Step, steps_at
from app.reconcile.reconciler import Looked
from app.reconcile.snapshot import AdvisorySnapshot, CaseSnapshot, Snapshot
from app.remembered import Memory, remembered
from app.store import advisories
from app.who_reads import readers_shown
from policies.config import PolicyFile
from policies.guarding import guarding
from policies.policy import all_policies

Json = dict[str, Any]

LATELY = timedelta(days=7)


async def explain(greenroom: Greenroom, key: Looked) -> Json:
    """Look at the key and at what we remember of it. Raises NoSuchCase, and RetryLater if GitHub cannot be asked."""
    if not isinstance(key, CaseKey) and key.repo.is_temporary_fork:
        return _of_temporary_fork(key)
    key = greenroom.names.today(key)
    snapshot, plan = await greenroom.reconciler.look(key)
    plans = [plan, *[await _look(greenroom, more) for more in _policies_to_mend(plan)]]
    repos = {repo for repo, _, _ in plan.verdicts}
    keys = _all_of(key, greenroom.policy.current().file)
    since = greenroom.reconciler.now() - LATELY
    read = partial(remembered, keys=keys, repos=repos, digests=greenroom.digests, since=since)
    memory = await greenroom.database.read(read)
    return {
        "key": str(key),
        "asked_at": greenroom.reconciler.now().isoformat(),
        **await _more(greenroom, snapshot),
        "states": [_state(greenroom, repo, policy, verdict, memory) for repo, policy, verdict in plan.verdicts],
        "guard": _guard(greenroom, key, plan),
        "would_do": [
            _step(step) | {"held": await greenroom.reconciler.held(step)}
            for _, step in steps_at(plans, *PLANNED, "observed", "blocked", "frozen")
        ],
        "did": list(memory.did),
        "breaches": [
            _breach(each, memory.heard)
            for each in memory.breaches
            if each.policy in {name for _, name, _ in plan.verdicts}
        ],
        "people_must": list(plan.people_must),
        "cannot_tell": list(dict.fromkeys(reason for each in plans for reason in each.cannot_tell)),
        "unseen": _unseen(memory.unseen),
        "notices": [_notice(each) for each in memory.notices],
    }


def _step(step: Step) -> Json:
    action = step.action
    told = {"key": str(action.key), "kind": action.kind, "scope": action.scope, "reason": action.reason}
    return told | {"gate": step.gate, "why_not": step.why_not}


async def _look(greenroom: Greenroom, key: PolicyKey) -> Plan:
    return (await greenroom.reconciler.look(key))[1]


def _policies_to_mend(plan: Plan) -> list[PolicyKey]:
    marked = {key for note in plan.notes if isinstance(note, LookAt) for key in note.keys}
    return sorted((key for key in marked if isinstance(key, PolicyKey)), key=str)


def _all_of(key: Looked, rules: PolicyFile) -> list[Key]:
    """The keys under which something may have been done or told: those of a repository are its policies' too.

    What is wrong with the coordination repository stops every case.
    """
    if isinstance(key, RepositoryKey):
        return [key, *(PolicyKey(key.repo, policy.name) for policy in all_policies())]
    if isinstance(key, CaseKey) and rules.coordination:
        return [key, PolicyKey(rules.coordination.repository, "coordination-private")]
    return [key]


def _state(greenroom: Greenroom, repo: RepoName, policy: str, verdict: Verdict, memory: Memory) -> Json:
    stands = next((each for each in memory.standings if (each.repo, each.policy) == (repo, policy)), None)
    return {
        "repository": str(repo),
        "policy": policy,
        "state": verdict.state,
        "message": verdict.message,
        "since": _iso(stands.since if stands else None),
        "seen_at": _iso(stands.seen_at if stands else None),
        "mode": greenroom.policy.current().file.mode_of(policy),
    }


def _guard(greenroom: Greenroom, key: Looked, plan: Plan) -> Json | None:
    """The configuration that an owner could attach, where somebody asks for it, or a switch is fought over."""
    if isinstance(key, CaseKey):
        return None
    states = {policy: verdict.state for _, policy, verdict in plan.verdicts}
    switch = states.get("private-reporting")
    is_asked = isinstance(key, PolicyKey) and key.policy == "private-reporting"
    if not (is_asked or switch in {"blocked", "contested"} or states.get("configuration-agrees") == "finding"):
        return None
    declared = greenroom.policy.current().file.report_owner_of(key.repo, greenroom.reconciler.now())
    return {"organization": key.repo.owner, "configuration": guarding(*declared)} if declared else None


def _breach(breach: Breach, heard: tuple[Heard, ...]) -> Json:
    """Between which looks it went wrong, and who did it where there is proof."""
    return {
        "repository": str(breach.repo),
        "policy": breach.policy,
        "last_good": _iso(breach.last_good),
        "first_bad": breach.first_bad.isoformat(),
        "over_at": _iso(breach.over_at),
        "actor": actor_of(breach, heard),
    }


def _unseen(rows: tuple[Unseen, ...]) -> Json | None:
    """Since when, and for how many looks in a row, could not everything be told?"""
    if not rows:
        return None
    return {"since": min(each.since for each in rows).isoformat(), "looks": max(each.looks for each in rows)}


def _notice(notice: Notice) -> Json:
    return {
        "since": notice.since.isoformat(),
        "severity": notice.severity,
        "kind": notice.kind,
        "about": notice.about,
        "text": notice.text,
    }


def _of_temporary_fork(key: Looked) -> Json:
    """GitHub: "Collaborating in a temporary private fork": integrations cannot access it."""
    why = "this is the temporary private fork of an advisory; GitHub shows nothing of it to integrations"
    state = {"repository": None, "policy": None, "state": "not applicable", "message": why}
    empty = ("would_do", "did", "breaches", "people_must", "cannot_tell", "notices")
    return {"key": str(key), "states": [state], "unseen": None, "guard": None, **{name: [] for name in empty}}


async def _more(greenroom: Greenroom, snapshot: Snapshot) -> Json:
    """What only a repository, a case or an advisory has to tell."""
    match snapshot:
        case CaseSnapshot():
            return _of_case(greenroom, snapshot) | await readers_shown(greenroom, snapshot)
        case AdvisorySnapshot():
            known = await greenroom.database.read(partial(advisories.known_open, repo=snapshot.key.repo))
            return _of_advisory(snapshot, [each for each in known if each.ghsa == snapshot.key.ghsa])
        case _:
            rules = greenroom.policy.current().file
            return {"repository": declared(rules, snapshot.key.repo, greenroom.reconciler.now())}


def declared(rules: PolicyFile, repo: RepoName, now: datetime) -> Json:
    """What people declared about a repository."""
    tool = rules.tool_of(repo)
    tenures = sorted(rules.tools[tool].report_owner, key=lambda each: each.from_) if tool else []
    begun = [each for each in tenures if each.from_ <= now.date()]
    coming = [each for each in tenures if each.from_ > now.date()]
    owner = rules.report_owner_of(repo, now)
    return {
        "tool": tool,
        "holds_mirrors": rules.coordination is not None and rules.coordination.repository == repo,
        "report_owner": owner
        and {
            "name": owner[0],
            "takes_reports": owner[1].takes_reports,
            "contact": owner[1].contact,
            "from": begun[-1].from_.isoformat(),
        },
        "next_report_owner": {"name": coming[0].owner, "from": coming[0].from_.isoformat()} if coming else None,
        "exemptions": [
            {
                "policy": each.policy,
                "owner": each.owner.login,
                "reason": each.reason,
                "until": each.until.isoformat(),
            }
            for each in rules.exemptions
            if each.repository == repo and now.date() <= each.until
        ],
    }


def _of_case(greenroom: Greenroom, snapshot: CaseSnapshot) -> Json:
    case, rules = snapshot.case, greenroom.policy.current().file
    mirror = snapshot.mirror.value if isinstance(snapshot.mirror, Known) else None
    coordination = rules.coordination
    return {
        "case": {
            "number": case.number,
            "state": case.state,
            "opened_at": case.opened_at.isoformat(),
            "closed_at": _iso(case.closed_at),
            "embargo_until": _iso(case.embargo_until),
            "disclosed_at": _iso(case.disclosed_at),
            "mirror": str(case.mirror) if case.mirror else None,
            "mirror_state": mirror.state if mirror else None,
            "repository": str(coordination.repository) if coordination else None,
            "mode": coordination.mode if coordination else None,
            "linked": [str(link) for link in case.links],
            "sources": [
                fact.value.state if isinstance(fact, Known) else f"cannot tell: {fact.reason}"
                for fact in snapshot.sources
            ],
            "unheard": _reason(snapshot.discussion.comments),
            "participants": [
                {"tool": each.tool, "why": each.why, "status": each.status, "justification": each.justification}
                for each in case.present
            ],
        },
    }


def _reason(comments: Fact[Any]) -> str | None:
    """Why can commands in comments not be read? None where they can, or where there is nothing to read."""
    return comments.reason if isinstance(comments, CannotTell) else None


def _of_advisory(snapshot: AdvisorySnapshot, known: list[KnownAdvisory]) -> Json:
    return {
        "state": snapshot.advisory.value.state if isinstance(snapshot.advisory, Known) else None,
        "candidate": any(each.candidate for each in known),
        "tools": [tool for each in known for tool in each.tools],
        "first_seen": _iso(min((each.first_seen for each in known), default=None)),
        "case": f"case/{snapshot.case}" if snapshot.case else None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
