"""Is anything that people wrote lost when a broken mirror is written anew?"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.reconcile.body import BLOCK, FOOTER, SOURCE, Body, Tampered
from app.reconcile.mirror import TooLong, written_anew
from app.reconcile.restoring import MOVED
from tests.reconcile.two_sides import Sides, written

MARKERS = (*SOURCE, *BLOCK)
PEOPLE = ("We fix it on Monday.", "    an indented line", "", "- a list", "windows line\r", "<!-- not ours -->")


def restored(sides: Sides) -> Body:
    """As the app does it, after a coordinator said so."""
    update = written_anew(
        sides.case, sides.sources, sides.mirror, sides.block, digests=sides.digests, baselines=sides.baselines
    )
    sides.mirror = written(sides.mirror, update.fields)
    sides.share(update)
    return sides.body


def broken(sides: Sides, text: str) -> Body:
    sides.edit_mirror(description=text)
    with pytest.raises(Tampered):
        sides.look()
    return restored(sides)


def test_an_altered_record_is_all_that_changes() -> None:
    """Somebody touched it, and everything else is as it was."""
    sides = Sides()
    before = sides.body

    after = broken(sides, sides.mirror.description.replace('"seq": 2', '"seq": 3'))

    assert replace(after, record=before.record) == before
    assert after.record.sequence == sides.case.sequence + 1
    assert sides.look().updates == ()


def test_people_keep_their_places_around_our_part() -> None:
    """What stands above, between and below is theirs."""
    sides = Sides()
    text = sides.mirror.description.replace(SOURCE[1], f"{SOURCE[1]}\nbetween").replace('"seq": 2', '"seq": 3')

    after = broken(sides, f"above\n{text}\nbelow")

    assert after.before == "above\n"
    assert [line for line in after.after.split("\n") if line in {"between", "below"}] == ["between", "below"]


def test_an_older_text_that_somebody_brought_back_is_brought_up_to_date() -> None:
    """It verifies, and says less about who takes part."""
    sides = Sides()
    old = sides.mirror.description
    sides.block = "two"
    sides.settle()
    sides.settle()

    after = broken(sides, old)

    assert (after.block, MOVED in after.after) == ("two", True)
    assert "wheel and uv take part" in after.after  # nobody can tell any more that it was ours


def test_a_text_that_was_emptied_gets_our_part_back() -> None:
    """And the line that says where people write."""
    assert broken(Sides(), "").after == FOOTER


def test_a_text_without_anything_of_ours_stays_below() -> None:
    """People replaced all of it by their own words."""
    after = broken(Sides(), "Only this.\nAnd that.")

    assert (after.before, after.after) == ("", "\n\nOnly this.\nAnd that.")


def test_what_people_wrote_into_our_part_is_moved_below() -> None:
    """The end of the copied text is gone, so nobody can tell where their words begin."""
    sides = Sides()
    text = sides.mirror.description.replace(SOURCE[1], "We think that it is worse.")

    after = broken(sides, text)

    assert MOVED in after.after
    assert "We think that it is worse." in after.after
    assert "We think" not in after.source


def test_what_would_be_too_long_is_not_written() -> None:
    """GitHub would refuse it each time."""
    sides = Sides()
    sides.edit_mirror(description="x" * 65_000 + "\n" + sides.mirror.description[:500])

    with pytest.raises(TooLong, match="shorten what people wrote"):
        restored(sides)


LINE = st.one_of(st.sampled_from(PEOPLE), st.sampled_from(MARKERS), st.text("ab <!-->\r\t@#", max_size=8))
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(quick, max_examples=300)
@given(st.lists(LINE, max_size=14), st.lists(st.integers(0, 40), max_size=6), st.integers(0, 3))
def test_no_line_of_a_person_is_lost_however_it_was_broken(typed: list[str], cut: list[int], marks: int) -> None:
    """Lines of ours dropped, doubled and mixed with people's, in any order."""
    sides = Sides()
    ours = sides.mirror.description.split("\n")
    lines = [line for index, line in enumerate(ours) if index not in cut] + typed + ours[: marks * 3]
    sides.edit_mirror(description="\n".join(lines))
    try:
        sides.look()
    except Tampered:
        after = restored(sides)
    else:
        return
    mine = Counter(line for line in typed if line.rstrip("\r ") not in MARKERS and line.strip())
    text = sides.mirror.description
    theirs = Counter(line for line in f"{after.before}{after.between}{after.after}".split("\n") if line in mine)
    copied = Counter(line for line in ours if line in mine)
    assert all(theirs[line] + copied[line] >= count for line, count in mine.items())
    assert len(re.findall(r"greenroom:record", text)) == 1
    assert sides.look().updates == ()
