"""What does GitHub say became of the deliveries that it sent us?

Its log is read by the lines of its list, which have no payloads: a hundred with each request, the newest first. GitHub
keeps three days of it, and a delivery can take minutes to appear there (GitHub: "Troubleshooting webhooks").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import httpx
import msgspec

from app.domain.delivery import Logged
from app.github import routes, shapes
from app.github.client import Access, Answer
from app.github.errors import RetryLater
from app.github.registration import Registration

KEPT = timedelta(days=3)  # GitHub: "Redelivering webhooks", in the past 3 days
APPEARS = timedelta(minutes=10)  # "a few minutes", says GitHub
_LONGEST_CURSOR = 500
_BIGGEST = 2**63


class NotShown(Exception):
    """GitHub answers, and shows no log: at this place in it, or at all."""

    def __init__(self, status: int) -> None:
        super().__init__(f"GitHub answered {status} to {routes.DELIVERY_LOG}")
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPage:
    """Some lines, and where to go on (None: there are no older ones). `unreadable` lines were left out."""

    lines: tuple[Logged, ...]
    unreadable: int
    older: str | None


async def page(app: Registration, cursor: str | None) -> LogPage:
    """One page of the App's log, the newest without a cursor. Raises RetryLater, and NotShown."""
    query = {"per_page": "100"} | ({"cursor": cursor} if cursor else {})

    async def read(access: Access) -> Answer:
        return await app.client.read(routes.DELIVERY_LOG.call(query=query), access)

    answer = await app.as_app(read)
    if not answer.ok:
        raise NotShown(answer.status)
    if not isinstance(answer.body, list):
        raise RetryLater("GitHub sent no list of deliveries")
    lines = tuple(line for line in map(_line, answer.body) if line is not None)
    if answer.body and not lines:
        raise RetryLater("GitHub sent a list of deliveries of which not one can be read")
    return LogPage(lines=lines, unreadable=len(answer.body) - len(lines), older=_older(answer.next_page, cursor))


def without_later(read: LogPage, moment: datetime) -> LogPage:
    """A line that says it was delivered after that cannot be right, so when it was cannot be read."""
    lines = tuple(line for line in read.lines if line.at <= moment)
    return replace(read, lines=lines, unreadable=read.unreadable + len(read.lines) - len(lines))


async def failing(app: Registration) -> tuple[int, datetime | None]:
    """How many of the latest deliveries failed one after the other, and when was the latest? Raises RetryLater."""
    try:
        lines = (await page(app, None)).lines
    except NotShown as error:
        raise RetryLater(str(error)) from None
    return len(tuple(takewhile(lambda line: not line.is_ok, lines))), max((line.at for line in lines), default=None)


def _line(json: Any) -> Logged | None:
    """One that cannot be read is no reason to leave out the others."""
    try:
        raw = msgspec.convert(json, shapes.LoggedDelivery)
    except (msgspec.ValidationError, OverflowError, RecursionError):
        return None
    return Logged(
        guid=raw.guid,
        at=raw.delivered_at,
        is_ok=raw.status.upper() == "OK",
        event=raw.event,
        action=raw.action,
        installation=_id(raw.installation_id),
        repository=_id(raw.repository_id),
    )


def _id(number: int | None) -> int | None:
    return number if number is not None and 0 < number < _BIGGEST else None


def _older(link: str | None, cursor: str | None) -> str | None:
    """Of the link to the next page only the cursor is taken, so that our credentials go nowhere else."""
    if link is None:
        return None
    try:
        following: str = httpx.URL(link).params.get("cursor", "")
    except httpx.InvalidURL:
        following = ""
    if not following or following == cursor or len(following) > _LONGEST_CURSOR:
        raise RetryLater("GitHub's log of deliveries does not say how it goes on")
    return following
