"""When does an organization's list pay, and how many tokens does it take?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.domain.facts import Known, Repository
from app.domain.ids import RepoName
from app.github.installations import Installation
from app.github.overview import SERVES, Overview
from app.github.registration import Registration
from tests.clock import FakeClock
from tests.github.conftest import Script, installation, repository, token

LIST = "/orgs/pypa/security-advisories"
GRANTED = {"metadata": "read", "repository_advisories": "write", "members": "read"}


def advisory(repo: str, ghsa: str, state: str = "draft") -> dict[str, Any]:
    url = f"https://api.github.test/repos/{repo}/security-advisories/{ghsa}"
    return {"ghsa_id": ghsa, "url": url, "state": state, "summary": "Under embargo"}


@pytest.fixture
async def many(script: Script, registration: Registration) -> tuple[Installation, tuple[Repository, ...]]:
    """An installation that may list, with 501 repositories: one more than a token can name."""
    script.on("GET", "/app/installations", httpx.Response(200, json=[installation(permissions=GRANTED)]))
    wide = token(repository_advisories="write", members="read")
    script.on("POST", "/app/installations/7/access_tokens", token(), wide)  # the first one lists the repositories
    listed = [repository(number, f"pypa/project-{number}") for number in range(1, 502)]
    script.on("GET", "/installation/repositories", httpx.Response(200, json={"repositories": listed}))
    script.on("GET", LIST, httpx.Response(200, json=[advisory("pypa/project-501", "GHSA-2222-3333-4444")]))
    [found] = await registration.installations()
    return found, await registration.repositories(found)


def _named(script: Script) -> list[int]:
    """How many repositories each token was asked for, the one for listing them apart."""
    bodies = [request.content for request in script.sent("POST", "/app/installations/7/access_tokens")]
    return [len(httpx.Response(200, content=body).json().get("repository_ids", [])) for body in bodies][1:]


async def test_each_500_repositories_have_a_token_of_their_own(
    registration: Registration, script: Script, clock: FakeClock, many: tuple[Installation, tuple[Repository, ...]]
) -> None:
    """A token cannot name more, and one that names none would be wider than what is asked with it."""
    overview = Overview(registration, clock)
    overview.begin(*many)

    found = await overview.open_advisories(RepoName.parse("pypa/project-501"), None)

    assert isinstance(found, Known)
    assert [str(each.ghsa) for each in found.value] == ["GHSA-2222-3333-4444"]  # once, though both tokens were shown it
    assert _named(script) == [500, 1]
    assert len(script.sent("GET", LIST)) == 4
    assert len(script.sent("DELETE", "/installation/token")) == 2


async def test_a_list_that_did_not_pay_is_not_made_again(
    registration: Registration, script: Script, clock: FakeClock, many: tuple[Installation, tuple[Repository, ...]]
) -> None:
    """A sweep of thousands is spread over minutes: then asking each of them costs less."""
    overview, repositories = Overview(registration, clock), many[1]
    overview.begin(*many)
    for each in repositories[:5]:
        assert await overview.open_advisories(each.name, None) is not None

    clock.advance(seconds=SERVES.total_seconds() + 1)

    assert await overview.open_advisories(repositories[6].name, None) is None
    assert await overview.open_advisories(repositories[7].name, None) is None
    assert len(script.sent("GET", LIST)) == 4


async def test_a_list_that_paid_is_made_again_when_it_is_old(
    registration: Registration, script: Script, clock: FakeClock, many: tuple[Installation, tuple[Repository, ...]]
) -> None:
    """It took eight requests and answered eight times."""
    overview, repositories = Overview(registration, clock), many[1]
    overview.begin(*many)
    for each in repositories[:8]:
        assert await overview.open_advisories(each.name, None) is not None

    clock.advance(seconds=SERVES.total_seconds())
    assert await overview.open_advisories(repositories[8].name, None) is not None
    assert len(script.sent("GET", LIST)) == 4
    clock.advance(seconds=1)
    found = await overview.open_advisories(repositories[9].name, None)

    assert isinstance(found, Known)
    assert clock.now() - found.observed_at < timedelta(seconds=1)
    assert len(script.sent("GET", LIST)) == 8


async def test_garbage_is_no_empty_list(
    registration: Registration, script: Script, clock: FakeClock, many: tuple[Installation, tuple[Repository, ...]]
) -> None:
    """One advisory that cannot be read would hide all others, so each repository is asked by itself."""
    overview, repositories = Overview(registration, clock), many[1]
    overview.begin(*many)
    script.on("GET", LIST, httpx.Response(200, json=[{"ghsa_id": "GHSA-2222-3333-4444"}]))

    assert await overview.open_advisories(repositories[0].name, None) is None
    assert await overview.open_advisories(repositories[1].name, None) is None
    assert len(script.sent("GET", LIST)) == 4  # once with each token, and never again in this round
