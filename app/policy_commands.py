"""What can be typed about policy files?"""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from app.command import CANNOT_TELL, DONE, FOUND, MISUSED, AsJson, progress, show_result, stop, with_greenroom
from app.foreseeing import foresee
from app.main import Greenroom
from app.policy_diff import difference, differs
from app.shown_policy import difference_for_people
from policies.config import Policies
from policies.loading import InvalidPolicy, load_policies, text_of

policy = typer.Typer(no_args_is_help=True, help="Look at policy files before they are in force.")

_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A policy file of this machine.")]


@policy.command()
def diff(
    old: _File,
    new: _File,
    at: Annotated[str, typer.Option(help="The day to look at, as in 2027-01-01, for what begins later.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show what would follow from NEW instead of OLD: what is done, and who reads which open advisory and case.

    Looks at everything and changes nothing. It names open advisories: for coordinators.
    """

    async def run(greenroom: Greenroom) -> int:
        try:
            moment = _moment(at) if at else greenroom.reconciler.now()
        except ValueError:
            return stop(f'"{at}" is no day; write it as in 2027-01-01', MISUSED)
        with progress("looking at everything") as advance:
            before, after = await foresee(greenroom, _load(old), _load(new), moment, advance)
        watched = await greenroom.reconciler.gauge.watched("private-reporting")
        shown = {"at": moment.isoformat()} | difference(before, after, watched=watched)
        show_result(as_json, shown, difference_for_people)
        if differs(shown):
            return FOUND
        return CANNOT_TELL if shown["cannot_tell"] else DONE

    with_greenroom(run)


def _moment(day: str) -> datetime:
    """The beginning of a day (UTC). Raises ValueError."""
    return datetime.combine(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).date(), time(), UTC)


def _load(path: Path) -> Policies:
    """Raises InvalidPolicy."""
    try:
        return load_policies(text_of(path.read_bytes(), path.name), path.name)
    except OSError as error:
        raise InvalidPolicy(f"{path.name} cannot be read: {type(error).__name__}") from None
