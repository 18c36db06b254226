"""How does what the doctor found look on a terminal?"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.doctor.lines import NOT_INSTALLED, Line

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
    for line in folded(lines):
        mark, style = _MARKS[line["state"]]
        is_ok = line["state"] == "ok"
        block.add_row(Text(mark, style=style), Text(line["name"]), Text(line["says"], style="" if is_ok else style))
        if line["do"]:
            block.add_row("", "", Text(f"→ {line['do']}", style="dim" if is_ok else ""))
    return block


def folded(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """For people: one group, in which permissions that are well are one line, and accounts that lack the same another.

    Scripts get an entry for each.
    """
    shown: list[dict[str, str]] = []
    for _, found in groupby(_gathered(lines), key=lambda line: (_subject(line), line["state"], _lack(line))):
        same = list(found)
        told = _as_one(same) if len(same) > 1 else None
        shown += same if told is None else [told]
    return shown


def _gathered(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """Accounts where an App is not installed stand among those where it is: all of them where the first one stood."""
    lacking = [line for line in lines if line["says"] == NOT_INSTALLED]
    if not lacking:
        return lines
    at = lines.index(lacking[0])
    return [*lines[:at], *lacking, *(line for line in lines[at:] if line["says"] != NOT_INSTALLED)]


def _subject(line: dict[str, str]) -> str:
    """What is it about, where each has a name of its own?"""
    return "installations" if line["says"] == NOT_INSTALLED else line["name"].partition(" ")[0]


def _lack(line: dict[str, str]) -> str:
    """Accounts are told together where they lack the same."""
    return line["says"] if line["name"].startswith("drafts of ") else ""


def _as_one(same: list[dict[str, str]]) -> dict[str, str] | None:
    subject, first = _subject(same[0]), same[0]
    names = ", ".join(line["name"].rpartition(" ")[2] for line in same)
    match (subject, first["state"]):
        case ("permission" | "event", "ok"):
            return first | {"name": f"{subject}s", "says": names, "do": ""}
        case ("drafts", "cannot tell"):
            do = "somebody of each makes a draft that stays, and policy names it as the sentinel of that account"
            return first | {"name": "drafts", "says": f"{first['says']}: {names}", "do": do}
        case ("installations", "problem"):
            says = f"{NOT_INSTALLED} on {len(same)} accounts that policy names: {names}"
            do = f"an owner of each installs {first['group']}, or policy names them no more"
            return first | {"name": subject, "says": says, "do": do}
        case _:
            return None


def _summary(shown: dict[str, Any]) -> Text:
    problems, unclear = shown["problems"], shown["cannot_tell"]
    if not problems and not unclear:
        return Text("Everything is as it should be.", style="green")
    told = [f"{problems} to mend" if problems else "", f"{unclear} that cannot be told" if unclear else ""]
    return Text(", ".join(each for each in told if each) + ".", style="bold red" if problems else "yellow")
