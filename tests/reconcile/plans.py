"""What is planned, what was found, and when is it looked at again?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.reconcile.decide import decide
from app.reconcile.plan import Plan
from tests.builders import DIGESTS, NOW, standpoint

DUE = NOW + timedelta(minutes=2)


def planned(snapshot: Any, **at: Any) -> Plan:
    return decide(snapshot, standpoint(**at), DIGESTS)


def kinds(plan: Plan) -> list[str]:
    return [step.action.kind for step in plan.steps]


def verdict_of(plan: Plan) -> tuple[str, str]:
    """State and message of the only verdict."""
    [(_, _, verdict)] = plan.verdicts
    return verdict.state, verdict.message
