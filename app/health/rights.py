"""Is an App of ours allowed more than app.yml asks for, and does GitHub hold its tokens to what they were made for?

Looked at once an hour. What is granted is compared; besides, a token that was asked for *metadata* of one repository
alone tries to read what it must not, and has to be refused. A forbidden write is never tried: were the permission too
wide, it would be carried out. GitHub: "Choosing permissions for a GitHub App" and "Create an installation access token
for an app".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.domain.ids import RepoName
from app.domain.records import Notice, Severity
from app.github import routes
from app.github.client import Access
from app.github.errors import RetryLater, WiderToken
from app.github.installations import is_within
from app.github.itself import itself
from app.github.registration import NotInstalled, Registration, Seat
from app.github.roles import roles
from app.store import moments, notices
from app.store.database import Database
from policies.config import Policies
from policies.permissions import HAND, WATCHER, both

log = structlog.get_logger()

EVERY = timedelta(hours=1)
AGAIN = timedelta(minutes=10)  # where something could not be told
RIGHTS_SEEN = "rights were within app.yml"
_FORBIDDEN = routes.CONFIGURATION  # wants "administration", so a token for "metadata" alone must not read it


class Rights:
    """Whatever an App may do beyond what was asked for becomes a notice, which the look that finds it mended closes."""

    def __init__(self, *, watcher: Registration, hand: Registration, database: Database, clock: Clock) -> None:
        self._watcher, self._hand = watcher, hand
        self._database, self._clock = database, clock
        self._due: datetime | None = None

    async def look(self, policies: Policies) -> None:
        """Look at each App, if an hour has passed since it was looked at."""
        now = self._clock.now()
        if self._due is not None and now < self._due:
            return
        self._due = now + AGAIN  # also where what follows raises
        told = [await self._told(app, policies) for app in dict.fromkeys((self._watcher, self._hand))]
        if all(told):
            self._due = now + EVERY

    async def _told(self, app: Registration, policies: Policies) -> bool:
        """False where it could not be told: then what was told before stays."""
        try:
            wider = await self._wider(app, policies)
            unheld = await self._is_not_held(app, policies)
        except (RetryLater, NotInstalled) as error:
            log.warning("rights.unseen", app=app.name, reason=str(error))
            return False
        severity: Severity = "page" if unheld else "warning"
        text = "; ".join((*unheld, *wider))
        if text:
            log.error("rights.too_wide", app=app.name, told=text)
        notice = Notice(kind="too-wide", about=app.name, severity=severity, text=text, since=self._clock.now())
        await self._database.write(partial(_settle, notice=notice))
        return True

    async def _wider(self, app: Registration, policies: Policies) -> tuple[str, ...]:
        asked = self._asked(app)
        granted = [("as it is registered", (await itself(app)).permissions)]
        known = [each for each in await app.installations() if policies.concerns(each.account)]  # no strangers
        granted += [(f"in {each.account}", each.permissions) for each in known]
        return tuple(
            f"{app.name} may do more than app.yml asks for {where}: {', '.join(more)}"
            for where, permissions in granted
            if (more := tuple(_beyond(permissions, asked)))
        )

    async def _is_not_held(self, app: Registration, policies: Policies) -> tuple[str, ...]:
        """Is a token wider than was asked for, or good for what it was not made for? Nothing where there is no seat."""
        found = await self._seat(app, policies)
        if found is None:
            return ()
        repo, seat = found

        async def try_it(access: Access) -> int:
            return (await app.client.read(_FORBIDDEN.of(repo), access)).status

        try:
            status = await app.acting(seat, {"metadata": "read"}, try_it)
        except WiderToken as error:
            return (str(error),)
        if status in {403, 404}:
            return ()
        if status < 300:  # noqa: PLR2004 - HTTP's "Successful": it was read
            return (f"GitHub answered {_FORBIDDEN} to a token of {app.name} that was made for metadata alone",)
        raise RetryLater(f"GitHub answered {status} to {_FORBIDDEN}")

    async def _seat(self, app: Registration, policies: Policies) -> tuple[RepoName, Seat] | None:
        """Any repository that the App sees and policy names."""
        kept = policies.file.coordination
        named = sorted(filter(app.sees, policies.file.repositories()), key=str)
        for repo in (*named, *([kept.repository] if kept else [])):
            seat = await app.seat(repo)
            if seat is not None and seat.repository_id is not None and not seat.installation.suspended:
                return repo, seat
        return None

    def _asked(self, app: Registration) -> Mapping[str, str]:
        if roles(self._watcher, self._hand) == "one for both":
            return both()
        return WATCHER if app is self._watcher else HAND


def _beyond(granted: Mapping[str, str], asked: Mapping[str, str]) -> Iterator[str]:
    for name, level in sorted(granted.items()):
        if not is_within({name: level}, asked):
            yield f"{name}: {level}"


def _settle(conn: Connection, *, notice: Notice) -> None:
    if notice.text:
        notices.tell(conn, notice)
        return
    notices.close(conn, notice.kind, notice.about, notice.since)
    moments.note(conn, name=f"{RIGHTS_SEEN}: {notice.about}", at=notice.since)
