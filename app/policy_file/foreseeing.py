"""What would follow, at some moment, if this were the policy?

Only looks: nothing is remembered, nothing is in force because it was asked about, and no verb that writes is in reach.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from app.domain.facts import Fact, Known, Roster
from app.domain.findings import Verdict
from app.domain.ids import AdvisoryKey, CaseKey, Key, Person, PolicyKey, RepoName, RepositoryKey
from app.github.reader import Reader
from app.main import Greenroom
from app.policy_file.foreseen import EVERY_CASE, Foreseen, Reads
from app.reconcile.brakes import Brakes
from app.reconcile.cases import is_mirror
from app.reconcile.decide import decide
from app.reconcile.observe import Observer
from app.reconcile.plan import OpenCase, Plan, Step
from app.reconcile.shipping import vendoring
from app.reconcile.snapshot import CaseSnapshot, RepositorySnapshot, Snapshot, Standpoint
from app.reconcile.team_access import inside_by_team
from app.store import approvals, cases, repositories
from policies.config import People, Policies, PolicyFile
from policies.naming import as_called_today

Progress = Callable[[int, int], None]  # (looked at, known so far)
AT_ONCE = 5  # looks side by side


@dataclass(frozen=True, slots=True)
class Moment:
    """A clock that stands still at the time that is asked about."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def common(self) -> datetime:
        """Whoever asks about it means the same."""
        return self.at

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def foresee(
    greenroom: Greenroom, old: Policies, new: Policies, at: datetime, progress: Progress
) -> tuple[Foreseen, Foreseen]:
    """What follows from each of two files. Raises RetryLater where GitHub cannot even be asked what there is."""
    reader = greenroom.reader.at(Moment(at))
    sides = [await _Side.of(greenroom, reader, each, at) for each in (old, new)]
    files = tuple(side.policies.file for side in sides)
    keys = await _keys(greenroom, reader, files)
    for start in range(0, len(keys), AT_ONCE):
        await asyncio.gather(*(_look(sides, key) for key in keys[start : start + AT_ONCE]))
        progress(min(start + AT_ONCE, len(keys)), len(keys))
    return sides[0].foreseen(), sides[1].foreseen()


async def _keys(greenroom: Greenroom, reader: Reader, files: tuple[PolicyFile, ...]) -> list[RepositoryKey | CaseKey]:
    """What a sweep would look at under either of them."""
    found: set[RepoName] = set()
    for installation in await reader.installations():
        if not installation.suspended and any(file.names_account(installation.account) for file in files):
            listed = await reader.repositories(installation)
            found |= {each.name for each in listed if not each.archived and not each.private}
    for file in files:
        found |= {repo for tool in file.tools.values() if tool.report_owner for repo in tool.repositories}
        found |= {file.coordination.repository} if file.coordination else set()
    known = await greenroom.database.read(cases.open_cases)
    return [*map(RepositoryKey, sorted(found, key=str)), *(CaseKey(case.number) for case in known)]


async def _look(sides: list[_Side], key: RepositoryKey | CaseKey) -> None:
    """Where both files ask the same of the world it is asked once."""
    [old, new] = sides
    try:
        snapshot = await old.observe(key)
        await old.take(snapshot)
        is_same = isinstance(key, RepositoryKey) and _asks_the_same(key.repo, old, new)
        await new.take(snapshot if is_same else await new.observe(key))
    except Exception as error:  # noqa: BLE001 - it is told as what it is, and the others are looked at all the same
        old.blind(key, f"looking at it failed: {type(error).__name__}")


def _asks_the_same(repo: RepoName, old: _Side, new: _Side) -> bool:
    one, other = old.policies.file, new.policies.file
    return (
        one.report_owner_of(repo, old.at) == other.report_owner_of(repo, new.at)
        and (one.coordination, one.coordinators, one.sentinels)
        == (other.coordination, other.coordinators, other.sentinels)
        and one.tools.get(one.tool_of(repo) or "") == other.tools.get(other.tool_of(repo) or "")
    )


class _Side:
    """One of the two files, and what was seen to follow from it so far."""

    def __init__(self, greenroom: Greenroom, observer: Observer, standpoint: Standpoint) -> None:
        self._greenroom, self._observer, self._standpoint = greenroom, observer, standpoint
        self.policies, self.at = standpoint.policies, standpoint.now
        self._verdicts: dict[PolicyKey, Verdict] = {}
        self._steps: list[Step] = []
        self._opens: dict[str, tuple[str, ...]] = {}
        self._reads: dict[tuple[str, int | str], Reads] = {}
        self._unclear: set[tuple[str, str]] = set()

    @classmethod
    async def of(cls, greenroom: Greenroom, reader: Reader, written: Policies, at: datetime) -> _Side:
        """With repositories by their names of today, and with what coordinators approved up to now."""
        names = partial(repositories.whereabouts, names=written.file.repositories(), ids=written.file.repository_ids)
        policies = as_called_today(written, await greenroom.database.read(names))
        standpoint = Standpoint(
            now=at,
            policies=policies,
            approvals=await greenroom.database.read(approvals.approvals),
            writes_enabled=True,  # what follows from a file does not depend on the switch of the day
            brakes=Brakes(),
            vendoring=await greenroom.database.read(vendoring),
            watch_every=timedelta(minutes=1),
        )
        observer = Observer(reader, greenroom.database, Moment(at), greenroom.digests)
        side = cls(greenroom, observer, standpoint)
        side._note_always_readers(policies.file)
        return side

    async def observe(self, key: RepositoryKey | CaseKey) -> Snapshot:
        return await self._observer.observe(key, self.policies.file)

    async def take(self, snapshot: Snapshot) -> None:
        """Decide, and keep what is decided."""
        brakes = await self._greenroom.reconciler.gauge.read(snapshot.key, self.policies, self.at, waits=False)
        at = replace(self._standpoint, brakes=replace(brakes, off=None))
        plan = decide(snapshot, at, self._greenroom.digests)
        self._keep(plan)
        if isinstance(snapshot, RepositorySnapshot):
            for repo, policy, verdict in plan.verdicts:
                if verdict.remedies:
                    mending = replace(snapshot, key=PolicyKey(repo, policy))
                    self._keep(decide(mending, at, self._greenroom.digests))
            self._note_owners(snapshot)
        if isinstance(snapshot, CaseSnapshot):
            self._note_participants(snapshot)

    def blind(self, key: Key, reason: str) -> None:
        self._unclear.add((str(key), reason))

    def foreseen(self) -> Foreseen:
        return Foreseen(
            policies=self.policies,
            verdicts=self._verdicts,
            steps=tuple(self._steps),
            opens=self._opens,
            reads=self._reads,
            cannot_tell=frozenset(self._unclear),
        )

    def _keep(self, plan: Plan) -> None:
        self._verdicts |= {PolicyKey(repo, policy): verdict for repo, policy, verdict in plan.verdicts}
        self._steps += plan.steps
        self._unclear |= {(str(plan.key), reason) for reason in plan.cannot_tell}
        for note in plan.notes:
            if isinstance(note, OpenCase):
                self._opens[str(note.link)] = note.tools
                for tool in note.tools:
                    why = f"takes part for {tool} in a case that would be opened"
                    for who, account in _named(self.policies.file.tools.get(tool, People())):
                        self._note(Reads(key=str(note.link), who=who, account=account, why=why))

    def _note_owners(self, snapshot: RepositorySnapshot) -> None:
        """Whoever takes the reports of a repository is to read each that is open."""
        owner = self.policies.file.report_owner_of(snapshot.facts.name, self.at)
        listed, roster = snapshot.facts.advisories, snapshot.facts.owners_people
        if owner is None or not isinstance(listed, Known):
            return
        for advisory in listed.value:
            if advisory.is_open and not is_mirror(advisory, self.policies.file):
                key, why = str(AdvisoryKey(advisory.repo, advisory.ghsa)), f"takes reports as {owner[0]}"
                self._note_roster(key, roster, why, advisory.people)

    def _note_participants(self, snapshot: CaseSnapshot) -> None:
        mirror = snapshot.mirror.value if isinstance(snapshot.mirror, Known) else None
        present = (*mirror.people, *inside_by_team(mirror, snapshot.people)) if mirror else ()
        for tool, roster in snapshot.people.items():
            self._note_roster(str(snapshot.key), roster, f"takes part for {tool}", present)

    def _note_roster(self, key: str, roster: Fact[Roster], why: str, present: tuple[Person, ...]) -> None:
        if not isinstance(roster, Known):
            return  # the verdict about it says so
        inside = {person.id for person in present}
        for person in roster.value.people:
            is_inside = person.id in inside
            self._note(Reads(key=key, who=person.login, account=person.id, why=why, is_inside=is_inside))
        for person in roster.value.unconfirmed:
            self._unclear.add((key, f"whether {person.login} is still the account that policy means"))

    def _note_always_readers(self, file: PolicyFile) -> None:
        """Policy lists them, and GitHub lets them in: they are added to nothing."""
        if file.coordination is not None:
            why = "is listed among always_readers"
            for who, account in _named(file.coordination.always_readers):
                self._note(Reads(key=EVERY_CASE, who=who, account=account, why=why, is_inside=True))

    def _note(self, reads: Reads) -> None:
        self._reads.setdefault(reads.identity, reads)


def _named(people: People) -> Iterator[tuple[str, int | None]]:
    yield from ((person.login, person.id) for person in people.users)
    yield from ((f"the team {team}", None) for team in people.teams)
