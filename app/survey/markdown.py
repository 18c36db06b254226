"""How does a survey read in an issue, a mail or a wiki?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.survey.found import Report, Surveyed
from app.survey.words import HEADINGS, TITLES, Reasons, cell, columns, counts, groups, headline, how_asked


def as_markdown(report: Report) -> str:
    """The whole survey as a document of its own."""
    reasons = Reasons(report)
    lines = ["# What an outsider can see of who takes reports of vulnerabilities", "", how_asked(report), ""]
    for missing in report.not_surveyed:
        lines += [f"## {missing.login}", "", f"Not surveyed: {missing.reason}.", ""]
    for org in report.surveyed:
        lines += _organization(org, reasons)
    if reasons.all():
        rows = [(f"({each.number})", each.text, each.about) for each in reasons.all()]
        lines += ["## What could not be told", "", *_table(("", "why", "of what"), rows), ""]
    return "\n".join(lines)


def _organization(org: Surveyed, reasons: Reasons) -> Iterator[str]:
    yield from (f"## {org.login}", "")
    if org.unlisted:
        yield from (f"There may be more repositories than these: {org.unlisted.reason}.", "")
    yield from (f"{headline(org)}:" if org.repositories else f"{headline(org)}.", "")
    yield from (*(f"* {title}: {count}" for title, count in counts(org)), "")
    questions = columns(org)
    headings = ["repository", *(HEADINGS[question] for question in questions)]
    for way, repos in groups(org).items():
        answers = [(repo.name, dict(repo.answers())) for repo in repos]
        rows = [[f"`{name}`", *(cell(each, told[each], reasons) for each in questions)] for name, told in answers]
        yield from (f"### {TITLES[way]}", "", *_table(headings, rows), "")


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    named = list(headings)
    yield _line(named)
    yield _line("---" for _ in named)
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(each.replace('|', '&#124;') for each in cells)} |"
