"""What can be typed to give a database its shape, and what was known elsewhere?"""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.command import DONE, FAILED, people, progress, read_settings, run_to_exit, stop
from app.clock import SystemClock
from app.shown.terminal import say
from app.store.database import Database
from app.store.in_use import StillUsed, refuse_what_is_worked_with
from app.store.itself import come_back
from app.store.transfer import CannotCopy, transfer

Source = Annotated[
    str, typer.Option("--from", metavar="URL", help="Copy everything from that database into this one, if it is empty.")
]


Back = Annotated[
    bool,
    typer.Option("--back", help="Go on with a database that was copied into another, without what happened there."),
]


def migrate(source: Source = "", *, back: Back = False) -> None:
    """Bring the database to the shape of this version."""
    settings = read_settings()
    if source:
        _take_along(source, settings.database_url)

    async def run() -> int:
        try:
            await refuse_what_is_worked_with(settings.database_url, SystemClock().now())
        except StillUsed as error:
            return stop(str(error), FAILED)
        database = await Database.open(settings.database_url, migrate=True, begin=not back)
        try:
            if back:
                await database.write(come_back)
        finally:
            await database.close()
        say(people, f"The database {database.place} has the shape of this version.")
        return DONE

    run_to_exit(run())


def _take_along(source: str, target: str) -> None:
    """In the main thread, so that who presses Ctrl-C stops it."""
    try:
        with progress("Copying rows") as tell:
            counts = transfer(source, target, now=SystemClock().now(), tell=tell)
    except CannotCopy as error:
        raise SystemExit(stop(str(error), FAILED)) from None
    except KeyboardInterrupt:
        raise SystemExit(stop("stopped: nothing was copied, and it can be begun again", FAILED)) from None
    rows, tables = sum(counts.values()), len(counts)
    say(people, f"{rows} rows of {tables} tables were copied and counted; the audit is the same.")
    say(people, "What they were copied from is kept, and no instance uses it any more.")
