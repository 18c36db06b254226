"""Names from outside are read once, here, and are either right or refused."""

from __future__ import annotations

import pytest

from app.domain.actions import MirrorFields
from app.domain.facts import Vulnerability
from app.domain.ids import (
    DELIVERIES,
    POLICY_PULLS,
    POLL,
    SWEEP,
    AdvisoryKey,
    CaseKey,
    Ghsa,
    InvalidName,
    IssueNumber,
    Key,
    Person,
    PolicyKey,
    RepoName,
    RepositoryKey,
    Team,
    parse_key,
    parse_mirror_id,
    without_ids,
)
from tests.builders import GHSA, PIP, advisory

KEYS = {
    "poll": POLL,
    "sweep": SWEEP,
    "policy-pulls": POLICY_PULLS,
    "deliveries": DELIVERIES,
    "pypa/pip": RepositoryKey(PIP),
    "pypa/pip#private-reporting": PolicyKey(PIP, "private-reporting"),
    f"pypa/pip/{GHSA}": AdvisoryKey(PIP, GHSA),
    "case/12": CaseKey(12),
}


@pytest.mark.parametrize(("text", "key"), KEYS.items(), ids=KEYS)
def test_a_key_is_written_as_it_is_read(text: str, key: Key) -> None:
    """People type what we print."""
    assert parse_key(text) == key
    assert str(key) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pip",
        "pypa/pip#",
        "pypa/pip#A",
        "pypa/pip/GHSA-1",
        "pypa/pip/",
        "a/b/c",
        "a b/c",
    ],
)
def test_what_is_no_key_is_answered_with_what_would_be(text: str) -> None:
    """What is neither a repository, nor anything about one, nor a case is refused."""
    with pytest.raises(InvalidName, match="write OWNER/REPO, OWNER/REPO#POLICY"):
        parse_key(text)


@pytest.mark.parametrize(
    "text", ["case/0", "case/-1", "case/1 ", "case/x", "Case/x", "case/x#private-reporting", "case/", f"case/x/{GHSA}"]
)
def test_what_begins_like_a_case_is_a_case_or_nothing(text: str) -> None:
    """A repository of an account named “case” would look like one of our cases, so it has no key."""
    with pytest.raises(InvalidName, match="that is not a case; write case/N"):
        parse_key(text)


def test_a_case_is_the_same_in_any_case() -> None:
    """The database ignores case, so a repository “Case/5” would share the row of the fifth case."""
    assert parse_key("Case/5") == CaseKey(5)


@pytest.mark.parametrize(
    "text", ["pypa", "pypa/", "/pip", "pypa/.", "pypa/..", "-a/b", "a/b\n", "ä/b", "a/b/c", "a" * 40 + "/b"]
)
def test_what_is_no_repository_is_refused(text: str) -> None:
    """A name becomes part of a URL."""
    with pytest.raises(InvalidName, match="write OWNER/REPO, as in pypa/pip"):
        RepoName.parse(text)


def test_a_repository_is_the_same_in_any_case() -> None:
    """GitHub ignores case in names of repositories."""
    assert RepoName("PyPA", "Pip") == PIP
    assert len({RepoName("PyPA", "Pip"), PIP}) == 1
    assert RepoName("pypa", "pip2") != PIP
    assert PIP != "pypa/pip"


@pytest.mark.parametrize(
    ("name", "is_fork"),
    [
        ("pip-ghsa-2222-3333-4444", True),
        ("pip-GHSA-2222-3333-4444", True),
        ("pip", False),
        ("ghsa-2222-3333-4444", False),
        ("pip-ghsa-2222-3333-444l", False),
        ("pip-ghsa-2222-3333-4444-2", False),
    ],
)
def test_the_private_fork_of_an_advisory_is_known_by_its_name(name: str, *, is_fork: bool) -> None:
    """GitHub makes them for drafts; they are nobody's project."""
    assert RepoName("pypa", name).is_temporary_fork == is_fork


@pytest.mark.parametrize(
    "text", ["GHSA-2222-3333", "ghsa-2222-3333-4444", "GHSA-2222-3333-444a", "GHSA-2222-3333-4444\n"]
)
def test_what_is_no_advisory_id_is_refused_without_repeating_it(text: str) -> None:
    """Somebody may have pasted a title there, and a message is written to logs."""
    with pytest.raises(InvalidName) as refused:
        Ghsa.parse(text)

    assert text.strip() not in str(refused.value)


def test_a_text_for_everybody_names_no_advisory() -> None:
    """That there is one, and where, is embargoed too."""
    assert without_ids(f"{GHSA} and {GHSA} are open") == "GHSA-… and GHSA-… are open"


@pytest.mark.parametrize(
    "written", [str(GHSA).lower(), str(GHSA).upper(), "Ghsa-abcd-0123-wxyz", f"pip-{GHSA}".lower()]
)
def test_an_id_in_any_case_is_taken_out_of_what_everybody_reads(written: str) -> None:
    """People type it in small letters, and GitHub follows it all the same. Logs go through the same net."""
    assert "GHSA-…" in without_ids(written)
    assert written[-4:] not in without_ids(written)


def test_names_are_read_and_written() -> None:
    """What policy and GitHub spell is what we spell."""
    assert str(Ghsa.parse("GHSA-2222-3333-4444")) == "GHSA-2222-3333-4444"
    assert Person.parse("dependabot[bot]:49699333") == Person("dependabot[bot]", 49699333)
    assert str(Person.parse("alice:1")) == "alice:1"
    assert str(Team.parse("pypa/pip-committers")) == "pypa/pip-committers"


@pytest.mark.parametrize("text", ["alice", "alice:", "alice:0", "alice:01", "alice:1:2", "@alice:1", ":1", "alice:1\n"])
def test_what_is_no_person_is_refused(text: str) -> None:
    """A login without its id could be claimed by a stranger."""
    with pytest.raises(InvalidName, match="write LOGIN:NUMERIC_ID"):
        Person.parse(text)


@pytest.mark.parametrize("text", ["pypa", "pypa/Pip", "pypa/pip committers", "pypa/", "pypa/a/b"])
def test_what_is_no_team_is_refused(text: str) -> None:
    """A team has a slug; its title is something else."""
    with pytest.raises(InvalidName, match="write ORG/TEAM-SLUG"):
        Team.parse(text)


def test_an_advisory_shows_nothing_of_itself() -> None:
    """It ends up in assertion messages and tracebacks."""
    assert repr(advisory()) == "Advisory(under embargo)"
    assert "Path" not in repr(MirrorFields(summary="Path traversal", description="Path", vulnerabilities=()))


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        (MirrorFields(), ()),
        (MirrorFields(summary=""), ("summary",)),
        (MirrorFields(description="x"), ("description",)),
        (MirrorFields(severity="low"), ("severity",)),
        (MirrorFields(cvss_vector="CVSS:3.1/x"), ("severity",)),
        (MirrorFields(clears_cvss=True), ("severity",)),
        (MirrorFields(cve_id="CVE-2026-1"), ("cve",)),
        (MirrorFields(clears_cve=True), ("cve",)),
        (MirrorFields(cwe_ids=()), ("cwes",)),
        (MirrorFields(vulnerabilities=(Vulnerability(ecosystem="pip", package="pip"),)), ("vulnerabilities",)),
    ],
)
def test_a_write_says_which_fields_it_changes(fields: MirrorFields, names: tuple[str, ...]) -> None:
    """An empty list is a value, and nothing at all is no write."""
    assert fields.names() == names


@pytest.mark.parametrize(("text", "mirror"), [("#12", IssueNumber(12)), (str(GHSA), GHSA)])
def test_the_id_of_a_mirror_is_written_as_it_is_read(text: str, mirror: Ghsa | IssueNumber) -> None:
    """The database keeps it as text; which kind it is can be seen."""
    assert parse_mirror_id(text) == mirror
    assert str(mirror) == text


@pytest.mark.parametrize("text", ["", "12", "#0", "#012", "#1x", "#-1", "# 1", "#" + "9" * 19, "GHSA-1"])
def test_what_is_no_id_of_a_mirror_is_refused(text: str) -> None:
    """Neither an issue's number nor an advisory's id."""
    with pytest.raises(InvalidName, match="write"):
        parse_mirror_id(text)
