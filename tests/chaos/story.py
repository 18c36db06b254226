"""How is a history told: with whom, in which order, and with which questions at the end of each round?"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from app.casework import offering
from app.domain.mirrors import Store
from app.halting import NotAllowed
from app.logs import redact
from app.store import cases
from tests.chaos import invariants
from tests.chaos.history import Event, without_trouble
from tests.chaos.ledger import Ledger, Rules
from tests.chaos.line import Line
from tests.chaos.people import People
from tests.chaos.trouble import Trouble
from tests.clock import FakeClock
from tests.e2e.answers import Twisted
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot, running
from tests.places import Engine, keep_in
from tests.quick_folder import quick_folder

# After everything is well, until nothing moves: what was refused is tried once a day, what was lost after minutes.
HEALING = ({"minutes": 20}, {"hours": 25}, *({"minutes": 2},) * 5)


@dataclass(slots=True)
class Told:
    """What became of a history."""

    complaints: list[str] = field(default_factory=list)
    happened: int = 0  # events, until the first complaints
    outcome: Mapping[str, object] = field(default_factory=dict)
    requests: int = 0


async def tell(events: Sequence[Event], store: Store, engine: Engine = "sqlite") -> Told:
    """The history, and the same people without any trouble beside it. Both must end in the same world."""
    told = await _play(events, store, engine)
    if told.complaints:
        return told
    quiet = await _play(without_trouble(events), store, engine)
    told.complaints += [f"without trouble: {complaint}" for complaint in quiet.complaints]
    differing = {name for name in {*told.outcome, *quiet.outcome} if told.outcome.get(name) != quiet.outcome.get(name)}
    told.complaints += [
        f"{name}: {told.outcome.get(name)}, and without trouble {quiet.outcome.get(name)}" for name in sorted(differing)
    ]
    return told


async def _play(events: Sequence[Event], store: Store, engine: Engine) -> Told:
    clock, told = FakeClock(), Told()
    github = FakeGitHub(clock=clock, world="few", store=store, checks_shapes=False)
    twisted = Twisted(github.transport)
    github.transport = line = Line(github, twisted, clock)
    with quick_folder() as folder, _kept(engine, folder), _logging() as log:
        async with running(github, clock, folder) as bot:
            stage = _Stage(github, bot, line, twisted, log)
            await stage.open()
            for event in events:
                told.complaints += dict.fromkeys(await stage.happen(event))
                told.happened += 1
                if told.complaints:
                    break
            told.outcome, told.requests = stage.outcome(), len(github.requests)
    return told


@contextmanager
def _kept(engine: Engine, folder: Path) -> Iterator[None]:
    place = keep_in(engine, folder, patient=True)
    try:
        yield
    finally:
        place.lose()


class _Stage:
    """Everything that takes part in one history."""

    def __init__(self, github: FakeGitHub, bot: Bot, line: Line, twisted: Twisted, log: io.StringIO) -> None:
        self._github, self._bot, self._line, self._log = github, bot, line, log
        self._ledger, self._rules = Ledger(github), Rules(github, bot.policy)
        self._people = People(github, self._ledger, self._rules)
        self._trouble = Trouble(github, bot, line, twisted, self._rules)

    async def open(self) -> None:
        await self._bot.approve_everything()
        await self._bot.settle()

    async def happen(self, event: Event) -> list[str]:
        if event.kind == "people":
            self._people.do(event)
        elif event.kind == "trouble":
            await self._trouble.do(event)
        else:
            await self._heal()
            return await self._complaints()
        return []

    async def _heal(self) -> None:
        await self._trouble.heal()
        for amount in HEALING:
            await self._bot.later(**amount)
        await self._confirm_what_came_back()

    async def _confirm_what_came_back(self) -> None:
        """After a lost database nobody is let in before a coordinator has seen who takes part."""
        came_back = [
            each.number
            for each in await self._bot.parts.database.read(cases.open_cases)
            if each.unconfirmed_since is not None
        ]
        for number in came_back:
            with suppress(NotAllowed):
                await offering.restore(self._bot.parts, number, by="coordinator-1")
        if came_back:
            await self._bot.later(minutes=10)

    async def _complaints(self) -> list[str]:
        told = await self._bot.plan()
        texts = [f"a plan tells {canary[:24]}" for canary in self._github.canaries if canary in json.dumps(told)]
        return [
            *texts,
            *invariants.everywhere(self._github, self._ledger, self._rules, told),
            *self._trouble.broken_silences,
            *await invariants.of_the_app(self._bot, self._line),
            *invariants.of_the_log(self._github, self._bot.folder, self._log.getvalue()),
        ]

    def outcome(self) -> dict[str, object]:
        """How the world stands, as far as it may not depend on who came first."""
        found: dict[str, object] = {}
        for repository in self._github.world.repositories.values():
            found[f"private reporting of {repository.id}"] = repository.private_reporting
        for place, matter in enumerate(self._ledger.matters):
            if matter.depends:
                continue
            mirrors = self._ledger.open_mirrors_of(matter)
            found[f"mirrors of {place}"] = len(mirrors)
            for advisory in (matter.advisory, *mirrors):
                if isinstance(advisory, FakeIssue):
                    continue
                guests = self._ledger.guests[advisory.id]
                people = set(advisory.now.collaborating_users) - guests - self._ledger.renamed
                where = "source" if advisory is matter.advisory else "mirror"
                found[f"people of {where} {place}"] = sorted(self._github.world.users[each].login for each in people)
        return found


@contextmanager
def _logging() -> Iterator[io.StringIO]:
    """All that the app logs, as it would stand in its log."""
    log = io.StringIO()
    structlog.configure(
        processors=[structlog.processors.add_log_level, redact, structlog.processors.JSONRenderer()],
        logger_factory=structlog.WriteLoggerFactory(file=log),
        cache_logger_on_first_use=False,
    )
    try:
        yield log
    finally:
        structlog.reset_defaults()
