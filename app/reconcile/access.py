"""Who is to be let into the mirror of a case, and who is to be taken out?

Only those are taken out whom we let in and whom nothing names any more: no tool that takes part, no list of
coordinators or of who reads every case. Whoever was there before us, or was added by hand, stays. Where it cannot be
told whom a tool names nobody is taken out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from app.domain.access import Everywhere, LetIn
from app.domain.actions import InviteToMirror, RemoveFromMirror
from app.domain.cases import StoredCase
from app.domain.facts import CannotTell, Fact, Known, Roster
from app.domain.ids import CaseKey, Ghsa, Person
from app.domain.mirrors import Mirror
from app.domain.records import Approval
from app.reconcile import team_access
from app.reconcile.brakes import Yes, limit_of
from app.reconcile.matter import Matter
from app.reconcile.plan import SawInside, SawTeams, Step
from policies.config import People, PolicyFile


def let_in(matter: Matter, mirror: Mirror) -> Iterator[Step]:
    """The teams and people of each tool that takes part. Whoever is inside already is not asked again.

    Nobody, while a case that came back from its mirror is not confirmed: somebody may have put an old text of ours
    there, in which a tool takes part that left.
    """
    if matter.is_done or not isinstance(mirror.id, Ghsa) or mirror.hides_people:
        return
    if matter.snapshot.case.unconfirmed_since is not None:
        return
    teams = tuple(team_access.let_in(matter, mirror))
    yield from teams
    inside = {person.id for person in mirror.people} | team_access.covered(matter, mirror, teams)
    tools: dict[Person, list[str]] = {}
    for tool, fact in matter.snapshot.people.items():
        for person in fact.value.people if isinstance(fact, Known) else ():
            if person.id not in inside:
                tools.setdefault(person, []).append(tool)
    if not tools:
        return
    yield matter.step(
        InviteToMirror(
            case=matter.snapshot.case.number,
            repo=matter.coordination.repository,
            mirror=mirror.id,
            add=tuple(sorted(tools)),
            tools={person.id: tuple(each) for person, each in tools.items()},
            reason=f"they take part for {', '.join(sorted({tool for each in tools.values() for tool in each}))}",
        )
    )


def take_out(matter: Matter, mirror: Mirror) -> Iterator[Step]:
    """Those whose tool left, by a coordinator's word; and those whom policy names no more, unless they are many."""
    yield from team_access.take_out(matter, mirror)
    staying = matter.snapshot.access.staying
    if matter.is_done or not isinstance(staying, Known):
        return
    keep = {person.id for person in staying.value.people}
    snapshot = matter.snapshot
    rows = {each.account: each for each in snapshot.access.let_in if each.is_ours}
    out = [
        person
        for person in unnamed(snapshot.case, snapshot.people, snapshot.access.let_in, mirror, matter.at.policies.file)
        if person.id not in keep
    ]
    left = [person for person in out if _left(rows[person.id], snapshot.case)]
    tools = sorted({tool for person in left for tool in rows[person.id].tools})
    yield from _removal(matter, mirror, left, f"{', '.join(tools)} takes no part any more")
    dropped = [person for person in out if person not in left]
    for step in _removal(matter, mirror, dropped, "policy names them for no tool that takes part"):
        yield _capped(step, matter, {person.id for person in dropped})


def unnamed(
    case: StoredCase, people: Mapping[str, Fact[Roster]], known: Iterable[LetIn], mirror: Mirror, rules: PolicyFile
) -> tuple[Person, ...]:
    """Whom we let in, who is inside, and whom no list names in which people stand by name.

    Nobody, where it cannot be told of every tool whom it names.
    """
    if mirror.hides_people or any(_whom(each.tool, people, rules) is None for each in case.present):
        return ()
    named = {number for each in case.present for number in _whom(each.tool, people, rules) or ()}
    named |= _always(case, rules)
    ours = {each.account for each in known if each.is_ours}
    return tuple(sorted(person for person in mirror.people if person.id in ours - named))


def everywhere(open_cases: Iterable[StoredCase], known: Iterable[LetIn], rules: PolicyFile) -> Everywhere:
    """In all open cases. Where teams may name somebody they count as named; only a look at that case tells."""
    cases = {each.number: each for each in open_cases}
    rows = [each for each in known if each.is_ours and each.case in cases]
    gone = (each for each in rows if not _left(each, cases[each.case]) and _is_dropped(each, cases[each.case], rules))
    return Everywhere(let_in=frozenset(each.account for each in rows), unnamed=frozenset(each.account for each in gone))


def seen_inside(matter: Matter, mirror: Mirror, settling: timedelta) -> Iterator[SawInside | SawTeams]:
    """What this look shows of those whom we added: an answer may have been lost, or people took them out."""
    yield from team_access.seen_inside(matter, mirror, settling)
    if mirror.hides_people:
        return
    inside, now = {person.id for person in mirror.people}, matter.at.now
    rows = [each for each in matter.snapshot.access.let_in if each.gone_at is None]
    came = frozenset(each.account for each in rows if each.seen_at is None and each.account in inside)
    gone = frozenset(
        each.account for each in rows if each.account not in inside and now - (each.seen_at or each.at) >= settling
    )
    if came or gone:
        yield SawInside(case=matter.snapshot.case.number, came=came, gone=gone)


def unclear(matter: Matter, mirror: Mirror) -> Iterator[str]:
    """What cannot be told of who reads a mirror?"""
    if mirror.hides_people:
        yield "who reads the mirror: GitHub does not say"
    yield from team_access.unclear(matter, mirror)
    staying = matter.snapshot.access.staying
    if isinstance(staying, CannotTell):
        yield f"nobody is taken out, for it cannot be told who reads every case: {staying.reason}"


def to_settle(matter: Matter) -> Iterator[str]:
    """What of it can only people settle?"""
    yield from team_access.to_settle(matter)
    if matter.is_done or not any(each.is_ours for each in matter.snapshot.access.let_in):
        return
    known = matter.at.policies.file.tools
    if lost := [each.tool for each in matter.snapshot.case.present if each.tool not in known]:
        names, say = ", ".join(lost), "greenroom case leave N TOOL --by LOGIN says that a tool takes no part"
        yield f"policy does not know {names} any more, so nobody is taken out of the mirror; {say}"


def _removal(matter: Matter, mirror: Mirror, people: list[Person], reason: str) -> Iterator[Step]:
    if people and isinstance(mirror.id, Ghsa):
        yield matter.step(
            RemoveFromMirror(
                case=matter.snapshot.case.number,
                repo=matter.coordination.repository,
                mirror=mirror.id,
                remove=tuple(people),
                reason=f"{reason}: {', '.join(person.login for person in people)}",
            )
        )


def _capped(step: Step, matter: Matter, dropped: set[int]) -> Step:
    """One wrong line of policy names nobody any more: then it is a person's turn to look."""
    everywhere, at = matter.snapshot.access.everywhere, matter.at
    ours = {each.account for each in matter.snapshot.access.let_in if each.is_ours} | everywhere.let_in
    count, limit = len(dropped | everywhere.unnamed), limit_of(len(ours))
    if step.gate != "go" or count <= limit:
        return step
    approval: Approval = at.approvals[step.action.scope]
    if Yes(approval=approval, commit=at.policies.commit, now=at.now).covers(CaseKey(matter.snapshot.case.number)):
        return step
    share = f"{count * 100 / len(ours):.0f} % of the {len(ours)} whom we let in"
    wider = "greenroom approve PLAN_ID --by LOGIN --wide allows it"
    why = f"policy would take {count} people out of mirrors at once ({share}); the limit is {limit}; {wider}"
    return replace(step, gate="capped", why_not=why)


def _whom(tool: str, people: Mapping[str, Fact[Roster]], rules: PolicyFile) -> set[int] | None:
    """The accounts that a tool names. None where that cannot be told."""
    fact = people.get(tool)
    if tool not in rules.tools or not isinstance(fact, Known):
        return None
    roster = fact.value
    return {person.id for person in (*rules.tools[tool].users, *roster.people, *roster.unconfirmed)}


def _always(case: StoredCase, rules: PolicyFile) -> set[int]:
    """Who stays whatever the tools say, as far as they stand by name."""
    listed = [person.id for group in groups(rules) for person in group.users]
    return {*listed, *([case.coordinator.id] if case.coordinator else [])}


def groups(rules: PolicyFile) -> tuple[People, ...]:
    """Coordinators, and who reads every case."""
    return (rules.coordinators, *([rules.coordination.always_readers] if rules.coordination else []))


def _left(row: LetIn, case: StoredCase) -> bool:
    """Did all the tools leave for which we let them in?"""
    return bool(row.tools) and not {*row.tools} & {each.tool for each in case.present}


def _is_dropped(row: LetIn, case: StoredCase, rules: PolicyFile) -> bool:
    lists = [rules.tools.get(each.tool) for each in case.present]
    if None in lists or any(group.teams for group in (*filter(None, lists), *groups(rules))):
        return False
    by_name = {person.id for group in filter(None, lists) for person in group.users}
    return row.account not in by_name | _always(case, rules)
