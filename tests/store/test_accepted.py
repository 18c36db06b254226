"""What an exemption was first found to cover: kept once, whatever is found later."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from app.domain.findings import TakenUp
from app.domain.ids import RepoName
from app.store import accepted
from app.store.database import Database
from tests.clock import START

PIP, WHEEL = RepoName("pypa", "pip"), RepoName("pypa", "wheel")
POLICY, EXEMPTION = "no-unexpected-readers", "3 2027-01-31"
FIRST = TakenUp(since=START, kinds=frozenset({"unexpected-people"}), accounts=frozenset({("key", "one")}))
LATER = TakenUp(
    since=START + timedelta(days=1),
    kinds=frozenset({"unexpected-people", "unexpected-teams"}),
    accounts=frozenset({("key", "one"), ("key", "two")}),
)


async def _remember(database: Database, repo: RepoName, exemption: str, found: TakenUp) -> None:
    await database.write(
        partial(accepted.remember, repo=repo, policy=POLICY, exemption=exemption, found=found),
    )


async def test_what_was_found_first_stays_whatever_is_found_later(database: Database) -> None:
    """Each look says what it finds. Were the last one kept, whoever comes later would be accepted by nobody's word."""
    assert await database.read(partial(accepted.taken_up, repo=PIP)) == {}

    for found in (FIRST, LATER, LATER):
        await _remember(database, PIP, EXEMPTION, found)

    assert await database.read(partial(accepted.taken_up, repo=PIP)) == {(POLICY, EXEMPTION): FIRST}


async def test_that_nothing_was_found_first_stays_as_well(database: Database) -> None:
    """One that is written while all is well covers nothing, and no later look makes it cover something."""
    nothing = TakenUp(since=START, kinds=frozenset())

    for found in (nothing, LATER):
        await _remember(database, PIP, EXEMPTION, found)

    assert await database.read(partial(accepted.taken_up, repo=PIP)) == {(POLICY, EXEMPTION): nothing}


async def test_another_repository_and_another_exemption_are_found_anew(database: Database) -> None:
    """Somebody reviewed each of them by itself."""
    await _remember(database, PIP, EXEMPTION, FIRST)
    await _remember(database, PIP, "3 2027-04-30", LATER)
    await _remember(database, WHEEL, EXEMPTION, LATER)

    assert await database.read(partial(accepted.taken_up, repo=PIP)) == {
        (POLICY, EXEMPTION): FIRST,
        (POLICY, "3 2027-04-30"): LATER,
    }
    assert await database.read(partial(accepted.taken_up, repo=WHEEL)) == {(POLICY, EXEMPTION): LATER}
