"""What can be typed about the audit? Nothing of it asks GitHub anything."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from app.cli.command import DONE, FAILED, MISUSED, AsJson, show_result, stop, with_database
from app.clock import SystemClock
from app.domain.ids import Key
from app.health.self_watch import verified
from app.reconcile.digests import Digests
from app.settings import Settings
from app.shown.terminal import Json, moment, table
from app.store import audit as chain
from app.store.audit import Entry
from app.store.database import Database

audit = typer.Typer(
    no_args_is_help=True, help="Look at what was done, who allowed it, and whether the record is whole."
)


@audit.command()
def verify(
    head: Annotated[str, typer.Option(help="A hash that an earlier verify printed and that you kept elsewhere.")] = "",
    as_json: AsJson = False,
) -> None:
    """Check that every row is as it was written. Keep the hash it prints: with --head, missing rows are noticed too."""
    noted = head.strip().lower() or None
    if noted is not None and not re.fullmatch(r"[0-9a-f]{64}", noted):
        raise SystemExit(stop("--head takes the 64 hexadecimal digits that greenroom audit verify printed", MISUSED))

    async def run(settings: Settings, database: Database) -> int:
        found = await verified(database, SystemClock().now(), noted)
        shown: Json = {
            "whole": found.broken is None and found.holds,
            "rows": found.rows,
            "head": found.head,
            "broken": None,
            "holds": found.holds if noted else None,
        }
        if found.broken is not None:
            at, key = await database.read(partial(chain.place_of, number=found.broken))
            shown["broken"] = {"row": found.broken, "at": at, "key": _name_of(key, settings)}
        show_result(as_json, shown, _chain_for_people)
        return DONE if shown["whole"] else FAILED

    with_database(run)


@audit.command("list")
def list_(
    limit: Annotated[int, typer.Option(min=1, help="How many rows, the newest.")] = 20, as_json: AsJson = False
) -> None:
    """Show the newest rows: what was announced, what became of it, who said yes."""

    async def run(settings: Settings, database: Database) -> int:
        rows = [_row(entry, settings) for entry in await database.read(partial(chain.latest, limit=limit))]
        show_result(as_json, {"rows": rows}, _rows_for_people)
        return DONE

    with_database(run)


def _row(entry: Entry, settings: Settings) -> Json:
    return {
        "row": entry.id,
        "at": entry.at.isoformat(),
        "key": _name_of(entry.key, settings),
        "phase": entry.phase,
        "kind": entry.kind,
        "scope": entry.scope,
        "outcome": entry.outcome,
        "detail": entry.detail,
        "actor": entry.actor,
    }


def _name_of(key: Key | None, settings: Settings) -> str | None:
    return Digests.parse(settings.digest_keys.get_secret_value()).pseudonym(key) if key else None


def _chain_for_people(shown: Json) -> RenderableType:
    lines = [Text(f"{shown['rows']} rows; the latest hash is")]
    lines += [Text(f"  {shown['head']}")]
    if broken := shown["broken"]:
        about = f", about {broken['key']}" if broken["key"] else ""
        said = f"Row {broken['row']} is not as it was written (it says {broken['at']}{about})."
        lines = [Text(said, style="red"), Text("Every row before it is whole; of those after it nothing can be said.")]
    elif shown["holds"] is False:
        said = "The hash that you noted is in the chain no more: rows are missing at its end, or it was begun anew."
        lines += [Text(said, style="red")]
    else:
        lines += [Text("Every row is as it was written.")]
        lines += [Text("The hash that you noted is in the chain.")] if shown["holds"] else [Text(_KEEP, style="dim")]
    return Group(*lines)


_KEEP = "Keep the hash elsewhere; greenroom audit verify --head HASH notices later if rows are missing at the end."


def _rows_for_people(shown: Json) -> RenderableType:
    rows = [(moment(each["at"]), each["key"] or "", _words(each)) for each in shown["rows"]]
    return table("Audit", ("at (UTC)", "where", "what"), rows) if rows else Text("Nothing was ever done.")


def _words(row: Json) -> str:
    if row["actor"]:
        return f"{row['actor']} {_did(row)}"
    if row["phase"] == "intend":
        return f"{row['kind']} was announced"
    return f"{row['kind']}: {row['outcome']}{', ' if row['detail'] else ''}{row['detail'] or ''}"


def _did(row: Json) -> str:
    match row["phase"]:
        case "approve":
            return f"approved “{row['scope']}” under {row['detail']}"
        case "withdraw":
            return f"took the approval of “{row['scope']}” back"
        case "thaw":
            return f"thawed “{row['scope']}”"
        case "switch":
            return f"switched all writes {row['scope']}"
        case _:
            return f"wrote down: {row['scope']}"
