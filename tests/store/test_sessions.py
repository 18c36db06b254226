"""Is what strangers can make us keep bounded?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from app.store import sessions
from app.store.database import Database
from app.store.sessions import SignIn

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


async def test_beyond_a_limit_the_oldest_sign_ins_begin_again(database: Database) -> None:
    """Anybody may press the button, so a crowd at the door neither fills the disk nor locks it."""
    for number in range(5):
        this = SignIn(
            state=f"state-{number}", browser="browser", back="/", expires_at=NOW + timedelta(minutes=1 + number)
        )
        await database.write(partial(sessions.begin, this=this, now=NOW, most=3))

    taken = [await database.write(partial(sessions.take, state=f"state-{number}", now=NOW)) for number in range(5)]

    assert [each is not None for each in taken] == [False, False, True, True, True]
