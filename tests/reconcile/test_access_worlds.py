"""A thousand worlds of lists: is anybody lost whom we did not add, and does anybody stay who is nobody's any more?"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from app.domain.actions import Action, InviteToMirror, RemoveFromMirror
from app.domain.cases import Participant
from app.domain.facts import Fact, Known, Roster
from app.domain.ids import Person
from app.reconcile import access, letting_in
from app.reconcile.matter import Matter
from app.reconcile.plan import SawInside
from app.store import added
from app.store.columns import metadata
from policies.config import Policies
from tests.builders import HIDDEN, NOW, case, known
from tests.reconcile.access_lists import matter, policy_of, read_by

TOOLS = ("pip", "uv", "wheel")
WORLDS = 1000
EVENTS = 14
EMPTY = policy_of(dict.fromkeys(TOOLS, ()))
BEAT = timedelta(minutes=2)  # how often a case is looked at
SETTLING = timedelta(seconds=90)


class World:
    """GitHub as far as one list goes, policy, and what really happened."""

    def __init__(self, seed: int, conn: sa.Connection) -> None:
        self.random, self.conn, self.now = random.Random(seed), conn, NOW  # noqa: S311 - a story, no secret
        self.logins = {number: f"person-{number}" for number in range(1, 9)}
        self.inside = set(self.random.sample(range(1, 9), self.random.randint(0, 3)))
        self.lists = {tool: {*self.random.sample(range(1, 9), self.random.randint(0, 3))} for tool in TOOLS}
        self.coordinators = set(self.random.sample(range(1, 9), self.random.randint(0, 1)))
        self.left: set[str] = set()
        self.by_us: set[int] = set()  # who is inside because of us, which we may not know
        self.lost: list[int] = []  # who was taken out by us though somebody else had let them in
        self.hidden = False
        self.answers_are_lost = False
        self.is_hasty = self.is_overtaken = False
        self.wronged: list[int] = []  # who was taken out though somebody named them

    # What people do.

    def somebody_is_added_by_hand(self) -> None:
        self._enters(self.random.randint(1, 8))

    def somebody_is_taken_out_by_hand(self) -> None:
        self._leaves({self.random.choice(sorted(self.inside))} if self.inside else set())

    def policy_names_somebody(self) -> None:
        self.lists[self.random.choice(TOOLS)].add(self.random.randint(1, 8))

    def policy_drops_somebody(self) -> None:
        self.lists[self.random.choice(TOOLS)].discard(self.random.randint(1, 8))

    def a_tool_leaves(self) -> None:
        self.left.add(self.random.choice(TOOLS))

    def a_tool_comes_back(self) -> None:
        self.left.discard(self.random.choice(TOOLS))

    def somebody_renames_their_account(self) -> None:
        self.logins[self.random.randint(1, 8)] = f"renamed-{self.now:%H%M%S}"

    def a_stranger_takes_a_login(self) -> None:
        stranger = self._gives_away(self.random.randint(1, 8))
        if self.random.random() < 0.5:
            self._enters(stranger)

    def a_list_cannot_be_read(self) -> None:
        self.hidden = True

    def an_answer_is_lost(self) -> None:
        self.answers_are_lost = True

    def a_login_changes_hands_before_it_is_sent(self) -> None:
        self.is_hasty = True

    def somebody_else_lets_them_in_before_it_is_sent(self) -> None:
        self.is_overtaken = True

    def somebody_is_taken_out_and_brought_back_by_hand(self) -> None:
        if self.inside:
            number = self.random.choice(sorted(self.inside))
            self._leaves({number})
            self.look()
            self._enters(number)

    def _enters(self, number: int) -> None:
        if number not in self.inside:
            self.inside.add(number)
            self.by_us.discard(number)

    def _leaves(self, numbers: set[int]) -> None:
        self.inside -= numbers
        self.by_us -= numbers

    def _gives_away(self, number: int) -> int:
        stranger = max(self.logins) + 1
        self.logins[stranger], self.logins[number] = self.logins[number], f"moved-{stranger}"
        return stranger

    def _owner_of(self, login: str) -> int:
        """GitHub takes logins, and no ids."""
        return next(number for number, name in self.logins.items() if name == login)

    # What we do.

    def look(self) -> None:
        """Observe, decide, remember and apply, as the app does."""
        self.now += BEAT
        about, mirror = self._matter(), read_by(*self._people(self.inside), hides_people=self._hides())
        for note in access.seen_inside(about, mirror, SETTLING):
            assert isinstance(note, SawInside)  # there are no teams in these worlds
            added.seen(self.conn, 1, note.came, self.now)
            added.gone(self.conn, 1, note.gone, self.now)
        for step in [*access.let_in(about, mirror), *access.take_out(about, mirror)]:
            if step.gate in {"go", "unapproved"}:  # invitations are approved elsewhere
                self._apply(step.action)
        self.hidden = self.answers_are_lost = self.is_hasty = self.is_overtaken = False

    def _apply(self, action: Action) -> None:
        match action:
            case InviteToMirror():
                if self.is_overtaken:
                    self._enters(action.add[0].id)
                absent = [person for person in action.add if person.id not in self.inside]
                letting_in.announce(self.conn, absent, action=action, now=self.now)
                if self.is_hasty and absent:
                    self._gives_away(absent[0].id)
                new = {self._owner_of(person.login) for person in absent}
                self.inside |= new
                self.by_us |= new
                if not self.answers_are_lost:
                    letting_in.saw(self.conn, 1, tuple(self._people(self.inside)), now=self.now)
            case RemoveFromMirror():
                out = {person.id for person in action.remove} & self.inside
                self.lost += out - self.by_us
                self.wronged += out & self.named()
                self._leaves(out)
                if not self.answers_are_lost:
                    added.gone(self.conn, 1, out, self.now)
            case _:
                raise AssertionError(action.kind)

    def _matter(self) -> Matter:
        rules = self._policy()
        people: dict[str, Fact[Roster]] = {
            tool: known(self._roster(rules.file.tools[tool].users)) for tool in self._present()
        }
        if self.hidden and people:
            people[self.random.choice(sorted(people))] = HIDDEN
        participants = [
            Participant(tool=tool, why="named", left_at=self.now if tool in self.left else None) for tool in TOOLS
        ]
        this = case(participants=tuple(participants))
        rows = added.of_case(self.conn, 1)
        return matter(this, rules, people, let_in=rows, wide=frozenset({"case/1"}), now=self.now)

    def _policy(self) -> Policies:
        """It names people as they were called when somebody wrote it."""
        lists = {tool: _named(numbers) for tool, numbers in self.lists.items()}
        tools = {tool: EMPTY.file.tools[tool].model_copy(update={"users": lists[tool]}) for tool in TOOLS}
        coordinators = EMPTY.file.coordinators.model_copy(update={"users": _named(self.coordinators)})
        return replace(EMPTY, file=EMPTY.file.model_copy(update={"tools": tools, "coordinators": coordinators}))

    def _roster(self, named: tuple[Person, ...]) -> Roster:
        """Who is inside proved who they are; of others the login is read."""
        here = {person for person in named if person.id in self.inside}
        same = {person for person in named if self.logins[person.id].lower() == person.login}
        return Roster(people=tuple(sorted(here | same)), unconfirmed=tuple(sorted({*named} - here - same)))

    def _hides(self) -> bool:
        return self.hidden and self.random.random() < 0.5

    def _present(self) -> list[str]:
        return [tool for tool in TOOLS if tool not in self.left]

    def _people(self, numbers: set[int]) -> list[Person]:
        return [Person(self.logins[number], number) for number in sorted(numbers)]

    def named(self) -> set[int]:
        return self.coordinators.union(*(self.lists[tool] for tool in self._present()))


def _named(numbers: set[int]) -> tuple[Person, ...]:
    return tuple(Person(f"person-{number}", number) for number in sorted(numbers))


EVENTS_THERE_ARE = [name for name in vars(World) if name[0] != "_" and name not in {"look", "named"}]


@pytest.fixture
def conn() -> Iterator[sa.Connection]:
    """The table of those whom we added, and nothing else."""
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine, tables=[metadata.tables["cases"], metadata.tables["added"]])
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def played(seed: int, conn: sa.Connection) -> World:
    """A story of fourteen events with a look after each, and two quiet looks at its end."""
    conn.execute(sa.delete(metadata.tables["added"]))
    world = World(seed, conn)
    for _ in range(EVENTS):
        getattr(world, world.random.choice(EVENTS_THERE_ARE))()
        world.look()
    world.look()
    world.look()
    return world


@pytest.mark.slow
def test_in_a_thousand_worlds_nobody_is_lost_and_nobody_is_left_in(conn: sa.Connection) -> None:
    """Who was there before, who was added by hand, who leaves, who is renamed, whose login a stranger takes."""
    lost, wronged, left_in, taken = [], [], [], 0
    for seed in range(WORLDS):
        world = played(seed, conn)
        lost += [(seed, number) for number in world.lost]
        wronged += [(seed, number) for number in world.wronged]
        left_in += [(seed, number) for number in sorted(world.by_us & world.inside - world.named())]
        taken += sum(each.gone_at is not None for each in added.of_case(conn, 1))

    assert (lost, wronged, left_in) == ([], [], [])
    assert taken > WORLDS / 2  # else these worlds would prove nothing


def test_everybody_whom_policy_names_is_let_in_at_the_end_of_a_story(conn: sa.Connection) -> None:
    """Taking people out never keeps others from coming in, but for those whose login is another's by now."""
    for seed in range(20):
        world = played(seed, conn)
        at_home = {number for number in world.named() if world.logins[number] == f"person-{number}"}
        assert at_home - world.coordinators <= world.inside


def test_the_looks_of_these_worlds_are_those_of_the_app(conn: sa.Connection) -> None:
    """A list that is hidden and an answer that is lost are among their events."""
    assert {"a_list_cannot_be_read", "an_answer_is_lost", "a_stranger_takes_a_login"} <= {*EVENTS_THERE_ARE}
    assert isinstance(played(0, conn)._matter().snapshot.access.staying, Known)
    assert isinstance(NOW, datetime)
