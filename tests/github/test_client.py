from __future__ import annotations

import asyncio
import logging
import traceback
from datetime import timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from app.domain.ids import RepoName
from app.domain.lease import LeaseLost
from app.github import routes
from app.github.client import MAX_PAGES, Access, Client, Unauthenticated
from app.github.errors import Ambiguous, Refused, RetryLater
from app.github.graphql import query
from tests.clock import FakeClock
from tests.github.conftest import API, Held, Script

PIP = RepoName("pypa", "pip")
GHSA = "GHSA-2222-3333-4444"
LIST = "/repos/pypa/pip/security-advisories"
ONE = f"{LIST}/{GHSA}"
ADVISORIES = routes.ADVISORIES.of(PIP)
ADVISORY = routes.ADVISORY.of(PIP, ghsa_id=GHSA)
UPDATE = routes.UPDATE_ADVISORY.of(PIP, ghsa_id=GHSA, body={"summary": "canary"})
CREATE = routes.CREATE_ADVISORY.of(PIP, body={"summary": "canary"})
BROKEN = [httpx.ReadTimeout("canary"), httpx.ReadError("canary"), httpx.RemoteProtocolError("canary")]
GARBAGE = [b"<html>", b"{", b'"\\ud800"', b"[" * 100_000, b"\xff\xfe"]


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


async def test_a_limited_write_was_not_done(client: Client, script: Script, access: Access, lease: Held) -> None:
    """GitHub turns limited requests away before doing anything, so this is not ambiguous."""
    script.on("POST", LIST, httpx.Response(429, headers={"retry-after": "5"}))
    with pytest.raises(RetryLater) as caught:
        await client.write(CREATE, access, lease=lease)
    assert caught.value.after == timedelta(seconds=5)


@pytest.mark.parametrize(
    "trouble",
    [*BROKEN, *(httpx.Response(201, content=garbage) for garbage in GARBAGE), httpx.Response(500), httpx.Response(504)],
)
async def test_a_write_is_sent_once_and_may_have_happened(
    client: Client, script: Script, access: Access, lease: Held, trouble: httpx.Response | Exception
) -> None:
    """GitHub has no key against doing it twice, so a lost answer is looked up and never repeated."""
    script.on("POST", LIST, trouble)
    with pytest.raises(Ambiguous):
        await client.write(CREATE, access, lease=lease)
    assert len(script.requests) == 1


async def test_a_write_that_never_left_is_not_ambiguous(
    client: Client, script: Script, access: Access, lease: Held
) -> None:
    """Without a connection GitHub has seen nothing."""
    script.on("POST", LIST, httpx.ConnectError("canary"))
    with pytest.raises(RetryLater):
        await client.write(CREATE, access, lease=lease)
    assert len(script.requests) == 1


@pytest.mark.parametrize("status", [301, 307, 400, 403, 404, 409, 410, 422, 451])
async def test_a_refused_write_says_so(
    client: Client, script: Script, access: Access, lease: Held, status: int
) -> None:
    """A repository that moved (3xx) is another one than was decided upon, so a write does not follow it."""
    script.on("POST", LIST, httpx.Response(status, headers={"location": f"{API}/repositories/1/security-advisories"}))
    with pytest.raises(Refused) as caught:
        await client.write(CREATE, access, lease=lease)
    assert caught.value.status == status
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


async def test_the_limits_of_a_401_are_not_ours(client: Client, script: Script, access: Access) -> None:
    """Credentials that GitHub does not know get the few requests of strangers, which says nothing of the App's own."""
    strangers = {"x-ratelimit-limit": "60", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999"}
    script.on("GET", ONE, httpx.Response(401, headers=strangers), httpx.Response(404))
    pace = access.lane.pace()

    with pytest.raises(Unauthenticated):
        await client.read(ADVISORY, access)

    assert access.lane.pace().per_second == pace.per_second
    assert (await client.read(ADVISORY, access)).status == 404


async def test_nothing_is_sent_once_the_lease_is_lost(
    client: Client, script: Script, access: Access, lease: Held
) -> None:
    """Another instance may be at it already."""
    lease.lost = True
    with pytest.raises(LeaseLost):
        await client.write(CREATE, access, lease=lease)
    assert script.requests == []


async def test_the_lease_is_checked_after_the_wait_between_writes(
    client: Client, script: Script, access: Access, lease: Held, clock: FakeClock
) -> None:
    """A check before the wait would be a check of the past."""
    script.on("POST", LIST, httpx.Response(201, json={}))
    await client.write(CREATE, access, lease=lease)
    expires = clock.now() + timedelta(seconds=0.5)

    class Expiring(Held):
        def check(self) -> None:
            self.lost = clock.now() >= expires
            super().check()

    with pytest.raises(LeaseLost):
        await client.write(CREATE, access, lease=Expiring())
    assert len(script.requests) == 1


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

    async with Client(base_url=API, clock=clock, transport=httpx.MockTransport(slow)) as client:
        await asyncio.gather(*(client.read(ADVISORY, access) for _ in range(20)))
    assert most == 5


async def test_a_stalled_answer_ends(clock: FakeClock, access: Access) -> None:
    """Timeouts per read do not end an answer that trickles, the total does."""

    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    transport = httpx.MockTransport(never)
    async with Client(base_url=API, clock=clock, transport=transport, total_seconds=0.01) as client:
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
    async with Client(base_url=API, clock=clock, transport=transport) as client:
        with pytest.raises(RetryLater, match="larger"):
            await client.read(ADVISORY, access)
    assert taken == 3 * 11


async def test_a_renamed_repository_is_followed_on_the_same_host(
    client: Client, script: Script, access: Access
) -> None:
    """GitHub answers 301 for repositories that were renamed or transferred."""
    script.on("GET", "/repos/pypa/pip", httpx.Response(301, headers={"location": f"{API}/repositories/1"}))
    script.on("GET", "/repositories/1", httpx.Response(200, json={"id": 1}))
    assert (await client.read(routes.REPOSITORY.of(PIP), access)).body == {"id": 1}


ELSEWHERE = [
    "https://evil.example/repositories/1",
    "//evil.example/repositories/1",
    "http://api.github.test/repositories/1",
    "https://api.github.test:8443/repositories/1",
    "https://api.github.test.evil.example/",
    "https://someone@api.github.test/repositories/1",
    "https://api.github.test@evil.example/",
    "https://[",
    "",
]


@pytest.mark.parametrize("location", ELSEWHERE)
async def test_redirects_elsewhere_are_not_followed(
    client: Client, script: Script, access: Access, location: str
) -> None:
    """The token would go along."""
    script.on("GET", ONE, httpx.Response(302, headers={"location": location}))
    with pytest.raises(RetryLater):
        await client.read(ADVISORY, access)
    assert len(script.requests) == 1


async def test_redirects_in_a_circle_end(client: Client, script: Script, access: Access) -> None:
    """A loop must not hold a slot for ever."""
    script.on("GET", ONE, httpx.Response(301, headers={"location": f"{API}{ONE}"}))
    with pytest.raises(RetryLater, match="do not end"):
        await client.read(ADVISORY, access)


async def test_pages_are_followed_verbatim(client: Client, script: Script, access: Access) -> None:
    """GitHub names other paths for further pages, and its cursors break when they are encoded again."""
    target = "/repositories/1/security-advisories?after=Y3Vyc29yOnYyOpK5MjA%3D&per_page=100"
    link = f'<{API}{target}>; rel="next", <{API}/first>; rel="first"'
    script.on("GET", LIST, httpx.Response(200, json=[1], headers={"link": link}))
    script.on("GET", target, httpx.Response(200, json=[2], headers={"link": f'<{API}{LIST}>; rel="first"'}))

    pages = await client.read_all(ADVISORIES, access)

    assert [page.body for page in pages] == [[1], [2]]
    assert script.requests[-1].url.raw_path.decode() == target


@pytest.mark.parametrize("location", ELSEWHERE)
async def test_pages_elsewhere_are_not_followed(client: Client, script: Script, access: Access, location: str) -> None:
    """A hostile Link must not get the token, and half a list must not pass for a list."""
    script.on("GET", LIST, httpx.Response(200, json=[1], headers={"link": f'<{location}>; rel="next"'}))
    with pytest.raises(RetryLater):
        await client.read_all(ADVISORIES, access)
    assert len(script.requests) == 1


async def test_pages_in_a_circle_or_without_end_are_no_list(client: Client, script: Script, access: Access) -> None:
    """Loops and endless lists end in an error, never in an incomplete answer."""
    script.on("GET", LIST, httpx.Response(200, json=[], headers={"link": f'<{API}{LIST}?after=x>; rel="next"'}))
    with pytest.raises(RetryLater, match="do not end"):
        await client.read_all(ADVISORIES, access)
    assert len(script.requests) == 2

    def another(_: httpx.Request) -> httpx.Response:
        link = f'<{API}{LIST}?after={len(script.requests)}>; rel="next"'
        return httpx.Response(200, json=[], headers={"link": link})

    script.requests.clear()
    script.on("GET", LIST, another)
    with pytest.raises(RetryLater, match="do not end"):
        await client.read_all(ADVISORIES, access)
    assert len(script.requests) == MAX_PAGES


async def test_a_refused_further_page_is_no_list(client: Client, script: Script, access: Access) -> None:
    """What page two would have said is unknown, so the whole list is."""
    script.on("GET", LIST, httpx.Response(200, json=[], headers={"link": f'<{API}/two>; rel="next"'}))
    script.on("GET", "/two", httpx.Response(404))
    with pytest.raises(RetryLater):
        await client.read_all(ADVISORIES, access)


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
    async with Client(base_url="https://ghe.test/api/v3", clock=clock, transport=script) as client:
        assert (await client.read(ADVISORY, access)).ok


async def test_graphql_of_github_enterprise_is_beside_its_root(clock: FakeClock, access: Access) -> None:
    """Its REST is below /api/v3, and /api/v3/graphql is nothing."""
    script = Script()
    script.on("POST", "/api/graphql", httpx.Response(200, json={}))
    async with Client(base_url="https://ghe.test/api/v3", clock=clock, transport=script) as client:
        assert (await client.read(query("query { viewer }", {}), access)).ok


TROUBLES: list[Any] = [
    *BROKEN,
    *(httpx.Response(status, text=f"canary {GHSA}") for status in (301, 401, 403, 404, 422, 429, 500)),
    httpx.Response(200, text=f"canary {GHSA}"),
    httpx.Response(302, headers={"location": f"https://evil.example/canary/{GHSA}"}),
]


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_no_error_or_log_shows_an_id_a_body_or_a_token(
    *, client: Client, script: Script, access: Access, lease: Held, caplog: pytest.LogCaptureFixture, trouble: Any
) -> None:
    """Ids of unpublished advisories are under embargo, and errors end in logs."""
    caplog.set_level(logging.DEBUG)
    script.on("GET", ONE, trouble)
    script.on("PATCH", ONE, trouble)
    shown = []
    for send in (client.read(ADVISORY, access), client.write(UPDATE, access, lease=lease)):
        try:
            shown.append(repr(await send))
        except (RetryLater, Refused, Ambiguous) as error:
            shown.append("".join(traceback.format_exception(error)) + repr(error))
    text = "\n".join([*shown, caplog.text, repr(access), repr(UPDATE), str(UPDATE)])
    assert not [secret for secret in ("canary", GHSA, "ghs_secret") if secret in text]
