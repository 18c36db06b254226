"""What can be typed about policy files?"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from app.cli.command import CANNOT_TELL, DONE, FOUND, MISUSED, AsJson, out, progress, show_result, stop, with_greenroom
from app.main import Greenroom
from app.policy_file.diff import difference, differs
from app.policy_file.foreseeing import foresee
from app.shown.policy import difference_for_people, verdict_for_people
from app.shown.terminal import Json
from policies.config import Policies
from policies.loading import MOST_MISTAKES, InvalidPolicy, load_policies, text_of
from policies.reference import reference
from policies.schema import json_schema
from policies.yaml_lines import LARGEST_FILE

policy = typer.Typer(no_args_is_help=True, help="Look at policy files before they are in force.")

MOST_SHOWN = 1_000  # mistakes

_File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A policy file of this machine.")]


@policy.command()
def check(
    file: Annotated[Path, typer.Argument(help="A policy file of this machine.")], as_json: AsJson = False
) -> None:
    """Say whether a policy file is valid: what is wrong, with its line, and what would be right. Asks nobody."""
    shown: Json = {"valid": True, "file": file.name, "commit": None, "mistakes": []}
    try:
        shown["commit"] = _load(file, most=MOST_SHOWN).commit
    except InvalidPolicy as error:
        unreadable = {"line": None, "where": "", "message": str(error), "meant": None}
        shown["valid"] = False
        shown["mistakes"] = [asdict(each) for each in error.mistakes] or [unreadable]
    if as_json:
        print(json.dumps(shown, ensure_ascii=False))
    else:
        out.print(verdict_for_people(shown), soft_wrap=True)  # one mistake, one line: editors make links of them
    raise typer.Exit(DONE if shown["valid"] else MISUSED)


@policy.command()
def schema() -> None:
    """Print what may stand in a policy file as a JSON Schema (draft 2020-12), for editors."""
    print(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@policy.command()
def docs() -> None:
    """Print docs/policies.md: every policy, what it looks at, what it finds, and what mends it."""
    print(reference(), end="")


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
        gauge = greenroom.reconciler.gauge
        watched, open_cases = await gauge.watched("private-reporting"), await gauge.open_cases()
        shown = {"at": moment.isoformat()} | difference(before, after, watched=watched, open_cases=open_cases)
        show_result(as_json, shown, difference_for_people)
        if differs(shown):
            return FOUND
        return CANNOT_TELL if shown["cannot_tell"] else DONE

    with_greenroom(run)


def _moment(day: str) -> datetime:
    """The beginning of a day (UTC). Raises ValueError."""
    return datetime.combine(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).date(), time(), UTC)


def _load(path: Path, *, most: int = MOST_MISTAKES) -> Policies:
    """Raises InvalidPolicy."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
        return load_policies(text_of(content, path.name), path.name, most=most)
    except OSError as error:
        raise InvalidPolicy(f"{path.absolute()} cannot be read: {error.strerror}") from None
