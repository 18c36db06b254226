"""What can be typed about who ships what?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text
from sqlalchemy import Connection

from app.cli.command import CANNOT_TELL, DONE, AsJson, show_result, stop, with_greenroom
from app.domain.cases import Vendored
from app.github.errors import RetryLater
from app.main import Greenroom
from app.reconcile.shipping import vendoring as as_known
from app.shown.terminal import Json, moment, table
from app.store import vendored
from app.store.vendored import VendoringLook
from policies.config import PolicyFile
from policies.vendoring import Graph

Read = Annotated[bool, typer.Option("--read", help="Read the repositories' own files now.")]


def vendoring(*, read: Read = False, as_json: AsJson = False) -> None:
    """Who ships or needs what, since when that is known, and what could not be read."""

    async def run(greenroom: Greenroom) -> int:
        try:
            if read:
                await greenroom.vendoring.read()
        except RetryLater as error:
            return stop(f"cannot tell: {error}", CANNOT_TELL)
        shown = await greenroom.database.read(partial(_shown, rules=greenroom.policy.current().file))
        show_result(as_json, shown, _for_people)
        return DONE

    with_greenroom(run)


def _shown(conn: Connection, *, rules: PolicyFile) -> Json:
    graph: Graph = as_known(conn)
    return {
        "as_of": graph.as_of.isoformat(),
        "lines": [_line(line, rules) for line in sorted(graph.lines, key=_order)],
        "looks": [_look(look) for look in vendored.looks(conn)],
    }


def _line(line: Vendored, rules: PolicyFile) -> Json:
    return {
        "consumer": str(line.consumer),
        "tool": rules.tool_of(line.consumer),
        "component": line.component,
        "mode": line.mode,
        "version": line.version,
        "place": line.place,
        "note": line.note,
        "read_at": line.read_at.isoformat() if line.read_at else None,
    }


def _look(look: VendoringLook) -> Json:
    return {
        "consumer": str(look.consumer),
        "looked_at": look.looked_at.isoformat(),
        "good_at": look.good_at.isoformat() if look.good_at else None,
        "trouble": look.trouble,
    }


def _order(line: Vendored) -> tuple[str, str, str]:
    return str(line.consumer).lower(), line.place, line.component


def _for_people(shown: Json) -> RenderableType:
    rows = [
        [
            each["tool"] or f"{each['consumer']} (no tool of policy)",
            each["component"].partition(":")[2],
            " ".join(filter(None, (each["mode"], each["version"]))),
            each["place"],
            moment(each["read_at"]) if each["read_at"] else "",
        ]
        for each in shown["lines"]
    ]
    titles = ["tool", "component", "how", "where", "read (UTC)"]
    caption = f"Who ships or needs what: as of {shown['as_of']}, where nothing was read since"
    parts: list[RenderableType] = [table(caption, titles, rows)]
    return Group(*parts, *map(Text, _troubles(shown["looks"])))


def _troubles(looks: Iterable[Json]) -> Iterable[str]:
    for look in looks:
        if look["trouble"]:
            yield f"{look['consumer']}, looked at {moment(look['looked_at'])}, stays as it was: {look['trouble']}."
