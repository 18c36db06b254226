"""How does a coordinator read what would follow from another policy file?"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from app.shown import Json


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


def _part(heading: str, lines: list[str]) -> list[Text]:
    return [Text(), Text(heading, style="bold"), *(Text(f"  {line}") for line in lines)] if lines else []


def _step(each: Json) -> str:
    return f"{each['key']}: {each['kind']}, {each['when']} ({each['reason']})"


def _opens(each: Json) -> str:
    return f"{each['key']} ({', '.join(each['tools'])}): {each['how']}"


def _state(each: Json) -> str:
    return f"{each['key']}: {each['after']} instead of {each['before']}: {each['message']}"


def _reads(each: Json) -> str:
    return f"{each['who']}, {each['key']}: {each['why']}; {each['how']}"
