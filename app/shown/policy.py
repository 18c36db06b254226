"""How does a coordinator read what would follow from another policy file?"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from app.shown.terminal import Json, what


def verdict_for_people(shown: Json) -> RenderableType:
    """Valid, or each mistake on a line of its own."""
    if shown["valid"]:
        return Text(f"{shown['file']} is valid ({shown['commit']}).")
    return Group(*(Text(_mistake(shown["file"], each)) for each in shown["mistakes"]))


def _mistake(file: str, told: Json) -> str:
    if told["line"] is None:  # the file could not be read, and the message names it
        return str(told["message"])
    where = f"{told['where']}: " if told["where"] else ""
    return f"{file} line {told['line']}: {where}{told['message']}"


def difference_for_people(shown: Json) -> RenderableType:
    """Under one heading each, and only where there is something to say."""
    parts = [
        _part("The files", shown["changes"]),
        _part("Would be done", [_step(each) for each in shown["would_do"]]),
        _part("Would be held back", shown["too_many"]),
        _part("Would be wanted, and not done", [_step(each) for each in shown["only_wanted"]]),
        _part("Would not be done any more", [_step(each) for each in shown["no_longer"]]),
        _part("Would become cases", [_opens(each) for each in shown["opens"]]),
        _part("Would stand otherwise", [_state(each) for each in shown["states"]]),
        _part("Would gain access", [_reads(each) for each in shown["gains"]]),
        _part("Would lose access", [_reads(each) for each in shown["loses"]]),
        _part("Cannot be told", [f"{each['key']}: {each['reason']}" for each in shown["cannot_tell"]]),
    ]
    said = [line for part in parts for line in part]
    day = Text(f"As of {shown['at'][:10]}, under {shown['new']} instead of {shown['old']}:", style="dim")
    return Group(day, *(said or [Text("Nothing would be different.")]))


def _part(heading: str, lines: list[str]) -> list[RenderableType]:
    """Its lines are set off, those of them that are too long for the terminal as well."""
    if not lines:
        return []
    return [Text(), Text(heading, style="bold"), *(Padding(Text(line), (0, 0, 0, 2)) for line in lines)]


def _step(each: Json) -> str:
    return f"{each['key']}: {what(each)}, {each['when']} ({each['reason']})"


def _opens(each: Json) -> str:
    return f"{each['key']} ({', '.join(each['tools'])}): {each['how']}"


def _state(each: Json) -> str:
    if each["before"] == each["after"]:
        return f"{each['key']}: {each['after']} as before, for another reason: {each['message']}"
    return f"{each['key']}: {each['after']} instead of {each['before']}: {each['message']}"


def _reads(each: Json) -> str:
    return f"{each['who']}, {each['key']}: {each['why']}; {each['how']}"
