"""Who is let into an advisory, and is everybody kept who is there?"""

from __future__ import annotations

import asyncio

import pytest

from app.domain.ids import Ghsa, Person
from app.domain.lease import LeaseLost
from app.github.errors import RetryLater
from app.github.writer import Writer
from tests.builders import CASES
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.github.conftest import Held as Lease
from tests.github.conftest import Recorder
from tests.github.written import SOMEBODY


async def test_people_are_added_to_those_who_are_there(
    writer: Writer, github: FakeGitHub, recorder: Recorder, mirror: FakeAdvisory, lease: Lease
) -> None:
    """GitHub replaces the list, so sending only the new ones would lock the others out; teams are left alone."""
    github.world.add_person("Early-Bird")
    mirror.edit(collaborating_users=["Early-Bird"])
    new = Person("psrt-member-1", github.person("psrt-member-1").id)

    await writer.add_people(CASES, Ghsa(mirror.now.ghsa), (new,), lease=lease)

    assert mirror.collaborators == ["Early-Bird", "psrt-member-1"]
    assert recorder.bodies == [{"collaborating_users": ["Early-Bird", "psrt-member-1"]}]


async def test_two_who_add_to_one_advisory_take_turns(
    writer: Writer, github: FakeGitHub, mirror: FakeAdvisory, lease: Lease
) -> None:
    """Two keys may add people to the same list. If one read it before the other wrote it, the other's would be lost."""
    people = [Person(login, github.person(login).id) for login in ("psrt-member-1", "psrt-member-2", "uv-maintainer-1")]

    await asyncio.gather(
        *(writer.add_people(CASES, Ghsa(mirror.now.ghsa), (person,), lease=lease) for person in people)
    )

    assert set(mirror.collaborators) == {person.login for person in people}


async def test_people_who_are_there_are_not_added_again(
    writer: Writer, github: FakeGitHub, mirror: FakeAdvisory, lease: Lease
) -> None:
    """GitHub ignores case, and a renamed account keeps its id: neither is a difference."""
    first, second = github.person("psrt-member-1"), github.person("psrt-member-2")
    mirror.edit(collaborating_users=[first.login, second.login])
    for people in (
        (Person("PSRT-Member-1", first.id), Person("former-name", second.id)),
        (Person("PSRT-Member-1", 999_999),),
        (),
    ):
        await writer.add_people(CASES, Ghsa(mirror.now.ghsa), people, lease=lease)
    assert github.writes == []


async def test_people_are_not_added_to_what_cannot_be_read(
    writer: Writer, github: FakeGitHub, mirror: FakeAdvisory, lease: Lease
) -> None:
    """Without the present list there is nothing to merge with. Nothing was sent, so nothing was refused."""
    path = f"/repos/{CASES}/security-advisories/*"
    ghsa = Ghsa(mirror.now.ghsa)
    github.fail("GET", path, 404)
    with pytest.raises(RetryLater):
        await writer.add_people(CASES, ghsa, SOMEBODY, lease=lease)
    github.garbage("GET", path, times=3)
    with pytest.raises(RetryLater):
        await writer.add_people(CASES, ghsa, SOMEBODY, lease=lease)
    assert github.writes == []


async def test_only_those_who_are_meant_are_taken_out(
    writer: Writer, github: FakeGitHub, recorder: Recorder, mirror: FakeAdvisory, lease: Lease
) -> None:
    """Whoever was let in by others stays, in the order and spelling in which they were; teams are left alone."""
    github.world.add_person("Early-Bird")
    mirror.edit(collaborating_users=["Early-Bird", "psrt-member-1", "psrt-member-2"])
    out = {github.person("psrt-member-1").id}
    github.rename_user("psrt-member-1", "psrt-member-renamed")

    assert await writer.take_out(CASES, Ghsa(mirror.now.ghsa), out, lease=lease)

    assert mirror.collaborators == ["Early-Bird", "psrt-member-2"]
    assert recorder.bodies == [{"collaborating_users": ["Early-Bird", "psrt-member-2"]}]


async def test_nothing_is_sent_where_nobody_of_them_is_there(
    writer: Writer, github: FakeGitHub, mirror: FakeAdvisory, lease: Lease
) -> None:
    """A stranger who has the login of somebody who was there is another account."""
    mirror.edit(collaborating_users=["psrt-member-1"])

    assert not await writer.take_out(CASES, Ghsa(mirror.now.ghsa), {999_999}, lease=lease)

    assert github.writes == []


async def test_who_is_announced_was_not_there(
    writer: Writer, github: FakeGitHub, mirror: FakeAdvisory, lease: Lease
) -> None:
    """Announced are those whom this very request adds: before it is sent, and nobody where nothing is sent."""
    first, second = (Person(login, github.person(login).id) for login in ("psrt-member-1", "psrt-member-2"))
    mirror.edit(collaborating_users=[first.login.upper()])
    announced: list[tuple[Person, ...]] = []

    async def announce(people: tuple[Person, ...]) -> None:
        announced.append(people)
        assert second.login not in mirror.collaborators

    for _ in range(2):
        await writer.add_people(CASES, Ghsa(mirror.now.ghsa), (first, second), lease=lease, announce=announce)

    assert announced == [(second,)]


async def test_nobody_is_taken_out_without_the_lease(
    writer: Writer, github: FakeGitHub, mirror: FakeAdvisory, lease: Lease
) -> None:
    """Another instance may have taken over while we read who is there."""
    mirror.edit(collaborating_users=["psrt-member-1"])
    lease.lost = True

    with pytest.raises(LeaseLost):
        await writer.take_out(CASES, Ghsa(mirror.now.ghsa), {github.person("psrt-member-1").id}, lease=lease)

    assert mirror.collaborators == ["psrt-member-1"]
