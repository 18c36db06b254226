"""What can be typed to see how long what is kept, and to let go of what is older?"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text
from sqlalchemy import Connection

from app.cli.command import DONE, AsJson, show_result, with_database
from app.clock import SystemClock
from app.domain.retention import FOR_EVER, TERMS, Retention
from app.retiring import RETIRED, Retiring
from app.settings import Settings
from app.shown.terminal import Json, moment, table
from app.store import moments
from app.store import retention as store
from app.store.database import Database


def retention(
    apply: Annotated[
        bool, typer.Option("--apply", help="Forget now what is old; else that is done once a day.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how long what is kept, since when there is some, and what is old. The audit is kept for ever."""

    async def run(settings: Settings, database: Database) -> int:
        clock = SystemClock()
        gone: dict[str, int] = {}
        if apply:
            gone = await Retiring(database=database, clock=clock, terms=settings.retention).forget()
        show_result(as_json, await database.read(partial(_shown, settings.retention, gone)), _for_people)
        return DONE

    with_database(run)


def _shown(terms: Retention, gone: dict[str, int], conn: Connection) -> Json:
    now, rows = SystemClock().now(), []
    for name, term in TERMS.items():
        found = store.stock(conn, name, now - terms.term(name))
        rows.append(
            _row(name, found, term.says)
            | {"days": terms.term(name) // timedelta(days=1), "forgotten": gone.get(name, 0)}
        )
    rows += [
        _row(name, store.kept_for_ever(conn, name), why) | {"days": None, "forgotten": 0}
        for name, why in FOR_EVER.items()
    ]
    last = moments.last(conn, RETIRED)
    return {"kept": rows, "last": last.isoformat() if last else None}


def _row(name: str, found: store.Stock, says: str) -> Json:
    since = found.since.isoformat() if found.since else None
    return {"what": name, "says": says, "rows": found.rows, "since": since, "old": found.old}


def _for_people(shown: Json) -> RenderableType:
    rows = []
    for each in shown["kept"]:
        days = "for ever" if each["days"] is None else str(each["days"])
        since = (each["since"] or "")[:10]
        rows.append((each["what"], days, str(each["rows"]), since or "–", str(each["old"]), str(each["forgotten"])))
    head = ("what", "days", "rows", "since", "old", "forgotten now")
    last = f"last at {moment(shown['last'])} UTC" if shown["last"] else "not done yet"
    return Group(table("What is kept", head, rows), Text(f"\nWhat is old is forgotten by itself once a day; {last}."))
