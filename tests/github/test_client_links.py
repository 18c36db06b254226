"""Where does the client follow what an answer points to?"""

from __future__ import annotations

import httpx
import pytest

from app.github import routes
from app.github.client import MAX_PAGES, Access, Client
from app.github.errors import RetryLater
from tests.builders import PIP
from tests.github.calls import ADVISORIES, ADVISORY, LIST, ONE
from tests.github.conftest import API, Script


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
