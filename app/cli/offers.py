"""What can be typed about a mirror and its sources that say different things, and about a frozen mirror?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer

from app.casework import offering
from app.cli.command import DONE, MISUSED, AsJson, show_result, stop, with_greenroom
from app.domain.cases import StoredCase
from app.domain.offers import Direction
from app.halting import NotAllowed
from app.main import Greenroom
from app.shown.cases import case_for_people, case_shown
from app.store.cases import NoSuchCase

Number = Annotated[int, typer.Argument(help="Of the case, as in case/N.", min=1)]
Change = Callable[[Greenroom], Coroutine[Any, Any, StoredCase]]


def offer(
    number: Number,
    field: Annotated[str, typer.Argument(help="As greenroom plan names it: severity, vulnerabilities/pip:uv, …")],
    *,
    to_source: Annotated[
        bool, typer.Option("--to-source", help="The advisory takes over what the mirror says.")
    ] = False,
    to_mirror: Annotated[bool, typer.Option("--to-mirror", help="The mirror says what the advisory says.")] = False,
    by: Annotated[str, typer.Option(help="Who speaks for the advisory's own tool, or a coordinator.")] = "",
    as_json: AsJson = False,
) -> None:
    """Settle a field that people changed in a mirror. It lapses where either side changes before it is done."""

    async def change(greenroom: Greenroom) -> StoredCase:
        if to_source == to_mirror:
            raise NotAllowed("say either --to-source, as its own people, or --to-mirror, as a coordinator")
        direction: Direction = "to-source" if to_source else "to-mirror"
        return await offering.offer(greenroom, number, field, direction, by=by)

    _change(change, as_json=as_json)


def restore(
    number: Number,
    alone: Annotated[
        bool, typer.Option("--alone", help="Though its record names advisories that are not linked.")
    ] = False,
    by: Annotated[str, typer.Option(help="The coordinator who answers for it, as the audit will say.")] = "",
    as_json: AsJson = False,
) -> None:
    """Have Greenroom's part of a frozen mirror written anew. Whatever people wrote in it stays."""

    async def change(greenroom: Greenroom) -> StoredCase:
        return await offering.restore(greenroom, number, by=by, alone=alone)

    _change(change, as_json=as_json)


def _change(change: Change, *, as_json: bool) -> None:
    async def run(greenroom: Greenroom) -> int:
        try:
            changed = await change(greenroom)
        except (NotAllowed, NoSuchCase) as error:
            return stop(str(error), MISUSED)
        show_result(as_json, case_shown(changed), case_for_people)
        return DONE

    with_greenroom(run)
