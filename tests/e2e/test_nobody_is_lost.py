"""GitHub replaces the people of an advisory. However it stands there, nobody who was there is lost by adding others."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.domain.ids import PolicyKey, RepoName
from app.sandbox.state.accounts import User
from app.sandbox.state.world import World
from app.store import work
from tests.clock import FakeClock
from tests.e2e.rewriting import Rewriting
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running

PIP = "pypa/pip"
KEY = PolicyKey(RepoName.parse(PIP), "reports-reach-owner")
ONE = f"/repos/{PIP}/security-advisories/GHSA-*"
BLOCKS = 8  # a restart before each, every other one without the permission to read teams
TEAM = "pypa/get-pip-maintainers"
TEAMS = ("pip-maintainers", "wheel-maintainers", "get-pip-maintainers")

POLICY = """\
version: 1
report_owners: {{psrt: {{takes_reports: email, users: [{users}], teams: [{teams}]}}}}
tools: {{pip: {{repositories: [pypa/pip], report_owner: [{{from: 2024-01-01, owner: psrt}}]}}}}
policies: {{reports-reach-owner: {{mode: enforce}}}}
"""


class Always:
    """A lease that holds."""

    def check(self) -> None:
        pass


@dataclass(slots=True, kw_only=True)
class Case:
    """An advisory, what policy says of it, and who was there: at our look, and just before the list is written."""

    advisory: FakeAdvisory
    named: dict[str, int]  # login, as policy spells it, and id
    members: frozenset[int]  # of the team that policy names
    at_our_look: frozenset[int]
    before: frozenset[int]
    teams: list[str]

    @property
    def policy(self) -> str:
        users = ", ".join(f'"{login}:{number}"' for login, number in self.named.items())
        return POLICY.format(users=users, teams=TEAM if self.members else "")

    def meant(self, world: World) -> set[int]:
        """Whose login is theirs still, or who proved by being there that it is them; and the team's members."""
        owners = {login: world.find_person(login) for login in self.named}
        theirs = {id_ for login, id_ in self.named.items() if (owner := owners[login]) and owner.id == id_}
        return theirs | (self.at_our_look & set(self.named.values())) | self.members


class Chance:
    """Makes worlds, each from its number alone."""

    def __init__(self, github: FakeGitHub, number: int) -> None:
        self._github, self._chance = github, random.Random(number)  # noqa: S311 - no secret

    def case(self) -> Case:
        """An advisory with people and teams, others or the same of whom policy names."""
        pip = self._github.repo(PIP)
        pip.state.advisories.clear()
        advisory = self._chance.choice([pip.draft, pip.report])("A matter", by=self._people(1, least=1)[0].login)
        there = self._people(6)
        logins, teams = [self._in_any_case(user.login) for user in there], self._teams()
        advisory.edit(collaborating_users=logins, collaborating_teams=teams)
        named = {user.id: user for user in [*self._people(4), *there[: self._chance.randint(0, 2)]]}
        spelt = {self._in_any_case(user.login): user.id for user in named.values()}
        for user in named.values():
            self._may_be_renamed(user)
        at_our_look = frozenset(advisory.now.collaborating_users)
        return Case(
            advisory=advisory,
            named=spelt,
            members=self._chance.choice([frozenset(), frozenset(), self._members(TEAM)]),
            at_our_look=at_our_look,
            before=at_our_look,
            teams=teams,
        )

    def meanwhile(self, case: Case) -> None:
        """People change who is there after we looked, before we read the list that we are about to merge with."""
        now = case.advisory.now
        if self._chance.random() < 0.5:
            kept = now.collaborating_users[self._chance.randint(0, 1) :]
            now.collaborating_users = list(dict.fromkeys([*kept, *(user.id for user in self._people(2))]))
            now.collaborating_teams = case.teams = self._teams()
        case.before = frozenset(now.collaborating_users)

    def _people(self, most: int, *, least: int = 0) -> list[User]:
        numbers = self._chance.sample(range(12), self._chance.randint(least, most))
        return [self._github.add_person(f"Person-{number}") for number in numbers]

    def _teams(self) -> list[str]:
        return self._chance.sample(TEAMS, self._chance.randint(0, len(TEAMS)))

    def _members(self, team: str) -> frozenset[int]:
        org, slug = team.split("/")
        return frozenset(self._github.world.organization(org).teams[slug].members)

    def _in_any_case(self, login: str) -> str:
        return self._chance.choice([login, login.lower(), login.upper()])

    def _may_be_renamed(self, user: User) -> None:
        """The id stays; in half of these worlds a stranger takes the login that is free now."""
        former, fate = user.login, self._chance.choice(["", "", "", "renamed", "squatted"])
        if fate:
            self._github.rename_user(former, f"Renamed-{self._github.world.next_id()}")
        if fate == "squatted":
            self._github.add_person(former)


@pytest.mark.parametrize("count", [40, pytest.param(1000, marks=[pytest.mark.slow, pytest.mark.once])])
async def test_no_existing_person_or_team_is_lost_and_nobody_unnamed_is_added(
    github: FakeGitHub, clock: FakeClock, folder: Path, count: int
) -> None:
    """A thousand generated worlds, through everything there is between policy and GitHub.

    People and teams who are there already, teams that we may not be allowed to read, logins in other cases, accounts
    renamed, logins taken by strangers, and people who change the list between our look and our write.
    """
    github.transport = connection = Rewriting(github.transport)
    async with running(github, clock, folder) as bot:
        await bot.settle()  # before a sweep has met a repository, nothing is written to it
        await bot.approve("reports-reach-owner: add the owner's people")
        done = 0
        for number in range(count):
            block, place = divmod(number, count // BLOCKS)
            if place == 0:
                _may_read_teams(github, allowed=block % 2 == 0)
                await bot.restart()
            done += await _holds(github, bot, connection, number)
            await bot.parts.database.write(partial(_nothing_waits, now=clock.now()))
    assert done > count / 2  # or it was about nothing


async def _holds(github: FakeGitHub, bot: Bot, connection: Rewriting, number: int) -> int:
    """Is nobody lost in the world of this number, and nobody added whom policy does not mean? Gives what was done."""
    chance = Chance(github, number)
    case = chance.case()
    bot.policy.write_text(case.policy, encoding="utf-8")
    await bot.parts.policy.refresh()
    await bot.parts.reconciler.look(KEY)  # before a repository was looked at under this file nothing is written to it
    connection.before(ONE, partial(chance.meanwhile, case))
    reads_teams = "members" in github.installation("greenroom", "pypa").state.permissions

    outcome = await bot.parts.reconciler.reconcile(KEY, lease=Always())

    connection.clear()
    bot.clock.advance(minutes=2)
    after, meant = set(case.advisory.now.collaborating_users), case.meant(github.world)
    assert case.before <= after, f"in world {number} somebody was lost"
    assert case.advisory.now.collaborating_teams == case.teams, f"in world {number} the teams were changed"
    assert after - case.before <= meant, f"in world {number} somebody was added whom policy does not mean"
    if reads_teams or not case.members:
        removed = case.at_our_look - case.before  # by people, who know what they do
        assert meant - removed <= after, f"in world {number} somebody is missing: {outcome.done}"
    return outcome.done.count("done")


def _nothing_waits(conn: Connection, now: datetime) -> None:
    """A write asks for a look at its repository, which holds the next write back; the next world is another one."""
    while claim := work.claim(conn, owner="the next world", now=now, until=now + timedelta(minutes=1)):
        work.finish(conn, claim)


def _may_read_teams(github: FakeGitHub, *, allowed: bool) -> None:
    for installation in github.world.installations.values():
        installation.permissions.pop("members", None)
        if allowed:
            installation.permissions["members"] = "read"
