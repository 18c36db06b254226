"""What can be typed about a case?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from app import embargoes
from app.command import DONE, MISUSED, AsJson, people, show_result, stop, with_greenroom
from app.domain.cases import StoredCase
from app.halting import NotAllowed
from app.main import Greenroom
from app.shown import Json, moment, say
from app.store.cases import NoSuchCase

case = typer.Typer(no_args_is_help=True, help="Say what was agreed about a case.")
Number = Annotated[int, typer.Argument(help="Of the case, as in case/N.", min=1)]
By = Annotated[str, typer.Option(help="The coordinator who answers for it, as the audit will say.")]
Change = Callable[[Greenroom], Coroutine[Any, Any, StoredCase]]


@case.command()
def embargo(
    number: Number,
    until: Annotated[str, typer.Argument(help=f"The hour in UTC, as {embargoes.EXAMPLE}.")] = "",
    none: Annotated[bool, typer.Option("--none", help="No hour is agreed any more.")] = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Write down before which hour nothing of a case is to be public, as its tools agreed. Its mirror says it then."""

    async def change(greenroom: Greenroom) -> StoredCase:
        if bool(until) == none:
            raise NotAllowed(f"give an hour in UTC, as {embargoes.EXAMPLE}, or --none")
        agreed = embargoes.hour(until) if until else None
        for doubt in embargoes.doubts(agreed) if agreed else ():
            say(people, doubt, style="yellow")
        return await embargoes.agree(greenroom, number, agreed, by=by)

    _change(change, as_json=as_json)


@case.command()
def disclosed(number: Number, by: By = "", as_json: AsJson = False) -> None:
    """Write down that a case is public, where that cannot be seen on GitHub."""

    async def change(greenroom: Greenroom) -> StoredCase:
        return await embargoes.disclose(greenroom, number, by=by)

    _change(change, as_json=as_json)


def _change(change: Change, *, as_json: bool) -> None:
    async def run(greenroom: Greenroom) -> int:
        try:
            changed = await change(greenroom)
        except (NotAllowed, NoSuchCase) as error:
            return stop(str(error), MISUSED)
        shown: Json = {
            "case": changed.number,
            "embargo_until": changed.embargo_until.isoformat() if changed.embargo_until else None,
            "disclosed_at": changed.disclosed_at.isoformat() if changed.disclosed_at else None,
        }
        show_result(as_json, shown, _for_people)
        return DONE

    with_greenroom(run)


def _for_people(shown: Json) -> RenderableType:
    name, until, said = f"Case {shown['case']}", shown["embargo_until"], shown["disclosed_at"]
    lines = [f"{name}: nothing is public before {moment(until)} UTC." if until else f"{name}: no hour is agreed."]
    lines += [f"A coordinator said {moment(said)} UTC that it is public."] if said else []
    return Group(*map(Text, lines))
