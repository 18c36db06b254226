"""Are all documents what their formats demand, whatever a case is like?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.cases import JUSTIFICATIONS, STATUSES, CaseEvent, Participant
from app.domain.facts import Advisory, Vulnerability
from app.domain.ids import Ghsa, RepoName
from app.exports.documents import FORMATS, OF_TEXT, Format, export
from app.exports.matter import Matter, linked, matter
from app.exports.packages import Package
from tests.builders import NOW, rules
from tests.exports.matters import POLICY, PUBLISHER, cluster, of_pip, stored
from tests.exports.validity import mistakes

CANARY = "canary-of-a-draft"
TOOLS = sorted(rules(POLICY).tools)
REPOSITORIES = [tool.repositories[0] for tool in rules(POLICY).tools.values()]
ECOSYSTEMS = ["pip", "rust", "npm", "maven", "go", "actions", "composer", "other", "conda", "no-such-thing"]
RANGES = [None, "", "< 2.0", "<= 1.9", ">= 1.0, < 2.0", "= 1.0", ">= 1", "> 1", "all of them", "< 1!2.0+local"]
PATCHES = [None, "", "2.0", ">= 2.0", "2.0, 1.9.1", "1.0", "none yet"]
V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:P/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N"
VECTORS = [None, "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:N", "CVSS:4.0/AV:N/AC:L", "CVSS:3.1/AV:N", V4]
IDS = [f"GHSA-{a}{a}{a}{a}-2222-3333" for a in "23456789"]
moments = st.integers(0, 90 * 24).map(lambda hours: NOW + timedelta(hours=hours))
lines = st.builds(
    Vulnerability,
    ecosystem=st.sampled_from(ECOSYSTEMS),
    package=st.sampled_from(["pip", "uv", "Virtual_Env", "a/b", "g:a", "@scope/x", "with space", ""]),
    vulnerable_version_range=st.sampled_from(RANGES),
    patched_versions=st.sampled_from(PATCHES),
)


@st.composite
def advisories(draw: st.DrawFn) -> list[Advisory]:
    ids = draw(st.lists(st.sampled_from(IDS), max_size=4, unique=True))
    return [draw(_advisory(Ghsa(each))) for each in ids]


@st.composite
def _advisory(draw: st.DrawFn, ghsa: Ghsa) -> Advisory:
    state: Any = draw(st.sampled_from(["triage", "draft", "published", "published", "closed", "withdrawn"]))
    text = draw(st.sampled_from(["Ünïcode", "x", "<script>"])) if state == "published" else CANARY
    return of_pip(
        repo=draw(st.sampled_from([*REPOSITORIES, RepoName("some", "body")])),
        ghsa=ghsa,
        state=state,
        summary=text,
        description=draw(st.sampled_from(["", "Line\n\nLine"])) if state == "published" else CANARY,
        cve_id=draw(st.sampled_from([None, "CVE-2026-1000", "CVE-2026-1001"])),
        cvss_vector=draw(st.sampled_from(VECTORS)),
        severity=draw(st.sampled_from([None, "high"])),
        vulnerabilities=tuple(draw(st.lists(lines, max_size=3))),
        credited=(("finder-1", "finder"), ("somebody", "new-kind")) if state == "published" else ((CANARY, "finder"),),
        published_at=draw(moments) if state == "published" else None,
        updated_at=draw(st.none() | moments),
    )


@st.composite
def matters(draw: st.DrawFn) -> Matter:
    tools = draw(st.lists(st.sampled_from([*TOOLS, "gone-from-policy"]), min_size=1, max_size=6, unique=True))
    participants = [draw(_participant(tool)) for tool in tools]
    events = [CaseEvent(at=draw(moments), what="answered", tool=each.tool, detail=each.status) for each in participants]
    copies = {tool: (Package(ecosystem="pip", name="pip"), Package(ecosystem="rust", name="uv")) for tool in tools[::2]}
    return matter(
        stored(*participants, disclosed_at=draw(st.none() | moments), embargo_until=draw(st.none() | moments)),
        events,
        [linked(each) for each in draw(advisories())],
        rules=rules(POLICY),
        copies=copies,
        publisher=PUBLISHER,
        is_public=draw(st.booleans()),
        with_ids=draw(st.booleans()),
    )


@st.composite
def _participant(draw: st.DrawFn, tool: str) -> Participant:
    status = draw(st.sampled_from(STATUSES))
    justification = draw(st.none() | st.sampled_from(JUSTIFICATIONS)) if status == "not-affected" else None
    return Participant(tool=tool, why="named", status=status, justification=justification, answered_at=draw(moments))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(told=matters())
def test_every_document_of_every_case_is_what_its_format_demands(told: Matter) -> None:
    """Who reads a document reads it with a program that refuses others. No text of a draft is in any of them."""
    for form in FORMATS:
        if form in OF_TEXT and not told.texts:
            continue  # refused before anything is made
        made = export(told, form)
        assert made == export(told, form)
        for document in made.documents:
            assert CANARY not in str(document.content)
            if not isinstance(document.content, str):
                assert mistakes(form, document.content) == []
        assert CANARY not in str(made.untold)


@pytest.mark.parametrize(
    ("form", "path", "value"),
    [
        ("openvex", ("statements", 0, "status"), "harmless"),
        ("openvex", ("statements", 0, "justification"), "component_not_present"),
        ("openvex", ("statements",), []),
        ("openvex", ("timestamp",), "yesterday"),
        ("csaf-vex", ("document", "tracking", "version"), "1"),
        ("csaf-vex", ("vulnerabilities", 0, "remediations"), []),
        ("csaf-vex", ("vulnerabilities", 0, "product_status", "known_affected"), ["no-such-product"]),
        ("csaf-vex", ("vulnerabilities", 0, "flags"), [{"label": "because", "product_ids": ["x"]}]),
        ("csaf-advisory", ("document", "distribution"), {}),
        ("osv", ("id",), "CVE-2026-1000"),
        ("osv", ("affected", 0, "package", "ecosystem"), "pip"),
        ("osv", ("affected", 0, "ranges", 0, "events"), [{"fixed": "1"}]),
    ],
)  # fmt: skip
def test_a_document_that_is_wrong_is_found_to_be(form: Format, path: tuple[str | int, ...], value: Any) -> None:
    """Else the test above would say nothing."""
    document: Any = export(cluster(), form).documents[0].content
    assert mistakes(form, document) == []
    *way, last = path
    place = document
    for step in way:
        place = place[step]
    place[last] = value

    assert mistakes(form, document) != []
