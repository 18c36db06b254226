"""Do the pages for people lead to what is there? Links, their places within a page, paths, and tests that are named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from app.domain.records import NoticeKind

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s#]*)(?:#([^)\s]+))?\)")
TEST = re.compile(r"`(?:[\w/]+\.py::)?(test_\w+)`")
THREATS = ROOT / "docs" / "threat-model.md"


def _text(page: Path) -> str:
    """Without what is shown as code."""
    return re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))


def _anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings: lower case, spaces to hyphens, and no other punctuation."""
    headings = re.findall(r"(?m)^#+ (.+)$", _text(page))
    plain = (re.sub(r"\[([^]]*)\]\([^)]*\)|`", r"\1", each).lower() for each in headings)
    return {re.sub(r"[^\w\- ]", "", each).replace(" ", "-") for each in plain}


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """To a file of this tree, and to a heading that is in it."""
    broken = []
    for path, anchor in LINK.findall(_text(page)):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            broken.append(f"{path}#{anchor}")

    assert broken == []


def test_every_test_that_a_page_names_is_there() -> None:
    """Else a promise stands that nothing holds any more."""
    modules = (each.read_text(encoding="utf-8") for each in (ROOT / "tests").rglob("test_*.py"))
    there = {name for text in modules for name in re.findall(r"^(?:async )?def (test_\w+)", text, flags=re.MULTILINE)}
    named = {(_name(page), name) for page in PAGES for name in TEST.findall(page.read_text(encoding="utf-8"))}

    assert sorted((page, name) for page, name in named if name not in there) == []


def test_every_threat_has_something_that_stops_it_and_a_test() -> None:
    """A row without a test is a hope."""
    _, _, threats = THREATS.read_text(encoding="utf-8").partition("## Threats")
    rows = [line.strip("|").split("|") for line in threats.splitlines() if line.startswith("| **")]

    assert len(rows) > 20
    assert [row[0] for row in rows if len(row) != 3 or not row[1].strip() or not TEST.search(row[2])] == []


def test_everybody_who_is_named_tries_something() -> None:
    """An actor without a row was forgotten; the operator is trusted, as it says."""
    text = THREATS.read_text(encoding="utf-8")
    _, _, rest = text.partition("## Who")
    who, _, rest = rest.partition("## Boundaries")
    _, _, threats = rest.partition("## Threats")
    actors = {each.split()[0] for each in re.findall(r"\* \*\*([^*]+)\*\*", who)}

    assert {each for each in actors if f"| **{each}" not in threats} == {"Operator"}


def test_every_risk_that_is_accepted_is_a_known_flaw_and_no_other() -> None:
    """Who decides whether to use it reads one page of what it cannot do, and not two that differ."""
    _, _, remains = THREATS.read_text(encoding="utf-8").partition("## What remains")
    _, _, flaws = (ROOT / "docs" / "known-flaws.md").read_text(encoding="utf-8").partition("## Accepted risks")
    accepted, told = (re.findall(r"(?m)^\* (\*\*[^*]+\*\*)?", each.partition("\n## ")[0]) for each in (remains, flaws))

    assert len(accepted) >= 7
    assert "" not in accepted
    assert told == accepted


def test_every_notice_says_what_to_look_at_and_what_to_do() -> None:
    """Whoever is woken by one has a line to begin with."""
    _, _, rest = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("## Every notice")
    rows = re.findall(r"(?m)^\| `([a-z-]+)` \| (.+) \| (.+) \|$", rest.partition("\n## ")[0])

    assert {kind for kind, look, do in rows if look and do} == {*get_args(NoticeKind)}


def test_reports_about_this_project_go_to_the_repository_of_the_app() -> None:
    """By GitHub's private reporting; no address is invented that nobody reads."""
    said = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    [url] = {*re.findall(r"(?m)^ *url: (\S+)$", (ROOT / "app.yml").read_text(encoding="utf-8"))}

    assert f"{url}/security/advisories/new" in said
    assert re.findall(r"[\w.+-]+@[\w-]+\.\w+", said) == []
