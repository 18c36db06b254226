"""Who reads a case, and why? As far as GitHub tells us; what it does not tell is said, too.

A mirror names its readers. Besides them the owners and security managers of its organization read every advisory in it
(GitHub: "Permission levels for repository security advisories"); everybody who can read a repository reads its issues.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.domain.access import LetIn
from app.domain.facts import CannotTell, Fact, Known, Roster
from app.domain.ids import Person
from app.domain.mirrors import Mirror
from app.reconcile.access import groups
from app.reconcile.snapshot import CaseSnapshot
from app.reconcile.team_access import members
from policies.config import Coordination, PolicyFile

People = Fact[tuple[Person, ...]]
LetInBy = Literal["us", "others"]
ALWAYS = "reads every case, as policy says"
UNEXPLAINED = "nothing in policy explains this"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An account (its id) or a team. `let_in_by` is None where no list of the case names them."""

    login: str
    why: str
    account: int | None = None
    let_in_by: LetInBy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReaders:
    """Everybody whom we can tell, and what we cannot."""

    readers: tuple[Reader, ...] = ()
    unclear: tuple[str, ...] = ()


def readers_of(snapshot: CaseSnapshot, rules: PolicyFile, *, beside: People, is_rebuilt: bool = False) -> CaseReaders:
    """`beside`: owners of the organization, or where mirrors are issues, all who can read the repository."""
    coordination, mirror = rules.coordination, snapshot.mirror
    if coordination is None:
        return CaseReaders(unclear=("who reads a case: policy names no coordination repository",))
    found: dict[int | str, Reader] = {}  # whoever took the login of somebody whom policy names is another one
    for reader in (*_always(coordination), *_inside(snapshot, rules), *_beside(coordination, snapshot, beside)):
        found.setdefault(reader.account or reader.login.lower(), reader)
    shown = mirror.value if isinstance(mirror, Known) else None
    unclear = (
        *_unclear(coordination, mirror, shown, beside, snapshot.people),
        *_forgotten(snapshot, shown, is_rebuilt=is_rebuilt),
    )
    return CaseReaders(readers=tuple(found.values()), unclear=unclear)


def _always(coordination: Coordination) -> Iterator[Reader]:
    for person in coordination.always_readers.users:
        yield Reader(login=person.login, account=person.id, why=ALWAYS)
    for team in coordination.always_readers.teams:
        yield Reader(login=str(team), why="this team reads every case, as policy says")


def _inside(snapshot: CaseSnapshot, rules: PolicyFile) -> Iterator[Reader]:
    mirror = snapshot.mirror.value if isinstance(snapshot.mirror, Known) else None
    if mirror is None:
        return
    ours = {each.account: each for each in snapshot.access.let_in if each.is_ours}
    for person in mirror.people:
        why = _why(person, snapshot, rules, ours.get(person.id))
        by: LetInBy = "us" if person.id in ours else "others"
        yield Reader(login=person.login, account=person.id, why=why, let_in_by=by)
    for slug in mirror.teams or ():
        yield from _by_team(slug, mirror, snapshot, rules)


def _by_team(slug: str, mirror: Mirror, snapshot: CaseSnapshot, rules: PolicyFile) -> Iterator[Reader]:
    """The team, and its members where a tool names it."""
    ours = {each.slug: each for each in snapshot.access.teams if each.is_ours}
    by: LetInBy = "us" if slug in ours else "others"
    team, inside = f"{mirror.repo.owner}/{slug}", members(slug, snapshot.people, mirror.repo)
    tools = ", ".join(sorted({tool for each in inside.values() for tool in each}))
    if tools:
        why = f"this team takes part for {tools}"
    elif any(each.slug == slug for group in groups(rules) for each in group.teams):
        why = "this team was let in, as policy says"
    elif slug in ours:
        why = f"this team was let in for {', '.join(ours[slug].tools)}, and is named by nothing any more"
    else:
        why = "this team was let in, and " + UNEXPLAINED
    yield Reader(login=team, why=why, let_in_by=by)
    for person, its_tools in inside.items():
        why = f"member of the team {team}, takes part for {', '.join(its_tools)}"
        yield Reader(login=person.login, account=person.id, why=why, let_in_by=by)


def _why(person: Person, snapshot: CaseSnapshot, rules: PolicyFile, row: LetIn | None) -> str:
    tools = [
        tool
        for tool, fact in snapshot.people.items()
        if isinstance(fact, Known) and person.id in {each.id for each in fact.value.people}
    ]
    if tools:
        return f"takes part for {', '.join(tools)}"
    if snapshot.case.coordinator is not None and person.id == snapshot.case.coordinator.id:
        return "coordinates this case"
    if person.id in {each.id for each in rules.coordinators.users}:
        return "coordinates cases, as policy says"
    if row is not None:
        why = f"was let in for {', '.join(row.tools)}" if row.tools else "was let in under a login that changed hands"
        return f"{why}, and is named by nothing any more"
    return UNEXPLAINED


def _beside(coordination: Coordination, snapshot: CaseSnapshot, beside: People) -> Iterator[Reader]:
    owner = coordination.repository.owner
    if not isinstance(beside, Known) or not (isinstance(snapshot.mirror, Known) and snapshot.mirror.value):
        return
    is_issue = coordination.store == "issue"
    for person in beside.value:
        can = f"can read {coordination.repository}, and policy does not list them"
        why = can if is_issue else f"owns {owner}, whose owners read every case"
        yield Reader(login=person.login, account=person.id, why=why)


def _unclear(
    coordination: Coordination,
    mirror: Fact[Mirror | None],
    shown: Mirror | None,
    beside: People,
    named: Mapping[str, Fact[Roster]],
) -> Iterator[str]:
    owner = coordination.repository.owner
    if isinstance(mirror, CannotTell):
        yield f"who is inside the mirror: {mirror.reason}"
    if shown is None:
        return
    if shown.hides_people:
        yield "who is inside the mirror: GitHub does not say"
    if not isinstance(beside, Known):
        who = f"who can read {coordination.repository}" if shown.store == "issue" else f"who owns {owner}"
        yield f"{who}: {beside.reason}"
    if shown.store == "advisory":
        yield from _unclear_teams(shown, named)
        if shown.people:
            yield "whether those who were let in had to accept that first, and did: GitHub does not say"
        asks = "GitHub tells it only to Apps with Custom organization roles: read, for which Greenroom does not ask"
        yield f"who manages security in {owner} and so reads every case: {asks}"


def _unclear_teams(shown: Mirror, named: Mapping[str, Fact[Roster]]) -> Iterator[str]:
    if shown.teams is None:
        yield "which teams were let in: GitHub tells it only to Apps with Members: read"
    for slug in shown.teams or ():
        if not members(slug, named, shown.repo):
            yield f"who is in the team {shown.repo.owner}/{slug}: no tool that takes part names it, so nobody asked"


def _forgotten(snapshot: CaseSnapshot, shown: Mirror | None, *, is_rebuilt: bool) -> Iterator[str]:
    """After a lost database nobody is known to be there because of us."""
    known = {each.account for each in snapshot.access.let_in}
    if is_rebuilt and shown is not None and any(person.id not in known for person in shown.people):
        yield "whom Greenroom let in before its database was lost, so it takes out none of those"
