"""What is asked of GitHub, and what counts as an answer?"""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from app.domain.ids import RepoName
from app.github import routes
from app.github.client import Access, Client, Unauthenticated
from app.github.errors import RetryLater
from app.github.graphql import query
from tests.clock import FakeClock
from tests.github.calls import ADVISORY, BROKEN, CREATE, GARBAGE, LIST, ONE, may_write
from tests.github.conftest import API, Held, Script


async def test_a_request_says_who_it_is_and_which_version_it_wants(
    client: Client, script: Script, access: Access
) -> None:
    """GitHub refuses requests without a User-Agent, and changes answers with the version."""
    script.on("GET", ONE, httpx.Response(200, json={"a": 1}))

    answer = await client.read(ADVISORY, access)

    [request] = script.requests
    assert answer.body == {"a": 1}
    assert request.headers["accept"] == "application/vnd.github+json"
    assert request.headers["x-github-api-version"] == "2022-11-28"
    assert request.headers["user-agent"] == "greenroom"
    assert request.headers["authorization"] == "Bearer ghs_secret"


@pytest.mark.parametrize("trouble", [*BROKEN, httpx.ConnectError("canary"), httpx.Response(502)])
async def test_a_read_is_tried_three_times(
    client: Client, script: Script, access: Access, trouble: httpx.Response | Exception
) -> None:
    """Most troubles of a read pass at once, and asking twice does no harm."""
    script.on("GET", ONE, trouble, trouble, httpx.Response(200, json={}))
    assert (await client.read(ADVISORY, access)).ok

    script.on("GET", ONE, trouble)
    script.requests.clear()
    with pytest.raises(RetryLater) as caught:
        await client.read(ADVISORY, access)
    assert caught.value.after is None
    assert len(script.requests) == 3


@pytest.mark.parametrize("garbage", GARBAGE)
async def test_garbage_is_not_an_answer(client: Client, script: Script, access: Access, garbage: bytes) -> None:
    """A proxy's error page or half a body says nothing about the world."""
    script.on("GET", ONE, httpx.Response(200, content=garbage))
    with pytest.raises(RetryLater):
        await client.read(ADVISORY, access)


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 422, 451])
async def test_a_refused_read_is_an_answer_and_is_not_repeated(
    client: Client, script: Script, access: Access, status: int
) -> None:
    """A 403 that is not a limit stays one: repeating it is how bots get banned."""
    script.on("GET", ONE, httpx.Response(status, json={"message": "Resource not accessible by integration"}))
    answer = await client.read(ADVISORY, access)
    assert (answer.status, answer.ok, answer.body) == (status, False, None)
    assert len(script.requests) == 1


async def test_401_is_told_apart_for_reads_and_writes(
    client: Client, script: Script, access: Access, lease: Held
) -> None:
    """Nothing was done at a 401, and a new token may help."""
    script.on("GET", ONE, httpx.Response(401))
    script.on("POST", LIST, httpx.Response(401))
    with pytest.raises(Unauthenticated):
        await client.read(ADVISORY, access)
    with pytest.raises(Unauthenticated):
        await client.write(CREATE, access, lease=lease)


async def test_a_stalled_answer_ends(clock: FakeClock, access: Access) -> None:
    """Timeouts per read do not end an answer that trickles, the total does."""

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    transport = httpx.MockTransport(never)
    async with Client(
        base_url=API, clock=clock, why_not_write=may_write, transport=transport, total_seconds=0.01
    ) as client:
        with pytest.raises(RetryLater, match="in time"):
            await client.read(ADVISORY, access)


async def test_an_answer_without_end_is_cut(clock: FakeClock, access: Access) -> None:
    """Whatever answers at that address must not fill our memory."""
    taken = 0

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> Any:
            nonlocal taken
            while True:
                taken += 1
                yield b" " * 1024 * 1024

    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Endless()))
    async with Client(base_url=API, clock=clock, why_not_write=may_write, transport=transport) as client:
        with pytest.raises(RetryLater, match="larger"):
            await client.read(ADVISORY, access)
    assert taken == 3 * 11


async def test_names_cannot_leave_their_place_in_the_path(client: Client, script: Script, access: Access) -> None:
    """Whatever a login or a name holds, it stays one segment."""
    script.on("GET", "/users/..%2F..%2Fapp%3Fx%3D1", httpx.Response(200, json={}))
    await client.read(routes.PERSON.call(username="../../app?x=1"), access)
    for name in (".", ".."):
        with pytest.raises(ValueError, match="not a name"):
            await client.read(routes.REPOSITORY.of(RepoName("pypa", name)), access)
    assert len(script.requests) == 1


async def test_a_root_with_a_path_is_kept(clock: FakeClock, access: Access) -> None:
    """GitHub Enterprise serves its API below /api/v3."""
    script = Script()
    script.on("GET", f"/api/v3{ONE}", httpx.Response(200, json={}))
    async with Client(
        base_url="https://ghe.test/api/v3", clock=clock, why_not_write=may_write, transport=script
    ) as client:
        assert (await client.read(ADVISORY, access)).ok


async def test_graphql_of_github_enterprise_is_beside_its_root(clock: FakeClock, access: Access) -> None:
    """Its REST is below /api/v3, and /api/v3/graphql is nothing."""
    script = Script()
    script.on("POST", "/api/graphql", httpx.Response(200, json={}))
    async with Client(
        base_url="https://ghe.test/api/v3", clock=clock, why_not_write=may_write, transport=script
    ) as client:
        assert (await client.read(query("query { viewer }", {}), access)).ok
