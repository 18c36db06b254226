"""When did what is told of a case change? Documents are dated by it, so the same matter makes the same document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.exports.matter import Matter


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Revision:
    """When something became known, and what it was."""

    at: datetime
    summary: str


def revisions(matter: Matter) -> tuple[Revision, ...]:
    """The oldest first; there is always one. Nobody is named: who answered for a tool is nobody else's business."""
    return tuple(sorted(_revisions(matter)))


def newest(matter: Matter) -> datetime:
    return revisions(matter)[-1].at


def instant(at: datetime) -> str:
    """As RFC 3339 writes it, in UTC and whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _revisions(matter: Matter) -> Iterator[Revision]:
    yield Revision(at=matter.case.opened_at, summary="The case was opened.")
    there = {each.tool for each in matter.tools}
    for event in matter.events:
        if event.what == "answered" and event.tool in there:
            yield Revision(at=event.at, summary=f"{event.tool} answered: {event.detail.replace('_', ' ')}.")
    for text in matter.texts:
        if text.published_at is not None:
            yield Revision(at=text.published_at, summary=f"{text.ghsa} of {text.repo} was published.")
