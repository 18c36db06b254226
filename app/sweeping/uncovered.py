"""Which public repositories does an organization have that its installation does not cover?

Asked only where repositories were selected one by one: an installation on all of them covers whatever there is. A list
of up to a thousand is asked for in each sweep, ten requests; a longer one once an hour: of 6,000 sixty requests. Kept:
only what GitHub shows as public is compared, so no name of a private one is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog

from app.clock import Clock
from app.domain.facts import Repository
from app.github.errors import RetryLater
from app.github.installations import Installation
from app.github.reader import Reader
from app.store import uncovered
from app.store.database import Database
from app.store.uncovered import Uncovered

log = structlog.get_logger()

LONG = 1_000  # repositories
LONG_EVERY = timedelta(hours=1)


async def compare(
    installations: Iterable[Installation],
    listed: Collection[Repository],
    reader: Reader,
    database: Database,
    clock: Clock,
) -> None:
    """What organizations show to everybody with what the installations `listed`. What cannot be told is said to be so.

    Where an installation could not be listed, nothing is compared: all of it would look uncovered.
    """
    selected = [each for each in installations if each.repository_selection != "all" and not each.suspended]
    last = await database.read(uncovered.listed_at)
    seen, ids = {each.name.owner.lower() for each in listed}, {each.id for each in listed}
    for each in selected:
        if each.account.lower() in seen and _is_due(last.get(each.account.lower()), clock.now()):
            found = await _of(each, ids, reader, clock.now())
            await database.write(partial(uncovered.note, found=found))
    accounts = {each.account.lower() for each in selected}
    if accounts or last:
        await database.write(partial(uncovered.forget_others, accounts=accounts))


async def _of(installation: Installation, ids: Collection[int], reader: Reader, now: datetime) -> Uncovered:
    account = installation.account
    try:
        public = await reader.public_repositories(installation)
    except RetryLater as error:
        log.warning("installation.unlisted", account=account, reason=str(error))
        return Uncovered(account=account, listed_at=now, many=None, why_not=str(error))
    names = tuple(each.name for each in public if each.id not in ids)
    return Uncovered(account=account, listed_at=now, many=len(public), names=names)


def _is_due(last: tuple[datetime, int | None] | None, now: datetime) -> bool:
    if last is None:
        return True
    at, many = last
    return (many or 0) <= LONG or not timedelta(0) <= now - at < LONG_EVERY
