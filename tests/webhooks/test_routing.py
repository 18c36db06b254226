"""Where does a delivery make us look, and whose doing is it?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.ids import RepoName
from tests.webhooks.payloads import (
    ABOUT_ADVISORY,
    ABOUT_INSTALLATION,
    ABOUT_REPOSITORY,
    ADVISORY,
    FORK,
    NAMING_ACTIONS,
    REPOSITORY,
    REPOSITORY_ACTIONS,
)
from webhooks.routing import hint

BOTH = {"pypa/pip/GHSA-2222-3333-4444", "pypa/pip"}
PRIVATE = {"full_name": "packaging-security/policy", "private": True, "default_branch": "main"}
POLICY = RepoName("packaging-security", "policy")
INSTALLATION_ACTIONS = ["created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"]


@pytest.mark.parametrize(
    ("event", "payload", "expected"),
    [
        ("ping", {"zen": "Keep it logically awesome.", "hook_id": 1, "hook": {}}, set()),
        ("push", {"ref": "refs/heads/main", "repository": PRIVATE}, {"poll", "policy-pulls"}),
        ("push", {"ref": "refs/heads/other", "repository": PRIVATE}, set()),
        ("push", {"ref": "refs/tags/main", "repository": PRIVATE}, set()),
        ("push", {"ref": "refs/heads/main", "repository": PRIVATE | {"private": False}}, set()),
        ("pull_request", {"action": "opened", "number": 1, "repository": PRIVATE}, {"policy-pulls"}),
        ("check_run", {"action": "rerequested", "repository": PRIVATE}, {"policy-pulls"}),
        ("check_suite", {"action": "rerequested", "repository": PRIVATE}, {"policy-pulls"}),
        ("check_run", {"action": "created", "repository": PRIVATE}, set()),
        ("check_run", {"action": "completed", "repository": PRIVATE}, set()),
        ("check_suite", {"action": "requested", "repository": PRIVATE}, set()),
        ("security_advisory", {"action": "published", "security_advisory": ADVISORY}, set()),
        ("an_event_of_the_future", {"action": ["whatever"], "repository": None}, set()),
        ("repository_advisory", {"action": "reported", **ABOUT_ADVISORY}, BOTH),
        (
            "repository_advisory",
            {"action": "published", **ABOUT_ADVISORY},
            {"pypa/pip/GHSA-2222-3333-4444", "pypa/pip"},
        ),
        ("repository_advisory", {"action": "of_the_future", **ABOUT_ADVISORY}, set()),
        *(("repository", {"action": action, **ABOUT_REPOSITORY}, {"pypa/pip"}) for action in REPOSITORY_ACTIONS),
        *(("repository", {"action": action, **ABOUT_REPOSITORY}, {"pypa/pip", "sweep"}) for action in NAMING_ACTIONS),
        ("repository", {"action": "created", "repository": FORK}, set()),
        ("repository", {"action": "renamed", "repository": FORK}, set()),
        ("repository_advisory", {"action": "reported", **ABOUT_ADVISORY, "repository": FORK}, set()),
        ("public", ABOUT_REPOSITORY, {"pypa/pip"}),
        ("security_and_analysis", {"changes": {"from": {}}, **ABOUT_REPOSITORY}, {"pypa/pip"}),
        *(("installation", {"action": action, **ABOUT_INSTALLATION}, {"sweep"}) for action in INSTALLATION_ACTIONS),
        ("installation_repositories", {"action": "added", "repositories_added": [REPOSITORY]}, {"sweep"}),
        ("installation_repositories", {"action": "removed", "repositories_removed": [REPOSITORY]}, {"sweep"}),
        ("installation_target", {"action": "renamed", "changes": {"login": {"from": "old"}}}, {"sweep"}),
    ],
)
def test_where_each_event_makes_us_look(event: str, payload: dict[str, Any], expected: set[str]) -> None:
    """Payloads have the shapes of GitHub's "Webhook events and payloads"; only names are taken from them."""
    assert {str(key) for key in hint(event, json.dumps(payload).encode(), POLICY).keys} == expected


@pytest.mark.parametrize(
    ("event", "payload", "expected"),
    [
        ("security_and_analysis", ABOUT_REPOSITORY, set()),
        ("installation", {"action": "created"}, set()),
        ("installation", {"action": "created", "installation": {"account": None}}, set()),
        ("installation", {"action": "created", "installation": {"account": {"login": "pypa", "id": 1}}}, {"pypa"}),
        ("installation", {"action": "created", "installation": {"account": {"slug": "acme", "id": 1}}}, {"acme"}),
        (
            "installation_repositories",
            {"action": "added", "installation": {"account": {"login": "pypa"}}, "sender": {"login": "owner-1"}},
            {"pypa"},
        ),
        (
            "installation_target",
            {"action": "renamed", "account": {"login": "new"}, "changes": {"login": {"from": "old"}}},
            {"new", "old"},
        ),
        ("repository", {"action": "renamed", "changes": {}, **ABOUT_REPOSITORY}, {"pypa"}),
        (
            "repository",
            {
                "action": "transferred",
                "changes": {"owner": {"from": {"organization": {"login": "before"}}}},
                **ABOUT_REPOSITORY,
            },
            {"pypa", "before"},
        ),
        (
            "repository",
            {"action": "transferred", "changes": {"owner": {"from": {"user": {"login": "them"}}}}, **ABOUT_REPOSITORY},
            {"pypa", "them"},
        ),
    ],
)
def test_whose_doing_a_sweep_is_for(event: str, payload: dict[str, Any], expected: set[str]) -> None:
    """Of names that changed both count: policy may still know the old one. Who is not named may be one of ours."""
    assert hint(event, json.dumps(payload).encode(), POLICY).accounts == expected


@pytest.mark.parametrize("policy", [RepoName("packaging-security", "other"), None], ids=["elsewhere", "a local file"])
@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("push", {"ref": "refs/heads/main", "repository": PRIVATE}),
        ("pull_request", {"action": "opened", "number": 1, "repository": PRIVATE}),
        ("check_run", {"action": "rerequested", "repository": PRIVATE}),
        ("check_suite", {"action": "rerequested", "repository": PRIVATE}),
    ],
)
def test_what_is_not_about_the_repository_of_the_policy_file_asks_for_nothing(
    event: str, payload: dict[str, Any], policy: RepoName | None
) -> None:
    """Anybody can install the App, and push to their own repository all day."""
    assert not hint(event, json.dumps(payload).encode(), policy).keys


def test_the_repository_of_the_policy_file_may_be_written_in_any_case() -> None:
    """GitHub ignores it."""
    payload = {"ref": "refs/heads/main", "repository": PRIVATE | {"full_name": "Packaging-Security/Policy"}}
    assert hint("push", json.dumps(payload).encode(), POLICY).keys


def test_what_a_payload_claims_changes_nothing() -> None:
    """A delivery may be old, or out of order. It says where to look, never what is so."""
    claims = {"state": "published", "collaborating_users": [{"login": "stranger"}], "vulnerabilities": [{}]}
    payload = {"action": "reported", **ABOUT_ADVISORY, "repository_advisory": ADVISORY | claims}

    assert hint("repository_advisory", json.dumps(payload).encode()) == hint(
        "repository_advisory",
        json.dumps({"action": "reported", **ABOUT_ADVISORY}).encode(),
    )


@pytest.mark.parametrize("action", ["published", "updated", "withdrawn"])
def test_what_came_into_the_global_database_is_named_by_its_ids(action: str) -> None:
    """It is about anybody's package: whether a case has to do with it is for whoever knows the cases."""
    about = ADVISORY | {
        "identifiers": [
            {"type": "GHSA", "value": "GHSA-2222-3333-4444"},
            {"type": "CVE", "value": "CVE-2026-12345"},
            {"type": "OTHER", "value": "'; drop table cases; --"},
        ]
    }

    found = hint("security_advisory", json.dumps({"action": action, "security_advisory": about}).encode())

    assert found.ids == {"GHSA-2222-3333-4444", "CVE-2026-12345"}
    assert found.keys == frozenset()
