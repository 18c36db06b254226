"""Does the sandbox register an App from a manifest, hand out its credentials once, and let owners install it?"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.conftest import Client

WEB = "https://github.com"
NEW = f"{WEB}/organizations/packaging-security/settings/apps/new?state=ours"
CREATE = f"{WEB}/organizations/packaging-security/settings/apps"
MANIFEST: dict[str, Any] = {
    "name": "A Watcher",
    "url": "https://greenroom.example",
    "hook_attributes": {"url": "https://greenroom.example/webhooks/github"},
    "redirect_url": "http://127.0.0.1:8321/setup/callback",
    "callback_urls": ["https://greenroom.example/login/callback"],
    "public": True,
    "default_permissions": {"metadata": "read", "repository_advisories": "read"},
    "default_events": ["repository_advisory"],
}


async def _create(client: Client, name: str = "A Watcher", **changed: Any) -> httpx.Response:
    sent = {"manifest": json.dumps(MANIFEST | changed), "state": "ours", "name": name}
    return await client.http.post(CREATE, data=sent)


async def _code(client: Client) -> str:
    answer = await _create(client)
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


async def _convert(client: Client, code: str) -> httpx.Response:
    return await client.http.post(f"/app-manifests/{code}/conversions")


async def test_a_click_registers_the_app_and_leads_back_with_a_code(client: Client) -> None:
    """The page shows what the App may, and the name can still be changed."""
    page = await client.http.post(NEW, data={"manifest": json.dumps(MANIFEST)})
    assert "repository_advisories: read" in page.text
    assert 'value="ours"' in page.text

    clicked = await _create(client, name="Our Watcher")

    assert clicked.status_code == 302
    assert clicked.headers["location"].startswith("http://127.0.0.1:8321/setup/callback?code=")
    assert clicked.headers["location"].endswith("&state=ours")
    app = client.github.world.app("our-watcher")
    assert (app.permissions, app.events) == (MANIFEST["default_permissions"], MANIFEST["default_events"])
    assert app.webhook_url == "https://greenroom.example/webhooks/github"
    assert app.callback_urls == MANIFEST["callback_urls"]


async def test_a_code_is_worth_the_credentials_once_and_for_an_hour(client: Client) -> None:
    """Whoever comes later, or again, gets nothing, and nobody needs a token for it."""
    code, late = await _code(client), ""
    kept = await _convert(client, code)
    again = await _convert(client, code)
    clicked = await _create(client, name="Another")
    late = parse_qs(urlsplit(clicked.headers["location"]).query)["code"][0]
    client.github.world.clock.advance(minutes=61)  # type: ignore[attr-defined]

    assert (kept.status_code, again.status_code, (await _convert(client, late)).status_code) == (201, 404, 404)
    app = client.github.world.app("a-watcher")
    told = kept.json()
    assert (told["id"], told["client_id"]) == (app.id, app.client_id)
    assert (told["pem"], told["webhook_secret"]) == (app.private_key, app.webhook_secret)
    assert told["client_secret"] == app.client_secret


async def test_an_app_without_an_active_hook_has_no_secret(client: Client) -> None:
    """As the Hand, which needs no webhook."""
    hook = {"url": "https://greenroom.example/webhooks/github", "active": False}
    clicked = await _create(client, hook_attributes=hook, default_events=[])
    code = parse_qs(urlsplit(clicked.headers["location"]).query)["code"][0]

    assert (await _convert(client, code)).json()["webhook_secret"] is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"url": "not an address"}, "addresses"),
        ({"hook_attributes": {"active": True}}, "needs a url"),
        ({"colour": "green"}, "keys that GitHub does not know"),
        ({"default_permissions": {"metadata": "everything"}}, "no permission metadata"),
        ({"default_events": ["push"]}, "Default events unsupported: push"),
        ({"callback_urls": ["https://greenroom.example"] * 11}, "at most 10"),
        ({"public": "yes"}, "public is true or false"),
    ],
)
async def test_a_manifest_that_is_none_registers_nothing(client: Client, changed: dict[str, Any], words: str) -> None:
    """It says why, and nobody is led back."""
    before = dict(client.github.world.registrations)

    refused = await _create(client, **copy.deepcopy(changed))

    assert refused.status_code == 422
    assert words in refused.text
    assert client.github.world.registrations == before


async def test_a_name_is_taken_once(client: Client) -> None:
    """Names of Apps are unique on GitHub: the page asks for another one."""
    refused = await _create(client, name="greenroom")

    assert refused.status_code == 422
    assert "Name has already been taken" in refused.text
    assert (await _create(client, name="x" * 35)).status_code == 422


async def test_only_organizations_that_there_are_have_apps(client: Client) -> None:
    """And no page leads to a form without a manifest."""
    elsewhere = NEW.replace("packaging-security", "nobody")

    assert (await client.http.post(elsewhere, data={"manifest": json.dumps(MANIFEST)})).status_code == 404
    assert (await client.http.get(NEW)).status_code == 404
    assert (await client.http.get(f"{WEB}/apps/nothing/installations/new")).status_code == 404


async def test_owners_install_it_on_all_or_some_repositories(client: Client) -> None:
    """GitHub tells the App, and it can ask for a token there at once."""
    await _convert(client, await _code(client))
    page = f"{WEB}/apps/a-watcher/installations/new"
    assert "Install on all repositories of pypa" in (await client.http.get(page)).text

    everywhere = await client.http.post(page, data={"account": "pypa"})
    somewhere = await client.http.post(page, data={"account": "packaging-security", "repositories": "cases"})
    again = await client.http.post(page, data={"account": "pypa"})
    nowhere = await client.http.post(page, data={"account": "packaging-security", "repositories": "nothing"})

    assert (everywhere.status_code, somewhere.status_code) == (200, 200)
    assert (again.status_code, nowhere.status_code) == (422, 422)
    world = client.github.world
    app = world.app("a-watcher")
    mine = [each for each in world.installations.values() if each.app is app]
    assert [(each.account.login, each.repository_selection) for each in mine] == [
        ("pypa", "all"),
        ("packaging-security", "selected"),
    ]
    assert [each.action for each in world.deliveries if each.installation.app is app] == ["created", "created"]
    ours = replace(client.github.watcher, app_id=str(app.id), slug=app.slug, private_key=app.private_key)
    assert (await client.mint(ours, "pypa")).status_code == 201


async def test_an_app_is_deleted_with_everything_of_it(client: Client) -> None:
    """As after an attempt that was interrupted: its name is free again, and its code is worth nothing."""
    code = await _code(client)
    await client.http.post(f"{WEB}/apps/a-watcher/installations/new", data={"account": "pypa"})
    settings = f"{CREATE}/a-watcher"
    assert "App ID" in (await client.http.get(settings)).text

    await client.http.post(settings)

    assert (await client.http.get(settings)).status_code == 404
    assert (await _convert(client, code)).status_code == 404
    assert (await _create(client)).status_code == 302
    assert all(each.app.slug != "a-watcher" for each in client.github.world.installations.values())


async def test_what_people_click_is_no_write_of_an_app(client: Client) -> None:
    """Stories that ask what was written by us do not count it."""
    await _convert(client, await _code(client))

    assert client.github.world.writes == []
