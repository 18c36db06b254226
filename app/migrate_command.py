"""What can be typed to give a database its shape, and what was known elsewhere?"""

from __future__ import annotations

from typing import Annotated

import typer

from app.command import DONE, FAILED, people, progress, read_settings, run_to_exit, stop
from app.shown import say
from app.store.database import Database
from app.store.transfer import CannotCopy, transfer

Source = Annotated[
    str, typer.Option("--from", metavar="URL", help="Copy everything from that database into this one, if it is empty.")
]


def migrate(source: Source = "") -> None:
    """Bring the database to the shape of this version."""
    settings = read_settings()
    if source:
        _take_along(source, settings.database_url)

    async def run() -> int:
        await (await Database.open(settings.database_url, migrate=True)).close()
        say(people, "The database has the shape of this version.")
        return DONE

    run_to_exit(run())


def _take_along(source: str, target: str) -> None:
    """In the main thread, so that who presses Ctrl-C stops it."""
    try:
        with progress("Copying rows") as tell:
            counts = transfer(source, target, tell)
    except CannotCopy as error:
        raise SystemExit(stop(str(error), FAILED)) from None
    except KeyboardInterrupt:
        raise SystemExit(stop("stopped: nothing was copied, and it can be begun again", FAILED)) from None
    rows, tables = sum(counts.values()), len(counts)
    say(people, f"{rows} rows of {tables} tables were copied and counted; the audit is the same.")
