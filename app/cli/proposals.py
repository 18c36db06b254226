"""What can be typed about what somebody asked for in a comment?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Annotated, Any

import typer

from app.casework import embargoes, proposing
from app.cli.cases import By
from app.cli.command import DONE, MISUSED, AsJson, people, show_result, stop, with_greenroom
from app.domain.cases import Proposal, StoredCase
from app.halting import NotAllowed
from app.main import Greenroom
from app.shown.cases import case_for_people, case_shown
from app.shown.terminal import say
from app.store import proposals
from app.store.cases import LinkedElsewhere, NoSuchCase
from app.store.proposals import NoSuchProposal

Number = Annotated[
    int, typer.Argument(help="Of the proposal, as the reply in the mirror and case show name it.", min=1)
]
Settle = Callable[[Greenroom], Coroutine[Any, Any, StoredCase]]


def confirm(proposal: Number, *, by: By = "", as_json: AsJson = False) -> None:
    """Say yes to what somebody asked for in a comment of a mirror: it is done as if you had typed it."""

    async def settle(greenroom: Greenroom) -> StoredCase:
        asked = await greenroom.database.read(partial(proposals.open_one, proposal=proposal))
        say(people, f"Case {asked.case}: {asked.what} {asked.value}, which {asked.asked_by} asked for.")
        _warn(asked)
        return await proposing.confirm(greenroom, proposal, by=by)

    _settle(settle, as_json=as_json)


def decline(proposal: Number, *, by: By = "", as_json: AsJson = False) -> None:
    """Say no to what somebody asked for in a comment of a mirror: nothing changes."""

    async def settle(greenroom: Greenroom) -> StoredCase:
        return await proposing.decline(greenroom, proposal, by=by)

    _settle(settle, as_json=as_json)


def _warn(asked: Proposal) -> None:
    for doubt in embargoes.doubts(embargoes.hour(asked.value)) if asked.what == "embargo" else ():
        say(people, doubt, style="yellow")


def _settle(settle: Settle, *, as_json: bool) -> None:
    async def run(greenroom: Greenroom) -> int:
        try:
            changed = await settle(greenroom)
        except (NotAllowed, NoSuchCase, NoSuchProposal, LinkedElsewhere) as error:
            return stop(str(error), MISUSED)
        show_result(as_json, case_shown(changed), case_for_people)
        return DONE

    with_greenroom(run)
