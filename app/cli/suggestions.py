"""What can be typed about who else may be affected?"""

from __future__ import annotations

from typing import Annotated

import typer

from app.casework import suggesting
from app.cli.cases import By, Number, day
from app.cli.command import DONE, MISUSED, AsJson, show_result, stop, with_greenroom
from app.domain.cases import REFUSALS, Answer, StoredCase
from app.halting import NotAllowed
from app.main import Greenroom
from app.shown.cases import case_for_people, case_shown
from app.store.cases import NoSuchCase
from app.store.suggestions import NotSuggested


def suggest(
    number: Number,
    tool: Annotated[str, typer.Argument(help="As the suggestion names it.")],
    answer: Annotated[Answer, typer.Argument(help="yes lets it take part.")],
    reason: Annotated[str, typer.Argument(help=f"Of a no: one of {', '.join(REFUSALS)}.")] = "",
    *,
    rsvp: Annotated[str, typer.Option(help="With a yes: the day (UTC) until which it is asked to answer.")] = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Answer whether a tool that may be affected, too, takes part in a case. `case show` lists who that is, and why."""

    async def run(greenroom: Greenroom) -> int:
        try:
            changed = await _said(greenroom, number, tool, answer, reason=reason, rsvp=rsvp, by=by)
        except (NotAllowed, NoSuchCase, NotSuggested) as error:
            return stop(str(error), MISUSED)
        show_result(as_json, case_shown(changed), case_for_people)
        return DONE

    with_greenroom(run)


async def _said(
    greenroom: Greenroom, number: int, tool: str, answer: Answer, *, reason: str, rsvp: str, by: str
) -> StoredCase:
    if answer == "no":
        return await suggesting.refuse(greenroom, number, tool, reason=reason, by=by)
    if reason:
        raise NotAllowed("a yes needs no reason")
    return await suggesting.confirm(greenroom, number, tool, rsvp=day(rsvp), by=by)
