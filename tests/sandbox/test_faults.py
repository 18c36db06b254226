from typing import Literal

import httpx
import pytest

from app.sandbox.server.faults import Elsewhere
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client

CASES = "/repos/packaging-security/cases/security-advisories"
DRAFT = {"summary": "s", "description": "d", "vulnerabilities": [{"package": {"ecosystem": "pip", "name": "pip"}}]}


async def test_nothing_goes_wrong_by_itself(client: Client, github: FakeGitHub) -> None:
    """Faults are arranged, each by a line of the test."""
    assert (await client.ask("POST", CASES, await client.hand(), json=DRAFT)).status_code == 201
    assert [exchange.arranged for exchange in github.requests] == [None, None]


async def test_failing_has_no_effect(client: Client, github: FakeGitHub) -> None:
    """An outage before anything was done."""
    github.fail("POST", CASES)
    token = await client.hand()

    assert (await client.ask("POST", CASES, token, json=DRAFT)).status_code == 502
    assert github.coordination.mirrors == []
    assert (await client.ask("POST", CASES, token, json=DRAFT)).status_code == 201


async def test_a_lost_answer_has_its_effect(client: Client, github: FakeGitHub) -> None:
    """The advisory is there, and the client does not know."""
    github.lose_answer("POST", CASES)

    assert (await client.ask("POST", CASES, await client.hand(), json=DRAFT)).status_code == 502
    assert len(github.coordination.mirrors) == 1


@pytest.mark.parametrize(("how", "error"), [("timeout", httpx.ReadTimeout), ("reset", httpx.ReadError)])
async def test_a_connection_can_break(
    client: Client, github: FakeGitHub, how: Literal["timeout", "reset"], error: type[Exception]
) -> None:
    """The same, without any answer at all."""
    github.lose_answer("POST", CASES, how)
    token = await client.hand()

    with pytest.raises(error):
        await client.ask("POST", CASES, token, json=DRAFT)
    assert len(github.coordination.mirrors) == 1
    assert github.writes[-1].status is None


async def test_a_slow_answer_is_late(client: Client, github: FakeGitHub, clock: FakeClock) -> None:
    """Within the client's patience it arrives, beyond it is a timeout; the effect is there either way."""
    token, before = await client.hand(), clock.now()
    github.slow("POST", CASES, 2)
    github.slow("POST", CASES, 60)

    assert (await client.ask("POST", CASES, token, json=DRAFT, timeout=5)).status_code == 201
    assert (clock.now() - before).total_seconds() == 2
    with pytest.raises(httpx.ReadTimeout):
        await client.ask("POST", CASES, token, json=DRAFT, timeout=5)
    assert len(github.coordination.mirrors) == 2


async def test_garbage_is_no_json(client: Client, github: FakeGitHub) -> None:
    """A 200 that says nothing must not be read as *nothing there*."""
    github.garbage("GET", CASES)

    answer = await client.ask("GET", CASES, await client.hand())

    assert answer.status_code == 200
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


async def test_limits_say_how_long(client: Client, github: FakeGitHub, clock: FakeClock) -> None:
    """The hourly one by `x-ratelimit-reset`, a secondary one by `retry-after`; both occur with 403 and 429."""
    token = await client.hand()
    github.rate_limit("GET", CASES, seconds=90)
    github.rate_limit("GET", CASES, seconds=30, status=429, secondary=True)

    hourly, secondary = await client.ask("GET", CASES, token), await client.ask("GET", CASES, token)

    assert (hourly.status_code, hourly.headers["x-ratelimit-remaining"]) == (403, "0")
    assert int(hourly.headers["x-ratelimit-reset"]) - int(clock.now().timestamp()) == 90
    assert (secondary.status_code, secondary.headers["retry-after"]) == (429, "30")


async def test_graphql_tells_its_own_limit_with_200(client: Client, github: FakeGitHub) -> None:
    """It is another one than that of REST, so whoever waits for it may ask everything else meanwhile."""
    token = await client.hand()
    github.rate_limit("POST", "/graphql", seconds=90, status=200)

    limited = await client.ask("POST", "/graphql", token, json={"query": "query { x }"})
    await client.ask("GET", CASES, token)
    await client.ask("POST", "/graphql", token, json={"query": "query { x }"})

    assert (limited.status_code, limited.json()["errors"][0]["type"]) == (200, "RATE_LIMITED")
    assert (limited.headers["x-ratelimit-remaining"], limited.headers["x-ratelimit-resource"]) == ("0", "graphql")
    assert github.inside_limits == ["POST /graphql"]


@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("host", "https://api.github.com.evil.example/repos"),
        ("scheme", "http://api.github.com/repos"),
        ("userinfo", "https://somebody:secret@api.github.com/repos"),
        ("port", "https://api.github.com:8443/repos"),
        ("loop", "https://api.github.com/repos"),
    ],
)
async def test_a_list_can_go_on_elsewhere(client: Client, github: FakeGitHub, to: Elsewhere, leads: str) -> None:
    """The list itself is right; what it says about its next page is a trap for whoever sends a token there."""
    github.coordination.draft("Escape")
    github.hostile_link(CASES, to)

    answer = await client.ask("GET", CASES, await client.hand())

    assert len(answer.json()) == 1
    assert answer.links["next"]["url"] == f"{leads}/packaging-security/cases/security-advisories"


@pytest.mark.parametrize("status", [404, 451, 500, 503])
async def test_any_status_can_be_arranged(client: Client, github: FakeGitHub, status: int) -> None:
    """With GitHub's shape of an error."""
    github.fail("GET", "/repos/*/cases", status)

    answer = await client.ask("GET", "/repos/packaging-security/cases", await client.hand())

    assert (answer.status_code, answer.json()["status"]) == (status, str(status))


async def test_a_fault_that_never_happened_is_told(github: FakeGitHub) -> None:
    """The test that arranged it is about something else than it thinks."""
    github.fail("GET", "/repos/nobody/asks")

    with pytest.raises(AssertionError, match="GET /repos/nobody/asks"):
        github.verify()


async def test_a_request_that_was_never_taught_is_told(client: Client, github: FakeGitHub) -> None:
    """Otherwise a typing error in a path would look like *not found*."""
    answer = await client.ask("GET", "/repos/pypa/pip/security-advisorys", await client.watcher())

    assert answer.status_code == 404
    with pytest.raises(AssertionError, match="security-advisorys"):
        github.verify()
    github.untaught.clear()


async def test_a_lost_world_of_requests_is_remembered(client: Client, github: FakeGitHub) -> None:
    """What was asked, by whom, with which result; tokens are not counted as writes."""
    await client.ask("POST", CASES, await client.hand(), json=DRAFT)

    [write] = github.writes
    assert (write.method, write.path, write.status, write.who) == ("POST", CASES, 201, "greenroom-hand")
    assert write.had_effect
