"""Is any edit of a person lost, whatever happened before?

The model is simple: every field is a value on each side, and one that both shared last.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.facts import Advisory
from app.domain.mirrors import Mirror
from tests.builders import advisory, affects, mirror_of
from tests.reconcile.two_sides import QUOTED, V1, V2, Sides, told

RATINGS = [(None, "low"), (None, "high"), (V1, "critical"), (V2, "critical"), (None, None)]
VALUES: dict[str, list[dict[str, Any]]] = {
    "summary": [{"summary": text} for text in ("one", "two", "three")],
    "severity": [{"cvss_vector": vector, "severity": severity} for vector, severity in RATINGS],
    "cwes": [{"cwe_ids": ids} for ids in ((), ("CWE-22",), ("CWE-59",))],
    "cve": [{"cve_id": cve} for cve in (None, "CVE-2026-1", "CVE-2026-2")],
    "vulnerabilities": [{"vulnerabilities": affects(*names)} for names in ((), ("wheel",), ("wheel", "uv"))],
    "source": [{"description": text} for text in ("one", "two", "three")],
}
FIELD = st.sampled_from(sorted(VALUES))
EDITS = st.tuples(st.sampled_from(["source", "mirror"]), FIELD, st.integers(0, 2))
HISTORY = st.lists(
    st.one_of(EDITS, st.just(("sync", "", 0)), st.tuples(st.just("write"), st.just(""), st.integers(0, 9)))
)


def values(sides: Sides) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands on each side, field by field."""
    read: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    both: tuple[Advisory | Mirror, ...] = (sides.source, sides.mirror)
    for said, each in zip(read, both, strict=True):
        said |= {name: tuple(getattr(each, key) for key in VALUES[name][0]) for name in VALUES}
        said["severity"] = each.cvss_vector or each.severity
        said["vulnerabilities"] = frozenset(each.vulnerabilities)
    read[0]["source"] = sides.source.description
    read[1]["source"] = sides.body.source.rsplit("\n\n    ", 1)[-1]
    return read


def edited(sides: Sides, side: str, field: str, choice: int) -> None:
    said = VALUES[field][choice]
    if side == "source":
        sides.edit_source(**said)
    elif side == "mirror" and field == "source":
        sides.edit_regions(source=QUOTED.replace("two", said["description"]))
    elif side == "mirror":
        sides.edit_mirror(**said)


def expected(was: tuple[dict[str, Any], dict[str, Any]], shared: dict[str, Any]) -> dict[str, Any]:
    """What the mirror says after a look, in the simplest words."""
    said, shown = was
    after = {}
    for field in VALUES:
        untouched = shown[field] == shared[field]
        takes_back_a_rating = field == "severity" and said[field] is None
        after[field] = said[field] if untouched and not takes_back_a_rating else shown[field]
        if said[field] == after[field]:
            shared[field] = said[field]
    return after


@settings(max_examples=120, deadline=None)
@given(HISTORY)
def test_no_edit_of_a_person_is_ever_lost(history: list[tuple[str, str, int]]) -> None:
    """Any history of edits on both sides: what people wrote in the mirror stays until they change it themselves."""
    sides = Sides(source=advisory(summary="one", description="one"))
    shared = values(sides)[1]
    notes = sides.body.after
    for action, field, choice in [*history, ("sync", "", 0)]:
        if action == "sync":
            was = values(sides)
            own = {name: value for name, value in was[1].items() if value != shared[name]}
            after = expected(was, shared)
            sides.settle()
            assert values(sides)[1] == after
            assert {name: after[name] for name in own} == own
            assert sides.look().updates == (), "a second look wrote something"
        elif action == "write":
            notes += f"{choice}\r\n"
            sides.edit_regions(after=notes)
        else:
            edited(sides, action, field, choice)
        assert sides.body.after == notes


@settings(max_examples=60, deadline=None)
@given(HISTORY)
def test_sides_that_say_the_same_need_no_write(history: list[tuple[str, str, int]]) -> None:
    """Whatever happened before: once people have made both sides equal, there is peace."""
    sides = Sides(source=advisory(summary="one", description="one"))
    for action, field, choice in history:
        if action == "sync":
            sides.settle()
        elif field:
            edited(sides, action, field, choice)
    sides.mirror = mirror_of(sides.source, description=sides.mirror.description)
    sides.edit_regions(source=QUOTED.replace("two", sides.source.description))

    assert sides.settle().updates == ()
    assert told(sides.look()) == ([], set(), set(), set())
