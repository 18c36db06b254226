"""What can be typed about comments that go between a case's mirror and a linked advisory?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from app.casework import relaying
from app.cli.cases import By, Number
from app.cli.command import DONE, MISUSED, AsJson, show_result, stop, with_greenroom
from app.domain.cases import Direction
from app.domain.ids import Ghsa
from app.domain.talks import Way
from app.halting import NotAllowed
from app.main import Greenroom
from app.shown.cases import case_for_people, case_shown
from app.store.cases import NoSuchCase


class Where(StrEnum):
    """Which way comments go."""

    TO_MIRROR = "to-mirror"
    TO_SOURCE = "to-source"


class Switch(StrEnum):
    """Do they?"""

    ON = "on"
    OFF = "off"


def relay(
    number: Number,
    advisory: Annotated[str, typer.Argument(help="The id of the linked advisory, GHSA-….")],
    direction: Annotated[Where, typer.Argument(help="Which way comments go.")],
    switch: Annotated[Switch, typer.Argument(help="From now on, or no more.")],
    *,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Copy new comments of a linked advisory into the mirror, or back.

    Each way needs two yeses: a coordinator's, and that of somebody who speaks for the advisory's own tool. Either ends
    it. The reporter reads the linked advisory, the mirror has more readers, and what was copied cannot be deleted.
    """

    async def run(greenroom: Greenroom) -> int:
        goes: Direction = "to-mirror" if direction is Where.TO_MIRROR else "to-source"
        say = relaying.begin if switch is Switch.ON else relaying.end
        try:
            changed = await say(greenroom, Way(case=number, ghsa=Ghsa.parse(advisory), direction=goes), by=by)
        except (NotAllowed, NoSuchCase) as error:
            return stop(str(error), MISUSED)
        show_result(as_json, case_shown(changed), case_for_people)
        return DONE

    with_greenroom(run)
