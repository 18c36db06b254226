"""How do plans and explanations look on a terminal?"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
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


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A plain table; nothing in a cell is read as markup."""
    shown = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        padding=(0, 2, 0, 0),
        show_header=any(headings),
    )
    for number, heading in enumerate(headings):
        # The first column holds keys, which people copy.
        shown.add_column(heading, header_style="dim", overflow="fold", no_wrap=number == 0)
    for row in rows:
        shown.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in row))
    return shown


def plan_for_people(plan: Json) -> RenderableType:
    """A plan: what waits for a yes, what policy would do if it enforced, what is blocked, what we cannot tell."""
    parts: list[RenderableType] = [Text(f"Plan {plan['plan_id']}, policy {plan['policy_commit']}", style="bold")]
    if plan["actions"]:
        rows = [(each["key"], each["kind"], each["reason"]) for each in plan["actions"]]
        parts += [Text(), table("To do", ("where", "what", "why"), rows)]
        parts += [Text(f"\nTo let Greenroom do this kind of thing: greenroom approve {plan['plan_id']}")]
    else:
        parts += [Text("No changes.")]
    if plan["would"]:
        rows = [(each["key"], each["kind"], each["reason"]) for each in plan["would"]]
        parts += [Text(), table("Would be done if policy enforced it", ("where", "what", "why"), rows)]
    if plan["blocked"]:
        rows = [(each["key"], each["kind"], each["reason"]) for each in plan["blocked"]]
        parts += [Text(), table("Tried, and blocked", ("where", "what", "by what"), rows)]
    if plan["people_must"]:
        matters = [(each["key"], each["matter"]) for each in plan["people_must"]]
        parts += [Text(), table("For people to settle", ("where", "what"), matters)]
    if plan["cannot_tell"]:
        unclear = [(each["key"], each["reason"]) for each in plan["cannot_tell"]]
        parts += [Text(), table("Cannot tell", ("where", "why"), unclear)]
    return Group(*parts)


def explanation_for_people(story: Json) -> RenderableType:
    """The whole story of a key."""
    parts: list[RenderableType] = [Text(story["key"], style="bold")]
    if "candidate" in story:
        parts.append(Text(_advisory_line(story)))
    if story.get("case") and isinstance(story["case"], dict):
        parts += _case_lines(story["case"])
    sections: dict[str, list[tuple[str, ...]]] = {
        "How it stands": [(each["policy"], each["state"], each["message"]) for each in story["states"]],
        "What would be done": [
            (each["kind"], each["gate"], f"{each['reason']}{'; ' if each['why_not'] else ''}{each['why_not']}")
            for each in story["would_do"]
        ],
        "What was done": [
            (each["at"][:19], each["kind"], f"{each['outcome'] or 'announced'} {each['detail'] or ''}".strip())
            for each in story["did"]
        ],
        "Who can read it": [(each["login"], each["why"]) for each in story.get("readers", [])],
        "For people to settle": [(each,) for each in story["people_must"]],
        "Cannot tell": [(each,) for each in story["cannot_tell"]],
    }
    for title, rows in sections.items():
        if rows:
            parts += [Text(), table(title, ("",) * len(rows[0]), rows)]
    return Group(*parts)


def _advisory_line(story: Json) -> str:
    tools = ", ".join(story["tools"]) or "no tool that policy knows"
    what = f"a candidate: it names {tools}" if story["candidate"] else f"no candidate: it names {tools}"
    where = f"; it belongs to {story['case']}" if story["case"] else ""
    return f"In state {story['state'] or 'unknown'}, {what}{where}."


def _case_lines(case: Json) -> list[RenderableType]:
    tools = ", ".join(f"{each['tool']} ({each['why']})" for each in case["participants"])
    mirror = f"{case['repository']} {case['mirror']}" if case["mirror"] else "none yet"
    return [
        Text(f"Case {case['number']} is {case['state']}. Mirror: {mirror}."),
        Text(f"Linked: {', '.join(case['linked'])}. Tools: {tools}."),
    ]


def moment(iso: str) -> str:
    """A time as people read it, to the minute, in UTC."""
    return iso[:16].replace("T", " ")


def say(console: Console, text: str, style: str = "") -> None:
    """A line for people, in which nothing is read as markup."""
    console.print(Text(text, style=style), soft_wrap=True)


def approval_for_people(shown: Json) -> RenderableType:
    """What was approved."""
    return Text(f"Approved: {', '.join(shown['approved'])}. It stands for later remedies of the same kind.")


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
        [table("How it stands", ("repository", "policy", "state", "why"), rows)] if rows else []
    )
    if shown["unseen"]:
        parts.append(Text(f"\nNot seen this time, shown as they stood before: {shown['unseen']}", style="yellow"))
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
