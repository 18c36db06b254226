"""How do the readers of a case look on a terminal?"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from app.shown.terminal import Json, table

_LET_IN_BY = {"us": "Greenroom", "others": "others", None: ""}


def readers_for_people(shown: Json) -> RenderableType:
    """Each with the reason; below, what cannot be told."""
    rows = [[each["login"], each["why"], _LET_IN_BY[each["let_in_by"]]] for each in shown["readers"]]
    unclear = [Text(f"Cannot tell {each}.") for each in shown["readers_unclear"]]
    return Group(table("Who reads it", ["who", "because", "let in by"], rows), *unclear)
