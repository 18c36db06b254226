"""GitHub promises no order. However deliveries come, the world ends the same."""

from __future__ import annotations

import itertools
import random
from typing import Literal

import pytest

from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")

Told = Literal["accepted", "slipped in", "another", "another, published"]
Act = Literal["accept", "edit", "publish"]
TOLD: tuple[Told, ...] = ("accepted", "slipped in", "another", "another, published")
ACTS: tuple[Act, ...] = ("accept", "edit", "publish")
PARTS = 4


def _orders(count: int) -> tuple[tuple[Told, ...], ...]:
    """Every distinct sequence of so many deliveries, of which the first kind may come twice."""
    return tuple(dict.fromkeys(itertools.permutations(("accepted", *TOLD), count)))


ORDERS = _orders(5)
SHORTER = tuple(order for count in (1, 2, 3, 4) for order in _orders(count))


def _among(order: tuple[Told, ...], dice: random.Random) -> tuple[Told | Act, ...] | None:
    """That order, with what people do somewhere between its first and its last delivery; None where it cannot be.

    GitHub cannot tell of a publication before there was one.
    """
    between: list[Told | Act] = list(order[1:-1])
    for act in ACTS:
        between.insert(dice.randrange(len(between) + 1), act)
    story = (order[0], *between, order[-1])
    published = "another, published"
    return None if published in story and story.index(published) < story.index("publish") else story


def _stories(count: int) -> tuple[tuple[Told | Act, ...], ...]:
    """So many distinct ones of five deliveries with three acts among them, drawn by dice that fall the same always."""
    dice, found = random.Random(17), dict[tuple[Told | Act, ...], None]()  # noqa: S311 - a game, not a key
    while len(found) < count:
        if story := _among(dice.choice(ORDERS), dice):
            found[story] = None
    return tuple(found)


STORIES = _stories(60)


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    return FakeGitHub(clock=clock, world="few", checks_shapes=False)


class Happening:
    """A report that slipped in, one that is accepted and edited, one that is published; and deliveries about them."""

    def __init__(self, github: FakeGitHub, bot: Bot) -> None:
        wheel = github.repo("pypa/wheel")
        self._github, self._bot = github, bot
        self._slipped_in = github.repo("pypa/pip").report("A report that slipped in")
        self._accepted = wheel.report("Path traversal", affects=["wheel", "rust:uv"])
        self._another = wheel.report("Another", affects=["wheel", "poetry"])
        self._sent = {
            "accepted": self._accepted.reported(),
            "slipped in": self._slipped_in.reported(),
            "another": self._another.reported(),
        }
        self._before = len(github.coordination.mirrors)
        self.statuses: list[int] = []

    def do(self, act: Act) -> None:
        """What people do, of which GitHub need not tell."""
        match act:
            case "accept":
                self._accepted.accept()
            case "edit":
                self._accepted.edit(severity="critical", summary="Path traversal, critical")
            case "publish":
                self._another.accept().publish()
                self._sent["another, published"] = self._another.published()

    async def tell(self, told: Told) -> None:
        """A delivery arrives, and all that follows from it is done."""
        self.statuses.append(await self._bot.deliver(self._sent[told]))
        await self._bot.settle()

    def outcome(self) -> tuple[object, ...]:
        """Who sees the report, and which mirrors were opened: what they say, and to whom."""
        mirrors = self._github.coordination.mirrors[self._before :]
        return (
            sorted(self._slipped_in.collaborators),
            [(each.summary, each.severity, each.state, sorted(each.collaborators)) for each in mirrors],
        )

    async def end(self) -> None:
        """All is over, and so long ago that the next one is not one of too many at once."""
        assert await self._bot.waiting() == []
        self._slipped_in.close()
        self._accepted.close()
        await self._bot.later(minutes=2)
        await self._bot.later(minutes=20)
        assert self._github.coordination.drafts == []


PSRT = ["psrt-member-1", "psrt-member-2"]
READERS = ["uv-maintainer-1", "uv-maintainer-2", "wheel-maintainer-1", "wheel-maintainer-2"]
ENDS = (PSRT, [("Path traversal, critical", "critical", "draft", READERS)])
# The PSRT added; a mirror opened, its people added, its record signed with its own id.
WRITES = 4


@pytest.mark.slow
@pytest.mark.alike
@pytest.mark.parametrize("part", range(PARTS))
async def test_every_order_of_five_deliveries_ends_in_the_same_world(github: FakeGitHub, bot: Bot, part: int) -> None:
    """60 distinct orders of five deliveries, one of them sent twice, with all work done between them.

    Handlers read what is so now, so it cannot matter what they are told, when, or how often. All has happened before
    the first delivery. The same happens again for each order, to an app that goes on living.
    """
    assert len(ORDERS) == 60
    for order in ORDERS[part::PARTS]:
        written = len(github.writes)
        happening = _all_of_it(github, bot)
        for told in order:
            await happening.tell(told)

        assert happening.outcome() == ENDS, order
        assert len(github.writes) == written + WRITES, order
        assert sorted(happening.statuses) == [200, 202, 202, 202, 202]
        await happening.end()


@pytest.mark.slow
@pytest.mark.alike
@pytest.mark.parametrize("part", range(PARTS))
async def test_whatever_part_of_the_deliveries_comes_a_sweep_completes_it(
    github: FakeGitHub, bot: Bot, part: int
) -> None:
    """110 distinct orders of one to four of these deliveries, and then a sweep: what was lost was no loss."""
    assert len(SHORTER) == 4 + 13 + 33 + 60
    for order in SHORTER[part::PARTS]:
        written = len(github.writes)
        happening = _all_of_it(github, bot)
        for told in order:
            await happening.tell(told)
        await bot.sweep()
        await bot.settle()

        assert happening.outcome() == ENDS, order
        assert len(github.writes) == written + WRITES, order
        await happening.end()


def _all_of_it(github: FakeGitHub, bot: Bot) -> Happening:
    happening = Happening(github, bot)
    for act in ACTS:
        happening.do(act)
    return happening


@pytest.mark.alike
@pytest.mark.parametrize(
    "stories",
    [
        pytest.param(STORIES[:3], id="a few"),
        *(pytest.param(STORIES[part::PARTS], id=f"part {part}", marks=pytest.mark.slow) for part in range(PARTS)),
    ],
)
async def test_whatever_people_do_between_deliveries_the_world_ends_the_same(
    github: FakeGitHub, bot: Bot, stories: tuple[tuple[Told | Act, ...], ...]
) -> None:
    """60 distinct ones of the thousands of ways to accept, edit and publish between the first delivery and the last.

    A delivery may be about what is no longer so, and of an edit there is none. After the next look at what is open the
    world is the same. How much was written depends on what was seen on the way, but no mirror is opened twice.
    """
    for story in stories:
        happening = Happening(github, bot)
        for step in story:
            match step:
                case "accept" | "edit" | "publish":
                    happening.do(step)
                case _:
                    await happening.tell(step)
        await bot.sweep()
        await bot.later(minutes=3)

        assert happening.outcome() == ENDS, story
        assert sorted(happening.statuses) == [200, 202, 202, 202, 202]
        await happening.end()
