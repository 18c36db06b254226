"""Who changed a field: the source, the mirror, both or nobody?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.domain.facts import Vulnerability
from tests.builders import OTHER_DIGESTS, ROTATED, affects
from tests.reconcile.two_sides import QUOTED, V1, V2, Sides, told

Edit = Callable[[Sides], None]


def source(**said: Any) -> Edit:
    return lambda sides: sides.edit_source(**said)


def mirror(**said: Any) -> Edit:
    return lambda sides: sides.edit_mirror(**said)


def regions(**said: str) -> Edit:
    return lambda sides: sides.edit_regions(**said)


def ranged(versions: str) -> tuple[Vulnerability, ...]:
    wheel, uv = affects("wheel", "uv")
    return (replace(wheel, vulnerable_version_range=versions), uv)


def block(text: str) -> Edit:
    def edit(sides: Sides) -> None:
        sides.block = text

    return edit


# field → the source becomes "two", the mirror becomes "two", the mirror becomes "three"
FIELDS: dict[str, tuple[Edit, Edit, Edit]] = {
    "summary": (source(summary="two"), mirror(summary="two"), mirror(summary="three")),
    "source": (source(description="two"), regions(source=QUOTED), regions(source="three")),
    "block": (block("two"), regions(block="two"), regions(block="three")),
    "severity": (source(severity="low"), mirror(severity="low"), mirror(severity="medium")),
    "severity by CVSS": (
        source(cvss_vector=V1, severity="critical"),
        mirror(cvss_vector=V1, severity="critical"),
        mirror(cvss_vector=V2, severity="low"),
    ),
    "cwes": (source(cwe_ids=("CWE-22",)), mirror(cwe_ids=("CWE-22",)), mirror(cwe_ids=("CWE-59",))),
    "cve": (source(cve_id="CVE-2026-2"), mirror(cve_id="CVE-2026-2"), mirror(cve_id="CVE-2026-3")),
    "vulnerabilities": (
        source(vulnerabilities=ranged("< 2")),
        mirror(vulnerabilities=ranged("< 2")),
        mirror(vulnerabilities=ranged("< 3")),
    ),
}
EACH_FIELD = pytest.mark.parametrize("name", FIELDS)
EACH_THAT_CAN_CONFLICT = pytest.mark.parametrize("name", [name for name in FIELDS if name != "cwes"])


def field_of(name: str) -> str:
    return name.split(maxsplit=1)[0]


def test_nothing_to_do() -> None:
    """Both sides say the same, so nothing is written, and nothing is learned."""
    assert told(Sides().look()) == ([], set(), set(), set())


@EACH_FIELD
def test_equal_sides_share_the_new_value_without_a_write(name: str) -> None:
    """People changed both alike; from now on that is the baseline."""
    in_source, in_mirror, _ = FIELDS[name]
    sides = Sides()
    in_source(sides)
    in_mirror(sides)

    assert told(sides.settle()) == ([], {field_of(name)}, set(), set())
    assert told(sides.look()) == ([], set(), set(), set())


@EACH_FIELD
def test_the_mirror_follows_where_only_the_source_changed(name: str) -> None:
    """And the second look has nothing to do."""
    in_source, in_mirror, _ = FIELDS[name]
    sides, alike = Sides(), Sides()
    in_source(sides)
    in_mirror(alike)

    assert told(sides.settle()) == ([field_of(name)], set(), set(), set())
    assert told(sides.look()) == ([], set(), set(), set())
    if name != "block":  # whose record grows
        assert sides.mirror == alike.mirror


@EACH_FIELD
def test_what_people_changed_in_the_mirror_is_kept_and_shown(name: str) -> None:
    """Their place to work is the mirror; whether the source takes it over is for its own people."""
    sides = Sides()
    FIELDS[name][2](sides)
    before = sides.mirror

    assert told(sides.settle()) == ([], set(), {field_of(name)}, set())
    assert sides.mirror == before


@EACH_THAT_CAN_CONFLICT
def test_what_both_sides_changed_is_a_conflict_and_stays(name: str) -> None:
    """Nobody's edit is overwritten by a machine."""
    in_source, _, in_mirror = FIELDS[name]
    sides = Sides()
    in_source(sides)
    in_mirror(sides)
    before = sides.mirror

    assert told(sides.settle()) == ([], set(), set(), {field_of(name)})
    assert sides.mirror == before


@EACH_THAT_CAN_CONFLICT
def test_a_conflict_ends_when_people_agree(name: str) -> None:
    """However they do: here the mirror gives in."""
    in_source, in_mirror, other = FIELDS[name]
    sides = Sides()
    in_source(sides)
    other(sides)
    sides.settle()
    in_mirror(sides)

    assert told(sides.settle()) == ([], {field_of(name)}, set(), set())


@EACH_FIELD
def test_without_a_baseline_equal_sides_adopt_one(name: str) -> None:
    """The database was lost and nothing happened since."""
    sides = Sides()
    del sides.baselines[field_of(name)]

    assert told(sides.settle()) == ([], {field_of(name)}, set(), set())


@EACH_FIELD
def test_without_a_baseline_different_sides_are_left_alone(name: str) -> None:
    """Nobody can tell any more who changed it."""
    sides = Sides()
    FIELDS[name][0](sides)
    sides.forget()

    followed, _, diverged, conflicts = told(sides.settle())

    assert (followed, diverged, conflicts) == ([], {field_of(name)}, set())


@EACH_FIELD
def test_a_baseline_of_a_key_that_is_gone_is_none(name: str) -> None:
    """Rotating a key too far must not look like an edit of both sides."""
    sides = Sides()
    FIELDS[name][0](sides)
    body = sides.body
    sides.digests = OTHER_DIGESTS
    sides.edit_mirror(description=body.text(OTHER_DIGESTS))

    followed, _, diverged, _ = told(sides.look())
    assert (followed, diverged) == ([], {field_of(name)})


@EACH_FIELD
def test_a_baseline_of_an_older_key_still_holds(name: str) -> None:
    """A new key in front changes nothing."""
    sides = Sides()
    FIELDS[name][0](sides)
    sides.digests = ROTATED

    assert [*told(sides.settle())[0]] == [field_of(name)]
