"""What can be typed to give a database its shape, and what was known elsewhere?"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from app.command import DONE, FAILED, people, read_settings, run_to_exit, stop
from app.shown import say
from app.store.database import Database
from app.store.transfer import CannotCopy, transfer

Source = Annotated[
    str, typer.Option("--from", metavar="URL", help="Copy everything from that database into this one, if it is empty.")
]


def migrate(source: Source = "") -> None:
    """Bring the database to the shape of this version."""
    settings = read_settings()

    async def run() -> int:
        if source:
            try:
                counts = await asyncio.to_thread(transfer, source, settings.database_url)
            except CannotCopy as error:
                return stop(str(error), FAILED)
            rows, tables = sum(counts.values()), len(counts)
            say(people, f"{rows} rows of {tables} tables were copied and counted; the audit is the same.")
        await (await Database.open(settings.database_url, migrate=True)).close()
        say(people, "The database has the shape of this version.")
        return DONE

    run_to_exit(run())
