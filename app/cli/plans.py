"""What can be typed about plans: what would be done, and who says yes to it or takes that back?"""

from __future__ import annotations

from typing import Annotated

import typer

from app import planning
from app.cli.command import CANNOT_TELL, DONE, FOUND, MISUSED, AsJson, progress, show_result, stop, with_greenroom
from app.main import Greenroom
from app.shown.terminal import approval_for_people, plan_for_people, withdrawal_for_people


def plan(as_json: AsJson = False) -> None:
    """Show what would be done, and what waits for a yes.

    Exits 3 if something is to be done, is blocked or is for people to settle, else 4 if something cannot be told.

    What would be done if policy enforced it is shown, and counts for neither.
    """

    async def run(greenroom: Greenroom) -> int:
        with progress("looking at everything") as advance:
            shown = await planning.report(greenroom, advance)
        show_result(as_json, shown, plan_for_people)
        if shown["actions"] or shown["blocked"] or shown["people_must"]:
            return FOUND
        return CANNOT_TELL if shown["cannot_tell"] else DONE

    with_greenroom(run)


def approve(
    plan_id: Annotated[str, typer.Argument(help="The id that `greenroom plan` printed.")],
    by: Annotated[str, typer.Option(help="The coordinator who approves, as the audit will say.")] = "",
    wide: Annotated[bool, typer.Option("--wide", help="For a day: as many repositories at once as it shows.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say yes, as a coordinator, to the kinds of remedy in a plan. It stands for later remedies of the same kind."""

    async def run(greenroom: Greenroom) -> int:
        try:
            given = await planning.approve(greenroom, plan_id, by, wide=wide)
        except planning.CannotApprove as error:
            return stop(str(error), MISUSED)
        show_result(as_json, {"plan_id": plan_id, **given}, approval_for_people)
        return DONE

    with_greenroom(run)


def withdraw(
    scope: Annotated[str, typer.Argument(help="The kind of remedy, as `greenroom approve` printed it.")],
    by: Annotated[str, typer.Option(help="Who takes it back, as the audit will say.")] = "",
    as_json: AsJson = False,
) -> None:
    """Take an approval back. Nothing of that kind is done any more until a coordinator approves it again."""

    async def run(greenroom: Greenroom) -> int:
        try:
            await planning.withdraw(greenroom, scope, by)
        except planning.CannotApprove as error:
            return stop(str(error), MISUSED)
        show_result(as_json, {"withdrawn": scope}, withdrawal_for_people)
        return DONE

    with_greenroom(run)
