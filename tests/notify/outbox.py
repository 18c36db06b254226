"""What is in the outbox, and who sends it? Builders with boring defaults."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection

from app.domain.records import Digest, Notice
from app.notify.carrier import Carrier
from app.notify.routes import channels_of
from app.notify.sending import Notifier
from app.store import notices, outbox
from app.store.database import Database
from tests.clock import FakeClock

COORDINATOR, MAINTAINER = "coordinator-1:5", "pip-maintainer-1:7"


async def notifier(
    database: Database,
    clock: FakeClock,
    urls: str,
    *,
    quiet: str = "",
    owner: str = "one",
    time_limit: float = 10,
    public_url: str | None = None,
) -> Notifier:
    """One that has begun."""
    channels = channels_of(urls, quiet)
    carrier = Carrier(channels, time_limit=time_limit)
    made = Notifier(
        database=database, clock=clock, channels=channels, carrier=carrier, owner=owner, public_url=public_url
    )
    await made.begin()
    return made


async def tell(database: Database, clock: FakeClock, **changed: Any) -> None:
    """A notice opens; a page where nothing else is said."""
    usual: dict[str, Any] = {
        "kind": "page",
        "about": "case/1",
        "severity": "page",
        "text": "case/1 is public",
        "since": clock.now(),
    }
    await database.write(partial(notices.tell, notice=Notice(**(usual | changed))))


async def over(database: Database, clock: FakeClock, kind: Any = "page", about: str = "case/1") -> None:
    await database.write(partial(notices.close, kind=kind, about=about, now=clock.now()))


async def digest(
    database: Database, clock: FakeClock, recipient: str = COORDINATOR, *, text: str = "", hears_all: bool | None = None
) -> None:
    """Somebody's digest of today is made."""
    day = clock.now().date()
    made = Digest(
        recipient=recipient,
        day=day,
        severity="warning",
        text=text or f"Greenroom, {day}: 1 new finding\n\nprivate-reporting of {day}\n",
        made_at=clock.now(),
        hears_all=recipient == COORDINATOR if hears_all is None else hears_all,
    )

    def put(conn: Connection) -> int:
        return outbox.put(conn, [made])

    await database.write(put)


def until(clock: FakeClock, day: int, hour: int, minute: int = 0) -> None:
    """It becomes that hour of that day in December."""
    at = datetime(2026, 12, day, hour, minute, tzinfo=clock.now().tzinfo)
    assert at >= clock.now()
    clock.advance(seconds=(at - clock.now()) / timedelta(seconds=1))
