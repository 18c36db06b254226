"""How far does a mirror's own record get, and when does it freeze the mirror?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.reconcile.body import LONGEST_BODY, Body, Record, Tampered
from tests.builders import DIGESTS, GHSA, MIRROR
from tests.reconcile.two_sides import Sides, told


def test_the_record_learns_the_id_of_its_mirror_and_grows_with_the_block_only() -> None:
    """An older block says less about who takes part, so an older record is recognised."""
    sides = Sides()
    record = sides.body.record
    assert replace(record, told="") == Record(case=1, mirror=MIRROR.id, sequence=2, links=(f"pypa/wheel/{GHSA}",))

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
