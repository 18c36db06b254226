"""What does a look make anew when an older digest key is to go? Only what it sees again, and never what changed."""

from __future__ import annotations

from dataclasses import replace

from app.domain.facts import Vulnerability
from app.domain.findings import Account, TakenUp, finding
from app.domain.records import Baseline
from app.reconcile.accepting import renewed
from app.reconcile.comparing import Memory, Said, baseline_parts, compare
from app.reconcile.digests import Digests
from app.reconcile.elements import Elements
from app.reconcile.renaming import renamed
from tests.builders import DIGESTS, NOW, OTHER_DIGESTS
from tests.reconcile.test_relaying import HOUR, Room, said

ROTATED = replace(Digests.parse(f"2027:{'27' * 32},2026:{'26' * 32}"), renews=True)
UNASKED = replace(ROTATED, renews=False)


def _memory(digests: Digests, **values: str) -> Memory:
    """What both sides shared when the old key was alone."""
    made = {field: DIGESTS.of(*baseline_parts(1, field, value)) for field, value in values.items()}
    return Memory(1, {field: Baseline(key_id=each.key_id, digest=each.value) for field, each in made.items()}, digests)


def test_a_value_that_both_sides_say_still_is_made_anew() -> None:
    """And is equal as before: nothing is written for it."""
    same = Said(fields={"summary": "as it was"})

    assert compare(same, same, _memory(ROTATED, summary="as it was")).adopted == {"summary": "as it was"}
    assert compare(same, same, _memory(UNASKED, summary="as it was")).adopted == {}


def test_what_people_changed_in_the_mirror_stays_theirs() -> None:
    """The source says still what both said; that is what is remembered."""
    source, mirror = Said(fields={"summary": "as it was"}), Said(fields={"summary": "theirs"})

    found = compare(source, mirror, _memory(ROTATED, summary="as it was"))

    assert found.of("diverged") == ("summary",)
    assert found.adopted == {"summary": "as it was"}


def test_what_nobody_says_any_more_is_left_as_it_is() -> None:
    """To remember anything else would give one side's edit away."""
    source, mirror = Said(fields={"summary": "ours"}), Said(fields={"summary": "theirs"})

    found = compare(source, mirror, _memory(ROTATED, summary="as it was"))

    assert found.of("conflict") == ("summary",)
    assert found.adopted == {}


def test_the_name_of_a_package_is_made_anew_unless_somebody_said_something_by_it() -> None:
    """A yes to what differs is to that name, and would lapse."""
    line = Vulnerability(ecosystem="pip", package="strangers")
    old = Elements(case=1, known=(), digests=DIGESTS).of(line)
    elements = Elements(case=1, known=(), digests=ROTATED, remembered=(old,))
    both = (Said(fields={old: "1.0"}), Said(fields={old: "1.0"}))

    found = renamed({old: "1.0"}, both, elements, [line], kept=())

    assert elements.of(line) == old
    assert found.values == {elements.today(line): "1.0"}
    assert found.forgotten == {old}
    assert renamed({old: "1.0"}, both, elements, [line], kept={old}).forgotten == frozenset()


def test_the_name_of_a_package_that_nobody_names_any_more_is_forgotten() -> None:
    """It would hold the old key for as long as the case is open."""
    old = Elements(case=1, known=(), digests=DIGESTS).of(Vulnerability(ecosystem="pip", package="strangers"))
    elements = Elements(case=1, known=(), digests=ROTATED, remembered=(old,))

    assert renamed({}, (Said(fields={}), Said(fields={})), elements, [], kept=()).forgotten == {old}


def test_a_copied_comment_is_remembered_under_the_new_key_and_edits_are_still_followed() -> None:
    """Its copy is not written for that; without the old key it is recognised by what was written down."""
    room = Room(source=[said(1)])
    room.look()
    room.digests = ROTATED
    assert room.look() == []
    assert [each.last.key_id for each in room.copied] == ["2027"]

    room.digests = OTHER_DIGESTS
    assert room.look() == [], "a second copy"
    room.source[0] = replace(room.source[0], body="edited", updated_at=NOW + HOUR)
    [edit] = room.look()
    assert edit.copy == 1001


def test_a_comment_that_was_edited_meanwhile_is_not_taken_for_copied() -> None:
    """Its edit would never arrive."""
    room = Room(source=[said(1)])
    room.look()
    room.digests = ROTATED
    room.source[0] = replace(room.source[0], body="edited", updated_at=NOW + HOUR)
    room.note()

    assert [each.last.key_id for each in room.copied] == ["2026"]
    assert [each.copy for each in room.wanted()] == [1001]


def test_accounts_that_are_there_still_are_covered_under_the_new_key() -> None:
    """Who is not there any more stays under the old one: nobody saw them."""
    carol, gone = Account(id="user 3", name="carol"), Account(id="user 9", name="gone")
    then = TakenUp(since=NOW, kinds=frozenset(), accounts=frozenset(_accepted(each, DIGESTS) for each in (carol, gone)))
    found = replace(finding("somebody"), accounts=(carol,))

    anew = renewed(found, "no-unexpected-readers", "3 2026-12-20", then, ROTATED)

    assert anew is not None
    assert anew.accounts == {_accepted(carol, OTHER_DIGESTS), _accepted(gone, DIGESTS)}
    assert renewed(found, "no-unexpected-readers", "3 2026-12-20", then, UNASKED) is None


def _accepted(account: Account, digests: Digests) -> tuple[str, str]:
    made = digests.of("accepted account", "no-unexpected-readers", "3 2026-12-20", account.id)
    return made.key_id, made.value
