"""Where is an App installed, and what is said when it is not, or no longer?"""

from __future__ import annotations

import httpx
import pytest

from app.domain.ids import RepoName
from app.github.client import Access, Answer, Client
from app.github.credentials import AppCredentials
from app.github.errors import RetryLater
from app.github.registration import NotInstalled, Registration
from app.github.routes import PRIVATE_REPORTING
from tests.builders import PIP
from tests.clock import FakeClock
from tests.github.conftest import Script, installation, repository, token
from tests.github.seats import MINT, nothing, pip


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
