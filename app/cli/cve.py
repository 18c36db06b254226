"""What can be typed about the CVE ids of a case?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer

from app.casework import cve
from app.cli.command import DONE, MISUSED, AsJson, show_result, stop, with_greenroom
from app.domain.cases import CVE_ENDS, StoredCase
from app.halting import NotAllowed
from app.main import Greenroom
from app.shown.cases import case_for_people, case_told
from app.store.cases import NoSuchCase
from app.store.participants import NotInIt

ids = typer.Typer(no_args_is_help=True, help="Keep track of who asked for CVE ids, and of where they go.")
Tool = Annotated[str, typer.Argument(help="As policy calls it.")]
Member = Annotated[str, typer.Option(help="Who speaks for the tool, as policy and GitHub say at this moment.")]
By = Annotated[str, typer.Option(help="Who answers for it, as the audit will say.")]
Change = Callable[[Greenroom], Coroutine[Any, Any, StoredCase]]


@ids.callback()
def of_case(
    context: typer.Context, number: Annotated[int, typer.Argument(help="Of the case, as in case/N.", min=1)]
) -> None:
    """Keep track of who asked for CVE ids, and of where they go."""
    context.obj = number


@ids.command()
def request(context: typer.Context, tool: Tool, by: Member = "", as_json: AsJson = False) -> None:
    """Write down that you asked the CNA of a tool for an id, and what shows that you may."""

    async def change(greenroom: Greenroom) -> StoredCase:
        return await cve.request(greenroom, context.obj, tool, by=by)

    _change(change, as_json=as_json)


@ids.command()
def record(
    context: typer.Context,
    tool: Tool,
    cve_id: Annotated[str, typer.Argument(metavar="CVE", help="As CVE-2026-12345.")],
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Write down the id that the CNA assigned, before it is written anywhere else."""

    async def change(greenroom: Greenroom) -> StoredCase:
        return await cve.record(greenroom, context.obj, tool, cve_id, by=by)

    _change(change, as_json=as_json)


@ids.command()
def write(context: typer.Context, tool: Tool, by: Member = "", as_json: AsJson = False) -> None:
    """Let the recorded id be written to the linked advisory of the tool."""

    async def change(greenroom: Greenroom) -> StoredCase:
        return await cve.write(greenroom, context.obj, tool, by=by)

    _change(change, as_json=as_json)


@ids.command()
def drop(
    context: typer.Context,
    what: Annotated[str, typer.Argument(metavar="CVE", help="The id, or the tool whose request has none.")],
    reason: Annotated[str, typer.Argument(help=f"One of {', '.join(CVE_ENDS)}.")],
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Write down why an id is written to no advisory here."""

    async def change(greenroom: Greenroom) -> StoredCase:
        return await cve.drop(greenroom, context.obj, what, reason, by=by)

    _change(change, as_json=as_json)


def _change(change: Change, *, as_json: bool) -> None:
    async def run(greenroom: Greenroom) -> int:
        try:
            changed = await change(greenroom)
        except (NotAllowed, NoSuchCase, NotInIt) as error:
            return stop(str(error), MISUSED)
        show_result(as_json, case_told(changed, ()), case_for_people)
        return DONE

    with_greenroom(run)
