"""What may be told of a case, and when is it public?"""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.cases import CveRequest
from app.domain.facts import Advisory
from app.domain.ids import Ghsa, Person
from app.exports.documents import FORMATS, OF_STATUS, OF_TEXT, export
from app.exports.matter import linked, matter, recorded_cve, why_not_public
from tests.builders import NOW, rules
from tests.exports.matters import OF_PIP, OF_UV, POLICY, PUBLISHER, answer, cluster, line, of_pip, of_uv, stored, told

SECRET = "canary-of-a-draft"


def draft(**said: Any) -> Advisory:
    """Nothing of it may be told, but its ids where a coordinator says so."""
    hidden: dict[str, Any] = {
        "state": "draft",
        "summary": SECRET,
        "description": SECRET,
        "credited": ((SECRET, "finder"),),
        "vulnerabilities": (line("pip:uv", f"< {SECRET}", f"{SECRET}"), line("pip:uv", "< 7.7.7", "7.7.7")),
        "cvss_vector": "CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N",
        "severity": "low",
        "cwe_ids": ("CWE-7777",),
        "cve_id": "CVE-2026-7777",
        "published_at": None,
    }
    return of_uv(**(hidden | said))


@pytest.mark.parametrize(
    ("states", "disclosed", "why"),
    [
        (["published"], False, None),
        (["published", "published"], False, None),
        (["published", "closed"], False, None),
        (["withdrawn"], False, None),
        (["draft"], True, None),
        ([], True, None),
        ([], False, "no advisory of case 12 is published"),
        (["closed"], False, "no advisory of case 12 is published"),
        (["triage"], False, "1 of 1 advisories of case 12 are not published"),
        (["published", "draft"], False, "1 of 2 advisories of case 12 are not published"),
        (["closed", "draft", "published"], False, "1 of 2 advisories of case 12 are not published"),
    ],
)
def test_a_case_is_public_when_all_of_it_is(states: list[Any], *, disclosed: bool, why: str | None) -> None:
    """One tool that has not published yet is as much under embargo as all of them; what was rejected never will be."""
    found = [linked(of_pip(state=state)) for state in states]
    assert why_not_public(stored(disclosed_at=NOW if disclosed else None), found, rules=rules(POLICY), now=NOW) == why


def test_a_draft_whose_id_is_in_the_global_database_is_public_and_has_no_text_yet() -> None:
    """Somebody else published it."""
    found = linked(draft(), frozenset({"CVE-2026-7777"}))
    assert why_not_public(stored(), [found], rules=rules(POLICY), now=NOW) is None
    assert found.text is None


def asked(**said: Any) -> CveRequest:
    """An id that is recorded for uv."""
    boring: dict[str, Any] = {
        "id": 7,
        "case": 12,
        "tool": "uv",
        "cna": "PSF",
        "asked_by": Person("alice", 1),
        "proof": "policy names alice:1 for uv",
        "asked_at": NOW,
        "cve_id": "CVE-2026-7777",
        "recorded_at": NOW,
    }
    return CveRequest(**(boring | said))


RECORDED: dict[str, tuple[tuple[CveRequest, ...], str | None]] = {
    "nobody asked for an id: the draft shows what somebody typed": ((), None),
    "recorded for its tool": ((asked(),), "CVE-2026-7777"),
    "recorded for this advisory": ((asked(tool="pip", ghsa=OF_UV),), "CVE-2026-7777"),
    "recorded for another tool": ((asked(tool="pip"),), None),
    "recorded for another advisory of its tool": ((asked(ghsa=OF_PIP),), None),
    "another id is recorded": ((asked(cve_id="CVE-2026-8888"),), None),
    "asked for, and none is recorded": ((asked(cve_id=None),), None),
    "recorded, and given up": ((asked(ended_at=NOW, ended_why="rejected"),), None),
    "one of two": ((asked(cve_id="CVE-2026-8888"), asked()), "CVE-2026-7777"),
}


@pytest.mark.parametrize(("requests", "counts"), RECORDED.values(), ids=RECORDED)
def test_the_cve_id_of_a_draft_counts_where_people_recorded_it_for_that_draft(
    requests: tuple[CveRequest, ...], counts: str | None
) -> None:
    """Who reported a bug may type any old public id into its advisory: no document may leave by that."""
    assert recorded_cve(stored(cves=requests), draft(), rules(POLICY)) == counts


@pytest.mark.parametrize(
    ("disclosed", "with_ids", "cve", "ghsa"),
    [
        (frozenset({"CVE-2026-7777"}), False, True, False),
        (frozenset({str(OF_UV)}), False, False, True),
        (frozenset({"CVE-2026-7777", str(OF_UV)}), False, True, True),
        (frozenset({"CVE-2026-7777"}), True, True, True),
        (frozenset(), False, False, False),
    ],
)
def test_of_a_draft_only_the_ids_that_are_public_are_told(
    disclosed: frozenset[str], *, with_ids: bool, cve: bool, ghsa: bool
) -> None:
    """The CNA's record says nothing of GitHub's id, by which the draft could be found out to be this one."""
    uv = linked(draft(), disclosed)
    said = matter(
        stored(answer("uv", "affected"), disclosed_at=NOW),
        (),
        [uv],
        rules=rules(POLICY),
        copies={},
        publisher=PUBLISHER,
        is_public=True,
        with_ids=with_ids,
    )
    for form in OF_STATUS:
        text = str(export(said, form))
        assert ("CVE-2026-7777" in text, str(OF_UV) in text) == (cve, ghsa)
    page = str(export(said, "retrospective"))
    assert ("CVE-2026-7777" in page) == cve
    assert (str(OF_UV) in page) <= ghsa


@pytest.mark.parametrize("state", ["triage", "draft", "closed"])
@pytest.mark.parametrize("with_ids", [False, True])
def test_no_document_has_anything_of_a_draft_but_ids_that_a_coordinator_let_go(state: str, *, with_ids: bool) -> None:
    """A text, a version, a rating or a credit of a draft would end the embargo for everybody."""
    matter = told(
        answer("pip", "fixed"),
        answer("uv", "fixed"),
        advisories=(of_pip(), draft(state=state)),
        with_ids=with_ids,
    )
    ids_leave = with_ids and state != "closed"
    for form in FORMATS:
        said = str(export(matter, form))
        assert SECRET not in said
        assert not any(each in said for each in ("7.7.7", "CWE-7777", "1.6", "AV:P"))
        if form not in OF_TEXT:
            assert (str(OF_UV) in said or "CVE-2026-7777" in said) == ids_leave


def test_nothing_is_held_of_a_draft_that_could_slip_into_a_document() -> None:
    """What is not there cannot leak."""
    matter = told(answer("uv", "affected"), advisories=(draft(),), with_ids=True)
    assert SECRET not in repr([matter.linked, matter.vulnerabilities, matter.texts])
    assert [each.text for each in matter.linked] == [None]
    assert (matter.case.links, matter.case.mirror) == ((), None)


def test_an_unpublished_case_is_marked_for_those_who_get_it() -> None:
    """TLP:AMBER says not to pass it on; what is public is TLP:WHITE."""
    hidden = told(answer("uv", "affected"), advisories=(draft(),), with_ids=True)
    for case, label, status in ((hidden, "AMBER", "interim"), (cluster(), "WHITE", "final")):
        [document] = export(case, "csaf-vex").documents
        assert isinstance(document.content, dict)
        head = document.content["document"]
        assert (head["distribution"]["tlp"]["label"], head["tracking"]["status"]) == (label, status)


def test_answers_are_about_the_vulnerability_that_concerns_the_tool() -> None:
    """A tool's own CVE id, and those that name its packages; who is in none of them answered about all."""
    by_name = {each.name: set(each.tools) for each in cluster().vulnerabilities}
    assert by_name["CVE-2026-1000"] == {"build", "conda", "pip", "pipenv", "pypi", "virtualenv"}
    assert by_name["CVE-2026-1001"] == {"build", "conda", "pipenv", "pypi", "uv"}


def test_two_advisories_with_one_cve_id_are_one_vulnerability() -> None:
    """The CNA gave one id for the bug in both tools."""
    matter = told(answer("pip", "fixed"), answer("uv", "fixed"), advisories=(of_pip(), of_uv(cve_id="CVE-2026-1000")))
    [vulnerability] = matter.vulnerabilities
    assert (vulnerability.tools, vulnerability.ghsas) == (("pip", "uv"), (Ghsa("GHSA-2222-3333-4444"), OF_UV))
