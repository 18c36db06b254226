"""May this action be done now?

In this order: it was tried in vain · policy does not enforce · no coordinator approved its kind · a brake holds it
(`app.reconcile.brakes`) · writes are off.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.actions import Action
from app.domain.records import Attempt, Intent
from app.reconcile.brakes import Yes, braked
from app.reconcile.digests import Digests
from app.reconcile.plan import Conclude, Gate, Outcome, Step, identity
from app.reconcile.snapshot import Standpoint
from policies.config import Mode

REFUSED_FOR = timedelta(days=1)
RULES_VERSION = 1  # raised when the meaning of an approved scope changes; older approvals then no longer stand


def gated(
    action: Action,
    mode: Mode,
    at: Standpoint,
    attempts: tuple[Attempt, ...],
    digests: Digests,
) -> Step:
    """The action as a step of a plan."""
    prints = fingerprints(action, digests)
    for attempt in attempts:
        if attempt.fingerprint in prints and not is_stale(attempt, at.now):
            return Step(action=action, gate="blocked", why_not=attempt.reason)
    gate, why_not = _gate(action, prints, mode, at)
    return Step(action=action, gate=gate, why_not=why_not)


def _gate(action: Action, prints: tuple[str, ...], mode: Mode, at: Standpoint) -> tuple[Gate, str]:
    if mode != "enforce":
        return "observed", f"policy says {mode}"
    approval = at.approvals.get(action.scope)
    if approval is None or approval.rules_version != RULES_VERSION:
        return "unapproved", f"no coordinator has approved “{action.scope}” yet"
    yes = Yes(approval=approval, commit=at.policies.commit, now=at.now)
    if brake := braked(action, prints, at.brakes, yes):
        return brake
    why_off = at.brakes.off if at.writes_enabled else "GREENROOM_WRITES is off"
    return ("off", why_off) if why_off else ("go", "")


def is_stale(attempt: Attempt, now: datetime) -> bool:
    """May it be tried again? A refusal can pass, so once a day. What GitHub accepted without effect is never repeated:

    its fingerprint changes as soon as the circumstances do, such as the configuration that is attached.
    """
    return attempt.outcome == "refused" and now - attempt.at >= REFUSED_FOR


def fingerprint(action: Action, digests: Digests) -> str:
    """Recognises the same action under the same circumstances, without telling what it was."""
    return digests.of("action", identity(action)).value


def fingerprints(action: Action, digests: Digests) -> tuple[str, ...]:
    """Under each key, the newest first: what was written down under an older one is recognised, too."""
    return tuple(each.value for each in digests.every("action", identity(action)))


def conclusions(unresolved: tuple[Intent, ...], steps: tuple[Step, ...], digests: Digests) -> tuple[Conclude, ...]:
    """What became of writes whose answer was lost: if the same is still wanted, it did not happen.

    Where something else of its kind is wanted by now, it may have happened or not, and nobody will know.
    """
    prints = {each for step in steps for each in fingerprints(step.action, digests)}
    kinds = {step.action.kind for step in steps}
    return tuple(Conclude(intent=each.id, outcome=_became_of(each, prints, kinds)) for each in unresolved)


def _became_of(intent: Intent, prints: set[str], kinds: set[str]) -> Outcome:
    if intent.fingerprint in prints:
        return "no effect seen"
    return "unknown" if intent.kind in kinds else "done"
