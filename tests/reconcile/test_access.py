"""Who is taken out of a mirror, and who never is?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.access import Everywhere
from app.domain.facts import Known
from app.domain.ids import Person
from app.reconcile import access
from app.reconcile.plan import SawInside
from tests.builders import ALICE, BOB, CAROL, HIDDEN, NOW, case, roster
from tests.reconcile.access_lists import matter, ours, policy_of, read_by, removals, rosters, taken_out, taking_part

BOTH = policy_of({"wheel": [ALICE], "uv": [BOB]})
SETTLING = timedelta(seconds=90)


def test_nobody_is_taken_out_while_every_tool_names_its_people() -> None:
    """Nothing to do."""
    about = matter(
        taking_part("wheel", "uv"),
        BOTH,
        rosters(BOTH, "wheel", "uv"),
        let_in=(ours(ALICE, "wheel"), ours(BOB, "uv")),
    )

    assert removals(about, read_by(ALICE, BOB)) == []


def test_whom_we_let_in_for_a_tool_that_left_is_taken_out() -> None:
    """A coordinator said that it takes no part, so its people need to know no more."""
    about = matter(
        taking_part("wheel", left=["uv"]),
        BOTH,
        rosters(BOTH, "wheel"),
        let_in=(ours(ALICE, "wheel"), ours(BOB, "uv")),
    )

    [step] = removals(about, read_by(ALICE, BOB))

    assert (taken_out([step]), step.action.reason) == ([BOB], "uv takes no part any more: bob")
    assert step.action.scope == "mirror: take out whom we let in"


def test_whom_policy_names_no_more_is_taken_out() -> None:
    """They left the project. GitHub keeps them in every advisory until somebody takes them out."""
    rules = policy_of({"wheel": [ALICE], "uv": []})
    about = matter(
        taking_part("wheel", "uv"),
        rules,
        rosters(rules, "wheel", "uv"),
        let_in=(ours(ALICE, "wheel"), ours(BOB, "uv")),
    )

    assert taken_out(removals(about, read_by(ALICE, BOB))) == [BOB]


STAYS: dict[str, dict[str, Any]] = {
    "who was there before us": {"let_in": ()},
    "who was added by hand after we took them out": {"let_in": (ours(BOB, "uv", gone_at=NOW),)},
    "of whom nobody can tell whether our request took effect": {"let_in": (ours(BOB, "uv", seen_at=None),)},
    "whom another tool names that takes part": {"rules": policy_of({"wheel": [ALICE, BOB], "uv": [BOB]})},
    "who coordinates": {"rules": policy_of({"wheel": [ALICE], "uv": [BOB]}, coordinators=[BOB])},
    "who reads every case": {"rules": policy_of({"wheel": [ALICE], "uv": [BOB]}, always=[BOB])},
    "who does so by a team": {"staying": roster(BOB)},
    "who coordinates this case": {"this": replace(taking_part("wheel", left=["uv"]), coordinator=BOB)},
}


@pytest.mark.parametrize("said", STAYS.values(), ids=STAYS)
def test_who_stays_though_their_tool_left(said: dict[str, Any]) -> None:
    """We take out nobody but our own guests, and of those only whom nothing names."""
    rules = said.get("rules", BOTH)
    about = matter(
        said.get("this", taking_part("wheel", left=["uv"])),
        rules,
        rosters(rules, "wheel"),
        let_in=said.get("let_in", (ours(BOB, "uv"),)),
        staying=said.get("staying"),
    )

    assert removals(about, read_by(ALICE, BOB)) == []


UNCLEAR: dict[str, dict[str, Any]] = {
    "a team of a tool that takes part cannot be read": {"people": {"wheel": HIDDEN}},
    "who takes part was not asked": {"people": {}},
    "a team of coordinators cannot be read": {"staying": HIDDEN},
    "GitHub does not say who is inside": {"mirror": read_by(ALICE, BOB, hides_people=True)},
    "policy does not know a tool that takes part": {"this": taking_part("wheel", "gone", left=["uv"])},
    "the case is over": {"this": replace(taking_part("wheel", left=["uv"]), over_at=NOW)},
}


@pytest.mark.parametrize("said", UNCLEAR.values(), ids=UNCLEAR)
def test_nobody_is_taken_out_where_it_cannot_be_told_who_is_named(said: dict[str, Any]) -> None:
    """A list that cannot be read is not an empty one."""
    about = matter(
        said.get("this", taking_part("wheel", left=["uv"])),
        BOTH,
        said.get("people", rosters(BOTH, "wheel")),
        let_in=(ours(BOB, "uv"),),
        staying=said.get("staying"),
    )

    assert removals(about, said.get("mirror", read_by(ALICE, BOB))) == []


def test_a_tool_that_policy_lost_is_told_to_people() -> None:
    """Its people may be wanted or not; only a coordinator knows which."""
    about = matter(taking_part("wheel", "gone"), BOTH, rosters(BOTH, "wheel"), let_in=(ours(BOB, "gone"),))

    [told] = access.to_settle(about)

    assert told.startswith("policy does not know gone any more, so nobody is taken out of the mirror")


def test_a_renamed_account_is_the_same_guest() -> None:
    """The id is who it is: it is not added twice, and not forgotten when its tool leaves."""
    renamed = Person("bob-renamed", BOB.id)
    stays = matter(
        taking_part("wheel", "uv"), BOTH, {**rosters(BOTH, "wheel"), "uv": roster(renamed)}, let_in=(ours(BOB, "uv"),)
    )
    goes = matter(taking_part("wheel", left=["uv"]), BOTH, rosters(BOTH, "wheel"), let_in=(ours(BOB, "uv"),))

    assert list(access.let_in(stays, read_by(ALICE, renamed))) == []
    assert removals(stays, read_by(ALICE, renamed)) == []
    assert taken_out(removals(goes, read_by(ALICE, renamed))) == [renamed]


def test_a_stranger_under_the_login_of_a_guest_is_not_taken_for_them() -> None:
    """Bob renamed his account, somebody else took the login and was added by hand: not our guest, not ours to judge."""
    stranger = Person("bob", 666)
    about = matter(taking_part("wheel", left=["uv"]), BOTH, rosters(BOTH, "wheel"), let_in=(ours(BOB, "uv"),))

    assert removals(about, read_by(ALICE, stranger)) == []


MANY = [Person(f"p{number}", 100 + number) for number in range(8)]
NOBODY = policy_of({"wheel": [ALICE], "uv": []})


def test_one_line_of_policy_takes_out_no_more_than_three() -> None:
    """The message names how many, of how many, and the limit."""
    guests = [ours(person, "uv") for person in MANY]
    about = matter(taking_part("wheel", "uv"), NOBODY, rosters(NOBODY, "wheel", "uv"), let_in=guests)

    [step] = removals(about, read_by(*MANY))

    assert step.gate == "capped"
    assert step.why_not.startswith(
        "policy would take 8 people out of mirrors at once (100 % of the 8 whom we let in); the limit is 3; "
    )


def test_those_of_other_cases_count_too() -> None:
    """Two in each of four cases are as many as eight in one; the same two everywhere are two."""
    guests = [ours(person, "uv") for person in MANY[:2]]
    rest = frozenset(each.id for each in MANY)
    for others, gate in ((rest, "capped"), (frozenset({each.id for each in MANY[:2]}), "go")):
        about = matter(
            taking_part("wheel", "uv"),
            NOBODY,
            rosters(NOBODY, "wheel", "uv"),
            let_in=guests,
            everywhere=Everywhere(let_in=rest, unnamed=others),
        )
        assert [step.gate for step in removals(about, read_by(*MANY[:2]))] == [gate]


def test_a_coordinator_may_allow_more() -> None:
    """Said to this very case, under this very policy."""
    guests = [ours(person, "uv") for person in MANY]
    people = rosters(NOBODY, "wheel", "uv")
    for wide, gate in ((frozenset({"case/1"}), "go"), (frozenset({"case/2"}), "capped")):
        about = matter(taking_part("wheel", "uv"), NOBODY, people, let_in=guests, wide=wide)
        assert [step.gate for step in removals(about, read_by(*MANY))] == [gate]


def test_a_tool_that_left_is_not_held_back_by_how_many_its_people_are() -> None:
    """A coordinator named the case and the tool."""
    about = matter(
        taking_part("wheel", left=["uv"]),
        BOTH,
        rosters(BOTH, "wheel"),
        let_in=[ours(person, "uv") for person in MANY],
    )

    assert taken_out(removals(about, read_by(*MANY))) == MANY


def test_everywhere_counts_whom_no_list_names_by_name() -> None:
    """Whose team may name them is not counted, nor whose tool left by a coordinator's word."""
    rules = policy_of({"wheel": [ALICE], "uv": [], "pip": [CAROL]})
    first = taking_part("wheel", "uv", left=["pip"])
    rows = (ours(ALICE, "wheel"), ours(BOB, "uv"), ours(CAROL, "pip"))

    found = access.everywhere([first], rows, rules.file)

    assert found == Everywhere(let_in=frozenset({1, 2, 3}), unnamed=frozenset({BOB.id}))
    assert access.everywhere([], rows, rules.file) == Everywhere()


def _saw(about: Any, *inside: Person) -> list[SawInside]:
    notes = access.seen_inside(about, read_by(*inside), SETTLING)
    return [note for note in notes if isinstance(note, SawInside)]


def test_a_guest_whom_somebody_took_out_is_ours_no_more() -> None:
    """If somebody lets them in again, it is that somebody's guest."""
    about = matter(taking_part("wheel", "uv"), BOTH, rosters(BOTH, "wheel", "uv"), let_in=(ours(BOB, "uv"),))

    assert _saw(about, ALICE, BOB) == []
    assert _saw(about, ALICE) == [SawInside(case=1, came=frozenset(), gone=frozenset({BOB.id}))]


def test_a_request_whose_answer_was_lost_counts_once_it_shows() -> None:
    """Until ninety seconds are over it may still arrive; after that it never did."""
    sent = ours(BOB, "uv", seen_at=None)
    late = matter(taking_part("uv"), BOTH, rosters(BOTH, "uv"), let_in=(sent,))
    early = matter(taking_part("uv"), BOTH, rosters(BOTH, "uv"), let_in=(replace(sent, at=NOW),))

    assert _saw(early, BOB) == [SawInside(case=1, came=frozenset({BOB.id}), gone=frozenset())]
    assert _saw(early) == []
    assert _saw(late) == [SawInside(case=1, came=frozenset(), gone=frozenset({BOB.id}))]


def test_nothing_is_learned_from_a_list_that_is_hidden() -> None:
    """Nobody went because GitHub did not say who is there."""
    about = matter(case(), BOTH, {}, let_in=(ours(BOB, "uv"),))

    assert list(access.seen_inside(about, read_by(hides_people=True), SETTLING)) == []
    assert list(access.unclear(about, read_by(hides_people=True))) == ["who reads the mirror: GitHub does not say"]


def test_invitations_say_for_which_tools_somebody_is_let_in() -> None:
    """That is what is written down, so that it can be told later why they are inside."""
    rules = policy_of({"wheel": [ALICE, BOB], "uv": [BOB]})
    about = matter(taking_part("wheel", "uv"), rules, rosters(rules, "wheel", "uv"), let_in=())

    [step] = access.let_in(about, read_by(ALICE))

    assert step.action.tools == {BOB.id: ("wheel", "uv")}  # type: ignore[union-attr]
    assert isinstance(about.snapshot.people["uv"], Known)
