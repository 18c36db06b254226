"""What a plan shows is what an apply sends, or nothing is sent and there is a reason; also when the world changes."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest

from app.domain.actions import Action, SetCollaborators, SetPrivateReporting
from app.domain.ids import CaseKey, PolicyKey, RepoName
from app.reconcile.plan import Plan
from app.store import approvals, rounds, work
from tests.e2e import planned_cases
from tests.e2e.planned_cases import Always, CaseChance, Operation, forget_what_is_done, found_cases, mirrors
from tests.e2e.policy_edits import edit_policy
from tests.e2e.projects import SWITCH, project, projects, psrt_takes
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP = "pypa/pip"
PROJECTS = 5
REPOS = (PIP, *(project(number) for number in range(PROJECTS)))
SIZES = (1, 1, 1, 1, 1, 1, 2, 2, 5)
MOST_LOOKS = 6
HELD = frozenset({"blocked", "capped", "frozen", "looking"})
# What is seen, and in how many of a thousand worlds at least.
KINDS = {"DELETE": 100, "PATCH": 100, "open": 50, "invite": 50, "update": 50, "close": 50}
KINDS |= {"held back": 30, "cases held back": 20}
CASES_IN = 0.2  # of the worlds; the others are about switches and reports


@dataclass(slots=True)
class Chance:
    """What people did, from a number alone."""

    github: FakeGitHub
    dice: random.Random
    repos: tuple[str, ...]

    def world(self) -> None:
        """Switches, configurations and advisories stand somehow."""
        for repo in self.repos:
            fake = self.github.repo(repo).detach_configuration()
            fake.state.private_reporting = self.dice.random() < 0.5
            if self.dice.random() < 0.2:
                fake.attach_configuration("Baseline", private_reporting="enabled")
        pip = self.github.repo(PIP)
        pip.state.advisories.clear()
        for number in range(self.dice.randint(0, 2)):
            advisory = self.dice.choice([pip.report, pip.draft])(f"A matter {number}")
            advisory.edit(collaborating_users=self._people())

    def meanwhile(self) -> None:
        """People do something between plan and apply."""
        repo = self.github.repo(self.dice.choice(self.repos))
        match self.dice.randrange(4):
            case 0:
                repo.state.private_reporting = not repo.private_reporting
            case 1:
                repo.attach_configuration("Baseline", private_reporting="disabled")
            case 2:
                self.github.repo(PIP).report("One more").edit(collaborating_users=self._people())
            case _:
                for advisory in self.github.repo(PIP).advisories:
                    advisory.edit(collaborating_users=self._people())

    def _people(self) -> list[str]:
        known = ["psrt-member-1", "psrt-member-2", "pip-maintainer-1", "reporter-1"]
        return self.dice.sample(known, self.dice.randint(0, 3))


@pytest.mark.slow
async def test_what_was_planned_is_what_is_sent(github: FakeGitHub, bot: Bot) -> None:
    """Sixty worlds, in half of which people act between plan and apply."""
    await _begin(github, bot)

    sent = await _worlds(github, bot, range(60))

    assert all(sent[kind] for kind in KINDS), sent  # or it was about nothing
    await _end(github, bot)


@pytest.mark.slow
@pytest.mark.once
async def test_what_was_planned_is_what_is_sent_in_a_thousand_worlds(github: FakeGitHub, bot: Bot) -> None:
    """The same, many more times."""
    await _begin(github, bot)

    sent = await _worlds(github, bot, range(1_000, 2_000))

    assert all(sent[kind] >= least for kind, least in KINDS.items()), sent
    await _end(github, bot)


async def _begin(github: FakeGitHub, bot: Bot) -> None:
    github.checks_shapes = False
    projects(github, PROJECTS)
    for repo in REPOS:
        github.repo(repo).disable_private_reporting()
    await edit_policy(bot, psrt_takes(PROJECTS))
    await bot.settle()


async def _end(github: FakeGitHub, bot: Bot) -> None:
    for repo in REPOS:
        github.repo(repo).detach_configuration().disable_private_reporting()
    github.repo(PIP).state.advisories.clear()
    for source in github.repo(planned_cases.WHEEL).drafts:
        source.close()
    await bot.sweep()
    await bot.poll()
    await bot.later(days=2)


async def _worlds(github: FakeGitHub, bot: Bot, numbers: range) -> Counter[str]:
    """How many of these worlds saw each method or kind sent, or something held back?"""
    saw, left = Counter[str](), frozenset[str]()
    for number in numbers:
        dice = random.Random(number)  # noqa: S311 - no secret
        if dice.random() < CASES_IN:
            saw.update(await _holds_for_cases(github, bot, number, CaseChance(github, dice)))
            continue
        methods, left = await _holds(github, bot, number, left)
        saw.update(methods)
    return saw


async def _holds_for_cases(github: FakeGitHub, bot: Bot, number: int, chance: CaseChance) -> frozenset[str]:
    """Is what is sent to mirrors in the world of this number what was shown? Says what was seen."""
    bot.clock.advance(hours=25)
    await forget_what_is_done(github, bot)
    chance.world()
    await _forget_what_was(bot)
    keys = await found_cases(github, bot)
    shown = _operations([await _look(bot, key) for key in keys])
    approved = {scope for _, scope in shown}
    await bot.approve(*approved)
    planned = allowed = {op for op, _ in shown}
    if changes := number % 2 == 1:
        chance.meanwhile()
        now = _operations([await _look(bot, key) for key in keys])
        allowed = planned | {op for op, scope in now if scope in approved}

    first = {key: await _once(github, bot, key, allowed) for key in keys}
    then = [await _until_rest(github, bot, key) if ops else (plan, ops) for key, (plan, ops) in first.items()]

    sent = {op for _, ops in (*first.values(), *then) for op in ops}
    held = _held([plan for plan, _ in then])
    if not changes:
        assert planned - sent <= held, f"in world {number} something that was shown was not sent, and nobody says why"
    unsaid = {op for op, scope in _operations([plan for plan, _ in then]) if scope in approved}
    assert not unsaid, f"in world {number} something is left without a reason"
    return frozenset(map(planned_cases.kind_of, sent)) | ({"cases held back"} if held - sent else set())


async def _once(github: FakeGitHub, bot: Bot, key: CaseKey, allowed: set[Operation]) -> tuple[Plan, set[Operation]]:
    """Look and mend once. What is sent was shown."""
    await _nothing_else_is_due(bot)
    before, asked = mirrors(github), len(github.requests)
    outcome = await bot.parts.reconciler.reconcile(key, lease=Always())
    bot.clock.advance(seconds=20)
    sent = planned_cases.sent(key, before, mirrors(github))
    assert sent <= allowed, f"{sent - allowed} was sent to the mirror of {key}, and no plan showed it"
    written = sum(each.is_write for each in github.requests[asked:])
    assert written == len(sent), f"{key}: something was sent that changed nothing"
    return outcome.plan, sent


async def _until_rest(github: FakeGitHub, bot: Bot, key: CaseKey) -> tuple[Plan, set[Operation]]:
    """Plan and mend in turns until nothing is left to do; each time what is shown is sent, or there is a reason."""
    all_sent = set[Operation]()
    for _ in range(MOST_LOOKS):
        looked = await _look(bot, key)
        shown = {op for op, _ in _operations([looked])}
        if not shown:
            return looked, all_sent
        plan, sent = await _once(github, bot, key, shown)
        all_sent |= sent
        assert shown - sent <= _held([plan]), f"{key}: something that was shown was not sent, and nobody says why"
    raise AssertionError(f"{key} does not come to rest")


async def _holds(
    github: FakeGitHub, bot: Bot, number: int, left: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Is what is sent in the world of this number what was shown?

    Says what was seen, and which repositories stand with something still to do: they are in the next world, too.
    """
    dice = random.Random(number)  # noqa: S311 - no secret
    repos = tuple(sorted({*dice.sample(REPOS, dice.choice(SIZES)), *left}))
    chance, keys = Chance(github, dice, repos), _keys(repos)
    bot.clock.advance(hours=25)
    chance.world()
    await _forget_what_was(bot)
    await bot.parts.database.write(partial(rounds.begin, account="pypa", at=bot.clock.now(), ends=bot.clock.now()))
    shown = _operations([await _look(bot, key) for key in keys])
    approved = {scope for _, scope in shown}
    await bot.approve(*approved)
    planned = allowed = {op for op, _ in shown}
    if changes := number % 2 == 1:
        chance.meanwhile()
        now = _operations([await _look(bot, key) for key in keys])
        allowed = planned | {op for op, scope in now if scope in approved}
    before, people = len(github.requests), _people(github)

    last = [await _apply(bot, key) for key in keys]

    sent = _sent(github, before, people)
    held = _held(last)
    assert sent <= allowed, f"in world {number} something was sent that no plan showed"
    if not changes:
        assert planned - sent <= held, f"in world {number} something that was shown was not sent, and nobody says why"
    unsaid = {op for op, scope in _operations(last) if scope in approved} - sent
    assert not unsaid, f"in world {number} something is left without a reason"
    methods = {method for method, _, _ in sent} | ({"held back"} if held - sent else set())
    return frozenset(methods), frozenset(str(plan.key.repo) for plan in last if plan.steps)  # type: ignore[union-attr]


def _keys(repos: tuple[str, ...]) -> tuple[PolicyKey, ...]:
    """Every policy that mends, for each of them; reports are there in pip only."""
    keys = [PolicyKey(RepoName.parse(repo), "private-reporting") for repo in repos]
    return (*keys, PolicyKey(RepoName.parse(PIP), "reports-reach-owner")) if PIP in repos else tuple(keys)


def _held(plans: list[Plan]) -> set[Operation]:
    """What stays undone with a reason that people can read."""
    return {_operation(step.action) for plan in plans for step in plan.steps if step.why_not and step.gate in HELD}


async def _look(bot: Bot, key: PolicyKey | CaseKey) -> Plan:
    return (await bot.parts.reconciler.look(key))[1]


async def _apply(bot: Bot, key: PolicyKey) -> Plan:
    """Look and mend until nothing is left to do. Gives the last plan: what it still wants is left undone."""
    for _ in range(MOST_LOOKS):
        await _nothing_else_is_due(bot)
        outcome = await bot.parts.reconciler.reconcile(key, lease=Always())
        bot.clock.advance(seconds=20)
        if not outcome.done:
            return outcome.plan
    raise AssertionError(f"{key} does not come to rest")


async def _nothing_else_is_due(bot: Bot) -> None:
    """What a sweep found waits for the rest of the sweep, and there is none here."""
    now = bot.clock.now()
    take = partial(work.claim, owner="nobody", now=now, until=now + timedelta(seconds=5))
    while claim := await bot.parts.database.write(take):
        await bot.parts.database.write(partial(work.finish, claim=claim))


async def _forget_what_was(bot: Bot) -> None:
    given = await bot.parts.database.read(approvals.approvals)
    for scope in given:
        await bot.parts.database.write(
            lambda conn, scope=scope: approvals.withdraw(conn, scope, by="coordinator-1", at=bot.clock.now())  # type: ignore[misc]
        )


def _operations(plans: list[Plan]) -> set[tuple[Operation, str]]:
    """What the steps of these plans would send, and the scope of each. What is blocked is not shown as to do."""
    steps = (step for plan in plans for step in plan.steps if step.gate in {"go", "unapproved"})
    return {(_operation(step.action), step.action.scope) for step in steps}


def _operation(action: Action) -> Operation:
    match action:
        case SetPrivateReporting():
            return ("PUT" if action.enabled else "DELETE"), f"/repos/{action.repo}/{SWITCH}", frozenset()
        case SetCollaborators():
            path = f"/repos/{action.repo}/security-advisories/{action.ghsa}"
            return "PATCH", path, frozenset(person.login for person in action.add)
        case _:
            return planned_cases.operation(action)


def _people(github: FakeGitHub) -> dict[str, set[str]]:
    return {each.id: {*each.collaborators} for each in github.repo(PIP).advisories}


def _sent(github: FakeGitHub, before: int, people: dict[str, set[str]]) -> set[Operation]:
    """What reached GitHub, with whom it added."""
    advisories: dict[str, FakeAdvisory] = {each.id: each for each in github.repo(PIP).advisories}
    found = set()
    for write in filter(lambda each: each.is_write, github.requests[before:]):
        ghsa = write.path.rsplit("/", 1)[-1]
        added = frozenset(advisories[ghsa].collaborators) - people[ghsa] if ghsa in advisories else frozenset()
        found.add((write.method, write.path, added))
    return found
