"""What follows from what was observed? Pure: the same snapshot and standpoint always give the same plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from app.domain.actions import Action
from app.domain.facts import Advisory, CannotTell, Known
from app.domain.findings import Verdict
from app.domain.ids import AdvisoryKey, Key, PolicyKey
from app.domain.records import Attempt, KnownAdvisory
from app.reconcile import cases
from app.reconcile.accepting import judged
from app.reconcile.brakes import frozen, newly_frozen
from app.reconcile.decide_case import decide_case
from app.reconcile.digests import Digests
from app.reconcile.gates import conclusions, fingerprints, gated, is_stale
from app.reconcile.plan import Forget, ForgetAttempts, LeaveAlone, LookAt, Moved, Note, Plan
from app.reconcile.snapshot import AdvisorySnapshot, CaseSnapshot, RepositorySnapshot, Snapshot, Standpoint
from policies.policy import Policy, all_policies, policy_named

SOON = timedelta(seconds=15)


def decide(snapshot: Snapshot, at: Standpoint, digests: Digests) -> Plan:
    """The plan for one key."""
    match snapshot:
        case RepositorySnapshot():
            plan = _decide_repository(snapshot, at, digests)
        case AdvisorySnapshot():
            plan = _decide_advisory(snapshot, at)
        case CaseSnapshot():
            plan = decide_case(snapshot, at, digests)
    return replace(plan, notes=(*plan.notes, *_left_alone(plan, at, digests)))


def _left_alone(plan: Plan, at: Standpoint, digests: Digests) -> Iterator[LeaveAlone]:
    for step in plan.steps:
        prints = fingerprints(step.action, digests)
        if step.gate == "frozen" and (new := newly_frozen(plan.key, step.action, prints, at.brakes, at.now)):
            yield LeaveAlone(freeze=new)


def _decide_repository(snapshot: RepositorySnapshot, at: Standpoint, digests: Digests) -> Plan:
    """Hold policies against a repository.

    Looking at a repository mends nothing itself. It marks the one policy that has something to mend, so that a remedy
    is only ever applied under that policy's own key and by one worker at a time.
    """
    if isinstance(snapshot.key, PolicyKey):
        return _decide_policy(snapshot, policy_named(snapshot.key.policy), at, digests)
    verdicts = tuple((policy, _verdict(snapshot, policy, at, digests)) for policy in all_policies())
    again: frozenset[Key] = frozenset(
        PolicyKey(snapshot.facts.name, policy.name) for policy, verdict in verdicts if verdict.remedies
    )
    return Plan(
        key=snapshot.key,
        verdicts=tuple((snapshot.facts.name, policy.name, verdict) for policy, verdict in verdicts),
        notes=(*_notes_on_advisories(snapshot, at), *([LookAt(keys=again)] if again else [])),
        cannot_tell=tuple(dict.fromkeys(_unclear(snapshot, [verdict for _, verdict in verdicts], at))),
        hushed=_hushed(snapshot, verdicts),
    )


def _unclear(snapshot: RepositorySnapshot, verdicts: list[Verdict], at: Standpoint) -> Iterator[str]:
    """What no policy may have asked for counts too: an advisory that is in no list of ours can never become a case."""
    yield from (verdict.message for verdict in verdicts if verdict.state == "cannot tell")
    coordination = at.policies.file.coordination
    if coordination is not None and snapshot.facts.name == coordination.repository:
        return
    if isinstance(snapshot.facts.advisories, CannotTell):
        yield snapshot.facts.advisories.reason


def _hushed(snapshot: RepositorySnapshot, verdicts: Sequence[tuple[Policy, Verdict]]) -> frozenset[str]:
    """What is said only because there is an unpublished advisory, and by no policy that would say it anyway.

    Where the list itself cannot be told, what policies about advisories say has nothing to do with what is in it.
    """
    is_listed = isinstance(snapshot.facts.advisories, Known)
    unclear = [(policy, verdict) for policy, verdict in verdicts if verdict.state == "cannot tell"]
    tells = {verdict.message: set[bool]() for _, verdict in unclear}
    for policy, verdict in unclear:
        tells[verdict.message].add(verdict.embargoed or (policy.about_advisories and is_listed))
    return frozenset(message for message, said in tells.items() if said == {True})


def _decide_policy(snapshot: RepositorySnapshot, policy: Policy, at: Standpoint, digests: Digests) -> Plan:
    verdict = _verdict(snapshot, policy, at, digests)
    mode = at.policies.file.mode_of(policy.name)
    steps = tuple(gated(remedy, mode, at, snapshot.attempts, digests) for remedy in verdict.remedies)
    settled = [ForgetAttempts()] if verdict.state == "pass" and snapshot.attempts else []
    unclear = verdict.state == "cannot tell"
    # Only where all is well, or something is wanted, can be seen what became of a write whose answer was lost.
    seen = verdict.state == "pass" or bool(steps)
    return Plan(
        key=snapshot.key,
        verdicts=((snapshot.facts.name, policy.name, verdict),),
        steps=steps,
        notes=(*settled, *(conclusions(snapshot.unresolved, steps, digests) if seen else [])),
        cannot_tell=(verdict.message,) if unclear else (),
        hushed=_hushed(snapshot, [(policy, verdict)]),
        # Whoever looks at the last of the others marks this key; should that get lost, we look ourselves.
        look_again=at.now + SOON if any(step.gate == "looking" for step in steps) else None,
    )


def _verdict(snapshot: RepositorySnapshot, policy: Policy, at: Standpoint, digests: Digests) -> Verdict:
    if doubt := at.policies.doubts.get(snapshot.facts.name):
        return Verdict(state="cannot tell", message=doubt)
    key, rules = PolicyKey(snapshot.facts.name, policy.name), at.policies.file
    found = policy.check(snapshot.facts, rules, at.now)
    verdict = judged(
        found,
        key,
        rules=rules,
        before=snapshot.accepted,
        now=at.now,
        digests=digests,
        acceptance=snapshot.acceptances.get(policy.name),
    )
    if verdict.state != "finding":
        return verdict
    if why := _all_blocked(verdict.remedies, snapshot.attempts, at, digests):
        return replace(verdict, state="blocked", message=f"{verdict.message}; {why}")
    if why := _contested(key, verdict.remedies, at, digests):
        return replace(verdict, state="contested", message=f"{verdict.message}; {why}")
    return verdict


def _contested(key: PolicyKey, remedies: tuple[Action, ...], at: Standpoint, digests: Digests) -> str | None:
    """Why is something of this left alone: because others undid it each time?"""
    brakes = replace(at.brakes, freezes=tuple(each for each in at.brakes.freezes if each.key == key))
    reasons = (frozen(remedy, fingerprints(remedy, digests), brakes, at.now) for remedy in remedies)
    return next(filter(None, reasons), None)


def _all_blocked(
    remedies: tuple[Action, ...], attempts: tuple[Attempt, ...], at: Standpoint, digests: Digests
) -> str | None:
    """Why nothing of this can be mended, where all of it was tried in vain."""
    tried = {attempt.fingerprint: attempt.reason for attempt in attempts if not is_stale(attempt, at.now)}
    if not tried:
        return None
    reasons = [_first(tried, fingerprints(remedy, digests)) for remedy in remedies]
    return reasons[0] if reasons and all(reasons) else None


def _first(tried: Mapping[str, str], prints: Iterable[str]) -> str | None:
    return next((tried[each] for each in prints if each in tried), None)


def _notes_on_advisories(snapshot: RepositorySnapshot, at: Standpoint) -> tuple[Note, ...]:
    """What the list of a repository's advisories tells us to remember."""
    if not isinstance(snapshot.facts.advisories, Known):
        return ()
    listed = snapshot.facts.advisories.value
    known = {advisory.ghsa: advisory for advisory in snapshot.known}
    notes: list[Note] = []
    for advisory in listed:
        if advisory.ghsa in snapshot.cases:
            notes.append(Moved(link=AdvisoryKey(advisory.repo, advisory.ghsa)))
        elif advisory.is_open or advisory.ghsa in known:
            notes.extend(cases.notes_on(advisory, at.policies.file, at.vendoring, None, known.get(advisory.ghsa)))
            if _stays_in_sight(advisory, at, None, known.get(advisory.ghsa)):
                notes.append(
                    LookAt(keys=frozenset({AdvisoryKey(advisory.repo, advisory.ghsa)}), due=at.now + at.watch_every)
                )
    gone = [each for each in snapshot.known if each.ghsa not in {advisory.ghsa for advisory in listed}]
    if gone:  # known to be open and in no list any more: each is looked at by itself
        notes.append(LookAt(keys=frozenset(_key_of(each) for each in gone)))
    return tuple(notes)


def _stays_in_sight(advisory: Advisory, at: Standpoint, case: int | None, known: KnownAdvisory | None) -> bool:
    """Is it looked at again and again: until it is accepted, or until somebody says what becomes of it?"""
    rules, graph = at.policies.file, at.vendoring
    waits = case is None and cases.awaits_acceptance(advisory, rules, graph)
    return waits or cases.needs_a_person(advisory, rules, graph, case, known) is not None


def _key_of(known: KnownAdvisory) -> Key:
    return AdvisoryKey(known.repo, known.ghsa)


def _decide_advisory(snapshot: AdvisorySnapshot, at: Standpoint) -> Plan:
    if not isinstance(snapshot.advisory, Known):
        return Plan(key=snapshot.key, cannot_tell=(snapshot.advisory.reason,))
    advisory = snapshot.advisory.value
    if snapshot.case is None and at.policies.file.is_sentinel(advisory.ghsa):
        return Plan(key=snapshot.key, notes=(Forget(repo=advisory.repo, ghsa=advisory.ghsa),))
    matter = cases.needs_a_person(advisory, at.policies.file, at.vendoring, snapshot.case, snapshot.known)
    stays = _stays_in_sight(advisory, at, snapshot.case, snapshot.known)
    return Plan(
        key=snapshot.key,
        people_must=(matter,) if matter else (),
        notes=cases.notes_on(advisory, at.policies.file, at.vendoring, snapshot.case, snapshot.known),
        look_again=at.now + at.watch_every if stays else None,
    )
