"""How is what was found put into words, on a terminal as in a document?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from app.domain.facts import CannotTell, Fact, Known
from app.survey.found import QUESTIONS, WAYS, Report, SecurityPolicy, Seen, Surveyed, Way

TITLES: dict[Way, str] = {
    "none": "No private way",
    "cannot tell": "Cannot tell whether there is a private way",
    "security policy": "By SECURITY.md",
    "private reporting": "By private reporting on GitHub",
    "fork": "Forks",
    "archived": "Archived",
}
HEADINGS = {
    "private_reporting": "private reporting",
    "security_policy": "SECURITY.md",
    "published_advisories": "published advisories",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something could not be told, and of how much of what."""

    number: int
    text: str
    about: str


class Reasons:
    """The reasons of a whole survey, numbered in the order in which they occur."""

    def __init__(self, report: Report) -> None:
        self._counts: dict[str, Counter[str]] = {}
        for org in report.surveyed:
            for group in groups(org).values():
                for repo in group:
                    for question, fact in repo.answers():
                        if isinstance(fact, CannotTell):
                            self._counts.setdefault(fact.reason, Counter())[question] += 1
        self._numbers = {reason: number for number, reason in enumerate(self._counts, start=1)}

    def number(self, reason: str) -> int:
        return self._numbers[reason]

    def all(self) -> list[Reason]:
        return [
            Reason(
                self._numbers[text],
                text,
                ", ".join(f"{HEADINGS[question]} of {how_many(count)}" for question, count in counts.items()),
            )
            for text, counts in self._counts.items()
        ]


def groups(org: Surveyed) -> dict[Way, list[Seen]]:
    """The repositories by how strangers can report to them: what somebody should look at comes first."""
    by_way: dict[Way, list[Seen]] = {way: [] for way in WAYS}
    for repo in sorted(org.repositories, key=lambda each: str(each.name).lower()):
        by_way[repo.way].append(repo)
    return {way: repos for way, repos in by_way.items() if repos}


def counts(org: Surveyed) -> list[tuple[str, int]]:
    return [(TITLES[way], len(repos)) for way, repos in groups(org).items()]


def cell(question: str, fact: Fact[Any], reasons: Reasons) -> str:
    """An answer in a word or two; where it could not be told, the number of the reason."""
    match fact:
        case CannotTell(reason=reason):
            return f"? ({reasons.number(reason)})"
        case Known(value=value):
            return _said(question, value)
        case _:
            return "–"


def columns(org: Surveyed) -> list[str]:
    """The questions that are worth a column: one of which nothing is known is told below."""
    known = {name for repo in org.repositories for name, fact in repo.answers() if isinstance(fact, Known)}
    return [name for name in QUESTIONS if name in known or name != "published_advisories"]


def how_many(count: int, kind: str = "") -> str:
    words = f"{kind} repository" if count == 1 else f"{kind} repositories"
    return f"{count} {words.strip()}"


def headline(org: Surveyed) -> str:
    if not org.repositories:
        return "No public repositories"
    return f"How a stranger can report a vulnerability to {how_many(len(org.repositories), 'public')}"


def how_asked(report: Report) -> str:
    token = "with a token" if report.signed_in else "without a token"
    requests = "1 request" if report.requests == 1 else f"{report.requests} requests"
    return (
        f"Asked {report.asked_at:%Y-%m-%d %H:%M} UTC of {report.github}, {token}, in {requests}. Nothing was written."
    )


def _said(question: str, value: Any) -> str:
    if question == "private_reporting":
        return "on" if value else "off"
    if isinstance(value, SecurityPolicy):
        return "organization's default" if value.source == "organization default" else ", ".join(value.paths)
    return "none" if value is None else str(value)
