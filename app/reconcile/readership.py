"""Who was let into what is open in a repository, and who of them was named for it?

People are named by their ids, so nobody has to be asked who they are; only the members of teams are read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import partial

from app.clock import Clock
from app.domain.cases import StoredCase
from app.domain.facts import Advisory, CannotTell, Fact, Known, NotApplicable, Readers
from app.domain.ids import MirrorId, RepoName
from app.domain.mirrors import Mirror, Store
from app.github.reader import Reader
from app.reconcile.look import Look
from app.reconcile.rosters import Rosters
from app.store import cases
from app.store.database import Database
from policies.config import People


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    ids: frozenset[int]
    teams: frozenset[str]


class Readership:
    """Holds the lists of collaborators against the lists in policy."""

    def __init__(self, reader: Reader, rosters: Rosters, database: Database, clock: Clock) -> None:
        self._reader, self._rosters, self._database, self._clock = reader, rosters, database, clock

    async def of(self, repo: RepoName, listed: Fact[tuple[Advisory, ...]], look: Look) -> Fact[tuple[Readers, ...]]:
        """Of each open advisory of a project, or of the mirror of each open case."""
        if look.rules.is_coordination(repo):
            return await self._of_mirrors(repo, look)
        tool, declared = look.rules.tool_of(repo), look.rules.report_owner_of(repo, self._clock.now())
        if tool is None or declared is None:
            return NotApplicable(f"nobody declared who takes the reports of {repo}")
        if not isinstance(listed, Known):
            return listed
        groups = (declared[1], look.rules.tools[tool])
        if not any(group.names_anybody for group in groups):
            return NotApplicable(f"policy names nobody of {declared[0]} or {tool}, so nobody is unexpected")
        waiting = tuple(each for each in listed.value if each.is_open)
        named = await self._named(groups if waiting else (), repo.owner, look)
        if isinstance(named, CannotTell):
            return named
        return Known(value=tuple(_of_advisory(each, named) for each in waiting), observed_at=listed.observed_at)

    async def _of_mirrors(self, repo: RepoName, look: Look) -> Fact[tuple[Readers, ...]]:
        coordination = look.rules.coordination
        if coordination is None:
            return NotApplicable("policy names no coordination repository")
        everywhere = (coordination.always_readers, look.rules.coordinators)
        if coordination.store == "issue":
            return await self._of_repository(repo, everywhere, look)
        open_now = {each.mirror: each for each in await self._database.read(cases.open_cases) if each.mirror}
        if not open_now:
            return NotApplicable("no case has a mirror")  # nothing was seen, so nothing passes
        ours = await self._listed(repo, coordination.store, open_now, look)
        if not isinstance(ours, Known):
            return ours
        found = []
        for mirror in ours.value:
            named = await self._named((*everywhere, *_people_of(open_now[mirror.id], look)), repo.owner, look)
            if isinstance(named, CannotTell):
                return named
            found.append(_of_mirror(mirror, named))
        return Known(value=tuple(found), observed_at=ours.observed_at)

    async def _listed(
        self, repo: RepoName, store: Store, expected: Collection[MirrorId], look: Look
    ) -> Fact[tuple[Mirror, ...]]:
        """The mirrors of these ids, of which none may be missing, each with its teams where they can be known."""
        listed = await look.ask(partial(self._reader.mirrors, repo, store))
        if not isinstance(listed, Known):
            return listed
        ours = tuple(mirror for mirror in listed.value if mirror.id in expected)
        if len(ours) < len(expected):
            return CannotTell("GitHub does not list the mirror of every open case")
        if all(mirror.teams is not None for mirror in ours):
            return Known(value=ours, observed_at=listed.observed_at)
        # The Hand asks for no permission to read members and is shown no teams, so the Watcher is asked for them.
        shown = await look.ask(partial(self._reader.own_advisories, repo))
        if isinstance(shown, CannotTell):  # that passes: it is not GitHub that never says who they are
            return shown
        teams: dict[MirrorId, tuple[str, ...] | None] = {mirror.id: mirror.teams for mirror in ours}
        if isinstance(shown, Known):
            teams |= {each.ghsa: each.teams for each in shown.value}
        seen = tuple(replace(mirror, teams=teams[mirror.id]) for mirror in ours)
        return Known(value=seen, observed_at=listed.observed_at)

    async def _of_repository(self, repo: RepoName, groups: Iterable[People], look: Look) -> Fact[tuple[Readers, ...]]:
        """Whoever can read a repository reads all its issues (GitHub: "Repository roles for an organization")."""
        found = await look.ask(partial(self._reader.collaborators, repo))
        if not isinstance(found, Known):
            return found
        named = await self._named(groups, repo.owner, look)
        if isinstance(named, CannotTell):
            return named
        everybody = Readers(people=found.value, teams=(), named=named.ids)
        return Known(value=(everybody,), observed_at=found.observed_at)

    async def _named(self, groups: Iterable[People], org: str, look: Look) -> _Named | CannotTell:
        ids: set[int] = set()
        teams: set[str] = set()
        for group in groups:
            ids |= {person.id for person in group.users}
            if not group.teams:
                continue
            members = await self._rosters.lately(People(teams=group.teams), look)
            if isinstance(members, CannotTell):
                return members
            if not isinstance(members, Known):
                return CannotTell(members.reason)
            ids |= {person.id for person in members.value.people}
            # A team is a collaborator only inside its own organization.
            teams |= {team.slug for team in group.teams if team.org.lower() == org.lower()}
        return _Named(ids=frozenset(ids), teams=frozenset(teams))


def _people_of(case: StoredCase, look: Look) -> Iterable[People]:
    return (look.rules.tools[each.tool] for each in case.present if each.tool in look.rules.tools)


def _of_advisory(advisory: Advisory, named: _Named) -> Readers:
    wrote = {advisory.author.id} if advisory.author else set()
    return Readers(
        people=None if advisory.hides_people else advisory.people,
        teams=advisory.teams,
        named=named.ids | wrote,
        named_teams=named.teams,
    )


def _of_mirror(mirror: Mirror, named: _Named) -> Readers:
    people = None if mirror.hides_people else mirror.people
    return Readers(people=people, teams=mirror.teams, named=named.ids, named_teams=named.teams)
