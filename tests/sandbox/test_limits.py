"""Does the sandbox limit those who ask too much, as GitHub does? (GitHub: "Rate limits for the REST API".)"""

import asyncio

import httpx
import pytest

from app.sandbox.server.limits import CONCURRENT
from app.sandbox.state.world import POINTS_A_MINUTE
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client

PIP = "/repos/pypa/pip"
REPORTING = "/repos/pypa/pip/private-vulnerability-reporting"
CASES = "/repos/packaging-security/cases/security-advisories"
DRAFT = {"summary": "s", "description": "d", "vulnerabilities": [{"package": {"ecosystem": "pip", "name": "pip"}}]}


def left(answer: httpx.Response) -> int:
    return int(answer.headers["x-ratelimit-remaining"])


async def test_the_limit_is_counted_down(client: Client, clock: FakeClock) -> None:
    """Each answer says what is left; asking for the limit costs nothing; an hour later it is full again."""
    token = await client.hand()
    first = await client.ask("GET", CASES, token)
    second = await client.ask("GET", CASES, token)
    asked = await client.ask("GET", "/rate_limit", token)
    clock.advance(minutes=61)
    later = await client.ask("GET", CASES, await client.hand())

    assert [left(each) for each in (first, second, asked, later)] == [4999, 4998, 4998, 4999]
    assert asked.json()["resources"]["core"]["remaining"] == 4998


async def test_refusals_are_counted_too(client: Client) -> None:
    """What is not there, and what may not be done, cost as much as an answer."""
    token = await client.hand()

    missing = await client.ask("GET", "/repos/packaging-security/cases/security-advisories/GHSA-2222-3333-4444", token)
    refused = await client.ask("GET", "/repos/pypa/pip/code-security-configuration", token)

    assert [(each.status_code, left(each)) for each in (missing, refused)] == [(404, 4999), (403, 4998)]


@pytest.mark.parametrize(("repositories", "limit"), [(1, 5000), (20, 5000), (21, 5050), (60, 7000), (400, 12500)])
async def test_the_limit_grows_with_the_repositories(
    client: Client, github: FakeGitHub, repositories: int, limit: int
) -> None:
    """By 50 for each beyond 20, up to 12,500."""
    org = github.world.organization("packaging-security")
    github.installation("greenroom", "packaging-security").state.repository_selection = "all"
    there = sum(repo.owner is org for repo in github.world.repositories.values())
    for number in range(repositories - there):
        github.world.add_repository(org, f"repo-{number}")

    answer = await client.ask("GET", "/installation/repositories", await client.watcher("packaging-security"))

    assert answer.headers["x-ratelimit-limit"] == str(limit)


@pytest.mark.slow
async def test_the_hour_ends_with_nothing_left(client: Client, github: FakeGitHub, clock: FakeClock) -> None:
    """The last one is answered and says so; the next ones are 403 until the second that was named."""
    token = await client.hand()
    for _ in range(10):  # spread, so that nothing but the hour runs out
        for _ in range(500):
            last = await client.ask("GET", CASES, token)
        clock.advance(minutes=5)
    assert (last.status_code, left(last)) == (200, 0)

    refused = await client.ask("GET", CASES, token)
    assert (refused.status_code, left(refused)) == (403, 0)
    assert int(refused.headers["x-ratelimit-reset"]) - int(clock.now().timestamp()) == 600
    assert "rate limit exceeded" in refused.json()["message"]

    clock.advance(seconds=600)
    assert (await client.ask("GET", CASES, await client.hand())).status_code == 200
    assert [each.inside_limit for each in github.requests[-3:]] == [True, False, False]


async def test_a_minute_has_900_points(client: Client, clock: FakeClock) -> None:
    """Then a minute's pause is asked for, whatever is asked; another installation goes on."""
    token, other = await client.watcher(), await client.watcher("python")
    answers = [await client.ask("GET", PIP, token) for _ in range(POINTS_A_MINUTE)]
    assert {each.status_code for each in answers} == {200}

    refused = await client.ask("GET", PIP, token)
    assert (refused.status_code, refused.headers["retry-after"]) == (403, "60")
    assert "secondary rate limit" in refused.json()["message"]
    clock.advance(seconds=59)
    assert (await client.ask("GET", PIP, token)).headers["retry-after"] == "1"
    assert (await client.ask("GET", "/repos/python/cpython", other)).status_code == 200
    clock.advance(seconds=1)
    assert (await client.ask("GET", PIP, token)).status_code == 200


async def test_another_limit_can_be_set(client: Client, github: FakeGitHub) -> None:
    """For those who measure how fast something is, rather than how polite."""
    token = await client.watcher()
    github.world.points_a_minute = 3

    answers = [await client.ask("GET", PIP, token) for _ in range(4)]

    assert [each.status_code for each in answers] == [200, 200, 200, 403]


async def test_what_may_change_something_is_five_points(client: Client) -> None:
    """So 180 of them are a minute's."""
    token = await client.hand("pypa")

    answers = [await client.ask("DELETE", REPORTING, token) for _ in range(POINTS_A_MINUTE // 5 + 1)]

    assert [each.status_code for each in answers] == [204] * 180 + [403]


async def test_a_minute_has_80_creations(client: Client, github: FakeGitHub) -> None:
    """Beyond that nothing is created. Reading is not creating, but the pause is for everything."""
    token = await client.hand()
    for _ in range(80):
        assert (await client.ask("POST", CASES, token, json=DRAFT)).status_code == 201
    assert (await client.ask("GET", CASES, token)).status_code == 200

    assert (await client.ask("POST", CASES, token, json=DRAFT)).status_code == 403
    assert (await client.ask("GET", CASES, token)).status_code == 403
    assert len(github.coordination.mirrors) == 80


@pytest.mark.slow
async def test_an_hour_has_500_creations(client: Client, github: FakeGitHub, clock: FakeClock) -> None:
    """Also for whoever keeps to those of a minute."""
    token = await client.hand()
    for _ in range(13):
        for _ in range(40):
            await client.ask("POST", CASES, token, json=DRAFT)
        clock.advance(seconds=61)

    assert len(github.coordination.mirrors) == 500


async def test_a_hundred_may_be_under_way(client: Client, github: FakeGitHub) -> None:
    """Whoever asks more at once is asked to wait."""
    token = await client.watcher()
    github.slow("GET", PIP, 1, times=None)

    answers = await asyncio.gather(*(client.ask("GET", PIP, token, timeout=900) for _ in range(CONCURRENT + 1)))

    assert sum(each.status_code == 403 for each in answers) >= 1
    assert sum(each.status_code == 200 for each in answers) <= CONCURRENT


@pytest.mark.parametrize("secondary", [True, False])
async def test_who_goes_on_asking_is_remembered(
    client: Client, github: FakeGitHub, clock: FakeClock, *, secondary: bool
) -> None:
    """GitHub may ban an App for that, so stories can ask for it. An arranged limit counts as a real one."""
    token, other = await client.watcher(), await client.watcher("python")
    github.rate_limit("GET", PIP, seconds=90, secondary=secondary)
    before = len(github.requests)

    await client.ask("GET", PIP, token)  # is told to wait
    clock.advance(seconds=89)
    await client.ask("GET", PIP, token)
    await client.ask("GET", "/repos/python/cpython", other)
    clock.advance(seconds=1)
    await client.ask("GET", PIP, token)

    assert [each.inside_limit for each in github.requests[before:]] == [False, True, False, False]


async def test_the_app_itself_has_a_limit_of_its_own(client: Client, github: FakeGitHub) -> None:
    """Tokens are minted by the App; what its installations use is counted apart."""
    await client.watcher()
    app = await client.ask("GET", "/app", client.jwt(github.watcher))
    token = await client.watcher("python")
    installation = await client.ask("GET", "/repos/python/cpython", token)

    assert (left(app), left(installation)) == (4998, 4999)


async def test_a_token_is_not_a_creation(client: Client) -> None:
    """GitHub counts content that people see."""
    answers = [await client.mint(client.github.watcher, "pypa") for _ in range(100)]

    assert {each.status_code for each in answers} == {201}
