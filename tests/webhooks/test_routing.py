from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.ids import RepoName
from webhooks.routing import Malformed, hint

REPOSITORY = {"id": 1446474, "name": "pip", "full_name": "pypa/pip", "private": False, "owner": {"login": "pypa"}}
ADVISORY = {"ghsa_id": "GHSA-2222-3333-4444", "summary": "under embargo", "author": {"login": "reporter-1"}}
INSTALLATION = {"id": 5, "account": {"login": "pypa", "type": "Organization"}, "repository_selection": "all"}
FORK = {"id": 2, "full_name": "pypa/pip-ghsa-2222-3333-4444", "private": True}

ABOUT_ADVISORY: dict[str, Any] = {"repository": REPOSITORY, "repository_advisory": ADVISORY, "installation": {"id": 5}}
ABOUT_REPOSITORY: dict[str, Any] = {"repository": REPOSITORY, "sender": {"login": "maintainer-1"}}
ABOUT_INSTALLATION: dict[str, Any] = {"installation": INSTALLATION, "repositories": [REPOSITORY]}

BOTH = {"pypa/pip/GHSA-2222-3333-4444", "pypa/pip"}
PRIVATE = {"full_name": "packaging-security/policy", "private": True, "default_branch": "main"}
POLICY = RepoName("packaging-security", "policy")
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


NAMED = '{"action": "edited", "repository": {"full_name": %s}}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"{}",
        b"{} {}",
        b"\xff\xfe{\x00}\x00",
        b"[" * 10_000,
        b'{"a":' * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"action": "\\ud800", "repository": {"full_name": "pypa/pip"}}',
        b'{"action": "\xff", "repository": {"full_name": "pypa/pip"}}',
        b'{"action": "edited\\u0000", "repository": {"full_name": "pypa/pip"}}',
        b'{"action": "edited\\n", "repository": {"full_name": "pypa/pip"}}',
        b'{"action": ["edited"], "repository": {"full_name": "pypa/pip"}}',
        b'{"action": "edited", "repository": []}',
        b'{"action": "edited", "repository": null}',
        (NAMED % "9").encode(),
        (NAMED % ("9" * 10_000)).encode(),
        (NAMED % '""').encode(),
        (NAMED % '"pypa"').encode(),
        (NAMED % '"pypa/pip/extra"').encode(),
        (NAMED % '"pypa/pip\\u0000"').encode(),
        (NAMED % '"pypa/pip\\n"').encode(),
        (NAMED % '"../../pip"').encode(),
        (NAMED % '["pypa/pip"]').encode(),
    ],
)
def test_what_github_would_not_send_is_malformed(body: bytes) -> None:
    """Depth, NULs, lone surrogates, arrays and huge numbers are a 400, never an accident."""
    with pytest.raises(Malformed):
        hint("repository", body)


@given(
    event=st.sampled_from(["repository_advisory", "repository", "installation", "ping"]), body=st.binary(max_size=200)
)
def test_no_bytes_are_an_accident(event: str, body: bytes) -> None:
    """Whatever arrives is either read or malformed."""
    try:
        hint(event, body)
    except Malformed:
        return


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(
    event=st.sampled_from(["repository_advisory", "repository", "installation"]),
    payload=st.fixed_dictionaries(
        {"action": _json, "repository": _json | st.fixed_dictionaries({"full_name": _json})},
        optional={"repository_advisory": _json | st.fixed_dictionaries({"ghsa_id": _json})},
    ),
)
def test_no_json_is_an_accident(event: str, payload: dict[str, Any]) -> None:
    """Likewise for JSON of any shape in the places that we read."""
    try:
        hint(event, json.dumps(payload).encode())
    except Malformed:
        return


def test_an_error_repeats_nothing() -> None:
    """A malformed payload may hold the text of a report, and errors reach logs."""
    with pytest.raises(Malformed) as error:
        hint("repository", (NAMED % '"CANARY"').encode())

    assert "CANARY" not in str(error.value)
