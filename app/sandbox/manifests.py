"""Would GitHub register an App from this manifest? (GitHub: "Registering a GitHub App from a manifest".)

Likely, not written there: which words GitHub uses, that it refuses keys it does not know, and what it does with
permissions and events that do not exist.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

from app.sandbox.people import Impossible

LONGEST_NAME = 34  # characters (GitHub: "Registering a GitHub App")
MOST_CALLBACKS = 10
_KEYS = {
    "name",
    "url",
    "hook_attributes",
    "redirect_url",
    "callback_urls",
    "setup_url",
    "description",
    "public",
    "default_events",
    "default_permissions",
    "request_oauth_on_install",
    "setup_on_update",
}
_PERMISSION = re.compile(r"[a-z][a-z_]{2,50}")
# event → the permission that it needs (GitHub: "Webhook events and payloads")
_EVENTS = {
    "pull_request": "pull_requests",
    "push": "contents",
    "repository": "metadata",
    "repository_advisory": "repository_advisories",
    "security_advisory": "metadata",
    "security_and_analysis": "administration",
}


def read(text: str) -> dict[str, Any]:
    """The manifest, with everything that GitHub would fill in. Raises Impossible."""
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        raise Impossible("the manifest is not JSON") from None
    if not isinstance(asked, dict) or not set(asked) <= _KEYS:
        raise Impossible("the manifest has keys that GitHub does not know")
    asked = {"default_events": [], "default_permissions": {}, "callback_urls": [], "description": "", **asked}
    _check_addresses(asked)
    _check_rights(asked["default_permissions"], asked["default_events"])
    if type(asked.get("public", False)) is not bool or not isinstance(asked["description"], str):
        raise Impossible("public is true or false, and the description is text")
    return asked


def name_of(text: str) -> str:
    """Raises Impossible."""
    name = text.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Impossible(f"the name of an App has 1 to {LONGEST_NAME} characters")
    return name


def slug_of(name: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))


def _check_addresses(asked: dict[str, Any]) -> None:
    hook, callbacks = asked.get("hook_attributes", {}), asked["callback_urls"]
    if (
        not isinstance(hook, dict)
        or not set(hook) <= {"url", "active"}
        or ("hook_attributes" in asked) > ("url" in hook)
    ):
        raise Impossible("hook_attributes needs a url, and may say whether it is active")
    if not isinstance(callbacks, list) or len(callbacks) > MOST_CALLBACKS:
        raise Impossible(f"callback_urls are at most {MOST_CALLBACKS}")
    for address in (asked.get("url"), asked.get("redirect_url"), *hook.values(), *callbacks):
        if type(address) is not bool and not _is_address(address):
            raise Impossible("url, redirect_url, the hook's url and callback_urls are addresses")


def _is_address(text: object) -> bool:
    if not isinstance(text, str):
        return False
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _check_rights(permissions: object, events: object) -> None:
    if not isinstance(permissions, dict) or not isinstance(events, list):
        raise Impossible("default_permissions is an object and default_events is a list")
    for name, level in permissions.items():
        if not _PERMISSION.fullmatch(name) or level not in {"read", "write", "admin"}:
            raise Impossible(f"there is no permission {name}: {level}")
    for event in events:
        if _EVENTS.get(event) not in permissions:
            raise Impossible(f"Default events unsupported: {event}")
