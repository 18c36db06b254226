"""Of whom does a delivery say that they made something public?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.delivery import Deed
from app.domain.ids import Person, RepoName
from tests.webhooks.payloads import (
    ABOUT_ADVISORY,
    ABOUT_INSTALLATION,
    FORK,
    NAMING_ACTIONS,
    REPOSITORY,
    REPOSITORY_ACTIONS,
)
from webhooks.routing import hint

SENDER = {"login": "owner-1", "id": 7, "type": "User"}
PUBLIC: dict[str, Any] = {
    "action": "publicized",
    "repository": REPOSITORY | {"updated_at": "2026-12-01T09:00:20Z", "pushed_at": "2026-11-01T00:00:00Z"},
    "sender": SENDER,
}
DEED = Deed(
    repo=RepoName("pypa", "pip"),
    repository_id=1446474,
    sender=Person("owner-1", 7),
    happened_at=datetime(2026, 12, 1, 9, 0, 20, tzinfo=UTC),
)


@pytest.mark.parametrize("event", ["repository", "public"])
def test_of_who_made_a_repository_public_the_account_and_the_time_are_taken(event: str) -> None:
    """In GitHub's examples both events have `sender` and, as their only time, `repository.updated_at`."""
    payload = {name: value for name, value in PUBLIC.items() if event == "repository" or name != "action"}

    assert hint(event, json.dumps(payload).encode()).deed == DEED


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        *(("repository", PUBLIC | {"action": action}) for action in {*REPOSITORY_ACTIONS} - {"publicized"}),
        *(("repository", PUBLIC | {"action": action}) for action in NAMING_ACTIONS),
        ("security_and_analysis", PUBLIC),
        ("repository_advisory", {**ABOUT_ADVISORY, "action": "reported", "sender": SENDER}),
        ("repository_advisory", {**ABOUT_ADVISORY, "action": "published", "sender": SENDER}),
        ("installation", {"action": "created", **ABOUT_INSTALLATION, "sender": SENDER}),
        ("repository", PUBLIC | {"repository": FORK | {"updated_at": "2026-12-01T09:00:20Z"}}),
        ("public", PUBLIC | {"repository": FORK | {"updated_at": "2026-12-01T09:00:20Z"}}),
    ],
)
def test_of_whoever_did_anything_else_nothing_is_taken(event: str, payload: dict[str, Any]) -> None:
    """Who reports a vulnerability is embargoed, and who archives a repository is nobody's business here."""
    assert hint(event, json.dumps(payload).encode()).deed is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sender": None}, {"sender": None}),
        ({"sender": []}, {"sender": None}),
        ({"sender": "owner-1"}, {"sender": None}),
        ({"sender": {"login": "owner-1"}}, {"sender": None}),
        ({"sender": {"login": "owner-1", "id": "7"}}, {"sender": None}),
        ({"sender": {"login": "owner-1", "id": True}}, {"sender": None}),
        ({"sender": {"login": "owner-1", "id": 0}}, {"sender": None}),
        ({"sender": {"login": "owner-1", "id": 2**63}}, {"sender": None}),
        ({"sender": {"login": "owner-1", "id": 10**400}}, {"sender": None}),
        ({"sender": {"login": ["owner-1"], "id": 7}}, {"sender": None}),
        ({"sender": {"login": "two words", "id": 7}}, {"sender": None}),
        ({"sender": {"login": "x" * 10_000, "id": 7}}, {"sender": None}),
        ({"repository": PUBLIC["repository"] | {"updated_at": None}}, {"happened_at": None}),
        ({"repository": PUBLIC["repository"] | {"updated_at": 1796115620}}, {"happened_at": None}),
        ({"repository": PUBLIC["repository"] | {"updated_at": "yesterday"}}, {"happened_at": None}),
        ({"repository": PUBLIC["repository"] | {"updated_at": "2026-12-01T09:00:20"}}, {"happened_at": None}),
        ({"repository": REPOSITORY}, {"happened_at": None}),
    ],
)
def test_what_is_not_said_as_github_says_it_is_not_known(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    """It is no reason to refuse the delivery, which says where to look."""
    found = hint("repository", json.dumps(PUBLIC | changes).encode())

    assert {str(key) for key in found.keys} == {"pypa/pip"}
    assert found.deed in {replace(DEED, **expected), None}
    assert found.deed != DEED


@pytest.mark.parametrize("number", [None, 0, -1, True, "1446474", 2**63])
def test_a_repository_without_its_id_did_nothing(number: object) -> None:
    """Names are taken by others. Without the id nobody can tell whose delivery it is."""
    found = hint("public", json.dumps(PUBLIC | {"repository": REPOSITORY | {"id": number}}).encode())

    assert (found.deed, {str(key) for key in found.keys}) == (None, {"pypa/pip"})
