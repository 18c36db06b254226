from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from app.domain.ids import RepoName
from app.github.client import Access, Answer, Client, Unauthenticated
from app.github.credentials import AppCredentials
from app.github.errors import RetryLater
from app.github.installations import is_within
from app.github.registration import NotInstalled, Registration, Seat
from app.github.routes import PRIVATE_REPORTING
from app.store import advisories
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.github.conftest import Script, installation, repository, token
from tests.harness import Bot

PIP = RepoName("pypa", "pip")
MINT = "/app/installations/7/access_tokens"
READ = {"repository_advisories": "read", "administration": "read", "members": "read"}


def bodies(script: Script) -> list[Any]:
    return [json.loads(request.content) for request in script.sent("POST", MINT)]


async def pip(registration: Registration) -> Seat:
    seat = await registration.seat(PIP)
    assert seat is not None
    return seat


async def nothing(_: Access) -> None:
    """The work of somebody who only wants the token."""


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


async def test_temporary_forks_are_left_out(registration: Registration, script: Script) -> None:
    """Integrations cannot see into the private fork of an advisory, and it is nobody's project."""
    fork = repository(2, "pypa/pip-ghsa-2222-3333-4444", private=True)
    script.on("GET", "/installation/repositories", httpx.Response(200, json={"repositories": [fork, repository()]}))
    [found] = await registration.installations()
    assert [kept.name for kept in await registration.repositories(found)] == [PIP]


async def test_where_the_app_is_not_installed_there_is_no_seat(registration: Registration, script: Script) -> None:
    """404 is how GitHub says it."""
    script.on("GET", "/repos/pypa/pip/installation", httpx.Response(404))
    assert await registration.seat(PIP) is None


async def test_a_suspended_installation_is_told_and_asked_for_nothing(
    registration: Registration, script: Script
) -> None:
    """It gives no tokens; people are to hear of it."""
    suspended = installation(suspended_at="2026-01-01T00:00:00Z")
    script.on("GET", "/repos/pypa/pip/installation", httpx.Response(200, json=suspended))
    script.on("GET", "/app/installations", httpx.Response(200, json=[suspended]))
    assert (await pip(registration)).installation.suspended
    assert [found.suspended for found in await registration.installations()] == [True]
    assert script.sent("POST", MINT) == []


async def test_an_installation_that_is_gone_is_forgotten(registration: Registration, script: Script) -> None:
    """A repository that moved to another account is looked up anew."""
    await registration.reading(await pip(registration), nothing)
    script.on("GET", "/app/installations", httpx.Response(200, json=[]))
    script.on("GET", "/repos/pypa/pip/installation", httpx.Response(404))
    assert await registration.installations() == ()
    assert await registration.seat(PIP) is None
    assert registration._tokens == {}


@pytest.mark.parametrize("status", [403, 404, 422])
async def test_a_refused_token_makes_us_look_again(registration: Registration, script: Script, status: int) -> None:
    """422 is how GitHub says that a repository or permission is no longer the installation's."""
    seat = await pip(registration)
    script.on("POST", MINT, httpx.Response(status))
    with pytest.raises(NotInstalled):
        await registration.reading(seat, nothing)
    script.on("POST", MINT, token())
    await registration.reading(await pip(registration), nothing)
    assert len(script.sent("GET", "/repos/pypa/pip/installation")) == 2


async def test_a_second_key_takes_over(client: Client, script: Script, clock: FakeClock, private_key: str) -> None:
    """Keys are rotated without a pause: the old one is deleted on GitHub while we still try it first."""
    app = Registration(
        name="Greenroom",
        signers=[AppCredentials("old", private_key), AppCredentials("new", private_key)],
        client=client,
        clock=clock,
    )
    script.on("GET", "/app/installations", httpx.Response(401), httpx.Response(200, json=[installation()]))
    assert len(await app.installations()) == 1

    script.on("GET", "/app/installations", httpx.Response(401))
    with pytest.raises(RetryLater):
        await app.installations()


async def test_a_limit_of_one_installation_leaves_the_others_alone(
    registration: Registration, client: Client, script: Script
) -> None:
    """GitHub counts each installation by itself."""
    script.on("POST", "/app/installations/8/access_tokens", token("ghs_other"))
    script.on("GET", "/repos/psf/black/installation", httpx.Response(200, json=installation(id=8)))
    path = "/repos/pypa/pip/private-vulnerability-reporting"
    script.on("GET", path, httpx.Response(429, headers={"retry-after": "60"}))
    call = PRIVATE_REPORTING.of(PIP)

    async def work(access: Access) -> Answer:
        return await client.read(call, access)

    seat = await pip(registration)
    with pytest.raises(RetryLater):
        await registration.reading(seat, work)
    script.on("GET", path, httpx.Response(200, json={}))
    with pytest.raises(RetryLater):
        await registration.reading(seat, work)
    other = await registration.seat(RepoName("psf", "black"))
    assert other is not None
    assert (await registration.reading(other, work)).ok


def test_levels_that_we_do_not_know_are_wider() -> None:
    """A level that GitHub invents later is not ours."""
    assert is_within({"metadata": "read"}, {"metadata": "read", "contents": "write"})
    assert is_within({"contents": "read"}, {"contents": "write"})
    assert not is_within({"contents": "everything"}, {"contents": "write"})
    assert not is_within({"contents": "write"}, {"contents": "everything"})


async def test_what_is_granted_later_is_asked_for_at_once(registration: Registration, script: Script) -> None:
    """A read token holds for an hour, and was made for what the account had granted then."""
    seat = await pip(registration)
    await registration.reading(seat, nothing)
    more = {**installation()["permissions"], "issues": "read"}
    script.on("GET", "/app/installations", httpx.Response(200, json=[installation(permissions=more)]))

    for _ in range(2):
        await registration.installations()
        await registration.reading(await pip(registration), nothing)

    assert ["issues" in body["permissions"] for body in bodies(script) if "repository_ids" in body] == [False, True]


async def test_the_hand_sees_what_it_is_granted_later(github: FakeGitHub, bot: Bot) -> None:
    """An owner accepts a permission after the fact, and GitHub's delivery about it was lost. The next sweep sees it."""
    hand = github.installation(github.hand.slug, "packaging-security").grant("repository_advisories", "read")
    await bot.approve_everything()
    github.repo("pypa/wheel").draft("Escape", affects=["pip", "uv"])
    await bot.settle()
    assert github.coordination.mirrors == []

    hand.grant("repository_advisories", "write")
    await bot.later(minutes=30)

    assert len(github.coordination.mirrors) == 1


async def test_a_hand_that_github_does_not_know_stops_no_sweep(github: FakeGitHub, bot: Bot) -> None:
    """Its key was replaced: what it was granted cannot be read again, and the Watcher sees all the same."""
    await bot.settle()
    hand, watcher = github.world.app(github.hand.slug), github.world.app(github.watcher.slug)
    key, hand.public_key = hand.public_key, watcher.public_key
    known = github.repo("pypa/wheel").report("Escape", affects=["wheel"])

    await bot.later(minutes=11)

    [seen] = await bot.parts.database.read(advisories.open_advisories)
    assert str(seen.ghsa) == known.ghsa
    hand.public_key = key
