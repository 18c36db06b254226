"""What goes wrong in a history? Every verb happens to the app or to GitHub, and is over when people heal it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from app.sandbox.people import Impossible
from app.sandbox.registering import HAND, WATCHER
from app.sandbox.state.traffic import Delivery, Exchange
from app.store import approvals
from tests.chaos.history import Event
from tests.chaos.ledger import Rules
from tests.chaos.line import Line
from tests.e2e.answers import Twisted
from tests.fake_github import FakeGitHub
from tests.harness import Bot

CASES = "/repos/packaging-security/"
READS = (
    "/repos/*/security-advisories*",
    "/repos/pypa/pip/private-vulnerability-reporting",
    "/repos/*/private-vulnerability-reporting",
    f"{CASES}*",
    "/users/*",
    "/installation/repositories",
    "/app/installations",
    "*",
)
WRITES = (
    ("POST", f"{CASES}*"),
    ("PATCH", f"{CASES}*"),
    ("PATCH", "/repos/*/security-advisories/*"),
    ("DELETE", "/repos/pypa/pip/private-vulnerability-reporting"),
    ("POST", "/app/installations/*/access_tokens"),
)
NONSENSE = (
    b'{"enabled": "yes", "id": "one", "state": 7}',
    b"[]",
    b"{}",
    b"",
    b"null",
    b'[{"ghsa_id": 5}]',
    b"[" * 5000,
)
BREAKS: tuple[Callable[[str], str], ...] = (
    lambda text: text.replace("report_owners:", "report_owner:"),
    lambda text: text[: len(text) // 2],
    lambda _: "",
    lambda _: "{",
    lambda _: "- 1",
    lambda _: "\x00",
)
STILL = timedelta(seconds=60)  # how old a look at the coordination repository may be before a write


@dataclass(frozen=True, slots=True)
class Silence:
    """From then on nothing of this kind may be written."""

    why: str
    since: int
    forbids: Callable[[Exchange], bool]


class Trouble:
    """All that can go wrong."""

    def __init__(self, github: FakeGitHub, bot: Bot, line: Line, twisted: Twisted, rules: Rules) -> None:
        self._github, self._bot, self._line, self._twisted, self._rules = github, bot, line, twisted, rules
        self._dice: random.Random
        self._undo: list[Callable[[], object]] = []
        self._sent = 0
        self._silences: list[Silence] = []
        self._approved = True
        self.broken_silences: list[str] = []

    async def do(self, event: Event) -> None:
        self._dice = event.dice
        happened: Awaitable[None] | None = getattr(self, event.verb)()
        if happened is not None:
            await happened

    async def heal(self) -> None:
        """People put everything right again, and approve what they approved before."""
        self._github.clear_faults()
        self._twisted.clear()
        for silence in self._silences:
            written = [each for each in self._github.writes[silence.since :] if silence.forbids(each)]
            self.broken_silences += [f"{each.method} {each.path} though {silence.why}" for each in written]
        self._silences.clear()
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        self._rules.only_observes, self._rules.broken = False, None
        self._rules.publish()
        if self._bot.writes == "off":
            self._bot.writes = "on"
            await self._restart()
        self._approved = True
        await self._bot.approve_everything()

    # Time, and what it brings.

    async def a_while_passes(self) -> None:
        await self._bot.later(seconds=self._dice.choice((5, 31, 91, 100, 300, 660)))

    async def days_pass(self) -> None:
        await self._bot.later(days=self._dice.choice((1, 2, 8)))

    async def sweep(self) -> None:
        await self._bot.sweep()
        await self._bot.settle()

    async def restart(self) -> None:
        await self._restart()
        await self._bot.settle()

    async def _restart(self) -> None:
        self._line.revive()
        self._mend_policy()
        await self._bot.restart()

    def _mend_policy(self) -> None:
        """Nothing starts with a broken policy, which has a story of its own."""
        self._rules.broken = None
        self._rules.publish()

    async def crash(self) -> None:
        """Killed while it works, before or after what it was just sending took effect."""
        self._line.die_after(self._dice.randint(0, 30), with_effect=self._dice.random() < 0.5)
        await self._bot.sweep()
        working = asyncio.create_task(self._bot.settle())
        dying = asyncio.create_task(self._line.dead.wait())
        await asyncio.wait({working, dying}, return_when=asyncio.FIRST_COMPLETED)
        for task in (working, dying):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._restart()

    async def lose_database(self) -> None:
        self._line.revive()
        self._mend_policy()
        await self._bot.lose_database()
        if self._approved:
            await self._bot.approve_everything()

    # Deliveries. What is not delivered here is lost.

    async def deliver_in_order(self) -> None:
        await self._deliver(self._waiting())

    async def deliver_some_twice(self) -> None:
        waiting = self._waiting()
        await self._deliver([*self._dice.sample(waiting, len(waiting) // 2), *waiting])

    async def deliver_backwards(self) -> None:
        await self._deliver([*reversed(self._github.deliveries[-12:])])

    def _waiting(self) -> list[Delivery]:
        new = self._github.deliveries[self._sent :]
        self._sent = len(self._github.deliveries)
        return new

    async def _deliver(self, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            await self._bot.deliver(delivery)
            if self._dice.random() < 0.3:
                await self._bot.settle()
        await self._bot.settle()

    # GitHub is not well.

    def fail(self) -> None:
        method, path = self._something()
        self._github.fail(method, path, self._dice.choice((401, 404, 409, 422, 451, 500, 502, 503)), self._times())

    def lose_answers(self) -> None:
        method, path = self._dice.choice(WRITES)
        how = self._dice.choice(("502", "timeout", "reset"))
        self._github.lose_answer(method, path, how, self._dice.choice((1, 1, 2, 5)))  # type: ignore[arg-type]

    def slow(self) -> None:
        method, path = self._something()
        self._github.slow(method, path, self._dice.choice((2, 8, 29, 40, 100)), self._times())

    def garbage(self) -> None:
        method, path = self._something()
        self._github.garbage(method, path, self._times())

    def nonsense(self) -> None:
        """Well-formed, and nothing that GitHub would say."""
        self._twisted.twist("GET", self._dice.choice(READS), self._dice.choice(NONSENSE))

    def limit(self) -> None:
        method, path = self._something()
        self._github.rate_limit(
            method,
            path,
            seconds=self._dice.choice((1, 60, 90, 1800)),
            status=self._dice.choice((403, 429)),
            secondary=self._dice.random() < 0.5,
            times=self._dice.choice((1, 2, 5)),
        )

    def _something(self) -> tuple[str, str]:
        return ("GET", self._dice.choice(READS)) if self._dice.random() < 0.6 else self._dice.choice(WRITES)

    def _times(self) -> int | None:
        return self._dice.choice((1, 2, 5, None))

    # What owners and coordinators do, for a while.

    async def break_policy(self) -> None:
        """The last good one stays in force."""
        self._rules.broken = self._dice.choice(BREAKS)
        self._rules.publish()
        await self._bot.poll()
        await self._bot.settle()

    async def policy_only_observes(self) -> None:
        self._rules.only_observes, self._rules.broken = True, None
        self._rules.publish()
        self._be_silent("policy only observes")
        await self.sweep()

    async def switch_writes_off(self) -> None:
        self._bot.writes = "off"
        await self._restart()
        self._be_silent("writes are off")
        await self._bot.settle()

    async def take_approvals_back(self) -> None:
        database = self._bot.parts.database
        for scope in await database.read(approvals.approvals):
            taken = partial(approvals.withdraw, scope=scope, by="coordinator-1", at=self._bot.clock.now())
            await database.write(taken)
        self._approved = False
        self._be_silent("nothing is approved")
        await self.sweep()

    def _be_silent(self, why: str, forbids: Callable[[Exchange], bool] = lambda _: True) -> None:
        self._silences.append(Silence(why, len(self._github.writes), forbids))

    async def suspend(self) -> None:
        installation = self._github.installation(
            self._dice.choice((HAND, WATCHER)), self._dice.choice(("pypa", "packaging-security"))
        )
        if installation.state.suspended_at is None:
            installation.suspend()
            self._undo.append(installation.unsuspend)
        await self.sweep()

    async def withdraw_permission(self) -> None:
        installation = self._github.installation(
            self._dice.choice((HAND, WATCHER)), self._dice.choice(("pypa", "packaging-security"))
        )
        granted = installation.state.permissions
        kept = {**granted}
        granted.pop(self._dice.choice(sorted({*granted} - {"metadata"})))
        self._undo.append(partial(granted.update, kept))
        await self.sweep()

    async def hand_leaves_the_coordination_repository(self) -> None:
        installation = self._github.installation(HAND, "packaging-security")
        cases = self._github.coordination.state.full_name
        installation.remove(cases)
        self._undo.append(partial(installation.add, cases))
        await self.sweep()

    async def hide_drafts(self) -> None:
        self._github.world.read_shows_no_drafts = True
        self._undo.append(partial(setattr, self._github.world, "read_shows_no_drafts", False))
        await self.sweep()

    async def push_to_the_coordination_repository(self) -> None:
        """A public one has to be empty, so nothing more may go there. A private one may hold what it likes."""
        cases = self._github.coordination
        if self._github.store == "issue":
            return
        with suppress(Impossible):
            cases.push()
        self._undo.append(partial(setattr, cases.state, "commits", cases.state.commits - 1))
        after = self._bot.clock.now() + STILL
        self._be_silent(
            "the coordination repository has content",
            lambda write: write.path.startswith(CASES) and write.at > after,
        )
        await self._bot.later(seconds=self._dice.choice((5, 70)))
