"""How is a plan made while somebody waits in front of a browser? Beside their request, and one at a time.

A plan asks GitHub about everything, which takes a second for few repositories and minutes for many. Whoever asked for
it is led to it if it is there soon, and finds it on the page of plans otherwise.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from app import planning
from app.dashboard.here import Here
from app.github.errors import RetryLater
from app.halting import NotAllowed
from app.shown import Json

PATIENCE = 5.0  # seconds


@dataclass(slots=True, kw_only=True)
class Making:
    """The plan that this process makes now, or made last. `seen` of `known` things were looked at."""

    task: asyncio.Task[Json] | None = field(default=None, repr=False)
    seen: int = 0
    known: int = 0

    @property
    def goes_on(self) -> bool:
        return self.task is not None and not self.task.done()

    def progress(self, seen: int, known: int) -> None:
        self.seen, self.known = seen, known


def making(here: Here) -> Making:
    """In memory, for all who look: it is made once, however many ask."""
    state = here.request.app.state
    if not hasattr(state, "making"):
        state.making = Making()
    found: Making = state.making
    return found


async def make(here: Here) -> str | None:
    """The id of a plan that was made now; None where it takes longer. Raises NotAllowed."""
    at = making(here)
    if not at.goes_on:
        at.seen = at.known = 0
        at.task = asyncio.create_task(planning.report(here.greenroom, at.progress))
    assert at.task is not None  # noqa: S101 - it goes on, or was begun
    await asyncio.wait({at.task}, timeout=PATIENCE)
    if not at.task.done():
        return None
    try:
        return str(at.task.result()["plan_id"])
    except RetryLater as error:
        raise NotAllowed("GitHub does not answer at this moment, so no plan can be made; try again later") from error
