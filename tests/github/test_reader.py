"""Is what GitHub answered a fact, and what is it when GitHub does not say?"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from app.domain.facts import CannotTell, CoordinationRepository, Known, NotApplicable
from app.domain.ids import Ghsa, Person, RepoName, Team
from app.github.errors import RetryLater
from app.github.reader import Reader
from tests.builders import CASES, PIP
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub

PVR = "/repos/pypa/pip/private-vulnerability-reporting"
LIST = "/repos/pypa/pip/security-advisories"


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    """All of PyPA, since some of these tests count."""
    return FakeGitHub(clock=clock)


async def test_a_sweep_of_pypa_is_cheap(reader: Reader, github: FakeGitHub) -> None:
    """At most 140 requests cold and 130 quiet for 60 repositories, and quick."""
    started = time.perf_counter()
    counts = []
    for _ in range(2):
        github.requests.clear()
        [pypa] = [found for found in await reader.installations() if found.account == "pypa"]
        repositories = await reader.repositories(pypa)
        for repository in repositories:
            assert not isinstance(await reader.private_reporting(repository.name), CannotTell)
            assert not isinstance(await reader.advisories(repository.name), CannotTell)
        counts.append(len(github.requests))
    assert len(repositories) >= 50
    assert counts[0] <= 140
    assert counts[1] <= 130
    assert time.perf_counter() - started < 5


async def test_what_is_well_formed_is_known(reader: Reader, github: FakeGitHub, clock: FakeClock) -> None:
    """A fact says what, and as of when."""
    github.repo("pypa/pip").enable_private_reporting().attach_configuration("Guard", private_reporting="disabled")
    draft = github.repo("pypa/pip").draft("Path traversal", affects=["pip", "uv"])

    configuration = await reader.configuration(PIP)
    advisories = await reader.advisories(PIP)
    one = await reader.advisory(PIP, Ghsa(draft.now.ghsa))

    assert await reader.private_reporting(PIP) == Known(value=False, observed_at=clock.now())
    assert isinstance(configuration, Known)
    assert configuration.value is not None
    assert (configuration.value.name, configuration.value.enforced) == ("Guard", True)
    assert isinstance(advisories, Known)
    assert isinstance(one, Known)
    assert one.value in advisories.value
    assert one.value.summary == draft.now.summary
    assert [item.package for item in one.value.vulnerabilities] == ["pip", "uv"]
    assert one.value.teams == ()


async def test_no_configuration_is_known_to_be_none(reader: Reader) -> None:
    """204 is an answer."""
    fact = await reader.configuration(PIP)
    assert isinstance(fact, Known)
    assert fact.value is None


def leaks(seen: CoordinationRepository) -> tuple[bool, bool, bool]:
    return seen.has_commits, seen.private_reporting, seen.has_published_advisories


@pytest.mark.parametrize("change", ["make_private", "archive"])
async def test_reporting_has_no_meaning_in_private_and_archived_repositories(
    reader: Reader, github: FakeGitHub, change: str
) -> None:
    """GitHub answers 404 or 422 there, which is neither on nor off."""
    getattr(github.repo("pypa/pip"), change)()
    assert isinstance(await reader.private_reporting(PIP), NotApplicable)


async def test_advisories_have_no_meaning_in_private_repositories(reader: Reader, github: FakeGitHub) -> None:
    """GitHub: "About repository security advisories": public repositories only."""
    github.repo("pypa/pip").make_private()
    assert isinstance(await reader.advisories(PIP), NotApplicable)


@pytest.mark.parametrize("status", [404, 422, 403, 451, 410, 400])
async def test_a_refusal_about_a_public_repository_is_not_an_answer(
    reader: Reader, github: FakeGitHub, status: int
) -> None:
    """Only a well-formed 2xx is known; a 404 is neither "disabled" nor "no advisories"."""
    github.fail("GET", PVR, status, because="outage" if status != 403 else "permission")
    github.fail("GET", LIST, status, because="outage" if status != 403 else "permission")
    assert isinstance(await reader.private_reporting(PIP), CannotTell)
    assert isinstance(await reader.advisories(PIP), CannotTell)


async def test_a_refusal_names_the_permission(reader: Reader, github: FakeGitHub) -> None:
    """People can only grant what they are told."""
    github.refuse_permission("GET", LIST)
    fact = await reader.advisories(PIP)
    assert isinstance(fact, CannotTell)
    assert "repository_advisories: read" in fact.reason


async def test_a_permission_that_was_not_granted_is_not_tried(reader: Reader, github: FakeGitHub) -> None:
    """An organization may decline a permission; then a request would only be noise."""
    for installation in github.world.installations.values():
        installation.permissions.pop("repository_advisories", None)
        installation.permissions.pop("members", None)
    for fact in (
        await reader.advisories(PIP),
        await reader.team_members(Team("pypa", "pip-committers")),
        await reader.mirrors(CASES, "advisory"),
    ):
        assert isinstance(fact, CannotTell)
        assert "has not granted" in fact.reason
    assert not [seen for seen in github.requests if "security-advisories" in seen.path or "teams" in seen.path]


async def test_a_deleted_repository_is_lost_from_sight(reader: Reader, github: FakeGitHub) -> None:
    """It may also be a permission or a selection that went: we cannot tell, and nothing is closed."""
    assert isinstance(await reader.private_reporting(PIP), Known)
    github.repo("pypa/pip").delete()
    for fact in (await reader.private_reporting(PIP), await reader.advisories(PIP), await reader.repository(PIP)):
        assert isinstance(fact, CannotTell)
        assert "visible" in fact.reason


async def test_a_renamed_repository_is_read_by_its_new_name(reader: Reader, github: FakeGitHub) -> None:
    """GitHub redirects the old name, and the id stays."""
    before = await reader.repository(PIP)
    github.repo("pypa/pip").rename("pip2")
    after = await reader.repository(PIP)
    assert isinstance(before, Known)
    assert isinstance(after, Known)
    assert after.value.name == RepoName("pypa", "pip2")
    assert after.value.id == before.value.id


async def test_where_it_is_not_installed_we_cannot_tell(reader: Reader) -> None:
    """A public repository would answer anybody; but what we may not see there would look like peace."""
    fact = await reader.private_reporting(RepoName("nobody", "nothing"))
    assert isinstance(fact, CannotTell)


async def test_a_suspended_installation_is_named(reader: Reader, github: FakeGitHub) -> None:
    """It is skipped and reported, not taken for an empty one."""
    for installation in github.world.installations.values():
        installation.suspended_at = github.world.now()
    fact = await reader.private_reporting(PIP)
    assert isinstance(fact, CannotTell)
    assert "suspended" in fact.reason
    for found in await reader.installations():
        with pytest.raises(RetryLater):
            await reader.repositories(found)


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 230])
async def test_open_advisories_are_complete_however_many_there_are(
    reader: Reader, github: FakeGitHub, count: int
) -> None:
    """What is on the last page counts like the rest."""
    repo = github.repo("pypa/pip").enable_private_reporting()
    expected = {repo.draft("old").now.ghsa, repo.report("older").now.ghsa}
    for number in range(count):
        repo.draft(f"n{number}").close() if number % 2 else expected.add(repo.draft(f"n{number}").now.ghsa)
    fact = await reader.advisories(PIP)
    assert isinstance(fact, Known)
    assert {advisory.ghsa.id for advisory in fact.value if advisory.is_open} == expected


async def test_trouble_is_for_later(reader: Reader, github: FakeGitHub) -> None:
    """An outage is not a fact about the world."""
    arrangements: tuple[Callable[[], None], ...] = (
        lambda: github.fail("GET", PVR, 502, times=3),
        lambda: github.garbage("GET", PVR, times=3),
        lambda: github.lose_answer("GET", PVR, "timeout", times=3),
        lambda: github.lose_answer("GET", PVR, "reset", times=3),
        lambda: github.rate_limit("GET", PVR, seconds=30, secondary=True),
    )
    for arrange in arrangements:
        arrange()
        with pytest.raises(RetryLater):
            await reader.private_reporting(PIP)


async def test_tokens_that_expire_on_the_way_are_replaced(reader: Reader, github: FakeGitHub, clock: FakeClock) -> None:
    """An hour passes within a large sweep, or GitHub forgets a token."""
    await reader.private_reporting(PIP)
    clock.advance(minutes=61)
    assert isinstance(await reader.private_reporting(PIP), Known)
    github.world.tokens.clear()
    assert isinstance(await reader.private_reporting(PIP), Known)


async def test_people_and_teams(reader: Reader, github: FakeGitHub) -> None:
    """A login is read before anybody is added, since renamed accounts can be claimed by strangers."""
    known = github.person("reporter-1")
    fact = await reader.person("Reporter-1")
    assert isinstance(fact, Known)
    assert fact.value == Person(known.login, known.id)
    nobody = await reader.person("nobody-at-all")
    assert isinstance(nobody, Known)
    assert nobody.value is None
    assert isinstance(await reader.team_members(Team("pypa", "no-such-team")), CannotTell)


async def test_the_coordination_repository_is_read_with_everything_that_leaks(
    reader: Reader, github: FakeGitHub
) -> None:
    """Empty, without reporting, and never published: that is what makes a public repository a private place."""
    fact = await reader.coordination(CASES)
    assert isinstance(fact, Known)
    assert leaks(fact.value) == (False, False, False)

    github.coordination.push()
    github.coordination.enable_private_reporting()
    github.coordination.draft("x").publish()
    fact = await reader.coordination(CASES)
    assert isinstance(fact, Known)
    assert leaks(fact.value) == (True, True, True)

    github.coordination.make_private()
    fact = await reader.coordination(CASES)
    assert isinstance(fact, Known)
    assert fact.value.repository.private
    assert leaks(fact.value) == (True, False, False)


@pytest.mark.parametrize("route", ["", "/commits", "/private-vulnerability-reporting", "/security-advisories"])
async def test_a_half_seen_coordination_repository_is_not_seen(reader: Reader, github: FakeGitHub, route: str) -> None:
    """Whatever could leak and was not read may be leaking."""
    github.refuse_permission("GET", f"/repos/{CASES}{route}")
    assert isinstance(await reader.coordination(CASES), CannotTell)


async def test_mirrors_are_seen_even_where_reading_shows_no_drafts(reader: Reader, github: FakeGitHub) -> None:
    """Whether *read* is shown drafts is unknown; a mirror that is not seen would be made a second time."""
    github.world.read_shows_no_drafts = True
    drafts = {github.coordination.draft(f"n{number}").now.ghsa for number in range(101)}
    closed = github.coordination.draft("closed").close().now.ghsa

    mirrors = await reader.mirrors(CASES, "advisory")
    one = await reader.mirror(CASES, Ghsa(closed))

    assert isinstance(mirrors, Known)
    assert {str(mirror.id) for mirror in mirrors.value} == {*drafts, closed}
    assert isinstance(one, Known)
    assert one.value.state == "closed"


async def test_no_token_that_may_write_outlives_its_use(reader: Reader, github: FakeGitHub) -> None:
    """Write scope only for the seconds it is needed."""
    await reader.mirrors(CASES, "advisory")
    assert not [token for token in github.world.tokens.values() if "write" in token.permissions.values()]
    assert not [token for token in github.world.tokens.values() if len(token.permissions) == 0]
