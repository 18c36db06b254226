"""Does the sandbox let people in as GitHub does, and does a token of theirs read what both may and no more?"""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.sandbox.people import revoke_authorization
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.sandbox.conftest import Client

WEB = "https://github.com/login/oauth"
BACK = "https://greenroom.example/login/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def _asked(github: FakeGitHub, **more: str) -> dict[str, str]:
    asked = {"client_id": github.watcher.client_id, "redirect_uri": BACK, "state": "ours"}
    return asked | {"code_challenge": CHALLENGE, "code_challenge_method": "S256"} | more


async def _code(client: Client, login: str = "uv-maintainer-1", **more: str) -> str:
    answer = await client.http.get(f"{WEB}/authorize", params=_asked(client.github, login=login, **more))
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def _exchange(client: Client, code: str, **more: str) -> dict[str, Any]:
    app = client.github.watcher
    known = {"client_id": app.client_id, "client_secret": app.client_secret, "redirect_uri": BACK}
    sent = known | {"code": code, "code_verifier": VERIFIER} | more
    answer = await client.http.post(f"{WEB}/access_token", data=sent, headers={"accept": "application/json"})
    assert answer.status_code == 200
    return dict(answer.json())


async def _token(client: Client, login: str) -> str:
    return str((await _exchange(client, await _code(client, login)))["access_token"])


async def test_the_page_lists_everybody_and_one_button_is_enough(client: Client) -> None:
    """Who tries it out has no account to remember."""
    page = await client.http.get(f"{WEB}/authorize", params=_asked(client.github))
    assert "uv-maintainer-1</button>" in page.text
    assert "[bot]" not in page.text

    pressed = await client.http.post(f"{WEB}/authorize", data=_asked(client.github, login="uv-maintainer-1"))

    assert pressed.status_code == 302
    assert pressed.headers["location"].startswith(f"{BACK}?code=")
    assert pressed.headers["location"].endswith("&state=ours")


async def test_a_code_is_worth_a_token_once(client: Client) -> None:
    """Eight hours, and something to refresh it with for half a year (GitHub: "Refreshing user access tokens")."""
    code = await _code(client)

    given = await _exchange(client, code)

    assert given["access_token"].startswith("ghu_")
    assert given["refresh_token"].startswith("ghr_")
    assert (given["expires_in"], given["token_type"], given["scope"]) == (28_800, "bearer", "")
    assert (await _exchange(client, code))["error"] == "bad_verification_code"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_verifier": "w" * 43}, "bad_verification_code"),
        ({"code_verifier": ""}, "bad_verification_code"),
        ({"redirect_uri": f"{BACK}/"}, "redirect_uri_mismatch"),
        ({"client_secret": "guessed"}, "incorrect_client_credentials"),
        ({"client_id": "guessed"}, "incorrect_client_credentials"),
    ],
)
async def test_who_lacks_one_part_gets_no_token(client: Client, wrong: dict[str, str], error: str) -> None:
    """GitHub says so with a 200."""
    assert (await _exchange(client, await _code(client), **wrong))["error"] == error


async def test_a_code_is_good_for_ten_minutes(client: Client, clock: FakeClock) -> None:
    """GitHub: "Generating a user access token for a GitHub App"."""
    code = await _code(client)
    clock.advance(minutes=10)

    assert (await _exchange(client, code))["error"] == "bad_verification_code"


async def test_plain_challenges_and_unknown_apps_are_refused(client: Client) -> None:
    """GitHub takes S256 only, and leads nowhere in the name of an App that it does not know."""
    plain = _asked(client.github, login="uv-maintainer-1", code_challenge_method="plain")
    answer = await client.http.get(f"{WEB}/authorize", params=plain)
    assert "error=" in answer.headers["location"]

    unknown = _asked(client.github, login="uv-maintainer-1", client_id="unknown")
    assert (await client.http.get(f"{WEB}/authorize", params=unknown)).status_code == 404


async def test_an_app_that_says_where_sign_in_leads_is_taken_at_its_word(client: Client) -> None:
    """It has to be one of its callback URLs, to the letter."""
    client.github.world.app("greenroom").callback_urls.append("https://greenroom.example/other")

    answer = await client.http.get(f"{WEB}/authorize", params=_asked(client.github, login="uv-maintainer-1"))

    assert answer.status_code == 404


async def test_a_token_says_whose_it_is_and_where_they_and_the_app_meet(client: Client) -> None:
    """What they administer there, GitHub says with each repository."""
    token = await _token(client, "uv-maintainer-1")

    me = (await client.ask("GET", "/user", token)).json()
    installations = (await client.ask("GET", "/user/installations", token)).json()["installations"]
    found: dict[str, bool] = {}
    for each in installations:
        path = f"/user/installations/{each['id']}/repositories"
        listed = (await client.ask("GET", path, token)).json()["repositories"]
        found |= {repo["full_name"]: repo["permissions"]["admin"] for repo in listed}

    assert (me["login"], me["id"]) == ("uv-maintainer-1", client.github.person("uv-maintainer-1").id)
    assert (found["astral-sh/uv"], found["packaging-security/private-cases"]) == (True, False)
    assert "pypa/pip" not in found


async def test_somebody_with_no_role_anywhere_meets_the_app_nowhere(client: Client) -> None:
    """And may not ask for what is in an installation of others."""
    token = await _token(client, "reporter-1")
    other = next(iter(client.github.world.installations))

    assert (await client.ask("GET", "/user/installations", token)).json()["installations"] == []
    assert (await client.ask("GET", f"/user/installations/{other}/repositories", token)).status_code == 403


async def _sees(client: Client, login: str, path: str) -> int:
    return (await client.ask("GET", path, await _token(client, login))).status_code


async def test_a_draft_is_shown_to_whom_it_is_shown_anyway(client: Client) -> None:
    """The App and the person: owners, admins, security managers and those who were let in."""
    github = client.github
    draft = github.coordination.draft("Under embargo", affects=["pip", "uv"])
    path = f"/repos/packaging-security/cases/security-advisories/{draft.id}"
    assert await _sees(client, "uv-maintainer-1", path) == 404
    draft.edit(collaborating_users=["uv-maintainer-1"])
    github.world.organization("packaging-security").security_managers.add(github.add_person("manager-1").id)

    shown = {who: await _sees(client, who, path) for who in ("uv-maintainer-1", "coordinator-1", "manager-1")}
    assert shown == {"uv-maintainer-1": 200, "coordinator-1": 200, "manager-1": 200}
    assert await _sees(client, "reporter-1", path) == 404

    github.installation("greenroom", "packaging-security").uninstall()
    assert await _sees(client, "coordinator-1", path) == 404


async def test_which_drafts_such_tokens_see_can_be_chosen(client: Client) -> None:
    """GitHub's pages leave it open."""
    draft = client.github.coordination.draft("Under embargo", affects=["pip", "uv"])
    draft.edit(collaborating_users=["uv-maintainer-1"])
    path = f"/repos/packaging-security/cases/security-advisories/{draft.id}"

    client.github.world.drafts_shown_to_user_tokens = "to administrators"
    assert [await _sees(client, who, path) for who in ("uv-maintainer-1", "coordinator-1")] == [404, 200]
    client.github.world.drafts_shown_to_user_tokens = "never"
    assert [await _sees(client, who, path) for who in ("uv-maintainer-1", "coordinator-1")] == [404, 404]


async def test_such_a_token_writes_nothing(client: Client) -> None:
    """The registration that signs people in may only read."""
    token = await _token(client, "coordinator-1")

    for method, path in (
        ("PATCH", "/repos/pypa/pip/issues/1"),
        ("POST", "/repos/pypa/pip/issues"),
    ):
        assert (await client.ask(method, path, token, json={"title": "Theirs"})).status_code == 403


async def test_tokens_end(client: Client, clock: FakeClock) -> None:
    """By time, by their person, and by their App."""
    late, left, dropped = [await _token(client, f"uv-maintainer-{number}") for number in (1, 1, 2)]
    app = client.github.watcher
    secret = httpx.BasicAuth(app.client_id, app.client_secret)
    path = f"https://api.github.com/applications/{app.client_id}/token"

    async def drop(token: str, auth: httpx.BasicAuth) -> int:
        return (await client.http.request("DELETE", path, json={"access_token": token}, auth=auth)).status_code

    assert await drop(dropped, httpx.BasicAuth(app.client_id, "guessed")) == 404
    assert await drop(dropped, secret) == 204
    assert await drop(dropped, secret) == 404
    assert (await client.ask("GET", "/user", dropped)).status_code == 401

    assert (await client.ask("GET", "/user", left)).status_code == 200
    clock.advance(hours=8)
    assert (await client.ask("GET", "/user", late)).status_code == 401

    fresh = await _token(client, "uv-maintainer-1")
    revoke_authorization(client.github.world, client.github.person("uv-maintainer-1"))
    assert (await client.ask("GET", "/user", fresh)).status_code == 401
    [told] = client.github.deliveries
    assert (told.event, told.action) == ("github_app_authorization", "revoked")
