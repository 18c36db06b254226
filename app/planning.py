"""What would be done now, if everything were allowed that policy enforces?

A plan looks at everything as a sweep does, remembers what it saw, and writes nothing to GitHub.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from functools import partial

from app.domain.ids import AdvisoryKey, CaseKey, Key, PolicyKey, RepositoryKey
from app.main import Greenroom
from app.reconcile.gates import RULES_VERSION, fingerprint
from app.reconcile.plan import Gate, LookAt, OpenCase, Plan, Step
from app.store import cases
from app.store.approvals import StoredPlan, save_plan

Progress = Callable[[int, int], None]  # (looked at, known so far)


async def make_plan(greenroom: Greenroom, progress: Progress = lambda done, total: None) -> AsyncIterator[Plan]:  # noqa: ARG005
    """Look at everything, and give the plan for each key. Raises RetryLater where GitHub cannot be asked at all."""
    waiting: deque[Key] = deque(sorted(await greenroom.sweep.sweep(), key=str))
    seen = set(waiting)
    looked = 0
    while waiting:
        key = waiting.popleft()
        if not isinstance(key, RepositoryKey | PolicyKey | AdvisoryKey | CaseKey):
            continue
        _, plan = await greenroom.reconciler.look(key)
        for more in await _follows(greenroom, plan):
            if more not in seen:
                seen.add(more)
                waiting.append(more)
        looked += 1
        progress(looked, len(seen))
        yield plan


async def _follows(greenroom: Greenroom, plan: Plan) -> list[Key]:
    """The keys that a plan says to look at next."""
    keys: list[Key] = [key for note in plan.notes if isinstance(note, LookAt) and note.due is None for key in note.keys]
    for note in plan.notes:
        if isinstance(note, OpenCase):
            query = partial(cases.case_of, repo=note.link.repo, ghsa=note.link.ghsa)
            number = await greenroom.database.read(query)
            keys += [CaseKey(number)] if number is not None else []
    return sorted(keys, key=str)


def steps_of(plans: list[Plan], *gates: Gate) -> list[Step]:
    """The steps of all plans at one of these gates."""
    return [step for plan in plans for step in plan.steps if step.gate in gates]


async def save(greenroom: Greenroom, steps: list[Step]) -> StoredPlan:
    """Keep a plan as it was shown, so that it can be approved. Its id tells any two different plans apart."""
    commit = greenroom.policy.current().commit
    prints = sorted(fingerprint(step.action, greenroom.digests) for step in steps)
    plan_id = hashlib.sha256("\n".join([commit, str(RULES_VERSION), *prints]).encode()).hexdigest()[:12]
    actions = [
        {
            "key": str(step.action.key),
            "kind": step.action.kind,
            "reason": step.action.reason,
            "scope": step.action.scope,
        }
        for step in steps
    ]
    stored = StoredPlan(
        id=plan_id,
        made_at=greenroom.reconciler.now(),
        policy_commit=commit,
        rules_version=RULES_VERSION,
        actions=tuple(actions),
    )
    await greenroom.database.write(partial(save_plan, shown=stored))
    return stored
