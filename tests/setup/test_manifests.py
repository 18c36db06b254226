"""Is GitHub asked for what `app.yml` says, and for nothing else?"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.manifest import manifest
from app.sandbox import manifests as as_github_reads
from app.setup.manifests import app_page, form_address, install_page, is_login, manifest_of
from tests.setup.conftest import PLACES, PUBLIC, WIZARD


def test_the_watcher_asks_for_what_app_yml_says_and_hears_where_it_is() -> None:
    """The shipped file with three addresses; the Hand is not part of it."""
    shipped = {key: value for key, value in manifest().items() if key != "x-hand"}

    assert manifest_of("watcher", manifest(), PLACES) == shipped | {
        "hook_attributes": {"active": True, "url": f"{PUBLIC}/webhooks/github"},
        "redirect_url": f"{WIZARD}/setup/callback",
        "callback_urls": [f"{PUBLIC}/login/callback"],
    }


def test_the_hand_hears_nothing_and_lets_nobody_sign_in() -> None:
    """GitHub wants an address of a hook that is off, too."""
    assert manifest_of("hand", manifest(), PLACES) == manifest()["x-hand"] | {
        "hook_attributes": {"active": False, "url": f"{PUBLIC}/webhooks/github"},
        "redirect_url": f"{WIZARD}/setup/callback",
    }


@pytest.mark.parametrize("kind", ["watcher", "hand"])
def test_github_would_take_both(kind: str) -> None:
    """Keys, lengths, events with the permissions that they need, as GitHub's page lists them."""
    asked = manifest_of("hand" if kind == "hand" else "watcher", manifest(), PLACES)

    assert as_github_reads.read(json.dumps(asked)).items() >= asked.items()
    assert as_github_reads.name_of(asked["name"])


def test_the_form_goes_to_the_organization_or_to_ones_own_account() -> None:
    """With a state that comes back; what people type becomes no other address."""
    own = replace(PLACES, organization="")

    assert (
        form_address(PLACES, "a&b")
        == "https://github.com/organizations/packaging-security/settings/apps/new?state=a%26b"
    )
    assert form_address(own, "s") == "https://github.com/settings/apps/new?state=s"
    assert app_page(own, "x/../y") == "https://github.com/settings/apps/x%2F..%2Fy"
    assert install_page(PLACES, "greenroom") == "https://github.com/apps/greenroom/installations/new"


@pytest.mark.parametrize("login", ["pypa", "packaging-security", "a", "A1"])
def test_an_organization_has_a_name(login: str) -> None:
    """Letters, digits and hyphens inside, 39 at most."""
    assert is_login(login)


@pytest.mark.parametrize("login", ["", "-a", "a-", "a/b", "a b", "ä", "x" * 40, "a\n"])
def test_what_is_no_name_is_none(login: str) -> None:
    """It would become part of an address."""
    assert not is_login(login)
