"""How does a survey look on a terminal?"""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from app.survey.found import Report, Seen, Surveyed, Way
from app.survey.words import HEADINGS, TITLES, Reasons, cell, groups, how_asked

_STYLES: dict[Way, str] = {
    "none": "bold red",
    "cannot tell": "bold yellow",
    "security policy": "bold",
    "private reporting": "bold green",
    "fork": "bold dim",
    "archived": "bold dim",
}


def on_a_terminal(report: Report) -> RenderableType:
    """Each organization, what matters first; then what could not be told and why, and how it was asked."""
    reasons = Reasons(report)
    parts: list[RenderableType] = []
    for missing in report.not_surveyed:
        parts += [Text(f"{missing.login}: {missing.reason}", style="red"), Text()]
    for org in report.surveyed:
        parts += [*_organization(org, reasons), Text()]
    if reasons.all():
        parts += [_untold(reasons), Text()]
    return Group(*parts, Text(how_asked(report), style="dim"))


def _organization(org: Surveyed, reasons: Reasons) -> list[RenderableType]:
    known = len(org.repositories)
    told = f"{org.login}: {known} public {'repository' if known == 1 else 'repositories'}"
    parts: list[RenderableType] = [Text(told, style="bold underline")]
    if org.unlisted:
        parts += [Text(f"There may be more: {org.unlisted.reason}", style="yellow")]
    if not org.repositories:
        return parts
    shown = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
    for number, heading in enumerate(HEADINGS):
        shown.add_column(heading, overflow="fold", no_wrap=number == 0, justify="right" if number == 3 else "left")  # noqa: PLR2004
    for way, repos in groups(org).items():
        shown.add_row()
        shown.add_row(Text(f"{TITLES[way]}: {len(repos)}", style=_STYLES[way]))
        for repo in repos:
            shown.add_row(*_row(repo, reasons))
    return [*parts, shown]


def _row(repo: Seen, reasons: Reasons) -> list[Text]:
    cells = [cell(question, fact, reasons) for question, fact in repo.answers()]
    return [Text(f"  {repo.name.name}"), *(Text(each, style=_style(each, repo)) for each in cells)]


def _style(said: str, repo: Seen) -> str:
    if said.startswith("?"):
        return "yellow"
    if said in {"off", "none"} and repo.way == "none":
        return "red"
    return {"on": "green", "0": "dim", "–": "dim", "none": "dim"}.get(said, "")


def _untold(reasons: Reasons) -> Table:
    shown = Table(box=None, padding=(0, 2, 0, 0), show_header=False, title="Could not be told", title_justify="left")
    shown.title_style = "bold yellow"
    for each in reasons.all():
        shown.add_row(Text(f"({each.number})", style="yellow"), Text(each.text), Text(each.about, style="dim"))
    return shown
