from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.delivery import Deed
from app.domain.ids import Person, RepoName
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


@pytest.mark.parametrize("about", [{}, {"ghsa_id": "GHSA"}, {"ghsa_id": 1}, {**ADVISORY, "identifiers": "CVE"}, None])
def test_a_global_advisory_that_is_not_as_github_sends_it_is_malformed(about: Any) -> None:
    """Nothing of it is believed."""
    with pytest.raises(Malformed):
        hint("security_advisory", json.dumps({"action": "published", "security_advisory": about}).encode())
