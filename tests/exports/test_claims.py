from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.domain.cases import JUSTIFICATIONS, STATUSES, Justification, Status
from app.domain.facts import Advisory
from app.exports.claims import claims
from app.exports.csaf import csaf
from app.exports.documents import export
from app.exports.openvex import openvex
from app.exports.packages import Package
from tests.exports.matters import answer, line, of_pip, told
from tests.exports.validity import mistakes

PIP = Package(ecosystem="pip", name="pip")
Json = dict[str, Any]

# The answer · its justification · the status of OpenVEX · of CSAF
TABLE: list[tuple[Status, Justification | None, str, str]] = [
    ("unknown", None, "under_investigation", "under_investigation"),
    ("acknowledged", None, "under_investigation", "under_investigation"),
    ("affected", None, "affected", "known_affected"),
    ("fixed", None, "affected", "known_affected"),  # no published advisory says in which version
    ("mitigated", None, "affected", "known_affected"),
    ("embedded", None, "affected", "known_affected"),
    ("not-affected", None, "not_affected", "known_not_affected"),
    *[("not-affected", each, "not_affected", "known_not_affected") for each in JUSTIFICATIONS],
]


def test_the_table_has_every_answer() -> None:
    """An answer that is added has to be told as something."""
    assert {status for status, *_ in TABLE} == set(STATUSES)
    assert {justification for _, justification, *_ in TABLE} == {None, *JUSTIFICATIONS}


@pytest.mark.parametrize(("status", "justification", "vex", "known"), TABLE)
def test_every_answer_has_a_status_in_each_format(
    status: Status, justification: Justification | None, vex: str, known: str
) -> None:
    """With a justification or an impact where it is not affected, and an action where it is, as VEX demands."""
    matter = told(answer("pipenv", status, justification))
    [statement] = openvex(matter)["statements"]

    assert statement["status"] == vex
    assert statement.get("justification") == justification
    assert ("action_statement" in statement) == (vex == "affected")
    assert ("impact_statement" in statement) == (vex == "not_affected" and justification is None)

    document = csaf(matter, "csaf_vex")
    [vulnerability] = document["vulnerabilities"]
    assert list(vulnerability["product_status"]) == [known]
    assert [each["label"] for each in vulnerability.get("flags", ())] == ([justification] if justification else [])
    assert mistakes("csaf-vex", document) == []
    assert mistakes("openvex", openvex(matter)) == []


@pytest.mark.parametrize(
    ("lines", "vex", "ranges"),
    [
        ((line("pip", ">= 20.0, < 26.1", "26.1"),), [("fixed", "26.1")], [">= 20.0, < 26.1"]),
        ((line("pip", "= 26.0", "26.1"),), [("fixed", "26.1"), ("affected", "26.0")], []),
        ((line("pip", "< 26.1", "26.1, 25.3.2"),), [("fixed", "26.1"), ("fixed", "25.3.2")], ["< 26.1"]),
        ((line("pip", "= 26.1", "26.1"),), [("fixed", "26.1")], []),  # one of the two is a slip
        ((line("pip", "everything", "26.1"),), [("fixed", "26.1")], []),
        ((line("pip", "< 26.1", "the newest"),), [("affected", None)], []),
        ((line("pip", "< 26.1"),), [("affected", None)], []),
        ((line("rust:pip", "< 1", "1"),), [("affected", None)], []),  # another package
    ],
)
def test_fixed_is_said_of_the_versions_that_a_published_advisory_names(
    lines: tuple[Any, ...], vex: list[tuple[str, str | None]], ranges: list[str]
) -> None:
    """Said of a package without a version, scanners would take it for all versions, and hide the vulnerable ones."""
    matter = told(answer("pip", "fixed"), advisories=(of_pip(vulnerabilities=lines),))
    found = claims(matter.tools[0], matter.vulnerabilities[0])

    assert [(each.status, each.version) for each in found if each.range is None] == vex
    assert [str(each.range) for each in found if each.range is not None] == ranges
    statements = openvex(matter)["statements"]
    said = [(each["status"], product["@id"]) for each in statements for product in each["products"]]
    assert said == [(status, PIP.purl(version)) for status, version in vex]


def test_ranges_are_products_of_csaf_and_a_note_of_openvex() -> None:
    """An identifier of OpenVEX never describes a range of software; CSAF has a place for one."""
    matter = told(answer("pip", "affected"))

    [statement] = openvex(matter)["statements"]
    assert statement["products"] == [{"@id": "pkg:pypi/pip", "identifiers": {"purl": "pkg:pypi/pip"}}]
    assert statement["status_notes"] == "pip answered: affected. Affected are >= 20.0, < 26.1."
    assert statement["action_statement"] == "Update to 26.1."

    [affected] = csaf(matter, "csaf_vex")["vulnerabilities"][0]["product_status"]["known_affected"]
    assert affected == "pip:pypi/pip:vers:pypi/>=20.0|<26.1"


def test_a_product_that_two_lines_of_policy_name_is_told_once() -> None:
    """CSAF refuses a product that is defined twice."""
    matter = told(answer("pip", "affected"))
    [pip] = matter.tools
    twice = replace(matter, tools=(replace(pip, packages=(PIP, PIP)),))
    document = csaf(twice, "csaf_vex")

    assert mistakes("csaf-vex", document) == []
    assert len(document["vulnerabilities"][0]["product_status"]["known_affected"]) == 1


def test_a_copy_is_named_as_a_component_of_what_ships_it() -> None:
    """Whoever scans virtualenv finds a pip in it, and asks."""
    matter = told(answer("pip", "fixed"), answer("virtualenv", "embedded"), copies={"virtualenv": (PIP,)})

    statement = openvex(matter)["statements"][-1]
    assert statement["products"][0]["@id"] == "pkg:pypi/virtualenv"
    assert [each["@id"] for each in statement["products"][0]["subcomponents"]] == ["pkg:pypi/pip"]

    document = csaf(matter, "csaf_vex")
    [relationship] = document["product_tree"]["relationships"]
    assert relationship["full_product_name"]["name"] == "pip as a part of virtualenv"
    known = document["vulnerabilities"][0]["product_status"]["known_affected"]
    assert relationship["full_product_name"]["product_id"] in known


def test_tools_that_left_are_not_told_of_and_nobody_is_named() -> None:
    """Who takes no part any more answers for nothing; who typed the answer is nobody else's business."""
    left = answer("pipenv", "affected")
    gone = type(left)(tool="uv", why="named", status="affected", left_at=left.answered_at, answered_by="somebody:7")
    matter = told(left, gone)
    for form in ("openvex", "csaf-vex", "csaf-advisory", "retrospective"):
        said = str(export(matter, form).documents)
        assert ("somebody" in said, "uv" in said) == (False, False)


@pytest.mark.parametrize(
    ("advisories", "names", "aliases"),
    [
        ((of_pip(),), ["CVE-2026-1000"], [["GHSA-2222-3333-4444"]]),
        ((of_pip(cve_id=None),), ["GHSA-2222-3333-4444"], [None]),
    ],
)
def test_a_vulnerability_goes_by_its_cve_id(
    advisories: tuple[Advisory, ...], names: list[str], aliases: list[list[str] | None]
) -> None:
    """Else by GitHub's, and where nothing has an id yet by the number of the case."""
    statements = openvex(told(answer("pip", "affected"), advisories=advisories))["statements"]
    assert [each["vulnerability"]["name"] for each in statements] == names
    assert [each["vulnerability"].get("aliases") for each in statements] == aliases
