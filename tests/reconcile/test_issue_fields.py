"""An issue has a neutral title and a body that holds all the rest: three fields, kept in step as any others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.domain.actions import MirrorFields
from app.domain.facts import Vulnerability
from app.reconcile.body import LONGEST_BODY, Body, Tampered
from tests.builders import DIGESTS, GHSA, ISSUE, advisory, affects
from tests.reconcile.test_neutral import HOSTILE
from tests.reconcile.two_sides import Sides

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
FULL = advisory(
    severity="critical",
    cvss_vector=VECTOR,
    cve_id="CVE-2026-2",
    cwe_ids=("CWE-59", "CWE-22"),
    vulnerabilities=(
        Vulnerability(
            ecosystem="pip",
            package="wheel",
            vulnerable_version_range="< 2",
            patched_versions="2.0",
            vulnerable_functions=("unpack", "install"),
        ),
        *affects("rust:uv"),
    ),
    credits=(("alice", "finder"),),
)
TEXT = f"""\
Copied from pypa/wheel {GHSA}. Credits there: alice (finder).

    Summary: Path traversal
    Severity: critical
    CVSS: {VECTOR}
    CVE: CVE-2026-2
    CWEs: CWE-22, CWE-59
    Package: pip:wheel (affected < 2; patched 2.0; functions install, unpack)
    Package: rust:uv

    A wheel can write anywhere."""


def issue(**said: Any) -> Sides:
    return Sides(store="issue", **said)


def told(sides: Sides) -> tuple[list[str], set[str], set[str], set[str]]:
    """What is followed, adopted, diverged, and in conflict."""
    sync = sides.settle()
    followed = sorted(field for update in sync.updates for field in update.synced)
    return followed, set(sync.adopted), set(sync.diverged), set(sync.conflicts)


def test_nothing_to_do() -> None:
    """Both sides say the same."""
    assert told(issue()) == ([], set(), set(), set())


def test_everything_of_a_source_stands_in_one_quoted_block() -> None:
    """In an order that does not change by itself."""
    sides = issue(source=FULL)

    assert sides.mirror.summary == "Case 1"
    assert sides.body.source.strip() == TEXT
    assert sides.body.record.mirror == str(ISSUE)


def test_what_a_source_does_not_say_is_left_out() -> None:
    """A line with nothing behind its name would tell less than none."""
    bare = advisory(summary="", description="", severity=None, vulnerabilities=())

    assert issue(source=bare).body.source.strip() == f"Copied from pypa/wheel {GHSA}. Credits there: nobody yet."


CHANGES: dict[str, dict[str, Any]] = {
    "summary": {"summary": "two"},
    "description": {"description": "two"},
    "severity": {"severity": "low"},
    "a severity that was taken back": {"severity": None},
    "CVSS": {"cvss_vector": VECTOR},
    "CVE": {"cve_id": "CVE-2026-2"},
    "CWEs": {"cwe_ids": ("CWE-22",)},
    "packages": {"vulnerabilities": affects("wheel")},
    "credits": {"credits": (("alice", "finder"),)},
}


@pytest.mark.parametrize("said", CHANGES.values(), ids=CHANGES)
def test_any_change_of_the_source_is_followed_by_one_write_of_the_body(said: dict[str, Any]) -> None:
    """The title stays, and an issue has nothing else to be written."""
    sides = issue()
    sides.edit_source(**said)

    [update] = sides.look().updates

    assert update.fields == MirrorFields(description=update.fields.description)
    assert update.synced.keys() == {"source"}
    assert told(sides) == (["source"], set(), set(), set())
    assert told(sides) == ([], set(), set(), set())


PEOPLES: dict[str, tuple[Callable[[Sides], None], str]] = {
    "title": (lambda sides: sides.edit_mirror(summary="Ours"), "title"),
    "copied region": (lambda sides: sides.edit_regions(source="ours"), "source"),
    "block": (lambda sides: sides.edit_regions(block="ours"), "block"),
}


@pytest.mark.parametrize(("edit", "field"), PEOPLES.values(), ids=PEOPLES)
def test_what_people_changed_in_an_issue_is_kept_and_shown(edit: Callable[[Sides], None], field: str) -> None:
    """Field by field: the others go on following."""
    sides = issue()
    edit(sides)
    before = sides.mirror

    assert told(sides) == ([], set(), {field}, set())
    assert sides.mirror == before


def test_what_both_sides_changed_is_a_conflict_and_stays() -> None:
    """Nobody's edit is overwritten by a machine."""
    sides = issue()
    sides.edit_regions(source="ours")
    sides.edit_source(severity="low")

    assert told(sides) == ([], set(), set(), {"source"})
    assert sides.body.source == "ours"


def test_without_baselines_equal_sides_adopt_them() -> None:
    """The database was lost."""
    sides = issue()
    sides.forget()

    assert told(sides) == ([], {"title", "source", "block"}, set(), set())


def test_an_issue_that_somebody_else_opened_is_left_alone() -> None:
    """Its record may be genuine: whoever reads ours can copy it."""
    sides = issue()
    sides.edit_mirror(is_ours=False)

    with pytest.raises(Tampered, match="somebody else opened it"):
        sides.look()


def test_a_record_of_another_issue_freezes_this_one() -> None:
    """Copied with everything around it."""
    sides = issue()
    body = replace(sides.body, record=replace(sides.body.record, mirror="#13"))
    sides.edit_mirror(description=body.text(DIGESTS))

    with pytest.raises(Tampered, match="its record belongs to another mirror"):
        sides.look()


def test_an_issue_without_room_for_our_part_is_frozen() -> None:
    """GitHub takes 65,536 characters of a body."""
    sides = issue()
    sides.edit_regions(after="\n" + "x" * (LONGEST_BODY - len(sides.mirror.description)))
    sides.edit_source(description="two\n" * 1000)

    with pytest.raises(Tampered, match="there is no room left for our part"):
        sides.look()


def test_the_longest_source_leaves_room_for_people() -> None:
    """However many packages it names: what was cut is said."""
    many = tuple(Vulnerability(ecosystem="pip", package=f"package-{number}") for number in range(5_000))
    sides = issue(source=advisory(description="A wheel can write anywhere.\n" * 2_500, vulnerabilities=many))

    assert len(sides.mirror.description) < 50_000
    assert "[…cut here." in sides.mirror.description


@given(HOSTILE, HOSTILE)
def test_nothing_of_a_source_is_active_in_an_issue(one: str, two: str) -> None:
    """Mentions, references, HTML, images and our own markers: in whatever field, they are code and nothing else."""
    package = Vulnerability(ecosystem="pip", package=one, vulnerable_version_range=two, vulnerable_functions=(one, two))
    fields: dict[str, Any] = {"summary": one, "description": two, "severity": one, "cvss_vector": two, "cve_id": two}
    hostile = advisory(**fields, cwe_ids=(one,), vulnerabilities=(package,))

    sides = issue(source=hostile)

    assert sides.mirror.summary == "Case 1"
    assert Body.parse(sides.mirror.description, DIGESTS) == sides.body
    shown = {token.type for token in MarkdownIt("gfm-like", {"linkify": False}).parse(sides.body.source)}
    assert shown <= {"paragraph_open", "inline", "paragraph_close", "code_block"}
    head, *copied = sides.body.source.strip().split("\n")
    assert head == f"Copied from pypa/wheel {GHSA}. Credits there: nobody yet."
    assert [line for line in copied if line.strip() and not line.startswith("    ")] == []
    assert told(sides) == ([], set(), set(), set())


@given(st.sampled_from(["\n", "\r", "\r\n", "\x85", "\u2028", "\x0b"]), st.text(max_size=5))
def test_a_field_of_several_lines_looks_like_no_other_field(end: str, text: str) -> None:
    """A reporter who puts a line end into a name would write a severity of their own."""
    forged = f"wheel{end}Severity: low{text}"
    sides = issue(source=advisory(vulnerabilities=(Vulnerability(ecosystem="pip", package=forged),)))

    assert re.findall(r"^    Severity: (.*)$", sides.body.source, re.MULTILINE) == ["high"]
