"""Which file is a security policy, and how is that read from one answer about many repositories?"""

from typing import Any

import pytest

from app.domain.facts import CannotTell, Known, NotApplicable
from app.domain.ids import RepoName
from app.survey.files import Folder, as_default, effective, own_policy
from app.survey.found import SecurityPolicy
from app.survey.trees import told
from tests.clock import START

TOOL = RepoName("acme", "tool")


def folder(place: str, *files: str, whole: bool = True) -> Folder:
    return Folder(place=place, files=frozenset(files), whole=whole)


@pytest.mark.parametrize(
    ("folders", "paths"),
    [
        ([folder("")], None),
        ([folder("", "README.md", "SECURITIES.md", "security-notes.md", "INSECURITY.md")], None),
        ([folder("", "SECURITY.md")], ("SECURITY.md",)),
        ([folder("", "SECURITY.rst")], ("SECURITY.rst",)),
        ([folder(""), folder(".github", "SECURITY.md")], (".github/SECURITY.md",)),
        ([folder("", "SECURITY.md"), folder("docs", "SECURITY.md")], ("SECURITY.md", "docs/SECURITY.md")),
        ([folder("", "SECURITY.md", "security.txt", whole=False)], ("SECURITY.md",)),
    ],
)
def test_a_policy_is_found_where_github_looks_for_it(folders: list[Folder], paths: tuple[str, ...] | None) -> None:
    """In the root, `.github` and `docs`, by its name (GitHub: "Adding a security policy to your repository")."""
    found = own_policy(folders)

    assert found == (SecurityPolicy(paths=paths) if paths else None)


@pytest.mark.parametrize("name", ["security.md", "Security.md", "SECURITY", "SECURITY.txt", "security.rst"])
def test_a_name_that_is_almost_right_cannot_be_told(name: str) -> None:
    """Whether GitHub shows it is documented nowhere."""
    found = own_policy([folder(""), folder("docs", name)])

    assert isinstance(found, CannotTell)
    assert f"docs/{name}" in found.reason


def test_a_folder_of_which_a_part_is_missing_is_not_taken_for_the_whole() -> None:
    """GitHub lists a thousand entries of a folder."""
    assert isinstance(own_policy([folder("", "README.md", whole=False)]), CannotTell)


NONE = Known(value=None, observed_at=START)
OWN = Known(value=SecurityPolicy(paths=("SECURITY.md",)), observed_at=START)
DEFAULT = Known(value=SecurityPolicy(paths=("SECURITY.md",), source="organization default"), observed_at=START)


@pytest.mark.parametrize(
    ("own", "of_defaults", "expected"),
    [
        (NONE, NONE, NONE),
        (NONE, OWN, DEFAULT),
        (OWN, OWN, OWN),
        (OWN, CannotTell("why"), OWN),
        (CannotTell("why"), OWN, CannotTell("why")),
        (NONE, NotApplicable("there is none"), NONE),
    ],
)
def test_the_default_holds_where_there_is_no_other(own: Any, of_defaults: Any, expected: Any) -> None:
    """And what cannot be told of the repository itself stays so."""
    assert effective(own, as_default(of_defaults)) == expected


def tree(*names: str, kind: str = "blob") -> dict[str, Any]:
    return {"entries": [{"name": name, "type": kind} for name in names]}


def part(**changed: Any) -> dict[str, Any]:
    return {"isEmpty": False, "place0": tree("README.md"), "place1": None, "place2": None, **changed}


@pytest.mark.parametrize(
    ("answer", "policy"),
    [
        (part(), None),
        (part(place0=tree("SECURITY.md")), SecurityPolicy(paths=("SECURITY.md",))),
        (part(place0=tree("SECURITY.md", kind="tree")), None),
        (part(place1=tree("SECURITY.md")), SecurityPolicy(paths=(".github/SECURITY.md",))),
        (part(place2={}), None),  # a file that is called docs
        (part(isEmpty=True, place0=None), None),
    ],
)
def test_one_answer_tells_about_many(answer: dict[str, Any], policy: SecurityPolicy | None) -> None:
    """Each repository stands under a name of its own."""
    found = told({"data": {"r0": answer, "r1": part()}}, [TOOL, RepoName("acme", "other")])

    assert own_policy(found[TOOL]) == policy
    assert len(found) == 2


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        part(place0=None),
        part(place0={}),
        part(place0={"entries": None}),
        part(place0={"entries": [{"name": "SECURITY.md"}]}),
        part(isEmpty="no"),
        {"isEmpty": False},
    ],
)
def test_a_part_that_does_not_say_everything_is_left_out(answer: Any) -> None:
    """It is asked about by itself then; nothing missing is taken for *none*."""
    assert told({"data": {"r0": answer}, "errors": [{"message": "…"}]}, [TOOL]) == {}


@pytest.mark.parametrize("body", [None, [], "text", {"errors": [{"type": "RATE_LIMITED"}]}, {"data": None}])
def test_an_answer_that_is_none_tells_nothing(body: Any) -> None:
    """GraphQL answers 200 where it refuses, too."""
    assert told(body, [TOOL]) == {}
