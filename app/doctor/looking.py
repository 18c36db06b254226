"""With what does the doctor look where there is no database yet? With one that goes away: looking makes none."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from app.clock import Clock
from app.doctor.lines import Line
from app.doctor.probing import GROUP
from app.main import Greenroom, Transport, assemble
from app.settings import Settings
from app.store.begun import NoDatabase

NOT_PROBED = Line(
    group=GROUP,
    name="probe",
    state="cannot tell",
    says="not tried: whether writes are switched off stands in the database, and there is none",
    do="see the database above",
)


@asynccontextmanager
async def looking(
    settings: Settings, *, clock: Clock, transport: Transport = None
) -> AsyncIterator[tuple[Greenroom, NoDatabase | None]]:
    """What to look with, and what is to be said of the database where there is none. Raises what `assemble` does."""
    assembled = partial(assemble, clock=clock, transport=transport)
    async with AsyncExitStack() as stack:
        try:
            greenroom, missing = await stack.enter_async_context(assembled(settings)), None
        except NoDatabase as error:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="greenroom-doctor-")))
            elsewhere = settings.model_copy(update={"database_url": f"sqlite:///{folder / 'greenroom.db'}"})
            greenroom, missing = await stack.enter_async_context(assembled(elsewhere, begins=True)), error
        yield greenroom, missing
