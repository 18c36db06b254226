"""What can be typed to keep a copy of the database, and to come back from one?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text
from sqlalchemy.engine import make_url

from app.cli.command import DONE, FAILED, MISUSED, AsJson, read_settings, run_to_exit, show_result, stop
from app.clock import SystemClock
from app.settings import Settings
from app.shown.terminal import Json
from app.store import backups, engines, server_backups
from app.store.copies import Copy, NotCopied

AFTERWARDS = """\
Writes are switched off, nobody is signed in, and every open case waits for a coordinator.
What happened since the backup is not in it: approvals that were taken back, freezes and proposals are as they were.
Read greenroom plan and greenroom case list --all; withdraw, and confirm with greenroom case restore N --by LOGIN.
Then greenroom writes on --by LOGIN. See docs/operations.md."""


def backup(
    file: Annotated[Path, typer.Argument(help="Where to; a file that is not there yet.")], as_json: AsJson = False
) -> None:
    """Copy the database, also while it is used, and check that the copy is whole."""

    async def run(settings: Settings) -> Json:
        database = engines.file_of(make_url(settings.database_url))
        if database is None:
            return _shown(await server_backups.back_up(settings.database_url, file))
        return _shown(await backups.back_up(database, file))

    _run(run, lambda shown: show_result(as_json, shown, lambda shown: Text(_told("Copied to", shown))))


def restore(
    file: Annotated[Path | None, typer.Argument(help="What the command backup wrote.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where there is something; it is kept beside.")
    ] = False,
    other_app: Annotated[
        bool, typer.Option("--other-app", help="Also a backup of an install of another App than the settings name.")
    ] = False,
    distrust: Annotated[
        bool, typer.Option("--distrust", help="Put nothing back: the database is what other tools put back.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put a backup in the place of a database that no instance uses. Nothing is written to GitHub afterwards."""
    if distrust is (file is not None):
        raise SystemExit(stop("name a FILE that the command backup wrote, or say --distrust, and not both", MISUSED))
    if file is None:
        _run(_distrust, lambda shown: show_result(as_json, shown, lambda _: Text(AFTERWARDS)))
    else:
        run = partial(_restore, file=file, replace=replace, other_app=other_app)
        _run(run, lambda shown: show_result(as_json, shown, _restored_for_people))


async def _restore(settings: Settings, *, file: Path, replace: bool, other_app: bool) -> Json:
    app, now = None if other_app else settings.app_id, SystemClock().now()
    url = make_url(settings.database_url)
    database = engines.file_of(url)
    name = f"{database.name if database else 'greenroom'}.replaced-{now:%Y%m%dT%H%M%SZ}"
    if database is None:  # what was in it is kept where the backup is, as it is no file itself
        beside = file.with_name(name)
        found = await server_backups.restore(
            file, settings.database_url, aside=beside if replace else None, now=now, app=app
        )
    else:
        beside = database.with_name(name)
        found = await backups.restore(file, database, aside=beside if replace else None, now=now, app=app)
    return _shown(found) | {"database": engines.place(url), "replaced": _if_there(beside)}


async def _distrust(settings: Settings) -> Json:
    url = make_url(settings.database_url)
    database, now = engines.file_of(url), SystemClock().now()
    if database is None:
        await server_backups.come_back(settings.database_url, now=now)
    else:
        await backups.come_back(database, now=now)
    return {"database": engines.place(url)}


def _run(work: Callable[[Settings], Coroutine[Any, Any, Json]], show: Callable[[Json], None]) -> None:
    settings = read_settings()

    async def run() -> int:
        try:
            show(await work(settings))
        except NotCopied as error:
            return stop(str(error), FAILED)
        return DONE

    run_to_exit(run())


def _if_there(file: Path) -> str | None:
    return str(file) if file.exists() else None


def _shown(copy: Copy) -> Json:
    size, migration = copy.size, copy.migration
    return {"file": str(copy.file), "bytes": size, "migration": migration, "rows": copy.rows, "head": copy.head}


def _told(what: str, shown: Json) -> str:
    audit = f"{shown['rows']} rows of audit, the latest {shown['head']}"
    return f"{what} {shown['file']}: {shown['bytes']} bytes, migration {shown['migration']}, {audit}."


def _restored_for_people(shown: Json) -> RenderableType:
    lines = [Text(_told("Restored from", shown))]
    if shown["replaced"]:
        lines += [Text(f"What was there is in {shown['replaced']}.")]
    return Group(*lines, Text(AFTERWARDS))
