"""What is kept of deliveries whose numbers are large, and whose texts hold what PostgreSQL keeps nowhere?"""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert, select

from app.domain.ids import Person, RepoName
from app.store import sessions
from app.store.database import Database
from app.store.inbox import StoredInbox, heard
from app.store.schema import repositories
from app.store.schema_sign_in import sessions as signed_in
from tests.clock import START, FakeClock
from tests.unfinished import unfinished
from tests.webhooks.deliveries import app, headers

PIP = RepoName.parse("pypa/pip")
LARGE = [2**31, 2**53 + 1, 2**63 - 1]


async def answered(database: Database, event: str, payload: dict[str, Any], guid: str = "one") -> int:
    """What GitHub gets that delivers this, signed."""
    body = json.dumps(payload).encode()
    async with app(StoredInbox(database, FakeClock())) as client:
        answer = await client.post("/webhooks/github", content=body, headers=headers(body, event=event, guid=guid))
    return answer.status_code


@pytest.mark.parametrize("number", LARGE)
async def test_large_ids_are_kept_to_the_last_digit(database: Database, number: int) -> None:
    """GitHub's ids have 64 bits. A column of 32 would refuse what is delivered, or name somebody else."""
    repository = {"id": number, "full_name": "pypa/pip", "updated_at": "2026-12-01T08:59:00Z"}
    sender = {"login": "pip-maintainer-1", "id": number}
    known = insert(repositories).values(id=number, name="pypa/pip", observed_at=START)
    await database.write(lambda conn: conn.execute(known).close())

    status = await answered(database, "public", {"repository": repository, "sender": sender})

    assert status == 202
    told = await database.read(partial(heard, repo=PIP))
    assert [each.sender for each in told] == [Person("pip-maintainer-1", number)]


@pytest.mark.parametrize("number", LARGE)
async def test_whoever_takes_back_what_they_gave_is_signed_out_whatever_their_number(
    database: Database, number: int
) -> None:
    """Somebody else's session goes on: the numbers differ in their last digit alone."""
    for account in (number, number - 1):
        session = sessions.StoredSession(
            id=str(account),
            person=Person("ann", account),
            token="encrypted",
            started_at=START,
            expires_at=START + timedelta(hours=8),
        )
        await database.write(partial(sessions.start, this=session, instead_of=None))

    left = {"action": "revoked", "sender": {"login": "ann", "id": number}}
    assert await answered(database, "github_app_authorization", left) == 202

    assert await database.read(lambda conn: conn.execute(select(signed_in.c.id)).scalars().all()) == [str(number - 1)]


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("public", {"repository": {"id": 2**63, "full_name": "pypa/pip"}, "sender": {"login": "a\0b", "id": 10**30}}),
        ("public", {"repository": {"id": 1, "full_name": "pypa/pip"}, "sender": {"login": "a\0b", "id": 7}}),
        ("github_app_authorization", {"action": "revoked", "sender": {"login": "\0", "id": 2**63}}),
        ("github_app_authorization", {"action": "revoked", "sender": {"login": "\0", "id": -(10**30)}}),
        ("repository", {"action": "edited", "repository": {"full_name": "pypa/pip", "description": "a\0b"}}),
    ],
)
async def test_what_no_column_keeps_is_not_known_and_no_reason_to_refuse(
    database: Database, event: str, payload: dict[str, Any]
) -> None:
    """A refusal would have GitHub's owners look for a fault, and the next delivery be taken for a late one."""
    assert await answered(database, event, payload) == 202
    assert [each.sender for each in await database.read(partial(heard, repo=PIP))] in ([], [None])


@pytest.mark.parametrize("action", ["reported\0", "\0", "a" * 65])
async def test_names_that_no_column_keeps_are_refused_before_they_get_there(database: Database, action: str) -> None:
    """A database that cannot write it would answer 503, and whoever looks after it would look for a full disk."""
    payload = {"action": action, "repository": {"full_name": "pypa/pip"}}
    advisory = payload | {"repository_advisory": {"ghsa_id": "GHSA-2222-3333-4444\0"}}

    assert await answered(database, "repository", payload) == 400
    assert await answered(database, "repository_advisory", advisory, guid="two") == 400
    assert await database.read(partial(unfinished, now=START)) == []
