"""Who is let into an advisory, and is everybody kept who is there?"""

from __future__ import annotations

import asyncio

import pytest

from app.domain.ids import Ghsa, Person
from app.github.errors import RetryLater
from app.github.writer import Writer
from tests.builders import CASES
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeAdvisory
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
