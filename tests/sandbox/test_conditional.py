"""Does the sandbox say 304 where nothing changed, as GitHub does? (GitHub: "Best practices for using the REST API".)"""

import httpx

from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client

REPORTING = "/repos/pypa/pip/private-vulnerability-reporting"


async def again(client: Client, token: str, etag: str, path: str = REPORTING) -> httpx.Response:
    return await client.http.get(path, headers={"authorization": f"Bearer {token}", "if-none-match": etag})


def left(answer: httpx.Response) -> int:
    return int(answer.headers["x-ratelimit-remaining"])


async def test_what_did_not_change_is_not_said_again_and_costs_nothing(client: Client) -> None:
    """No body, the same ETag, and the hourly limit as it was; an older ETag among several does no harm."""
    token = await client.watcher()
    first = await client.ask("GET", REPORTING, token)

    same = await again(client, token, f'W/"of-yesterday", {first.headers["etag"]}')

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    assert left(same) == left(first)


async def test_what_changed_is_said(client: Client, github: FakeGitHub) -> None:
    """With an ETag of its own, and it counts."""
    token = await client.watcher()
    first = await client.ask("GET", REPORTING, token)
    github.repo("pypa/pip").enable_private_reporting()

    changed = await again(client, token, first.headers["etag"])

    assert (changed.status_code, changed.json()) == (200, {"enabled": True})
    assert changed.headers["etag"] != first.headers["etag"]
    assert left(changed) == left(first) - 1


async def test_an_etag_is_good_for_one_token(client: Client) -> None:
    """The token of the next hour is told everything anew."""
    first = await client.ask("GET", REPORTING, await client.watcher())

    answer = await again(client, await client.watcher(), first.headers["etag"])

    assert (answer.status_code, answer.json()) == (200, first.json())


async def test_a_refusal_has_no_etag(client: Client) -> None:
    """What was refused is refused again, and counts."""
    missing = await client.ask(
        "GET", "/repos/pypa/nothing-here/private-vulnerability-reporting", await client.watcher()
    )

    assert (missing.status_code, "etag" in missing.headers) == (404, False)
