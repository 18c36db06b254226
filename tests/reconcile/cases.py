"""A case, its source, and a mirror that says the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.domain.actions import OpenMirror
from app.domain.ids import CaseKey
from app.reconcile.cases import block_of
from tests.builders import MIRROR, advisory, case, case_snapshot, known, rules
from tests.reconcile.plans import planned
from tests.reconcile.two_sides import Sides

KEY = CaseKey(1)
LINKS = (case().links[0], replace(case().links[0], ghsa=MIRROR))
OVER = known(advisory(state="published"))
CLOSED = known(advisory(state="closed"))


def in_step() -> Sides:
    """Case 1 whose mirror says what its source says."""
    return Sides(block=block_of(case(), (advisory(),), rules()))


def seen(sides: Sides, **said: Any) -> Any:
    """The case with that mirror."""
    boring = {
        "case": sides.case,
        "sources": (known(sides.source),),
        "mirror": known(sides.mirror),
        "baselines": sides.baselines,
    }
    return case_snapshot(**(boring | said))


def with_mirror(**said: Any) -> Any:
    """The case when nothing is left to write."""
    sides = in_step()
    sides.settle()
    return seen(sides, **said)


def mirror_in(state: Any) -> Any:
    return known(replace(in_step().mirror, state=state))


def opened() -> OpenMirror:
    """What opens its mirror."""
    [step] = planned(case_snapshot()).steps
    assert isinstance(step.action, OpenMirror)
    return step.action
