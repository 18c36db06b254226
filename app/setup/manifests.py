"""What is GitHub asked to register, and where do people send it? Pure.

GitHub: "Registering a GitHub App from a manifest".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, urlencode

Kind: TypeAlias = Literal["watcher", "hand"]
KINDS: tuple[Kind, ...] = ("watcher", "hand")
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """GitHub's website, this Greenroom as the world sees it, and the wizard.

    Without an organization the Apps belong to whoever clicks.
    """

    github: str
    organization: str
    public: str
    wizard: str


def is_login(text: str) -> bool:
    return _LOGIN.fullmatch(text) is not None


def manifest_of(kind: Kind, shipped: Mapping[str, Any], places: Places) -> dict[str, Any]:
    """`app.yml` with the addresses that only this install knows. The Hand has a hook that is off, and no sign-in."""
    asked = {key: value for key, value in shipped.items() if key != "x-hand"}
    if kind == "hand":
        asked = dict(shipped["x-hand"])
    hook = {"active": True, **asked.get("hook_attributes", {}), "url": f"{places.public}/webhooks/github"}
    callbacks = {"callback_urls": [f"{places.public}/login/callback"]} if kind == "watcher" else {}
    return {**asked, "hook_attributes": hook, "redirect_url": f"{places.wizard}/setup/callback", **callbacks}


def form_address(places: Places, state: str) -> str:
    """Where the form with the manifest is sent."""
    return f"{apps_page(places)}/new?{urlencode({'state': state})}"


def apps_page(places: Places) -> str:
    """Where GitHub lists the Apps of their owner."""
    owner = f"/organizations/{quote(places.organization, safe='')}" if places.organization else ""
    return f"{places.github}{owner}/settings/apps"


def app_page(places: Places, slug: str) -> str:
    """Where an owner changes an App, makes new secrets for it, or deletes it."""
    return f"{apps_page(places)}/{quote(slug, safe='')}"


def install_page(places: Places, slug: str) -> str:
    return f"{places.github}/apps/{quote(slug, safe='')}/installations/new"
