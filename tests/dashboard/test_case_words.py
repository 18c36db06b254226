"""How is a timeline told, and is nothing told to those whose it is not?"""

from __future__ import annotations

from typing import Any, get_args

import pytest

from app.dashboard.case_words import told
from app.dashboard.sight import Sight
from app.domain.cases import CaseEvent, CaseEventKind
from app.domain.ids import Person, RepoName
from tests.dashboard.test_countdown import NOW

GHSA = "GHSA-2222-3333-4444"
ADVISORY = f"pypa/pip/{GHSA}"


def a_sight(**changes: Any) -> Sight:
    given: dict[str, Any] = {"person": Person("uv-maintainer-1", 7), "is_lead": False, "tools": frozenset({"uv"})}
    return Sight(**{**given, "administers": frozenset[RepoName](), "reads_mirror": False, **changes})


def words(what: CaseEventKind, detail: str = "", *, sight: Sight | None = None, tool: str | None = None) -> str:
    event = CaseEvent(at=NOW, what=what, detail=detail, tool=tool, by="somebody:12")
    return told(event, sight or a_sight()).words


@pytest.mark.parametrize(
    ("what", "detail", "tool", "right"),
    [
        ("opened", "", None, "The case was opened"),
        ("invited", "", "uv", "uv takes part"),
        ("answered", "not-affected (component_not_present)", "uv",
         "uv is not affected: it does not have the component"),
        ("answered", "mitigated", "pypi", "pypi is mitigated at the index"),
        ("left", "", "uv", "uv takes no part any more"),
        ("embargo", "no hour is agreed", None, "Agreed: no hour is agreed"),
        ("disclosed", "listed", None, "It is public: an id of it is in GitHub's global advisory database"),
        ("disclosed", "", None, "It is public: a coordinator says so"),
        ("coordinator", "some-login:12", None, "Coordinator: some-login"),
        ("proposed", "17: invite uv", None, "Asked for: invite uv (proposal 17)"),
        ("confirmed", "17: embargo 2026-12-15T16:00Z", None,
         "Confirmed: nothing is public before 2026-12-15 16:00 UTC (proposal 17)"),
        ("declined", "17: coordinator some-login:12", None, "Declined: some-login answers for the case (proposal 17)"),
        ("confirmed", "", "pex", "Confirmed: pex takes part"),
        ("declined", "code-not-reachable", "pex", "Declined: pex takes part (code-not-reachable)"),
        ("suggested", "pip, vendored in pex", "pex", "pex may be affected, too: pip, vendored in pex"),
        ("relay", "to-mirror: agreed", None, "Comments to the mirror: agreed"),
        ("rebuilt", "", None, "The case came back from its mirror"),
        ("closed", "", None, "The case was closed"),
    ],
)  # fmt: skip
def test_what_happened_is_told_in_plain_words(what: CaseEventKind, detail: str, tool: str | None, right: str) -> None:
    """What is kept are words of closed lists; people read sentences."""
    assert words(what, detail, tool=tool) == right


@pytest.mark.parametrize("what", get_args(CaseEventKind))
def test_every_kind_has_words_whatever_was_written_down(what: CaseEventKind) -> None:
    """Rows of an older version, or of a newer one, break no page."""
    for detail in ("", "something: else", "x" * 300, ": ", "(", f"1: link {ADVISORY}", ADVISORY):
        assert words(what, detail, tool="uv")
        assert words(what, detail)


@pytest.mark.parametrize("what", get_args(CaseEventKind))
def test_no_line_names_an_advisory_to_those_who_may_not_know_it(what: CaseEventKind) -> None:
    """Who is in a case and not in its mirror knows that something was linked, and not what."""
    for detail in (ADVISORY, f"1: link {ADVISORY}"):
        assert GHSA not in words(what, detail)
        assert GHSA not in words(what, detail, tool="uv")


@pytest.mark.parametrize(
    "sight",
    [a_sight(is_lead=True), a_sight(reads_mirror=True), a_sight(administers=frozenset({RepoName("pypa", "pip")}))],
)
def test_coordinators_readers_of_the_mirror_and_its_own_admins_know_it(sight: Sight) -> None:
    """They read the id elsewhere."""
    assert words("linked", ADVISORY, sight=sight) == f"Linked: {ADVISORY}"
    assert GHSA in words("proposed", f"1: link {ADVISORY}", sight=sight)


def test_an_id_of_a_cna_is_told_to_its_own_tool_and_to_coordinators() -> None:
    """It stands in no mirror before it is written to an advisory."""
    line = "recorded CVE-2026-77001"
    assert words("cve", line, tool="pip") == "CVE id for pip: recorded"
    assert "CVE-2026-77001" in words("cve", line, tool="uv")
    assert "CVE-2026-77001" in words("cve", line, tool="pip", sight=a_sight(is_lead=True))


def test_who_did_it_is_a_login_or_greenroom() -> None:
    """The number of an account is for the audit."""
    for by, right in (("somebody:12", "somebody"), ("somebody", "somebody"), (None, "Greenroom"),
                      ("greenroom:0", "Greenroom"), ("operator ada as lead", "operator ada as lead")):  # fmt: skip
        assert told(CaseEvent(at=NOW, what="opened", by=by), a_sight()).by == right
