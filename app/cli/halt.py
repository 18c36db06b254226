"""What can be typed to stop Greenroom's hand, and to let it go on?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from app import halting
from app.cli.command import DONE, MISUSED, AsJson, people, show_result, stop, with_database, with_greenroom
from app.clock import SystemClock
from app.domain.ids import TimerKey, parse_key
from app.holding import LIVE
from app.main import Greenroom
from app.settings import Settings
from app.shown.terminal import Json, moment, say
from app.store import itself, switches
from app.store.database import Database

NOBODY = "No running instance is heard of in"


class OnOff(StrEnum):
    """How to switch."""

    ON = "on"
    OFF = "off"


def writes(
    to: Annotated[OnOff | None, typer.Argument(help="Without it, show how they are switched.")] = None,
    by: Annotated[str, typer.Option(help="Who switches them; for on, a coordinator.")] = "",
    as_json: AsJson = False,
) -> None:
    """Switch everything that is written to GitHub off (anybody here may) or on, at once and on every instance."""

    async def let_write(greenroom: Greenroom) -> int:
        try:
            await halting.let_write(greenroom, by=by)
        except halting.NotAllowed as error:
            return stop(str(error), MISUSED)
        return await run(greenroom.settings, greenroom.database)

    async def run(settings: Settings, database: Database) -> int:
        if to is OnOff.OFF:
            await halting.stop_writes(database, by=by, now=SystemClock().now())
        switch, heard = await database.read(switches.writes), await database.read(itself.heard_of_instances)
        shown: Json = {
            "writes": "on" if (switch is None or switch.is_on) and settings.writes == "on" else "off",
            "switch": "on" if switch is None or switch.is_on else "off",
            "setting": settings.writes,
            "by": switch.set_by if switch else None,
            "at": switch.set_at.isoformat() if switch else None,
            "database": database.place,
            "heard_of_instance_at": heard.isoformat() if heard else None,
        }
        show_result(as_json, shown, _writes_for_people)
        if heard is None or heard < SystemClock().now() - LIVE:
            say(people, f"{NOBODY} {database.place}; if one runs, it has another database, and another switch.")
        return DONE

    if to is OnOff.ON:
        with_greenroom(let_write)
    else:  # stopping needs neither GitHub nor a policy file
        with_database(run)


def thaw(
    key: Annotated[str, typer.Argument(help="OWNER/REPO#POLICY or case/N, as greenroom notices tells it.")],
    by: Annotated[str, typer.Option(help="The coordinator who lets it go on, as the audit will say.")] = "",
    as_json: AsJson = False,
) -> None:
    """Let Greenroom mend again what others undid each time. Settle first who is right."""

    async def run(greenroom: Greenroom) -> int:
        parsed = parse_key(key)
        if isinstance(parsed, TimerKey):
            return stop("a timer is never frozen; name OWNER/REPO#POLICY or case/N", MISUSED)
        try:
            thawed = await halting.thaw(greenroom, parsed, by)
        except halting.NotAllowed as error:
            return stop(str(error), MISUSED)
        shown: Json = {"key": str(thawed[0].key), "thawed": [each.scope for each in thawed]}
        show_result(as_json, shown, _thaw_for_people)
        return DONE

    with_greenroom(run)


def _writes_for_people(shown: Json) -> RenderableType:
    lines = [Text(f"Writes are {shown['writes']}.", style="bold")]
    if shown["by"]:
        lines += [Text(f"{shown['by']} switched them {shown['switch']} at {moment(shown['at'])} UTC.")]
    if shown["setting"] == "off":
        lines += [Text("GREENROOM_WRITES is off for this process.")]
    return Group(*lines)


def _thaw_for_people(shown: Json) -> RenderableType:
    return Text(f"{shown['key']} is mended again: {', '.join(dict.fromkeys(shown['thawed']))}. Counting starts anew.")
