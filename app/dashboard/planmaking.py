"""How is a plan made while somebody waits in front of a browser? Beside their request, and one at a time.

A plan asks GitHub about everything, which takes a second for few repositories and minutes for many. Whoever asked for
it is led to it if it is there soon. Otherwise they find it on the page of plans, or a word of ours for the trouble.
"""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import dataclass, field

import structlog

from app import planning
from app.dashboard.here import Here
from app.github.errors import RetryLater
from app.halting import NotAllowed
from app.shown.terminal import Json

PATIENCE = 5.0  # seconds
SILENT = "GitHub does not answer at this moment, so no plan can be made; try again later"
BROKEN = "no plan could be made, because of an error that stands in the log; nothing was written"
log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class Making:
    """The plan that this process makes now, or made last. `seen` of `known` things were looked at.

    `trouble` is why the last one was not made.
    """

    task: asyncio.Task[Json] | None = field(default=None, repr=False)
    seen: int = 0
    known: int = 0
    trouble: str = ""

    @property
    def goes_on(self) -> bool:
        return self.task is not None and not self.task.done()

    def progress(self, seen: int, known: int) -> None:
        self.seen, self.known = seen, known

    def end(self, task: asyncio.Task[Json]) -> None:
        """Also where nobody waits any more. An error may say what is under embargo; its kind and place do not."""
        error = None if task.cancelled() else task.exception()
        if isinstance(error, RetryLater):
            self.trouble = SILENT
        elif error is not None:
            self.trouble = BROKEN
            where = traceback.extract_tb(error.__traceback__)[-1]
            log.error("plan_failed", error=type(error).__name__, at=f"{where.name}:{where.lineno}")


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
        at.seen, at.known, at.trouble = 0, 0, ""
        at.task = asyncio.create_task(planning.report(here.greenroom, at.progress))
        at.task.add_done_callback(at.end)
    assert at.task is not None  # noqa: S101 - it goes on, or was begun
    await asyncio.wait({at.task}, timeout=PATIENCE)
    if not at.task.done():
        return None
    if at.task.cancelled() or at.task.exception() is not None:
        raise NotAllowed(at.trouble or SILENT)
    return str(at.task.result()["plan_id"])
