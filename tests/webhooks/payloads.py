"""What stands in deliveries, in the shapes of GitHub's "Webhook events and payloads"."""

from __future__ import annotations

from typing import Any

REPOSITORY = {"id": 1446474, "name": "pip", "full_name": "pypa/pip", "private": False, "owner": {"login": "pypa"}}
ADVISORY = {"ghsa_id": "GHSA-2222-3333-4444", "summary": "under embargo", "author": {"login": "reporter-1"}}
INSTALLATION = {"id": 5, "account": {"login": "pypa", "type": "Organization"}, "repository_selection": "all"}
FORK = {"id": 2, "full_name": "pypa/pip-ghsa-2222-3333-4444", "private": True}
ABOUT_ADVISORY: dict[str, Any] = {"repository": REPOSITORY, "repository_advisory": ADVISORY, "installation": {"id": 5}}
ABOUT_REPOSITORY: dict[str, Any] = {"repository": REPOSITORY, "sender": {"login": "maintainer-1"}}
ABOUT_INSTALLATION: dict[str, Any] = {"installation": INSTALLATION, "repositories": [REPOSITORY]}
REPOSITORY_ACTIONS = [
    "archived",
    "created",
    "deleted",
    "edited",
    "privatized",
    "publicized",
    "unarchived",
]
NAMING_ACTIONS = ["renamed", "transferred"]
