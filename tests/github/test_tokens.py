"""Which tokens are asked for, how long are they used, and which are refused?"""

from __future__ import annotations

import asyncio
import gc

import httpx
import pytest

from app.github.client import Access, Unauthenticated
from app.github.errors import RetryLater
from app.github.installations import is_within
from app.github.registration import Registration, Seat
from tests.clock import FakeClock
from tests.github.conftest import Script, repository, token
from tests.github.seats import MINT, bodies, nothing, pip

READ = {"repository_advisories": "read", "administration": "read", "members": "read"}


async def test_a_read_token_names_its_repositories_and_read_permissions(
    registration: Registration, script: Script
) -> None:
    """Listing needs metadata alone; all else is for named repositories, and no more than what was granted."""
    await registration.reading(await pip(registration), nothing)
    assert bodies(script) == [
        {"permissions": {"metadata": "read"}},
        {"permissions": {"metadata": "read", **READ}, "repository_ids": [1]},
    ]


async def test_a_write_token_is_for_one_repository_and_one_permission_and_is_revoked(
    registration: Registration, script: Script
) -> None:
    """A token that leaks later must open nothing."""
    listed = {"repositories": [repository(), repository(2, "pypa/wheel")]}
    script.on("GET", "/installation/repositories", httpx.Response(200, json=listed))
    script.on("POST", MINT, token(), token("ghs_write", administration="write"))

    async def work(access: Access) -> str:
        return access.token

    used = await registration.acting(await pip(registration), {"administration": "write"}, work)

    assert used == "ghs_write"
    assert bodies(script)[1:] == [
        {"permissions": {"metadata": "read", "administration": "write"}, "repository_ids": [1]}
    ]
    [revoked] = script.sent("DELETE", "/installation/token")
    assert revoked.headers["authorization"] == "Bearer ghs_write"


async def test_a_write_token_is_revoked_though_the_work_fails(registration: Registration, script: Script) -> None:
    """Failing is no reason to keep it, and a failing revocation is no reason to fail otherwise."""
    script.on("DELETE", "/installation/token", httpx.Response(502))

    async def fails(_: Access) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await registration.acting(await pip(registration), {"administration": "write"}, fails)
    assert len(script.sent("DELETE", "/installation/token")) == 1


WIDER: list[httpx.Response] = [
    token(administration="write"),
    token(contents="read"),
    token(repository_advisories="admin"),
    httpx.Response(
        201,
        json={
            "token": "ghs_x",
            "expires_at": "2026-12-01T10:00:00Z",
            "permissions": {"metadata": "read"},
            "repositories": [{"id": 1}, {"id": 2}],
        },
    ),
]


@pytest.mark.parametrize("wider", WIDER)
async def test_a_wider_token_than_asked_for_is_not_used(
    registration: Registration, script: Script, wider: httpx.Response
) -> None:
    """In February 2022 GitHub gave scoped tokens more than they were scoped to."""
    seat = await pip(registration)
    script.on("POST", MINT, wider)
    for attempt in (
        registration.reading(seat, nothing),
        registration.acting(seat, {"repository_advisories": "write"}, nothing),
    ):
        with pytest.raises(RetryLater, match="wider"):
            await attempt
    assert len(script.sent("DELETE", "/installation/token")) == 2


@pytest.mark.parametrize("missing", ["token", "expires_at", "permissions"])
async def test_half_a_token_is_no_token(registration: Registration, script: Script, missing: str) -> None:
    """Where GitHub does not say what it gave, nobody can tell that it was not more."""
    seat = await pip(registration)
    half = {key: value for key, value in token().json().items() if key != missing}
    script.on("POST", MINT, httpx.Response(201, json=half))
    with pytest.raises(RetryLater):
        await registration.reading(seat, nothing)


async def test_read_tokens_are_kept_until_five_minutes_before_they_expire(
    registration: Registration, script: Script, clock: FakeClock
) -> None:
    """A token that dies within a sweep fails half of it."""
    seat = await pip(registration)
    script.requests.clear()
    script.on("POST", MINT, token("ghs_1"), token("ghs_2", expires_at="2026-12-01T10:55:00Z"))
    used: list[str] = []

    async def work(access: Access) -> None:
        used.append(access.token)

    for minutes in (0, 54, 1, 20):
        clock.advance(minutes=minutes)
        await registration.reading(seat, work)
    assert used == ["ghs_1", "ghs_1", "ghs_2", "ghs_2"]


async def test_a_token_that_expired_is_kept_no_longer(
    registration: Registration, script: Script, clock: FakeClock
) -> None:
    """Each new repository makes another kind of token, and an instance runs for months."""
    seat = await pip(registration)
    script.on("POST", MINT, token("ghs_once", contents="read"), token("ghs_later", expires_at="2026-12-01T11:00:00Z"))
    await registration.reading(seat, nothing, only={"contents": "read"})
    clock.advance(minutes=61)

    await registration.reading(seat, nothing)

    kept = {each.value for each in gc.get_objects() if type(each).__name__ == "_Token"}
    assert "ghs_once" not in kept
    assert "ghs_later" in kept


async def test_a_token_that_expired_early_is_replaced_once(registration: Registration, script: Script) -> None:
    """A sweep must not fail because GitHub dropped a token, nor mint for ever when it drops them all."""
    seat = await pip(registration)
    script.on("POST", MINT, token("ghs_1"), token("ghs_2"))
    used: list[str] = []

    async def refused_once(access: Access) -> str:
        used.append(access.token)
        if access.token == "ghs_1":
            raise Unauthenticated("401")
        return "done"

    assert await registration.reading(seat, refused_once) == "done"

    async def refused(access: Access) -> None:
        used.append(access.token)
        raise Unauthenticated("401")

    with pytest.raises(RetryLater):
        await registration.reading(seat, refused)
    with pytest.raises(RetryLater):
        await registration.acting(seat, {"repository_advisories": "write"}, refused)
    assert used == ["ghs_1", "ghs_2", "ghs_2", "ghs_2", "ghs_2", "ghs_2"]


async def test_many_who_miss_at_once_look_up_and_mint_once(registration: Registration, script: Script) -> None:
    """Sixty repositories at the start of a sweep are one installation."""

    async def read() -> None:
        await registration.reading(await pip(registration), nothing)

    await asyncio.gather(*(read() for _ in range(20)))
    assert [(request.method, request.url.path) for request in script.requests] == [
        ("GET", "/repos/pypa/pip/installation"),
        ("POST", MINT),
        ("GET", "/installation/repositories"),
        ("POST", MINT),
    ]


async def test_more_than_500_repositories_share_several_tokens(registration: Registration, script: Script) -> None:
    """GitHub narrows a token to at most 500 repositories."""
    names = [repository(number, f"pypa/r{number}") for number in range(1, 1001)]
    script.on(
        "GET", "/installation/repositories", httpx.Response(200, json={"repositories": [*names, repository(1001)]})
    )
    seat = await pip(registration)
    for number in (1, 500, 501, 1000, 1001):
        await registration.reading(Seat(installation=seat.installation, repository_id=number), nothing)
    assert [body["repository_ids"][0] for body in bodies(script)[1:]] == [1, 501, 1001]
    assert max(len(body["repository_ids"]) for body in bodies(script)[1:]) == 500


def test_levels_that_we_do_not_know_are_wider() -> None:
    """A level that GitHub invents later is not ours."""
    assert is_within({"metadata": "read"}, {"metadata": "read", "contents": "write"})
    assert is_within({"contents": "read"}, {"contents": "write"})
    assert not is_within({"contents": "everything"}, {"contents": "write"})
    assert not is_within({"contents": "write"}, {"contents": "everything"})
