"""A case of which only the lists matter: who is in policy, who is inside, whom we let in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.domain.access import Everywhere, LetIn
from app.domain.actions import TAKES_OUT, RemoveFromMirror
from app.domain.cases import Participant, StoredCase
from app.domain.facts import Fact, Roster
from app.domain.ids import Person
from app.domain.mirrors import Mirror
from app.reconcile import access
from app.reconcile.matter import Matter, sources_of
from app.reconcile.plan import Step
from app.reconcile.snapshot import Access, CaseSnapshot
from policies.config import Policies
from tests.builders import (
    CASES,
    DIGESTS,
    NOW,
    SCOPES,
    advisory,
    approval,
    case,
    case_snapshot,
    known,
    mirror_of,
    policies,
    roster,
    standpoint,
)

AT = standpoint()
LONG_AGO = NOW - timedelta(days=1)
Lists = Mapping[str, Iterable[Person]]


def policy_of(tools: Lists, *, coordinators: Iterable[Person] = (), always: Iterable[Person] = ()) -> Policies:
    """A policy file that names these people for these tools."""
    lines = [
        "version: 1",
        f"coordination: {{repository: {CASES}, mode: enforce, always_readers: {{users: {_users(always)}}}}}",
        f"coordinators: {{users: {_users(coordinators)}}}",
        "tools:",
        *(f"  {tool}: {{repositories: [acme/{tool}], users: {_users(people)}}}" for tool, people in tools.items()),
    ]
    return policies("\n".join(lines))


def _users(people: Iterable[Person]) -> str:
    return json.dumps([str(person) for person in people])


def taking_part(*tools: str, left: Iterable[str] = ()) -> StoredCase:
    present = [Participant(tool=tool, why="named in the advisory") for tool in tools]
    gone = [Participant(tool=tool, why="named in the advisory", left_at=NOW) for tool in left]
    return case(participants=(*present, *gone))


def ours(person: Person, *tools: str, **said: Any) -> LetIn:
    """We added them a day ago, and GitHub listed them."""
    boring: dict[str, Any] = {"seen_at": LONG_AGO, "gone_at": None}
    return LetIn(case=1, account=person.id, login=person.login, tools=tools, at=LONG_AGO, **(boring | said))


def matter(
    this: StoredCase,
    rules: Policies,
    people: Mapping[str, Fact[Roster]],
    *,
    let_in: Iterable[LetIn],
    staying: Fact[Roster] | None = None,
    everywhere: Everywhere | None = None,
    wide: frozenset[str] | None = None,
    now: datetime = NOW,
) -> Matter:
    """Everything is approved, and nobody reads every case."""
    seen = Access(let_in=tuple(let_in), staying=staying or roster(), everywhere=everywhere or Everywhere())
    snapshot: CaseSnapshot = case_snapshot(case=this, people=people, access=seen)
    yes = replace(approval(TAKES_OUT), wide=wide, policy_commit=rules.commit, approved_at=now)
    approvals = {**{scope: approval(scope) for scope in SCOPES}, TAKES_OUT: yes}
    at = replace(AT, policies=rules, approvals=approvals, now=now)
    assert rules.file.coordination is not None
    return Matter(snapshot, sources_of(snapshot, at), at, DIGESTS, rules.file.coordination)


def read_by(*people: Person, **said: Any) -> Mirror:
    return mirror_of(advisory(), people=people, **said)


def taken_out(steps: Iterable[Step]) -> list[Person]:
    """By steps that may be done now."""
    return [
        person
        for step in steps
        if step.gate == "go" and isinstance(step.action, RemoveFromMirror)
        for person in step.action.remove
    ]


def removals(about: Matter, mirror: Mirror) -> list[Step]:
    return list(access.take_out(about, mirror))


def rosters(rules: Policies, *tools: str) -> dict[str, Fact[Roster]]:
    """All whom policy names for them can be confirmed."""
    return {tool: known(Roster(people=rules.file.tools[tool].users)) for tool in tools if tool in rules.file.tools}
