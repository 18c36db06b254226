"""How do plans and explanations look on a terminal?"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

Json = dict[str, Any]

COLOURS = {
    "pass": "green",
    "finding": "red",
    "blocked": "magenta",
    "cannot tell": "yellow",
    "exempt": "cyan",
    "unmanaged": "dim",
    "not applicable": "dim",
}


_WORDS = {
    "set-private-reporting": "switch private vulnerability reporting",
    "set-collaborators": "add people to an advisory",
    "open-mirror": "open the mirror",
    "update-mirror": "bring the mirror in step",
    "invite-to-mirror": "let people into the mirror",
    "remove-from-mirror": "take people out of the mirror whom we let in",
    "invite-team-to-mirror": "let a team into the mirror",
    "remove-team-from-mirror": "take a team out of the mirror that we let in",
    "comment-on-mirror": "answer commands in comments of the mirror",
    "set-cve": "write the CVE id of a tool to its advisory",
    "close-mirror": "close the mirror",
    "blank-mirror": "take the text out of the mirror",
}


_HELD = {"looking", "capped"}  # gates that are shut for a while, however often a coordinator says yes


def words(kind: str) -> str:
    """A kind of action as people call it."""
    return _WORDS.get(kind, kind)


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, copied: int = 1) -> Table:
    """A plain table; nothing in a cell is read as markup. So many columns hold keys, which people copy, in one line."""
    shown = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        padding=(0, 2, 0, 0),
        show_header=any(headings),
    )
    for number, heading in enumerate(headings):
        shown.add_column(heading, header_style="dim", overflow="fold", no_wrap=number < copied)
    for row in rows:
        shown.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in row))
    return shown


def plan_for_people(plan: Json) -> RenderableType:
    """A plan: what waits for a yes, what policy would do if it enforced, what is blocked, what we cannot tell."""
    parts: list[RenderableType] = [Text(f"Plan {plan['plan_id']}, policy {plan['policy_commit']}", style="bold")]
    if plan["actions"]:
        parts += _planned(plan)
    else:
        parts += [Text("No changes.")]
    if plan["held"]:
        rows = [(each["key"], what(each), each["reason"]) for each in plan["held"]]
        parts += [Text(), table("Waits for more than a yes", ("where", "what", "for what"), rows)]
    if plan["would"]:
        rows = [(each["key"], what(each), each["reason"]) for each in plan["would"]]
        parts += [Text(), table("Would be done if policy enforced it", ("where", "what", "why"), rows)]
    for each in plan["reach"]:
        if each["too_many"]:
            wider = f"greenroom approve {plan['plan_id']} --by LOGIN --wide"
            parts += [Text(f"\n{each['too_many']}. A yes to exactly these: {wider}")]
    if plan["writes_off"]:
        parts += [Text(f"\nNothing is written now: {plan['writes_off']}", style="yellow")]
    if plan["frozen"]:
        rows = [(each["key"], what(each), each["reason"]) for each in plan["frozen"]]
        parts += [Text(), table("Frozen, since others undo it", ("where", "what", "why"), rows)]
    if plan["blocked"]:
        rows = [(each["key"], what(each), each["reason"]) for each in plan["blocked"]]
        parts += [Text(), table("Tried, and blocked", ("where", "what", "by what"), rows)]
    if plan["people_must"]:
        matters = [(each["key"], each["matter"]) for each in plan["people_must"]]
        parts += [Text(), table("For people to settle", ("where", "what"), matters)]
    if plan["cannot_tell"]:
        unclear = [(each["key"], each["reason"]) for each in plan["cannot_tell"]]
        parts += [Text(), table("Cannot tell", ("where", "why"), unclear)]
    return Group(*parts)


def _planned(plan: Json) -> list[RenderableType]:
    """What is to be done, and what a brake holds back, each with its reason."""
    parts: list[RenderableType] = []
    free = [each for each in plan["actions"] if each["gate"] not in _HELD]
    if free:
        rows = [(each["key"], what(each), each["reason"]) for each in free]
        parts += [Text(), table("To do", ("where", "what", "why"), rows)]
    if held := [each for each in plan["actions"] if each["gate"] in _HELD]:
        braked = [(each["key"], what(each), each["reason"], each["why_not"]) for each in held]
        parts += [Text(), table("Held back", ("where", "what", "why", "by what"), braked)]
    if plan["always_readers"]:
        parts += [Text(f"\nWhoever reads every case reads these mirrors too: {', '.join(plan['always_readers'])}")]
        parts += [Text(f"They are issues: {plan['readers_of_all']}.")] if plan["readers_of_all"] else []
    if any(each["gate"] == "unapproved" for each in free):
        yes = f"greenroom approve {plan['plan_id']} --by LOGIN"
        parts += [Text("\nTo let Greenroom do this kind of thing, a coordinator types:")]
        parts += [Text(f"  {yes}", no_wrap=True, overflow="ignore")]
    elif any(each["gate"] == "go" for each in free):
        parts += [Text("\nA coordinator has approved it; whoever serves or sweeps does it next.")]
    return parts


def what(told: Json) -> str:
    """What is done, and which way a switch is turned."""
    direction = told["scope"].rpartition(": ")[2] if told["kind"] == "set-private-reporting" else ""
    return f"{words(told['kind'])} {direction}".rstrip()


def moment(iso: str) -> str:
    """A time as people read it, to the minute, in UTC."""
    return iso[:16].replace("T", " ")


def age(passed: timedelta) -> str:
    """How long, in the largest unit that is full."""
    minutes = int(passed.total_seconds() // 60)
    for size, name in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "less than a minute"


def say(console: Console, text: str, style: str = "") -> None:
    """A line for people, in which nothing is read as markup."""
    console.print(Text(text, style=style), soft_wrap=True)


def approval_for_people(shown: Json) -> RenderableType:
    """What was approved."""
    lines = [Text(f"Approved: {', '.join(shown['approved'])}. It stands for later remedies of the same kind.")]
    for each in shown["too_many"]:
        wider = f"greenroom approve {shown['plan_id']} --by LOGIN --wide"
        lines += [Text(f"{each}, so nothing of it is written; {wider} allows it.")]
    if not shown["too_many"]:
        lines += [Text("greenroom serve does it by itself; where none runs, greenroom sweep does.")]
    return Group(*lines)


def withdrawal_for_people(shown: Json) -> RenderableType:
    """What is no longer approved."""
    return Text(f"No longer approved: {shown['withdrawn']}")


def standings_for_people(shown: Json) -> RenderableType:
    """How every repository stands: what needs somebody first. What is as it should be is only counted."""
    order = ("finding", "blocked", "contested", "cannot tell", "exempt")
    told = sorted(
        (each for each in shown["standings"] if each["state"] in order),
        key=lambda each: (order.index(each["state"]), each["repository"]),
    )
    rows = [(each["repository"], each["policy"], each["state"], each["message"]) for each in told]
    counts = Counter(each["state"] for each in shown["standings"] if each["state"] not in order)
    rest = ", ".join(f"{count} {state}" for state, count in sorted(counts.items())) or "nothing else was looked at"
    parts: list[RenderableType] = (
        [table("How it stands", ("repository", "policy", "state", "why"), rows, copied=2)] if rows else []
    )
    if shown["unseen"]:
        parts.append(Text(f"\nNot seen this time, shown as they stood before: {shown['unseen']}", style="yellow"))
    if shown["waiting"]:
        until = f", the last at {shown['waiting_until'][:16].replace('T', ' ')} UTC" if shown["waiting_until"] else ""
        later = f"\nTo be looked at later, inside our share of GitHub's limit: {shown['waiting']} repositories{until}"
        parts.append(Text(later, style="yellow"))
    return Group(*parts, Text(f"\n{rest}", style="dim"))


def sandbox_for_people(ready: Json) -> RenderableType:
    """Where the sandbox is, and how to point a Greenroom at it."""
    settings = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in ready["env"].items())
    return Group(
        Text(f"The sandbox GitHub is at {ready['url']}", style="bold"),
        Text(f"What people can do in it: {ready['url']}/_sandbox\n"),
        Text("To point a Greenroom at it:"),
        Text(settings),
    )
