"""Three-way: only what nobody else touched is brought in step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.actions import MirrorFields
from app.domain.facts import Advisory
from app.domain.mirrors import Mirror, Store
from app.reconcile.body import LONGEST_BODY, Body, Record, Tampered
from app.reconcile.mirror import Sync, opening
from tests.builders import DIGESTS, GHSA, MIRROR, OTHER_DIGESTS, ROTATED, advisory, affects, case, mirror_of
from tests.reconcile.two_sides import BLOCK, Sides

V1, V2 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N"
Edit = Callable[[Sides], None]


def source(**said: Any) -> Edit:
    return lambda sides: sides.edit_source(**said)


def mirror(**said: Any) -> Edit:
    return lambda sides: sides.edit_mirror(**said)


def regions(**said: str) -> Edit:
    return lambda sides: sides.edit_regions(**said)


def block(text: str) -> Edit:
    def edit(sides: Sides) -> None:
        sides.block = text

    return edit


QUOTED = f"Copied from pypa/wheel {GHSA}. Credits there: nobody yet.\n\n    two"
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
        source(vulnerabilities=affects("wheel")),
        mirror(vulnerabilities=affects("wheel")),
        mirror(vulnerabilities=affects("uv")),
    ),
}
EACH_FIELD = pytest.mark.parametrize("name", FIELDS)


def told(sync: Sync) -> tuple[list[str], set[str], set[str], set[str]]:
    """What is followed, adopted, diverged, and in conflict."""
    followed = sorted(field for update in sync.updates for field in update.synced)
    return followed, set(sync.adopted), set(sync.diverged), set(sync.conflicts)


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


@EACH_FIELD
def test_what_both_sides_changed_is_a_conflict_and_stays(name: str) -> None:
    """Nobody's edit is overwritten by a machine."""
    in_source, _, in_mirror = FIELDS[name]
    sides = Sides()
    in_source(sides)
    in_mirror(sides)
    before = sides.mirror

    assert told(sides.settle()) == ([], set(), set(), {field_of(name)})
    assert sides.mirror == before


@EACH_FIELD
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

    sync = sides.settle()

    assert sync.updates == ()
    assert sync.diverged == (field_of(name),)
    assert sync.conflicts == ()


@EACH_FIELD
def test_a_baseline_of_a_key_that_is_gone_is_none(name: str) -> None:
    """Rotating a key too far must not look like an edit of both sides."""
    sides = Sides()
    FIELDS[name][0](sides)
    body = sides.body
    sides.digests = OTHER_DIGESTS
    sides.edit_mirror(description=body.text(OTHER_DIGESTS))

    assert sides.look().diverged == (field_of(name),)
    assert sides.look().updates == ()


@EACH_FIELD
def test_a_baseline_of_an_older_key_still_holds(name: str) -> None:
    """A new key in front changes nothing."""
    sides = Sides()
    FIELDS[name][0](sides)
    sides.digests = ROTATED

    assert [*told(sides.settle())[0]] == [field_of(name)]


def test_one_write_carries_every_field_that_follows_and_the_cve_goes_on_its_own() -> None:
    """Whether GitHub takes one CVE id for two advisories is not documented: its refusal must not hold back the rest."""
    sides = Sides()
    sides.edit_source(summary="two", severity="low", cwe_ids=("CWE-22",), cve_id="CVE-2026-2")

    rest, cve = sides.look().updates

    assert rest.fields == MirrorFields(summary="two", severity="low", cwe_ids=("CWE-22",))
    assert (cve.fields, cve.synced) == (MirrorFields(cve_id="CVE-2026-2"), {"cve": "CVE-2026-2"})


def test_a_cve_that_was_taken_back_is_taken_back() -> None:
    """A CNA can reject one."""
    sides = Sides(source=advisory(cve_id="CVE-2026-2"))
    assert sides.mirror.cve_id == "CVE-2026-2"
    sides.edit_source(cve_id=None)

    [update] = sides.settle().updates

    assert update.fields == MirrorFields(clears_cve=True)
    assert sides.mirror.cve_id is None


def test_a_vector_that_gives_way_to_a_severity_is_taken_away_with_it() -> None:
    """GitHub refuses a severity while there is a vector, and keeps the vector's severity when it is taken away."""
    sides = Sides(source=advisory(cvss_vector=V1, severity="critical"))
    sides.edit_source(cvss_vector=None, severity="low")

    [update] = sides.settle().updates

    assert update.fields == MirrorFields(severity="low", clears_cvss=True)
    assert (sides.mirror.cvss_vector, sides.mirror.severity) == (None, "low")
    assert told(sides.look()) == ([], set(), set(), set())


@pytest.mark.parametrize("was", [{"severity": "high"}, {"cvss_vector": V1, "severity": "critical"}])
def test_a_rating_that_was_taken_back_is_shown_as_a_divergence(was: dict[str, str]) -> None:
    """GitHub has no way to take a severity back, so saying that it was followed would be untrue."""
    sides = Sides(source=advisory(**was))
    sides.edit_source(cvss_vector=None, severity=None, summary="two")

    assert told(sides.settle()) == (["summary"], set(), {"severity"}, set())
    assert told(sides.look()) == ([], set(), {"severity"}, set())


def test_a_mirror_of_an_advisory_without_anything_is_opened() -> None:
    """A draft needs neither rating nor packages."""
    bare = advisory(summary="", description="", severity=None, vulnerabilities=())

    fields = opening(case(), bare, BLOCK, DIGESTS, store="advisory").fields

    assert (fields.summary, fields.severity, fields.cvss_vector, fields.cwe_ids) == ("(no title)", None, None, None)
    assert told(Sides(source=bare).look()) == ([], set(), set(), set())


def test_credits_are_shown_as_text() -> None:
    """Whoever reported is named where the text came from, and mentioned nowhere."""
    credited = Sides(source=advisory(credits=(("alice", "reporter"), ("bot[bot]", "tool"))))

    head = credited.body.source.split("\n")[0]
    assert head.replace("\u2060", "").endswith("Credits there: alice (reporter), bot[bot] (tool).")


@pytest.mark.parametrize("store", ["advisory", "issue"])
def test_of_many_credits_the_first_twenty_are_shown(store: Store) -> None:
    """Anybody can be credited, and a mirror must be opened all the same."""
    credited = tuple((f"some-quite-long-login-name-{number:06d}", "analyst") for number in range(1500))

    first = opening(case(), advisory(credits=credited), "block", DIGESTS, store=store)

    text = first.fields.description or ""
    assert "name-000019 (analyst) and 1480 more.\n" in text
    assert text.count("some-quite-long-login-name") == 20
    exactly = opening(case(), advisory(credits=credited[:20]), "block", DIGESTS, store=store)
    assert "name-000019 (analyst).\n" in (exactly.fields.description or "")


def test_the_order_of_lists_is_no_change() -> None:
    """GitHub does not promise to keep it."""
    sides = Sides(source=advisory(cwe_ids=("CWE-22", "CWE-59")))
    sides.edit_mirror(cwe_ids=("CWE-59", "CWE-22"), vulnerabilities=sides.source.vulnerabilities[::-1])

    assert told(sides.look()) == ([], set(), set(), set())


def test_blank_lines_around_our_regions_are_no_change() -> None:
    """People tidy up, and GitHub may trim."""
    sides = Sides()
    sides.edit_regions(source=f"\n{sides.body.source}\n\n", block=f"{sides.body.block}\n")

    assert told(sides.look()) == ([], set(), set(), set())


def test_the_record_learns_the_id_of_its_mirror_and_grows_with_the_block_only() -> None:
    """An older block says less about who takes part, so an older record is recognised."""
    sides = Sides()
    assert sides.body.record == Record(case=1, mirror=MIRROR.id, sequence=2, links=(f"pypa/wheel/{GHSA}",))

    sides.edit_source(description="two")
    sides.settle()
    assert sides.body.record.sequence == 2

    sides.block = "two"
    sides.settle()
    assert sides.body.record.sequence == 3


def test_a_record_older_than_the_last_we_wrote_freezes_the_mirror() -> None:
    """Somebody restored an earlier text, with an earlier list of participants."""
    sides = Sides()
    old = sides.mirror.description
    sides.block = "two"
    sides.settle()
    sides.settle()  # a look later we know what we wrote
    sides.edit_mirror(description=old)

    with pytest.raises(Tampered, match="its record is older than the one we wrote last"):
        sides.look()


@pytest.mark.parametrize(
    "record",
    [
        Record(case=2, mirror=MIRROR.id, sequence=9, links=()),
        Record(case=1, mirror="GHSA-9999-9999-9999", sequence=9, links=()),
        Record(case=2, mirror=None, sequence=9, links=()),
        Record(case=1, mirror="", sequence=9, links=()),
    ],
)
def test_a_record_that_was_copied_from_another_mirror_freezes_this_one(record: Record) -> None:
    """It is genuine, and says what another case may read."""
    sides = Sides()
    sides.edit_mirror(description=Body.new("s", "b", record).text(DIGESTS))

    with pytest.raises(Tampered, match="its record belongs to another mirror"):
        sides.look()


def test_a_description_without_room_for_our_part_freezes_the_mirror() -> None:
    """GitHub would refuse it at every look."""
    sides = Sides()
    sides.edit_regions(after="\n" + "x" * (LONGEST_BODY - len(sides.mirror.description)))
    assert told(sides.look()) == ([], set(), set(), set())
    sides.edit_source(description="two\n" * 1000)

    with pytest.raises(Tampered, match="there is no room left for our part"):
        sides.look()


def test_the_longest_source_leaves_room_for_people() -> None:
    """60 kB of report become 48 kB of mirror."""
    sides = Sides(source=advisory(description="A wheel can write anywhere.\n" * 2_500))

    assert len(sides.mirror.description) < 50_000
    assert "[…cut here." in sides.mirror.description


# A simple model: every field is a value on each side, and one that both shared last.

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
