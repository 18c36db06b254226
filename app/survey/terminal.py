"""How does a survey look on a terminal?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.survey.found import Report, Seen, Surveyed, Way
from app.survey.words import HEADINGS, TITLES, Reasons, cell, columns, groups, headline, how_asked

_STYLES: dict[Way, str] = {
    "none": "bold red",
    "cannot tell": "bold yellow",
    "security policy": "bold",
    "private reporting": "bold green",
    "fork": "bold dim",
    "archived": "bold dim",
}
_CELLS = {"on": "green", "0": "dim", "–": "dim", "none": "dim"}


def on_a_terminal(report: Report) -> RenderableType:
    """Each organization, what matters first; then what could not be told and why, and how it was asked."""
    reasons = Reasons(report)
    parts: list[RenderableType] = []
    for missing in report.not_surveyed:
        parts += [Text(f"{missing.login}: {missing.reason}", style="red"), Text()]
    for org in report.surveyed:
        parts += [*_organization(org, reasons), Text()]
    if reasons.all():
        parts += [Text("Could not be told", style="bold yellow"), _untold(reasons), Text()]
    return Group(*parts, Text(how_asked(report), style="dim"))


def _organization(org: Surveyed, reasons: Reasons) -> list[RenderableType]:
    parts: list[RenderableType] = [
        Text.assemble((org.login, "bold"), f": {headline(org)[0].lower()}{headline(org)[1:]}")
    ]
    if org.unlisted:
        parts += [Text(f"There may be more: {org.unlisted.reason}", style="yellow")]
    by_way = groups(org)
    archived = by_way.pop("archived", [])
    rows = {way: [_row(repo, reasons, columns(org)) for repo in repos] for way, repos in by_way.items()}
    headings = ["  repository", *(HEADINGS[question] for question in columns(org))]
    widths = [max(map(len, column)) for column in zip(headings, *chain(*rows.values()), strict=True)]
    if rows:
        parts += [Text(), _table([[Text(each, style="dim") for each in headings]], widths)]
    for way, cells in rows.items():
        parts += [Text(), _title(way, len(cells)), _table(cells, widths)]
    if archived:
        names = ", ".join(each.name.name for each in archived)
        parts += [Text(), _title("archived", len(archived)), Padding(Text(names, style="dim"), (0, 0, 0, 2))]
    return parts


def _table(rows: Iterable[Sequence[Text]], widths: Sequence[int]) -> Table:
    """One group. The columns of all groups stand below each other."""
    shown = Table(box=None, padding=(0, 3, 0, 0), show_header=False)
    names, *others = widths
    shown.add_column(min_width=names, no_wrap=True)  # people copy them
    for width in others:
        shown.add_column(min_width=width, overflow="fold")
    for row in rows:
        shown.add_row(*row)
    return shown


def _row(repo: Seen, reasons: Reasons, questions: Sequence[str]) -> list[Text]:
    answers = dict(repo.answers())
    said = [cell(question, answers[question], reasons) for question in questions]
    return [Text(f"  {repo.name.name}"), *(Text(each, style=_style(each, repo)) for each in said)]


def _title(way: Way, count: int) -> Text:
    return Text.assemble((TITLES[way], _STYLES[way]), (f"  {count}", "dim"))


def _style(said: str, repo: Seen) -> str:
    if said.startswith("?"):
        return "yellow"
    if said in {"off", "none"} and repo.way == "none":
        return "red"
    return _CELLS.get(said, "")


def _untold(reasons: Reasons) -> Table:
    shown = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for each in reasons.all():
        shown.add_row(Text(f"  ({each.number})", style="yellow"), Text(each.text), Text(each.about, style="dim"))
    return shown
