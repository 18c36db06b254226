"""What is told of writes that a brake holds back?

That too many would be changed is told once for each kind of remedy, and over when fewer would be (`app.reconcile.gauge`
sees that); that others undo what we mend is over when a person thaws it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.domain.ids import AdvisoryKey
from app.domain.records import Notice
from app.reconcile.digests import Digests
from app.reconcile.plan import LeaveAlone, Note, Plan


def warnings_of(plan: Plan, notes: Iterable[Note], now: datetime, digests: Digests) -> Iterator[Notice]:
    """Notices about the steps of a plan. `notes` are those that were written down."""
    for step in plan.steps:
        if step.gate == "capped":
            text = f"{step.why_not}. Until then, or until policy is corrected, nothing of it is written"
            yield Notice(kind="capped", about=step.action.scope, severity="warning", text=text, since=now)
    if any(isinstance(note, LeaveAlone) for note in notes):
        about = _about(plan, digests)
        text = f"{about}: others undid each time what was mended; it is left alone until a coordinator thaws it"
        yield Notice(kind="contested", about=about, severity="warning", text=text, since=now)


def _about(plan: Plan, digests: Digests) -> str:
    """Beside the name of a repository nothing may tell that an advisory is open there."""
    left_alone = [step.action for step in plan.steps if step.gate == "frozen"]
    is_hidden = all(isinstance(action.key, AdvisoryKey) for action in left_alone)
    return digests.hidden(plan.key) if is_hidden else digests.pseudonym(plan.key)
