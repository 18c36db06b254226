"""How fast may an installation be asked?"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from itertools import pairwise

import httpx
import pytest

from app.github.client import Access, Client, Unauthenticated
from app.github.errors import RetryLater
from tests.clock import FakeClock
from tests.github.calls import ADVISORY, CREATE, LIST, ONE, UPDATE, may_write
from tests.github.conftest import API, Held, Script


@pytest.mark.parametrize(
    ("status", "headers", "message", "seconds"),
    [
        (403, {"retry-after": "17"}, "", 17),
        (429, {"retry-after": "90"}, "", 90),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1796115723"}, "", 123),
        (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1796115600"}, "", 1),
        (403, {"x-ratelimit-remaining": "0"}, "", 60),
        (403, {"x-ratelimit-remaining": "4000"}, "You have exceeded a secondary rate limit.", 60),
        (429, {}, "", 60),
        (429, {"retry-after": "Tue, 01 Dec 2026 10:00:00 GMT"}, "", 60),
        (403, {"retry-after": "9" * 40}, "", 60),
    ],
)
async def test_limits_are_honoured_to_the_second_and_close_the_lane(
    *,
    client: Client,
    script: Script,
    access: Access,
    clock: FakeClock,
    lease: Held,
    status: int,
    headers: dict[str, str],
    message: str,
    seconds: int,
) -> None:
    """Requests inside a limit lead to bans, so none is sent until the second GitHub named."""
    script.on("GET", ONE, httpx.Response(status, headers=headers, json={"message": message}))
    with pytest.raises(RetryLater) as caught:
        await client.read(ADVISORY, access)
    assert caught.value.after == timedelta(seconds=seconds)

    script.on("GET", ONE, httpx.Response(200, json={}))
    clock.advance(seconds=seconds - 1)
    for send in (client.read(ADVISORY, access), client.write(UPDATE, access, lease=lease)):
        with pytest.raises(RetryLater) as caught:
            await send
        assert caught.value.after == timedelta(seconds=1)
    assert len(script.requests) == 1

    clock.advance(seconds=1)
    assert (await client.read(ADVISORY, access)).ok


async def test_the_limits_of_a_401_are_not_ours(client: Client, script: Script, access: Access) -> None:
    """Credentials that GitHub does not know get the few requests of strangers, which says nothing of the App's own."""
    strangers = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999"}
    script.on("GET", ONE, httpx.Response(401, headers=strangers), httpx.Response(404))
    pace = access.lane.pace()

    with pytest.raises(Unauthenticated):
        await client.read(ADVISORY, access)

    assert access.lane.pace().per_second == pace.per_second
    assert (await client.read(ADVISORY, access)).status == 404


async def test_writes_of_an_installation_are_a_second_apart(
    client: Client, script: Script, access: Access, lease: Held, clock: FakeClock
) -> None:
    """GitHub: "wait at least one second between each request" that changes something."""
    times = []

    def answer(_: httpx.Request) -> httpx.Response:
        times.append(clock.now())
        return httpx.Response(201, json={})

    script.on("POST", LIST, answer)
    await asyncio.gather(*(client.write(CREATE, access, lease=lease) for _ in range(4)))
    assert [later - sooner for sooner, later in pairwise(times)] == [timedelta(seconds=1)] * 3


async def test_at_most_five_requests_of_an_installation_are_under_way(clock: FakeClock, access: Access) -> None:
    """GitHub counts concurrent requests against the secondary limit."""
    under_way = most = 0

    async def slow(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        under_way -= 1
        return httpx.Response(200, json={})

    async with Client(
        base_url=API, clock=clock, why_not_write=may_write, transport=httpx.MockTransport(slow)
    ) as client:
        await asyncio.gather(*(client.read(ADVISORY, access) for _ in range(20)))
    assert most == 5
