"""What is read from GitHub's words, and what is malformed?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.facts import Advisory, Configuration, Repository, Vulnerability
from app.domain.ids import Ghsa, Person
from app.github import parse
from app.github.installations import Installation
from app.github.parse import Malformed
from tests.builders import PIP

GHSA = "GHSA-2222-3333-4444"


def advisory(**more: Any) -> dict[str, Any]:
    """An advisory in which everything that GitHub's description calls nullable is null."""
    url = f"https://api.github.com/repos/pypa/pip/security-advisories/{GHSA}"
    nulls = (
        "cve_id description severity author publisher created_at updated_at published_at closed_at withdrawn_at "
        "submission vulnerabilities cvss cvss_severities cwes cwe_ids credits credits_detailed collaborating_users "
        "collaborating_teams private_fork comments_url"
    )
    return {"ghsa_id": GHSA, "url": url, "state": "draft", "summary": "s", **dict.fromkeys(nulls.split()), **more}


EMPTY = Advisory(repo=PIP, ghsa=Ghsa(GHSA), state="draft", summary="s", description="", hides_people=True, teams=())


def test_every_nullable_may_be_null_or_missing() -> None:
    """Advisories of other years lack fields, and GitHub's own description is wrong about some."""
    sparse = {key: value for key, value in advisory().items() if value is not None}
    assert parse.advisory(advisory(), sees_teams=True) == EMPTY
    assert parse.advisory(sparse, sees_teams=True) == EMPTY


def test_a_whole_advisory_is_understood() -> None:
    """Each field that policies and mirrors use, from a form like GitHub's own example."""
    vulnerability = {
        "package": {"ecosystem": "pip", "name": "pip"},
        "vulnerable_version_range": "< 26.1",
        "patched_versions": "26.1",
        "vulnerable_functions": ["unpack"],
    }
    user = {"login": "Octo", "id": 5}
    json = advisory(
        unknown={"new": 1},
        author={"login": "x", "id": 1},
        description="d",
        severity="high",
        cve_id="CVE-2026-1",
        cwe_ids=["CWE-22"],
        vulnerabilities=[vulnerability, {"package": {"ecosystem": "other", "name": None}}],
        credits_detailed=[{"user": user, "type": "coordinator", "state": "pending"}],
        collaborating_users=[user],
        collaborating_teams=[{"slug": "psrt", "id": 1}],
        submission={"accepted": False},
        created_at="2026-11-01T10:00:00Z",
    )
    assert parse.advisory(json, sees_teams=True) == Advisory(
        repo=PIP,
        ghsa=Ghsa(GHSA),
        state="draft",
        summary="s",
        description="d",
        severity="high",
        cve_id="CVE-2026-1",
        cwe_ids=("CWE-22",),
        vulnerabilities=(
            Vulnerability(
                ecosystem="pip",
                package="pip",
                vulnerable_version_range="< 26.1",
                patched_versions="26.1",
                vulnerable_functions=("unpack",),
            ),
            Vulnerability(ecosystem="other", package=""),
        ),
        credits=(("Octo", "coordinator"),),
        author=Person("x", 1),
        people=(Person("Octo", 5),),
        teams=("psrt",),
        reported_privately=True,
        created_at=datetime(2026, 11, 1, 10, tzinfo=UTC),
    )


def test_what_is_null_inside_hides_nothing_else() -> None:
    """GitHub's description lets a package and its name be null, and leaves out who an old credit is for."""
    keys = ("package", "vulnerable_version_range", "patched_versions", "vulnerable_functions")
    unnamed = dict.fromkeys(keys)
    json = advisory(vulnerabilities=[unnamed], credits=[{}, {"login": "a", "type": "finder"}, {"login": "b"}])

    parsed = parse.advisory(json, sees_teams=True)

    assert parsed.vulnerabilities == (Vulnerability(ecosystem="other", package=""),)
    assert parsed.credits == (("a", "finder"),)


def test_teams_are_unknown_without_the_permission() -> None:
    """Without *Members: read* GitHub answers with an empty list, which must not pass for "no teams"."""
    assert parse.advisory(advisory(collaborating_teams=[]), sees_teams=False).teams is None


def test_older_forms_stand_in_for_newer_ones() -> None:
    """`credits` and `cwes` say what `credits_detailed` and `cwe_ids` leave out."""
    json = advisory(
        credits=[{"login": "a", "type": "finder"}],
        cwes=[{"cwe_id": "CWE-1", "name": "n"}],
    )
    parsed = parse.advisory(json, sees_teams=True)
    assert (parsed.credits, parsed.cwe_ids) == ((("a", "finder"),), ("CWE-1",))


@pytest.mark.parametrize(
    ("fields", "vector"),
    [
        ({"cvss": {"vector_string": "CVSS:3.1/x", "score": 1.0}}, "CVSS:3.1/x"),
        ({"cvss": {"vector_string": None, "score": None}}, None),
        (
            {"cvss_severities": {"cvss_v3": {"vector_string": "CVSS:3.1/x", "score": 1.0}, "cvss_v4": None}},
            "CVSS:3.1/x",
        ),
        ({"cvss": {"vector_string": "CVSS:3.1/x"}, "cvss_severities": {"cvss_v4": {"vector_string": "4"}}}, "4"),
        ({"cvss_severities": {"cvss_v3": {"vector_string": "3"}, "cvss_v4": {"vector_string": "4"}}}, "4"),
        ({"cvss_severities": {"cvss_v4": {"vector_string": None}, "cvss_v3": {"vector_string": "3"}}}, "3"),
    ],
)
def test_the_newest_score_counts(fields: dict[str, Any], vector: str | None) -> None:
    """`cvss` goes away with the API version of 2026-03-10, and version 4 replaces version 3."""
    assert parse.advisory(advisory(**fields), sees_teams=True).cvss_vector == vector


@pytest.mark.parametrize(
    "wrong",
    [
        {"ghsa_id": "GHSA-0000"},
        {"ghsa_id": None},
        {"url": "https://api.github.com/repos/pypa/security-advisories/x"},
        {"url": "https://api.github.com/repos/a/b/c/security-advisories/x"},
        {"state": "embargoed"},
        {"summary": None},
        {"summary": 5},
        {"created_at": "yesterday"},
        {"created_at": "2026-11-01T10:00:00"},
        {"collaborating_users": [{"login": "a"}]},
        {"collaborating_users": [{"login": "", "id": 1}]},
        {"collaborating_users": [{"login": "a", "id": 0}]},
        {"vulnerabilities": [{}]},
        {"cwe_ids": [1]},
    ],
)
def test_an_advisory_that_lacks_what_we_need_is_malformed(wrong: dict[str, Any]) -> None:
    """A guess here would end as a policy's verdict or a write."""
    with pytest.raises(Malformed):
        parse.advisory(advisory(**wrong), sees_teams=True)


def test_an_error_does_not_quote_what_stood_there() -> None:
    """Libraries quote the wrong value, and that may be the text of an advisory."""
    with pytest.raises(Malformed) as caught:
        parse.advisory(advisory(state="canary", severity="canary"), sees_teams=True)
    assert "canary" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_repositories_are_known_by_id_and_name() -> None:
    """The id stays when the name changes."""
    json = {"id": 1, "full_name": "pypa/pip", "private": True, "archived": True, "has_wiki": True, "extra": 1}
    expected = Repository(id=1, name=PIP, private=True, archived=True, has_wiki=True)
    assert parse.repository(json) == expected
    assert parse.repositories({"repositories": [json], "total_count": 1}) == (expected,)


def test_the_coordination_repository_needs_all_its_features() -> None:
    """A feature that GitHub does not mention may be on, so it is not known to be private."""
    features = {f"has_{name}": False for name in ("issues", "wiki", "pages", "discussions")}
    json: dict[str, Any] = {"id": 1, "full_name": "a/b", "private": False, **features}
    assert not parse.complete_repository(json).has_issues
    for name in features:
        with pytest.raises(Malformed):
            parse.complete_repository({**json, name: None})


SECURITY = {"id": 3, "name": "Guard", "enforcement": "enforced", "private_vulnerability_reporting": "disabled"}


@pytest.mark.parametrize("status", ["attached", "enforced"])
def test_a_configuration_in_force_counts(status: str) -> None:
    """It can make GitHub accept a write and change nothing."""
    assert parse.configuration({"status": status, "configuration": SECURITY}) == Configuration(
        id=3, name="Guard", enforced=True, private_vulnerability_reporting="disabled"
    )


@pytest.mark.parametrize(
    "status", ["attaching", "detached", "removed", "failed", "updating", "removed_by_enterprise", "new"]
)
def test_a_configuration_not_in_force_does_not_count(status: str) -> None:
    """Only an attached one changes what a write does."""
    assert parse.configuration({"status": status, "configuration": SECURITY}) is None
    assert parse.configuration(None) is None


@pytest.mark.parametrize("missing", SECURITY)
def test_half_a_configuration_is_malformed(missing: str) -> None:
    """Guessing that it enforces nothing could start an edit war with it."""
    half = {key: value for key, value in SECURITY.items() if key != missing}
    with pytest.raises(Malformed):
        parse.configuration({"status": "attached", "configuration": half})


def test_installations_say_whether_they_are_suspended() -> None:
    """A suspended one gives no tokens. Enterprises have a slug where others have a login."""
    json = {"id": 1, "account": {"slug": "big"}, "permissions": {"metadata": "read"}, "suspended_at": "2026-01-01"}
    expected = Installation(id=1, account="big", suspended=True, permissions={"metadata": "read"})
    assert parse.installation(json) == expected


@pytest.mark.parametrize("value", ["x", "ghs_" + "a" * 36, "ghs_1_" + "e" * 600])
def test_tokens_have_no_form(value: str) -> None:
    """GitHub changed the length of tokens in 2026, and says that it may again."""
    json = {"token": value, "expires_at": "2026-11-01T10:00:00Z", "permissions": {}}
    minted = parse.minted_token(json)
    assert minted.token == value
    assert value not in repr(minted)


def test_collaborators_must_be_told_before_they_are_replaced() -> None:
    """A list that may be hidden is not written over: GitHub writes null to readers who may not see it."""
    assert parse.collaborators({"collaborating_users": []}) == ()
    for hidden in ({}, {"collaborating_users": None}, None):
        with pytest.raises(Malformed):
            parse.collaborators(hidden)


def test_people_who_are_not_told_are_not_taken_for_nobody() -> None:
    """A policy that took a hidden list for an empty one would ask for everybody to be added, again and again."""
    told = parse.advisory(advisory(collaborating_users=[]), sees_teams=True)
    hidden = [parse.advisory(advisory(**said), sees_teams=True) for said in ({"collaborating_users": None}, {})]
    assert (told.people, told.hides_people) == ((), False)
    assert [each.hides_people for each in hidden] == [True, True]


PARSERS: list[Callable[[Any], Any]] = [
    parse.installation,
    parse.minted_token,
    parse.repository,
    parse.complete_repository,
    parse.repositories,
    parse.private_reporting,
    parse.configuration,
    parse.person,
    parse.people,
    parse.has_items,
    parse.collaborators,
    parse.created_advisory,
    lambda json: parse.advisory(json, sees_teams=True),
    lambda json: parse.advisories(json, sees_teams=True),
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["draft", "pypa/pip"])
GARBAGE = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*advisory(), "id"]), inner, max_size=5)
    ),
    max_leaves=15,
)


@settings(max_examples=150, deadline=None)
@given(json=GARBAGE, key=st.sampled_from(list(advisory())))
def test_only_malformed_ever_comes_out_of_garbage(json: Any, key: str) -> None:
    """An unexpected error would end a sweep over one odd answer."""
    for parser in PARSERS:
        for value in (json, [json], {"repositories": json}, advisory(**{key: json})):
            try:
                parser(value)
            except Malformed:
                continue
