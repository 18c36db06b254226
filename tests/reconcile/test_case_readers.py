"""Who reads a case, and for which reason?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.domain.access import TeamLetIn
from app.domain.facts import Fact, Roster
from app.domain.ids import Person, Team
from app.reconcile.case_readers import CaseReaders, Reader, readers_of
from app.reconcile.snapshot import Access
from tests.builders import (
    ALICE,
    AS_ISSUES,
    BOB,
    CAROL,
    HIDDEN,
    ISSUE,
    NOW,
    POLICY,
    advisory,
    case,
    case_snapshot,
    known,
    mirror_of,
    roster,
    rules,
)
from tests.reconcile.access_lists import ours

DAVE, EVE, OLGA = Person("dave", 4), Person("eve", 5), Person("olga", 6)
ALWAYS = "mode: enforce, always_readers: {users: ['carol:3'], teams: [psf/security]}"
WITH_ALWAYS = rules(POLICY.replace("mode: enforce}\nco", f"{ALWAYS}}}\nco"))
MANAGERS = "who manages security in packaging-security and so reads every case"


def told(
    *inside: Person, rules: Any = WITH_ALWAYS, beside: Any = None, rebuilt: bool = False, **said: Any
) -> CaseReaders:
    mirror = mirror_of(advisory(), people=inside, **{name: said.pop(name) for name in ("teams", "id") if name in said})
    snapshot = case_snapshot(**({"case": case(), "mirror": known(mirror)} | said))
    return readers_of(snapshot, rules, beside=beside or known((CAROL, OLGA)), is_rebuilt=rebuilt)


def why(found: CaseReaders) -> dict[str, tuple[str, str | None]]:
    return {each.login: (each.why, each.let_in_by) for each in found.readers}


def test_each_reader_of_a_draft_has_a_reason() -> None:
    """Strangers most of all: nothing in policy explains them."""
    people: dict[str, Fact[Roster]] = {"wheel": roster(ALICE), "uv": roster(ALICE, BOB), "pip": HIDDEN}

    found = told(ALICE, BOB, DAVE, EVE, people=people, access=Access(let_in=(ours(BOB, "uv"), ours(DAVE, "pip"))))

    assert why(found) == {
        "carol": ("reads every case, as policy says", None),
        "psf/security": ("this team reads every case, as policy says", None),
        "alice": ("takes part for wheel, uv", "others"),
        "bob": ("takes part for uv", "us"),
        "dave": ("was let in for pip, and is named by nothing any more", "us"),
        "eve": ("nothing in policy explains this", "others"),
        "olga": ("owns packaging-security, whose owners read every case", None),
    }


def test_security_managers_are_said_not_to_be_known() -> None:
    """They read every advisory, and Greenroom has no permission to ask who they are."""
    unclear = told(ALICE).unclear

    assert [each for each in unclear if each.startswith("who")] == [each for each in unclear if MANAGERS in each] != []


def test_what_cannot_be_told_is_said() -> None:
    """A list that looks complete and is not would be worse than none."""
    found = told(teams=None, beside=HIDDEN).unclear

    assert [each.partition(":")[0] for each in found] == [
        "who owns packaging-security",
        "which teams were let in",
        MANAGERS,
    ]


def test_coordinators_who_were_let_in_are_told_from_strangers() -> None:
    """One of a case, and those of all cases."""
    found = told(
        CAROL, DAVE, rules=rules(), beside=known(()), case=replace(case(), coordinator=DAVE), access=Access()
    ).readers

    assert found == (
        Reader(login="carol", account=CAROL.id, why="coordinates cases, as policy says", let_in_by="others"),
        Reader(login="dave", account=DAVE.id, why="coordinates this case", let_in_by="others"),
    )


def test_a_renamed_account_takes_part_under_its_id() -> None:
    """Policy has the former login, GitHub shows today's."""
    found = told(
        Person("alice-renamed", ALICE.id), people={"wheel": roster(ALICE)}, access=Access(let_in=(ours(ALICE),))
    )

    assert why(found)["alice-renamed"] == ("takes part for wheel", "us")


def test_who_took_the_login_of_one_who_always_reads_is_a_stranger_inside() -> None:
    """Policy means carol by her number. Who has that login now is told beside her, as nobody whom policy explains."""
    found = told(Person("carol", 300), beside=known(())).readers

    assert [(each.account, each.why) for each in found if each.login == "carol"] == [
        (CAROL.id, "reads every case, as policy says"),
        (300, "nothing in policy explains this"),
    ]


def test_teams_that_were_let_in_are_readers() -> None:
    """Their members change without anybody touching the case."""
    found = why(told(teams=("security", "strangers")))

    assert found["packaging-security/strangers"][0].endswith("nothing in policy explains this")


def test_everybody_who_can_read_the_repository_reads_an_issue() -> None:
    """Policy lists some of them; the others are told as well."""
    found = told(id=ISSUE, rules=rules(AS_ISSUES), beside=known((ALICE, OLGA)))

    assert why(found)["olga"] == ("can read packaging-security/private-cases, and policy does not list them", None)
    assert found.unclear == ()
    hidden = told(id=ISSUE, rules=rules(AS_ISSUES), beside=HIDDEN)
    assert hidden.unclear == ("who can read packaging-security/private-cases: GitHub did not say",)


def test_after_a_lost_database_it_is_said_that_nobody_is_taken_out() -> None:
    """Who is inside may be our guest or somebody else's: nobody knows any more."""
    lost = "whom Greenroom let in before its database was lost, so it takes out none of those"

    assert lost in told(ALICE, rebuilt=True).unclear
    assert lost not in told(ALICE, rebuilt=True, access=Access(let_in=(ours(ALICE, "wheel"),))).unclear


def test_nobody_reads_a_mirror_that_does_not_exist() -> None:
    """Only those who will read it, and where policy has no coordination repository not even those."""
    nothing = case_snapshot(mirror=known(None))

    assert [each.login for each in readers_of(nothing, WITH_ALWAYS, beside=known((OLGA,))).readers] == [
        "carol",
        "psf/security",
    ]
    nowhere = readers_of(nothing, rules("version: 1"), beside=HIDDEN)
    assert nowhere == CaseReaders(unclear=("who reads a case: policy names no coordination repository",))


def test_members_of_a_team_that_takes_part_are_readers_by_it() -> None:
    """Each person with the reason, whoever let the team in."""
    team = Team("packaging-security", "uv")
    people = {"uv": known(Roster(people=(ALICE, BOB), by_team=((team, (ALICE, BOB)),)))}
    row = TeamLetIn(case=1, slug="uv", tools=("uv",), at=NOW, seen_at=NOW)

    found = told(BOB, teams=("uv",), people=people, access=Access(teams=(row,)), beside=known(()))

    assert why(found) == {
        "carol": ("reads every case, as policy says", None),
        "psf/security": ("this team reads every case, as policy says", None),
        "bob": ("takes part for uv", "others"),
        "packaging-security/uv": ("this team takes part for uv", "us"),
        "alice": ("member of the team packaging-security/uv, takes part for uv", "us"),
    }
    gone = why(told(teams=("uv",), access=Access(teams=(row,))))["packaging-security/uv"]
    assert gone == ("this team was let in for uv, and is named by nothing any more", "us")
