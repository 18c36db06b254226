"""In whose name is asked what GitHub tells everybody?"""

from __future__ import annotations

import pytest

from app.domain.facts import CannotTell, Known
from app.domain.ids import Ghsa
from app.github.errors import RetryLater
from app.github.reader import Reader
from app.github.registration import Registration
from app.sandbox.registering import WATCHER
from app.sandbox.state.tokens import install
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub

PERSON = "/users/reporter-1"
OURS = ("packaging-security", "pypa")  # as the fixture `reader` has it
ID = Ghsa("GHSA-2222-3333-4444")


def _askers(github: FakeGitHub) -> set[str]:
    """Who gave the tokens that are there now."""
    return {token.installation.account.login for token in github.world.tokens.values()}


@pytest.fixture
def stranger(github: FakeGitHub) -> str:
    """Somebody who installed the App, and whom GitHub lists first."""
    world = github.world
    account = world.add_organization("strangers", owners=["stranger-1"])
    world.add_repository(account, "lure")
    install(world, world.app(WATCHER), account)
    last = world.installations.popitem()
    others = dict(world.installations)
    world.installations.clear()
    world.installations.update([last, *others.items()])
    return account.login


async def test_no_stranger_is_asked_for(reader: Reader, github: FakeGitHub, stranger: str) -> None:
    """They could use up their limits, and ids under embargo are not for tokens of theirs."""
    listed = await reader.installations()
    assert listed[0].account == stranger

    assert isinstance(await reader.person("reporter-1"), Known)
    assert isinstance(await reader.global_database.ghsa(ID), Known)
    assert isinstance(await reader.global_database.cve("CVE-2026-12345"), Known)

    assert _askers(github) == {OURS[0]}


async def test_it_cannot_be_told_where_only_strangers_installed_the_app(
    registrations: list[Registration], github: FakeGitHub, clock: FakeClock, stranger: str
) -> None:
    """As nobody, GitHub would answer sixty questions an hour; and a stranger's token is not ours to use for this."""
    hand, watcher = registrations
    reader = Reader(watcher, hand, clock, accounts=lambda: ("nowhere-installed",))

    for fact in (await reader.person("reporter-1"), await reader.global_database.ghsa(ID)):
        assert isinstance(fact, CannotTell)
        assert "installed in no account that policy names" in fact.reason
    assert stranger not in _askers(github)
    assert not _askers(github)


async def test_where_the_first_is_suspended_the_next_one_is_asked_for(reader: Reader, github: FakeGitHub) -> None:
    """It is GitHub that answers, whoever asks."""
    github.installation(WATCHER, OURS[0]).suspend()

    assert isinstance(await reader.person("reporter-1"), Known)
    assert _askers(github) == {OURS[1]}


@pytest.mark.parametrize("status", [403, 502])
async def test_where_the_first_is_not_answered_the_next_one_is_asked_for(
    reader: Reader, github: FakeGitHub, status: int
) -> None:
    """A limit, an allow list of addresses: what one account brought about is no silence for all."""
    if status == 403:
        github.refuse_permission("GET", PERSON)
    else:
        github.fail("GET", PERSON, status, times=3)  # a read is tried three times

    assert isinstance(await reader.person("reporter-1"), Known)
    assert _askers(github) == set(OURS)


async def test_who_failed_is_asked_last_from_then_on(reader: Reader, github: FakeGitHub) -> None:
    """So that it costs one request, and no wait, each time while it lasts."""
    github.refuse_permission("GET", PERSON)
    await reader.person("reporter-1")
    before = len(github.requests)

    await reader.person("reporter-1")

    assert [each.path for each in github.requests[before:]] == [PERSON]


async def test_in_an_outage_no_more_than_three_are_asked_for(
    registrations: list[Registration], github: FakeGitHub, clock: FakeClock
) -> None:
    """GitHub would get more questions the less it can answer. The others have their turn at the next look."""
    world, names = github.world, [f"tool-{number}" for number in range(5)]
    for name in names:
        account = world.add_organization(name, owners=[f"owner-of-{name}"])
        world.add_repository(account, name)
        install(world, world.app(WATCHER), account)
    hand, watcher = registrations
    reader = Reader(watcher, hand, clock, accounts=lambda: names)
    github.fail("GET", PERSON, 502, times=None)

    with pytest.raises(RetryLater):
        await reader.person("reporter-1")

    assert _askers(github) == set(names[:3])
    with pytest.raises(RetryLater):
        await reader.person("reporter-1")
    assert _askers(github) == set(names)
    github.verify()
    github.clear_faults()
