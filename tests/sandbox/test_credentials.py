from datetime import timedelta
from typing import Any

import pytest

from app.sandbox.registering import new_private_key
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client


async def test_an_app_that_signs_correctly_is_known(client: Client, github: FakeGitHub) -> None:
    """App id and client id both name it (GitHub: "Generating a JSON Web Token (JWT) for a GitHub App")."""
    for issuer in (github.watcher.app_id, github.watcher.client_id):
        answer = await client.ask("GET", "/app", client.jwt(github.watcher, iss=issuer))

        assert answer.status_code == 200
        assert answer.json()["slug"] == "greenroom"


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"exp": -1}, 401),
        ({"exp": 661}, 401),
        ({"iat": 61}, 401),
        ({"iss": "404"}, 404),
    ],
)
async def test_a_jwt_that_is_wrong_is_refused(
    client: Client, github: FakeGitHub, clock: FakeClock, claims: dict[str, Any], status: int
) -> None:
    """GitHub refuses what has expired, lives longer than ten minutes, comes from the future or from nobody."""
    now = int(clock.now().timestamp())
    moved: dict[str, Any] = {name: now + value if isinstance(value, int) else value for name, value in claims.items()}

    assert (await client.ask("GET", "/app", client.jwt(github.watcher, **moved))).status_code == status


async def test_a_jwt_signed_with_another_key_is_refused(client: Client, github: FakeGitHub) -> None:
    """Otherwise anybody could be the App."""
    forged = client.jwt(github.watcher, key=new_private_key())

    answer = await client.ask("GET", "/app", forged)

    assert (answer.status_code, answer.json()["message"]) == (401, "A JSON web token could not be decoded")


async def test_an_unsigned_jwt_is_refused(client: Client, github: FakeGitHub) -> None:
    """RS256 and nothing else: `none` and keys that are shared secrets are old attacks."""
    header, payload, _ = client.jwt(github.watcher).split(".")
    unsigned = f"eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}."

    assert header
    assert (await client.ask("GET", "/app", unsigned)).status_code == 401


async def test_a_token_lives_for_an_hour(client: Client, clock: FakeClock) -> None:
    """A client that keeps it longer meets a 401 and has to ask again."""
    token = await client.watcher()

    clock.advance(minutes=59)
    assert (await client.ask("GET", "/repos/pypa/pip", token)).status_code == 200
    clock.advance(minutes=2)
    answer = await client.ask("GET", "/repos/pypa/pip", token)

    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


async def test_a_token_is_long_and_says_until_when(client: Client, github: FakeGitHub, clock: FakeClock) -> None:
    """Tokens are no longer 40 characters, so nobody may rely on that (GitHub: changelog of 2026-05-15)."""
    answer = (await client.mint(github.watcher, "pypa")).json()

    assert len(answer["token"]) == 520
    assert answer["token"].startswith("ghs_")
    assert answer["expires_at"] == (clock.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "repositories" not in answer


async def test_a_token_can_be_narrowed(client: Client, github: FakeGitHub) -> None:
    """To some repositories and some permissions; *metadata: read* always comes along."""
    wanted = {"repositories": ["pip"], "permissions": {"repository_advisories": "read"}}
    answer = (await client.mint(github.watcher, "pypa", **wanted)).json()
    listed = await client.ask("GET", "/installation/repositories", answer["token"])

    assert answer["permissions"] == {"metadata": "read", "repository_advisories": "read"}
    assert [repo["full_name"] for repo in listed.json()["repositories"]] == ["pypa/pip"]


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": {"repository_advisories": "write"}},
        {"permissions": {"contents": "read"}},
        {"repositories": ["no-such-repository"]},
        {"repositories": ["pypa/pip"]},
        {"repository_ids": [1]},
        {"repositories": []},
    ],
)
async def test_a_token_is_never_wider_than_the_installation(
    client: Client, github: FakeGitHub, body: dict[str, object]
) -> None:
    """Permissions are those of app.yml, and repositories are named without their owner."""
    assert (await client.mint(github.watcher, "pypa", **body)).status_code == 422


async def test_a_suspended_installation_gets_no_token(client: Client, github: FakeGitHub) -> None:
    """And the tokens it has stop working."""
    token = await client.watcher()
    github.installation("greenroom", "pypa").suspend()

    assert (await client.mint(github.watcher, "pypa")).status_code == 403
    assert (await client.ask("GET", "/repos/pypa/pip", token)).status_code == 403


async def test_a_token_can_be_given_back(client: Client) -> None:
    """From then on it is nobody's."""
    token = await client.watcher()

    assert (await client.ask("DELETE", "/installation/token", token)).status_code == 204
    assert (await client.ask("GET", "/repos/pypa/pip", token)).status_code == 401


@pytest.mark.parametrize("path", ["/app", "/installation/repositories", "/orgs/pypa/members", "/repos/pypa/pip/issues"])
async def test_what_is_for_apps_is_not_told_to_visitors(client: Client, path: str) -> None:
    """The app always has credentials; asking without them is a mistake, except for what survey asks."""
    assert (await client.http.get(path)).status_code == 401


async def test_an_app_cannot_use_the_installation_of_another(client: Client, github: FakeGitHub) -> None:
    """The Hand's installations are the Hand's."""
    theirs = github.installation("greenroom-hand", "pypa").state.id
    path = f"/app/installations/{theirs}/access_tokens"

    assert (await client.ask("POST", path, client.jwt(github.watcher), json={})).status_code == 404


async def test_a_token_that_is_revoked_takes_no_other_along(client: Client) -> None:
    """Tokens come and go all the time, and no two that live at once may be the same."""
    first, second = await client.watcher(), await client.watcher()
    await client.ask("DELETE", "/installation/token", first)
    third = await client.watcher()

    assert len({first, second, third}) == 3
    await client.ask("DELETE", "/installation/token", third)
    assert (await client.ask("GET", "/installation/repositories", second)).status_code == 200
