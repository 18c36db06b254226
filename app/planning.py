"""What would be done now, if everything were allowed that policy enforces, and who said yes to it?

A plan looks at everything as a sweep does, remembers what it saw, and writes nothing to GitHub.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.domain.actions import WIDENS
from app.domain.ids import CaseKey, Key, PolicyKey, parse_key
from app.domain.records import Approval
from app.halting import NotAllowed, coordinator, operator
from app.main import Greenroom
from app.reconcile.brakes import is_of_cases, limit_of, share_of, too_many
from app.reconcile.gates import RULES_VERSION, fingerprint
from app.reconcile.plan import PLANNED, LookAt, OpenCase, Plan, Step, steps_at
from app.reconcile.reconciler import Looked
from app.store import approvals, cases, switches, work
from app.store.approvals import StoredPlan

Json = dict[str, Any]

AT_ONCE = 5  # keys that are looked at side by side
STANDS, WIDE_STANDS = timedelta(days=1), timedelta(hours=1)  # what a plan showed may be otherwise after that
Progress = Callable[[int, int], None]  # (looked at, known so far)


class CannotApprove(ValueError):
    """The plan cannot be approved as it is. The message says what to do."""


async def report(greenroom: Greenroom, progress: Progress) -> Json:
    """A plan as it is shown: what waits for a yes, and beside it all that will not be done, each with its reason.

    Raises RetryLater where GitHub cannot be asked at all.
    """
    plans = await look_at_everything(greenroom, progress)
    beside: Json = {
        "reach": await _reach(greenroom, plans),
        "writes_off": await _why_off(greenroom),
        "held": [shown async for shown in _held(greenroom, plans)],
        "always_readers": _always_readers(greenroom, plans),
        "readers_of_all": _readers_of_all(greenroom),
        "would": [_shown(step) for _, step in steps_at(plans, "observed")],
        "blocked": [_shown(step) | {"reason": step.why_not} for _, step in steps_at(plans, "blocked")],
        "frozen": [_shown(step) | {"reason": step.why_not} for _, step in steps_at(plans, "frozen")],
        "people_must": _for_people(plans),
        "cannot_tell": [told for plan in plans for told in plan.unclear()],
    }
    stored = await _save(greenroom, plans, beside)
    public = ("key", "kind", "reason", "scope", "gate", "why_not")
    return {
        "plan_id": stored.id,
        "policy_commit": stored.policy_commit,
        "actions": [{name: action[name] for name in public} for action in stored.actions],
        **beside,
        "people_must": [{"key": each["key"], "matter": each["matter"]} for each in beside["people_must"]],
    }


async def look_at_everything(greenroom: Greenroom, progress: Progress) -> list[Plan]:
    """The plan for each key, and for the keys that follow from it."""
    waiting = await greenroom.watch.sweep()
    seen: set[Key] = set(waiting)
    plans: list[Plan] = []
    while waiting:
        for batch in _batches(sorted(waiting, key=str)):
            plans += await asyncio.gather(*(_look(greenroom, key) for key in batch if isinstance(key, Looked)))
            progress(len(plans), len(seen))
        waiting = frozenset(await _follows(greenroom, plans)) - seen
        seen |= waiting
    return plans


async def _look(greenroom: Greenroom, key: Looked) -> Plan:
    try:
        return (await greenroom.reconciler.look(key))[1]
    except Exception as error:  # noqa: BLE001 - it is told as what it is, and the others are looked at all the same
        return Plan(key=key, cannot_tell=(f"looking at it failed: {type(error).__name__}",))


async def approve(greenroom: Greenroom, plan_id: str, by: str, *, wide: bool = False) -> Json:
    """Say yes to the kinds of remedy in a plan, and look at their keys again. Raises CannotApprove.

    `wide` says yes to all the repositories and cases that the plan shows, and to no others, for a day and under this
    policy.
    """
    stored = await greenroom.database.read(partial(approvals.plan, plan_id=plan_id))
    if stored is None:
        raise CannotApprove("there is no plan of that id; run greenroom plan, and approve the id that it prints")
    if reason := why_not(greenroom, stored, wide=wide):
        raise CannotApprove(reason)
    try:
        who = await coordinator(greenroom, by)
    except NotAllowed as error:
        raise CannotApprove(str(error)) from None
    now = greenroom.reconciler.now()
    given = [
        Approval(
            scope=scope,
            plan_id=plan_id,
            policy_commit=stored.policy_commit,
            rules_version=stored.rules_version,
            approved_by=who,
            approved_at=now,
            wide=changed if wide else None,
        )
        for scope, changed in sorted(_changed(stored).items())
    ]
    keys = {_under(action) for action in stored.actions}

    def write(conn: Connection) -> None:
        for approval in given:
            approvals.approve(conn, approval)
        work.mark(conn, keys, due=now, priority=work.PROMPT)

    await greenroom.database.write(write)
    narrow = [] if wide else await _too_many(greenroom, stored)
    return {"approved": [approval.scope for approval in given], "wide": wide, "too_many": narrow}


def why_not(greenroom: Greenroom, stored: StoredPlan, *, wide: bool = False) -> str | None:
    """Why can nobody say yes to it any more? None where somebody still can."""
    if (stored.policy_commit, stored.rules_version) != (greenroom.policy.current().commit, RULES_VERSION):
        return "the policy has changed since that plan was made; run greenroom plan again"
    if not stored.actions:
        return "that plan has no actions, so there is nothing to approve"
    if greenroom.reconciler.now() - stored.made_at > (WIDE_STANDS if wide else STANDS):
        old = "an hour, which is too old for --wide" if wide else "a day"
        return f"that plan is older than {old}; run greenroom plan again"
    return None


async def withdraw(greenroom: Greenroom, scope: str, by: str, *, signed_in: bool = False) -> None:
    """Take a yes back. Anybody at this machine may, as it only stops, and any coordinator on a page (`signed_in`).

    Raises CannotApprove with the kinds that are approved.
    """
    approved = await greenroom.database.read(approvals.approvals)
    if scope not in approved:
        known = ", ".join(f"“{each}”" for each in approved) or "nothing"
        raise CannotApprove(f"“{scope}” is not approved; approved is {known}")
    who, now = by if signed_in else operator(by), greenroom.reconciler.now()
    await greenroom.database.write(partial(approvals.withdraw, scope=scope, by=who, at=now))


async def _follows(greenroom: Greenroom, plans: list[Plan]) -> set[Key]:
    """The keys that these plans say to look at next."""
    notes = [note for plan in plans for note in plan.notes]
    keys = {key for note in notes if isinstance(note, LookAt) and note.due is None for key in note.keys}
    for note in notes:
        if isinstance(note, OpenCase):
            number = await greenroom.database.read(partial(cases.case_of, ghsa=note.link.ghsa))
            keys |= {CaseKey(number)} if number is not None else set()
    return keys


def _batches(keys: list[Key]) -> Iterator[list[Key]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


async def _save(greenroom: Greenroom, plans: list[Plan], beside: Json) -> StoredPlan:
    """Keep a plan as it was shown, so that it can be approved. Its id tells any two different plans apart."""
    steps = steps_at(plans, *PLANNED)
    commit = greenroom.policy.current().commit
    prints = sorted(fingerprint(step.action, greenroom.digests) for _, step in steps)
    stored = StoredPlan(
        id=hashlib.sha256("\n".join([commit, str(RULES_VERSION), *prints]).encode()).hexdigest()[:12],
        made_at=greenroom.reconciler.now(),
        policy_commit=commit,
        rules_version=RULES_VERSION,
        actions=tuple(
            _shown(step) | {"under": str(key), "gate": step.gate, "why_not": step.why_not} for key, step in steps
        ),
        beside=beside,
    )
    await greenroom.database.write(partial(approvals.save_plan, shown=stored))
    return stored


async def _reach(greenroom: Greenroom, plans: list[Plan]) -> list[Json]:
    """How many repositories or cases would each kind of remedy change at once, and how many may it?"""
    found: dict[str, set[str]] = defaultdict(set)
    policies: dict[str, str] = {}
    for key, step in steps_at(plans, *PLANNED, "observed"):
        if (about := _counted(key, step.action.kind)) is not None:
            found[step.action.scope].add(about)
            policies |= {step.action.scope: key.policy} if isinstance(key, PolicyKey) else {}
    told = []
    for scope, reached in sorted(found.items()):
        watched = await _watched(greenroom, policies.get(scope))
        told.append(
            {
                "scope": scope,
                "cases" if is_of_cases(scope) else "repositories": len(reached),
                "watched": watched,
                "limit": limit_of(watched),
                "share": share_of(scope, len(reached), watched),
                "too_many": too_many(scope, len(reached), watched) if len(reached) > limit_of(watched) else None,
            }
        )
    return told


async def _too_many(greenroom: Greenroom, stored: StoredPlan) -> list[str]:
    """What this yes does not cover, since it would change more repositories or cases at once than usual."""
    policies = {
        action["scope"]: key.policy for action in stored.actions if isinstance(key := _under(action), PolicyKey)
    }
    told = []
    for scope, changed in sorted(_changed(stored).items()):
        watched = await _watched(greenroom, policies.get(scope))
        if len(changed) > limit_of(watched):
            told.append(too_many(scope, len(changed), watched))
    return told


async def _watched(greenroom: Greenroom, policy: str | None) -> int:
    """Of how many is that a part? Without a policy it is about cases."""
    gauge = greenroom.reconciler.gauge
    return await (gauge.watched(policy) if policy else gauge.open_cases())


def _changed(stored: StoredPlan) -> dict[str, frozenset[str]]:
    """By kind of remedy, what a plan would change, in small letters: repositories, and cases that more people read."""
    found: dict[str, set[str]] = defaultdict(set)
    for action in stored.actions:
        about = _counted(_under(action), action["kind"])
        found[action["scope"]] |= {about} if about else set()
    return {scope: frozenset(each) for scope, each in found.items()}


def _counted(key: Key, kind: str) -> str | None:
    """As what is an action counted that is done under this key? None: it is not."""
    if isinstance(key, PolicyKey):
        return str(key.repo).lower()
    return str(key) if isinstance(key, CaseKey) and kind in WIDENS else None


def _under(action: Json) -> Key:
    return parse_key(action["under"])


async def _why_off(greenroom: Greenroom) -> str | None:
    """Why is nothing written at all? None where it may be."""
    if greenroom.settings.writes == "off":
        return "GREENROOM_WRITES is off"
    return await greenroom.database.read(switches.why_off)


async def _held(greenroom: Greenroom, plans: list[Plan]) -> AsyncIterator[Json]:
    """What could not be sent even after a yes, such as where nobody installed the Hand."""
    for _, step in steps_at(plans, "go", "unapproved"):
        if why := await greenroom.reconciler.held(step):
            yield _shown(step) | {"reason": why}


def _always_readers(greenroom: Greenroom, plans: list[Plan]) -> list[str]:
    """Who would read what is opened or shared here besides those who are invited. Nobody, where nothing is."""
    steps = steps_at(plans, *PLANNED, "observed")
    coordination = greenroom.policy.current().file.coordination
    if coordination is None or not any(step.action.kind in WIDENS for _, step in steps):
        return []
    always = coordination.always_readers
    return [*(person.login for person in always.users), *map(str, always.teams)]


def _readers_of_all(greenroom: Greenroom) -> str | None:
    """Who reads every case, where mirrors are issues: GitHub has no list of readers for one. None for drafts."""
    coordination = greenroom.policy.current().file.coordination
    if coordination is None or coordination.store != "issue":
        return None
    return f"everybody who can read {coordination.repository} reads every case, whatever tools it concerns"


def _for_people(plans: list[Plan]) -> list[Json]:
    """What no remedy mends: matters that people settle, and findings that only people can act on."""
    told = {(str(plan.key), matter): False for plan in plans for matter in plan.people_must}
    for plan in plans:
        for repo, policy, verdict in plan.verdicts:
            if verdict.state == "finding" and not verdict.remedies:
                told[f"{repo}#{policy}", verdict.message] = verdict.embargoed
    return [{"key": key, "matter": matter, "embargoed": is_so} for (key, matter), is_so in told.items()]


def _shown(step: Step) -> Json:
    about = step.action
    return {"key": str(about.key), "kind": about.kind, "scope": about.scope, "reason": about.reason}
