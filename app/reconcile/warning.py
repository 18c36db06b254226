"""What is told of writes that a brake holds back?

That too many would be changed is told once for each kind of remedy, and over when fewer would be (`app.reconcile.gauge`
sees that); that others undo what we mend is over when a person thaws it. That names both sides and between which looks
each of them acted, but where it would tell when something happened to an unpublished advisory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from app.domain.actions import Action
from app.domain.ids import AdvisoryKey
from app.domain.records import Notice
from app.reconcile.attribution import UNKNOWN
from app.reconcile.digests import Digests
from app.reconcile.plan import LeaveAlone, Note, Plan


def warnings_of(
    plan: Plan, notes: Iterable[Note], now: datetime, digests: Digests, wars: Mapping[str, str]
) -> Iterator[Notice]:
    """Notices about the steps of a plan. `notes` are those that were written down, `wars` what is known of each scope

    that is left alone from now on: who changed it when.
    """
    for step in plan.steps:
        if step.gate == "capped":
            text = f"{step.why_not}. Until then, or until policy is corrected, nothing of it is written"
            yield Notice(kind="capped", about=step.action.scope, severity="warning", text=text, since=now)
    if any(isinstance(note, LeaveAlone) for note in notes):
        about = _about(plan, digests)
        text = f"{about}: others undid each time what was mended; it is left alone until a coordinator thaws it"
        text += f". {_sides(plan, about, wars)}"
        yield Notice(kind="contested", about=about, severity="warning", text=text, since=now)


def _sides(plan: Plan, about: str, wars: Mapping[str, str]) -> str:
    visible = {step.action.scope for step in plan.steps if step.gate == "frozen" and not _is_hidden(step.action)}
    told = [story for scope, story in wars.items() if scope in visible and story]
    if about == str(plan.key) and told:
        return "; ".join(told)
    return f"The sides are Greenroom and {UNKNOWN}; greenroom explain KEY tells between which looks each of them acted"


def _about(plan: Plan, digests: Digests) -> str:
    """Beside the name of a repository nothing may tell that an advisory is open there."""
    is_hidden = all(_is_hidden(step.action) for step in plan.steps if step.gate == "frozen")
    return digests.hidden(plan.key) if is_hidden else digests.pseudonym(plan.key)


def _is_hidden(action: Action) -> bool:
    return isinstance(action.key, AdvisoryKey)
