"""How does what the doctor found look on a terminal?"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.doctor.lines import Line

_MARKS = {"ok": ("✓", "green"), "problem": ("✗", "bold red"), "cannot tell": ("?", "yellow")}


def as_json(lines: tuple[Line, ...]) -> dict[str, Any]:
    return {
        "problems": sum(each.state == "problem" for each in lines),
        "cannot_tell": sum(each.state == "cannot tell" for each in lines),
        "lines": [
            {"group": each.group, "name": each.name, "state": each.state, "says": each.says, "do": each.do}
            for each in lines
        ],
    }


def for_people(shown: dict[str, Any]) -> RenderableType:
    """A block for each group; what to do stands under what it is about."""
    parts: list[RenderableType] = []
    for group, lines in groupby(shown["lines"], key=lambda line: line["group"]):
        parts += [Text(group, style="bold"), _block(list(lines)), Text()]
    return Group(*parts, _summary(shown))


def _block(lines: list[dict[str, str]]) -> Table:
    block = Table.grid(padding=(0, 1, 0, 0))
    block.add_column(width=2)
    block.add_column(no_wrap=True, min_width=22)
    block.add_column(overflow="fold")
    for line in _folded(lines):
        mark, style = _MARKS[line["state"]]
        is_ok = line["state"] == "ok"
        block.add_row(Text(mark, style=style), Text(line["name"]), Text(line["says"], style="" if is_ok else style))
        if line["do"]:
            block.add_row("", "", Text(f"→ {line['do']}", style="dim" if is_ok else ""))
    return block


def _folded(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """Permissions and events that are as they should be are one line each, and accounts that lack the same another."""
    shown: list[dict[str, str]] = []
    for kind, found in groupby(lines, key=lambda line: (line["name"].split(" ")[0], line["state"])):
        same = list(found)
        if kind in {("permission", "ok"), ("event", "ok")} and len(same) > 1:
            names = ", ".join(f"{line['name'].split(' ')[1]}" for line in same)
            shown.append({"name": f"{kind[0]}s", "state": "ok", "says": names, "do": ""})
        elif kind == ("drafts", "cannot tell") and len({line["says"] for line in same}) == 1 and len(same) > 1:
            accounts = ", ".join(line["name"].removeprefix("drafts of ") for line in same)
            do = "somebody of each makes a draft that stays, and policy names it as the sentinel of that account"
            says = f"{same[0]['says']}: {accounts}"
            shown.append({"name": "drafts", "state": "cannot tell", "says": says, "do": do})
        else:
            shown += same
    return shown


def _summary(shown: dict[str, Any]) -> Text:
    problems, unclear = shown["problems"], shown["cannot_tell"]
    if not problems and not unclear:
        return Text("Everything is as it should be.", style="green")
    told = [f"{problems} to mend" if problems else "", f"{unclear} that cannot be told" if unclear else ""]
    return Text(", ".join(each for each in told if each) + ".", style="bold red" if problems else "yellow")
