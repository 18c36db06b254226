"""Do three instances that come between each other anywhere still do each thing once?

GitHub knows nothing of our leases: what was sent while its sender held the key may arrive when another one has it. So
what is promised is told apart here: one intent at a time is written down, nothing is sent by who does not hold the key,
a case knows one mirror, and a second one, which only a request that arrives minutes later can make, is closed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from app.casework import taking_part
from app.domain.ids import CaseKey, Ghsa, RepoName, RepositoryKey
from app.store import approvals, audit, cases, work
from tests.clock import FakeClock
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.instances import Instance, several_instances
from tests.interleaving import Interleaving
from tests.which_database import about_files, about_servers

T = TypeVar("T")
pytestmark = pytest.mark.slow

ORDERS, ORDERS_OF_SERVERS, TOGETHER, MOVES = 1_000, 160, 20, 50
BY = "coordinator-1"
_RECORD = re.compile(r"greenroom:record .*")
_TOOLS = {
    "wheel": ("pypa/wheel", "wheel"),
    "uv": ("astral-sh/uv", "rust:uv"),
    "poetry": ("python-poetry/poetry", "poetry"),
}


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    return FakeGitHub(clock=clock, world="few", checks_shapes=False)


@about_files
@pytest.mark.parametrize("first", range(0, ORDERS, TOGETHER))
async def test_three_instances_that_interleave_do_each_thing_once(github: FakeGitHub, bot: Bot, first: int) -> None:
    """Paused past a lease, killed, or without an answer, at any request: one mirror survives, with its people in it.

    A further look writes nothing, nor does a sweep a day later.
    """
    await _tell_stories(github, bot, first)


@about_servers
@pytest.mark.parametrize("first", range(0, ORDERS_OF_SERVERS, TOGETHER))
async def test_three_instances_that_share_a_server_do_each_thing_once(github: FakeGitHub, bot: Bot, first: int) -> None:
    """There transactions that claim a key do not take turns, so what keeps instances apart is the server's own."""
    await _tell_stories(github, bot, first)


async def _tell_stories(github: FakeGitHub, bot: Bot, first: int) -> None:
    bot.secrets = {"poll_seconds": 3600, "sweep_seconds": 86400}  # what is looked at is for the dice to say
    await bot.restart()
    await bot.approve_everything()
    await _say_yes_to_many(bot)
    await bot.settle()
    async with several_instances(bot, 3) as instances:
        for seed in range(first, first + TOGETHER):
            await Story(github, bot, instances, seed).tell()


async def _say_yes_to_many(bot: Bot) -> None:
    """So many cases at once would else wait for a coordinator."""
    many = frozenset(str(CaseKey(number)) for number in range(1, TOGETHER + 1))
    given = (await bot.parts.database.read(approvals.approvals)).values()
    for each in given:
        await bot.parts.database.write(partial(approvals.approve, approval=replace(each, wide=many)))


class Story:
    """One case: two or three tools, an edit, a tool that joins, and one that leaves."""

    def __init__(self, github: FakeGitHub, bot: Bot, instances: list[Instance], seed: int) -> None:
        self._github, self._bot, self._instances, self._seed = github, bot, instances, seed
        self._dice = random.Random(seed)  # noqa: S311 - a game, not a key
        self._order = Interleaving(instances, self._dice, self._look)
        names = self._dice.sample([*_TOOLS], len(_TOOLS))
        self._joins = names.pop() if self._dice.random() < 0.7 else None
        self._repo = _TOOLS[names[0]][0]
        self._tools = names
        affects = [_TOOLS[name][1] for name in names]
        self._source: FakeAdvisory = github.repo(self._repo).draft(f"Story {seed}", affects=affects)
        self._opened: int | None = None

    async def tell(self) -> None:
        await self._mark_repository()
        happens = [self._edit, self._someone_joins, self._someone_leaves, self._mark]
        places = self._dice.sample(range(5, MOVES - 3), len(happens))
        await self._order.play(MOVES, dict(zip(sorted(places), happens, strict=True)))
        await self._settle()
        await self._check()

    # What happens.

    async def _mark_repository(self) -> None:
        keys = [RepositoryKey(RepoName.parse(self._repo))]
        await self._bot.parts.database.write(partial(work.mark, keys=keys, due=self._bot.clock.now()))

    async def _mark(self) -> None:
        if (number := self._number) is not None:
            await self._bot.parts.database.write(
                partial(work.mark, keys=[CaseKey(number)], due=self._bot.clock.now(), priority=work.PROMPT)
            )

    async def _edit(self) -> None:
        self._source.edit(summary=f"The title in story {self._seed}, under embargo", severity="high")
        await self._mark()

    async def _someone_joins(self) -> None:
        if self._joins and self._number is not None:
            await taking_part.invite(self._bot.parts, self._number, self._joins, rsvp=None, by=BY)
            self._tools = [*self._tools, self._joins]

    async def _someone_leaves(self) -> None:
        if self._number is not None and self._dice.random() < 0.5:
            await taking_part.leave(self._bot.parts, self._number, self._tools[-1], by=BY)
            self._tools = self._tools[:-1]

    # What must be so.

    @property
    def _number(self) -> int | None:
        if self._opened is None:
            self._opened = self._read(partial(cases.case_of, ghsa=Ghsa.parse(self._source.now.ghsa)))
        return self._opened

    def _read(self, question: Callable[[Connection], T]) -> T:
        return self._instances[0].shared.read(question)

    @property
    def _mirrors(self) -> list[FakeAdvisory]:
        """The open ones that say they are of this advisory."""
        records = ((each, _RECORD.search(each.body)) for each in self._github.coordination.drafts)
        return [each for each, record in records if record and self._source.now.ghsa in record[0]]

    def _people(self, *tools: str) -> set[str]:
        return {f"{tool}-maintainer-{number}" for tool in tools for number in (1, 2)}

    def _assert(self, so: bool, otherwise: str) -> None:  # noqa: FBT001
        moves = "\n".join(self._order.moves)
        assert so, f"seed {self._seed}: {otherwise}, after\n{moves}"

    def _look(self) -> None:
        for each in self._instances:
            self._assert(not each.gate.unleased, f"instance {each.number}: {each.gate.unleased}")
        for mirror in self._mirrors:
            self._assert(set(mirror.collaborators) <= self._people(*_TOOLS), "a stranger reads a mirror")
        if (number := self._number) is None:
            return
        open_intents = self._read(lambda conn: audit.unresolved(conn, CaseKey(number)))
        self._assert(len(open_intents) <= 1, f"{[each.kind for each in open_intents]} are open at once")

    async def _settle(self) -> None:
        for turn in range(8):
            self._bot.clock.advance(seconds=100)
            await self._mark()
            before = len(self._github.writes)
            await self._instances[turn % 3].finish()
            if turn and len(self._github.writes) == before:
                return
        self._assert(so=False, otherwise="it never comes to rest")

    async def _check(self) -> None:
        self._look()
        number, mirrors = self._number, self._mirrors
        assert number is not None, f"seed {self._seed}: no case was opened"
        case = self._read(partial(cases.case, number=number))
        known = [each for each in mirrors if each.id == str(case.mirror)]
        self._assert(len(known) == 1, f"the case knows {len(known)} of its {len(mirrors)} mirrors")
        readers = known[0].collaborators
        self._assert(set(readers) == self._people(*self._tools), f"{readers} read it, and {self._tools} take part")
        _, plan = await self._bot.parts.reconciler.glance(CaseKey(number))
        self._assert(mirrors == known, f"{len(mirrors)} mirrors are open")
        if not known[0].title.endswith("under embargo"):  # opened by what was sent before the edit, and came after it
            told = [each for each in plan.people_must if "says something else than its source" in each]
            self._assert(self._order.came_late and len(told) == 1, "the edit was not followed, and nobody is told")
