"""What is so, for one key? Reads GitHub and our own memory, and decides nothing.

What GitHub cannot answer just now becomes *cannot tell*, so that one failing route never hides what the others say; the
snapshot then says when to ask again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

from app.clock import Clock
from app.domain.cases import StoredCase
from app.domain.facts import (
    Advisory,
    CannotTell,
    CoordinationRepository,
    Fact,
    Known,
    NotApplicable,
    RepositoryFacts,
    Roster,
    SecurityPolicy,
)
from app.domain.ids import AdvisoryKey, CaseKey, PolicyKey, RepoName, RepositoryKey
from app.domain.mirrors import Mirror, store_of
from app.github.reader import Reader
from app.reconcile.digests import Digests
from app.reconcile.doubles_seen import Doubles, belongs_to
from app.reconcile.embargoes import Embargoes
from app.reconcile.guards import Guards
from app.reconcile.listening import Listening
from app.reconcile.look import Look
from app.reconcile.membership import Membership
from app.reconcile.overhearing import Overhearing
from app.reconcile.publishing import Publishing
from app.reconcile.readership import Readership
from app.reconcile.recalling import held_of, known_as, memory_of, repository_of
from app.reconcile.rosters import Rosters
from app.reconcile.sentinels import Sentinels
from app.reconcile.silence import heard
from app.reconcile.snapshot import AdvisorySnapshot, CaseSnapshot, RepositorySnapshot, Snapshot
from app.reconcile.turns import Turns
from app.store import cases
from app.store.database import Database
from policies.config import People, PolicyFile

# Where there is no private reporting.
_SILENT = (
    "private_reporting",
    "configuration",
    "advisories",
    "owners_people",
    "owners_roster",
    "published",
    "security_policy",
)
_COORDINATION_FOR = timedelta(seconds=30)  # how long one look at the coordination repository serves every case


class Observer:
    """Takes snapshots."""

    def __init__(self, reader: Reader, database: Database, clock: Clock, digests: Digests) -> None:
        self._reader, self._database, self._clock, self._digests = reader, database, clock, digests
        self._sentinels = Sentinels(reader, clock)
        self._rosters = Rosters(reader, clock)
        self._readership = Readership(reader, self._rosters, database, clock)
        self._membership = Membership(reader, self._rosters, database)
        self._embargoes = Embargoes(reader, clock)
        self._listening = Listening(reader, self._rosters, database, clock, digests)
        self._overhearing = Overhearing(reader, database)
        self._doubles = Doubles(reader, digests)
        self._coordination: dict[RepoName, Fact[CoordinationRepository]] = {}
        turns = Turns(clock)
        self._guards, self._publishing = Guards(clock, turns), Publishing(clock, turns)

    async def observe(self, key: RepositoryKey | PolicyKey | AdvisoryKey | CaseKey, rules: PolicyFile) -> Snapshot:
        """Everything that deciding about this key needs. Raises NoSuchCase."""
        look = Look(rules)
        match key:
            case AdvisoryKey():
                return await self._advisory(key, look)
            case CaseKey():
                return await self._case(key, look)
            case _:
                return await self._repository(key, look)

    async def _repository(self, key: RepositoryKey | PolicyKey, look: Look) -> RepositorySnapshot:
        facts = await self._facts(key.repo, look)
        facts = replace(
            facts,
            coverage=await self._reader.coverage(key.repo),
            readers=await self._readership.of(key.repo, facts.advisories, look),
        )
        recalling = partial(repository_of, key=key, listed=facts.advisories, now=self._clock.now())
        memory = await self._database.read(partial(recalling, tells_of_webhook=look.rules.tells_of_webhook(key.repo)))
        seen = await self._embargoes.of(key.repo, facts.advisories, memory.under_embargo, look)
        return RepositorySnapshot(
            key=key,
            facts=replace(facts, embargoes=seen, coverage=heard(facts.coverage, memory.silence)),
            known=memory.known,
            accepted=memory.accepted,
            acceptances=memory.acceptances,
            cases=memory.cases,
            unresolved=memory.writes.unresolved,
            attempts=memory.writes.attempts,
            unanswered=look.unanswered,
        )

    async def _facts(self, repo: RepoName, look: Look) -> RepositoryFacts:
        """Where there is no private reporting, GitHub has neither reports nor drafts, so nothing more is asked.

        The switch is read only where somebody declared who takes the reports: elsewhere nothing would be done about it.
        """
        declared = look.rules.report_owner_of(repo, self._clock.now())
        if declared is None:
            return await self._unowned(repo, look)
        reporting = await look.ask(partial(self._reader.private_reporting, repo))
        if isinstance(reporting, NotApplicable):
            coordination = await self._coordination_of(repo, look)
            return RepositoryFacts(name=repo, **dict.fromkeys(_SILENT, reporting), coordination=coordination)
        listed = await look.ask(partial(self._sentinels.advisories, repo, look.rules))
        as_declared = isinstance(reporting, Known) and reporting.value == declared[1].wants_private_reporting
        guard = partial(look.ask, partial(self._reader.configuration, repo))
        return RepositoryFacts(
            name=repo,
            private_reporting=reporting,
            configuration=await self._guards.of(repo, guard, as_declared=as_declared),
            security_policy=await self._security_policy(repo, look),
            advisories=listed,
            owners_people=await self._owners_people(repo, listed, look),
            owners_roster=await self._rosters.lately(declared[1], look),
            published=await self._publishing.of(
                repo, listed, partial(look.ask, partial(self._reader.public_advisories, repo))
            ),
            coordination=await self._coordination_of(repo, look),
        )

    async def _advisory(self, key: AdvisoryKey, look: Look) -> AdvisorySnapshot:
        return AdvisorySnapshot(
            key=key,
            advisory=await look.ask(partial(self._reader.advisory, key.repo, key.ghsa)),
            case=await self._database.read(partial(cases.case_of, ghsa=key.ghsa)),
            known=await self._database.read(partial(known_as, key=key)),
            unanswered=look.unanswered,
        )

    async def _case(self, key: CaseKey, look: Look) -> CaseSnapshot:
        # On one view, before GitHub is asked: who lost this key may still end what it announced, and how far it got is
        # either known, or still to be seen.
        case, memory = await self._database.read(lambda conn: (cases.case(conn, key.number), memory_of(conn, key)))
        sources = [await look.ask(partial(self._reader.advisory, link.repo, link.ghsa)) for link in case.links]
        mirror = await self._mirror(case, look)
        always = await self._always_readers(look)
        present = mirror.value.people if isinstance(mirror, Known) and mirror.value else ()
        present += always.value.people if isinstance(always, Known) else ()
        tools = {each.tool: look.rules.tools.get(each.tool, People()) for each in case.present}
        people = {tool: await self._rosters.of(named, present, look) for tool, named in tools.items()}
        mirror = await self._membership.shown(case, mirror, people, look)
        held = await self._database.read(partial(held_of, number=case.number))
        return CaseSnapshot(
            key=key,
            case=case,
            sources=tuple(sources),
            coordination=await self.coordination(look),
            mirror=mirror,
            people=people,
            baselines=held.baselines,
            suggestions=held.suggestions,
            offers=held.offers,
            doubles=await self._doubles.of(case, held.openings, look),
            always_readers=always,
            access=await self._membership.of(case, mirror, people, look),
            discussion=await self._listening.to(case, mirror, memory.unresolved, look),
            talk=await self._overhearing.of(case, mirror, look),
            listed=await self._embargoes.listed(case, sources, look),
            unresolved=memory.unresolved,
            attempts=memory.attempts,
            unanswered=look.unanswered,
        )

    async def coordination(self, look: Look, *, within: timedelta = _COORDINATION_FOR) -> RepositoryFacts:
        """The coordination repository, as it was at most half a minute ago, or no longer ago than that."""
        coordination = look.rules.coordination
        if coordination is None:
            return _only(RepoName("no", "repository"), NotApplicable("policy names no coordination repository"))
        repo = coordination.repository
        last = self._coordination.get(repo)
        if not isinstance(last, Known) or self._clock.now() - last.observed_at > within:
            last = self._coordination[repo] = await look.ask(partial(self._reader.coordination, repo))
        return _only(repo, last)

    def forget_coordination(self) -> None:
        """Look at it anew the next time, however short ago it was seen."""
        self._coordination.clear()

    async def _unowned(self, repo: RepoName, look: Look) -> RepositoryFacts:
        nobody = NotApplicable(f"nobody declared who takes the reports of {repo}")
        return RepositoryFacts(
            name=repo,
            private_reporting=nobody,
            configuration=nobody,
            advisories=await look.ask(partial(self._sentinels.advisories, repo, look.rules)),
            owners_people=nobody,
            coordination=await self._coordination_of(repo, look),
        )

    async def _security_policy(self, repo: RepoName, look: Look) -> Fact[SecurityPolicy | None]:
        """Asked for together with those of the other repositories about which somebody declared something."""
        now = self._clock.now()
        return await look.ask(
            partial(
                self._reader.security_policy,
                repo,
                alongside=lambda other: look.rules.report_owner_of(other, now) is not None,
            )
        )

    async def _owners_people(self, repo: RepoName, listed: Fact[tuple[Advisory, ...]], look: Look) -> Fact[Roster]:
        """The report owner's people, where there is an advisory that they may not see yet."""
        declared = look.rules.report_owner_of(repo, self._clock.now())
        waiting = [each for each in listed.value if each.is_open] if isinstance(listed, Known) else []
        if declared is None or not waiting or look.rules.is_coordination(repo):
            return NotApplicable("no advisory is open that a declared report owner should see")
        present = set.intersection(*({*advisory.people} for advisory in waiting))
        return await self._rosters.of(declared[1], tuple(present), look)

    async def _coordination_of(self, repo: RepoName, look: Look) -> Fact[CoordinationRepository]:
        if not look.rules.is_coordination(repo):
            return NotApplicable("not the coordination repository")
        # Who looks at the repository itself may have been told that it was made public a second ago.
        return (await self.coordination(look, within=timedelta(0))).coordination

    async def _always_readers(self, look: Look) -> Fact[Roster]:
        """Who reads every case, where the store lets nobody in by name: the ids that policy lists, and its teams."""
        coordination = look.rules.coordination
        if coordination is None or coordination.store != "issue":
            return NotApplicable("each advisory names its own readers")
        return await self._rosters.of(coordination.always_readers, coordination.always_readers.users, look)

    async def _mirror(self, case: StoredCase, look: Look) -> Fact[Mirror | None]:
        """The mirror of a case: by its id, or, where we know none, by the record that it carries."""
        coordination = look.rules.coordination
        if coordination is None:
            return NotApplicable("policy names no coordination repository")
        if case.mirror is not None and store_of(case.mirror) != coordination.store:
            kept = f"case {case.number} has its mirror in store {store_of(case.mirror)}"
            why = f"{kept}, and policy says store {coordination.store} now, so it is not looked at"
            return CannotTell(why, lasts=True)
        if case.mirror is not None:
            known = await look.ask(partial(self._reader.mirror, coordination.repository, case.mirror))
            return Known(value=known.value, observed_at=known.observed_at) if isinstance(known, Known) else known
        found = await look.ask(partial(self._reader.mirrors, coordination.repository, coordination.store))
        if not isinstance(found, Known):
            return found
        ours = [each for each in found.value if belongs_to(each, case, self._digests)]
        oldest = min(ours, key=lambda each: (each.created_at is None, each.created_at, each.id), default=None)
        return Known(value=oldest, observed_at=found.observed_at)


def _only(repo: RepoName, coordination: Fact[CoordinationRepository]) -> RepositoryFacts:
    unread = NotApplicable("not asked")
    return RepositoryFacts(
        name=repo,
        private_reporting=unread,
        configuration=unread,
        advisories=unread,
        owners_people=unread,
        coordination=coordination,
    )
