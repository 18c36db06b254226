"""Where is it asked what an account shows to everybody?"""

from __future__ import annotations

import httpx
import pytest

from app.domain.ids import RepoName
from app.github.public_lists import public_repositories
from app.github.registration import Registration
from tests.github.conftest import Script, installation, repository


@pytest.mark.parametrize(
    ("told", "path"),
    [("Organization", "/orgs/pypa/repos"), ("User", "/users/pypa/repos"), (None, "/orgs/pypa/repos")],
)
async def test_a_person_is_asked_for_where_github_lists_persons(
    registration: Registration, script: Script, told: str | None, path: str
) -> None:
    """The list of organizations has none of a person, and a 404 there would be *cannot tell* for ever."""
    account = {"login": "pypa"} | ({"type": told} if told else {})
    script.on("GET", "/app/installations", httpx.Response(200, json=[installation() | {"account": account}]))
    script.on("GET", path, httpx.Response(200, json=[repository()]))
    [seat] = await registration.installations()

    [found] = await public_repositories(registration, seat)

    assert found.name == RepoName("pypa", "pip")
