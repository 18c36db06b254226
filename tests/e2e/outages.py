"""What happens while GitHub answers one source of facts with one kind of answer?

Worlds are built once and serve one outage after the other, and an outage serves every policy: there are hundreds.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from sqlalchemy import Connection, select

from app.domain.ids import parse_key
from app.domain.mirrors import Store
from app.store import cases, schema, work
from tests.clock import FakeClock
from tests.e2e.answers import Answer, Twisted, recover
from tests.e2e.judged import CASES, PIP, States, looks, states, well_and_wrong
from tests.e2e.sources import EVERYWHERE, Source, Stage, together
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running
from tests.quick_folder import quick_folder

PAGE = 100
BYSTANDER = "astral-sh/uv"  # in another account
EXPLAINED = frozenset({PIP, CASES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What people are shown: findings and what happened to them, notices but those of blindness, open cases."""

    findings: tuple[Any, ...]
    events: int
    notices: tuple[Any, ...]
    cases: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """How everything stood before, during and after it, and what was written and told meanwhile."""

    before: States
    during: States
    after: States
    told: States  # what `explain` says of repositories whose facts are gone
    kept_before: Kept
    kept_during: Kept
    writes: tuple[str, ...]
    says: bool  # a documented answer, from which something followed


class Theatre:
    """Worlds, and the outages that were played in them."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._bots: dict[Stage, Bot] = {}
        self._outages: dict[tuple[int, str], Outage] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def outage(self, source: Source, answer: Answer) -> Outage:
        """How that outage went. It is played once."""
        which = source.act, answer.name
        if which not in self._outages:
            bot = await self.bot(source.stage)
            del self._bots[source.stage]  # should it go wrong, others begin anew
            self._outages[which] = await _play(bot, together(source), answer)
            self._bots[source.stage] = bot
        return self._outages[which]

    async def bot(self, stage: Stage) -> Bot:
        """The app in that world."""
        if stage not in self._bots:
            self._bots[stage] = await self._build(stage)
        return self._bots[stage]

    async def _build(self, stage: Stage) -> Bot:
        clock, folder = FakeClock(), self._stack.enter_context(quick_folder())
        store: Store = "issue" if stage == "issues" else "advisory"
        github = FakeGitHub(clock=clock, world="few", store=store, checks_shapes=False)
        github.transport = Twisted(github.transport)
        if stage == "long lists":
            _published_a_lot(github)
        bot = await self._stack.enter_async_context(running(github, clock, folder))
        await well_and_wrong(github, bot)
        return bot


def _published_a_lot(github: FakeGitHub) -> None:
    """More than one page lists, all of it before the present owner took over."""
    pip = github.repo(PIP)
    [one, *_] = pip.state.advisories.values()
    for _ in range(PAGE):
        another = deepcopy(one)
        another.ghsa = github.world.next_ghsa()
        pip.state.advisories[another.ghsa] = another


async def _play(bot: Bot, sources: tuple[Source, ...], answer: Answer) -> Outage:
    github = bot.github
    before, kept_before, written = await states(bot), await _kept(bot), len(github.writes)
    concerned = {repo for repo, _ in before for source in sources if repo in source.of or source.of is EVERYWHERE}
    serves = max(source.serves for source in sources)
    for source in sources:
        for path in (source.shared,) if source.shared and answer.is_limit else source.paths:
            answer.to(github, path, source.method, query=source.query)
    bot.clock.advance(minutes=serves)
    if any(source.afresh for source in sources):
        await bot.restart()
        await looks(bot, 3)
    await _look(bot, concerned | {BYSTANDER})
    during, kept_during = await states(bot), await _kept(bot)
    told = await _told(bot, concerned & EXPLAINED)
    writes = tuple(f"{each.method} {each.path}" for each in github.writes[written:])
    if answer.is_limit:
        github.clear_faults()  # the first one ended all requests in that account
    recover(github)
    bot.clock.advance(minutes=max(serves, 2))  # a limit is over, and what was believed has to be asked again
    await _look(bot, concerned)
    for _ in range(3):
        if (after := await states(bot)) == before:
            break
        await looks(bot, 2)  # a few things are asked in turn
    return Outage(
        before=before,
        during=during,
        after=after,
        told=told,
        kept_before=kept_before,
        kept_during=kept_during,
        writes=writes,
        says=any(source.says.get(answer.name) for source in sources),
    )


async def _look(bot: Bot, repos: Iterable[str]) -> None:
    """At these repositories, as when a delivery names them, and at whatever is due."""
    keys = [parse_key(repo) for repo in repos]
    await bot.parts.database.write(partial(work.mark, keys=keys, due=bot.clock.now()))
    await bot.settle()


async def _told(bot: Bot, repos: Iterable[str]) -> States:
    stories = [(repo, await bot.explain(repo)) for repo in sorted(repos)]
    return {(repo, each["policy"]): each["state"] for repo, story in stories for each in story["states"]}


async def _kept(bot: Bot) -> Kept:
    return await bot.parts.database.read(_read_kept)


def _read_kept(conn: Connection) -> Kept:
    found, notices = schema.findings.c, schema.notices.c
    lasting = select(notices.kind, notices.about).where(notices.closed_at.is_(None), notices.kind != "cannot-see")
    columns = found.repository, found.policy, found.state, found.kinds, found.closed_at
    what = select(schema.finding_events).where(schema.finding_events.c.what != "changed")  # from blocked, and back
    return Kept(
        findings=tuple(map(tuple, conn.execute(select(*columns).order_by(found.id)))),
        events=len(conn.execute(what).all()),
        notices=tuple(sorted(map(tuple, conn.execute(lasting)))),
        cases=tuple(case.number for case in cases.open_cases(conn)),
    )
