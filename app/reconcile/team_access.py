"""Which teams are to be let into a mirror, and which are to be taken out?

A team can be a collaborator only inside its own organization, so these are the teams of the organization that holds the
mirrors; of others the members are let in by name. So are its own, where GitHub does not show which teams are inside or
refused one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from app.domain.access import TeamLetIn
from app.domain.actions import InviteTeam, RemoveTeam
from app.domain.facts import Fact, Known, Roster
from app.domain.ids import Ghsa, Person, RepoName, Team
from app.domain.mirrors import Mirror
from app.reconcile.matter import Matter
from app.reconcile.plan import SawTeams, Step
from policies.config import People, PolicyFile


def let_in(matter: Matter, mirror: Mirror) -> Iterator[Step]:
    """The teams that policy names for tools which take part, as far as they can be collaborators."""
    if matter.is_done or not isinstance(mirror.id, Ghsa) or mirror.teams is None:
        return
    if matter.snapshot.case.unconfirmed_since is not None:
        return
    for team, tools in wanted(matter.snapshot.people, mirror.repo).items():
        if team.slug not in mirror.teams:
            yield matter.step(
                InviteTeam(
                    case=matter.snapshot.case.number,
                    repo=matter.coordination.repository,
                    mirror=mirror.id,
                    team=team,
                    tools=tools,
                    members=tuple(members(team.slug, matter.snapshot.people, mirror.repo)),
                    reason=f"the team {team} takes part for {', '.join(tools)}",
                )
            )


def take_out(matter: Matter, mirror: Mirror) -> Iterator[Step]:
    """Teams that we let in, whose tools left by a coordinator's word, and which nothing else names."""
    if matter.is_done or not isinstance(mirror.id, Ghsa):
        return
    for row in _unnamed(matter, mirror):
        if row.is_ours and row.slug in (mirror.teams or ()) and _left(row, matter):
            yield matter.step(
                RemoveTeam(
                    case=matter.snapshot.case.number,
                    repo=matter.coordination.repository,
                    mirror=mirror.id,
                    team=Team(mirror.repo.owner, row.slug),
                    tools=row.tools,
                    reason=f"{', '.join(row.tools)} takes no part any more",
                )
            )


def to_settle(matter: Matter) -> Iterator[str]:
    """A team that policy dropped may be many people, of whom some may have been meant to stay."""
    mirror = matter.snapshot.mirror.value if isinstance(matter.snapshot.mirror, Known) else None
    if matter.is_done or mirror is None:
        return
    for row in _unnamed(matter, mirror):
        if row.is_ours and row.slug in (mirror.teams or ()) and not _left(row, matter):
            team = Team(mirror.repo.owner, row.slug)
            why = f"was let in for {', '.join(row.tools)} and policy names it no more"
            yield f"the team {team} {why}; take it out of the mirror by hand"


def unclear(matter: Matter, mirror: Mirror) -> Iterator[str]:
    """Which teams may still be inside that nothing names any more, where GitHub does not show who is?"""
    if matter.is_done or mirror.teams is not None or not isinstance(mirror.id, Ghsa):
        return
    for row in _unnamed(matter, mirror):
        team, tools = Team(mirror.repo.owner, row.slug), ", ".join(row.tools)
        why = f"{tools} takes no part any more" if _left(row, matter) else f"policy names it for {tools} no more"
        yield (
            f"whether the team {team} still reads the mirror: {why}, and GitHub does not show which teams do; show the "
            "Watcher drafts and Members: read, or take the team out by hand"
        )


def covered(matter: Matter, mirror: Mirror, steps: tuple[Step, ...]) -> frozenset[int]:
    """Who need not be let in by name: they are, or are to be, inside as members of a team."""
    inside = {*(mirror.teams or ()), *(each.slug for each in matter.snapshot.access.teams if each.is_ours)}
    coming = {each.action.team.slug for each in steps if isinstance(each.action, InviteTeam) and each.gate != "blocked"}
    if mirror.teams is None and matter.snapshot.unanswered is not None:
        coming |= {team.slug for team in wanted(matter.snapshot.people, mirror.repo)}  # the next look may tell
    found: set[int] = set()
    for fact in matter.snapshot.people.values():
        for team, its_members in _own(fact, mirror.repo):
            if team.slug in inside | coming:
                found |= {person.id for person in its_members}
    by_name = (matter.at.policies.file.tools.get(tool, People()).users for tool in matter.snapshot.people)
    return frozenset(found - {person.id for users in by_name for person in users})


def wanted(people: Mapping[str, Fact[Roster]], repo: RepoName) -> dict[Team, tuple[str, ...]]:
    """The teams that can be let in, each with the tools for which."""
    found: dict[Team, list[str]] = {}
    for tool, fact in people.items():
        for team, _ in _own(fact, repo):
            found.setdefault(team, []).append(tool)
    return {team: tuple(tools) for team, tools in sorted(found.items())}


def members(slug: str, people: Mapping[str, Fact[Roster]], repo: RepoName) -> dict[Person, list[str]]:
    """Who is in that team, each with the tools for which it takes part. Nobody, where no tool names it."""
    found: dict[Person, list[str]] = {}
    for tool, fact in people.items():
        for person in (each for team, each_in in _own(fact, repo) if team.slug == slug for each in each_in):
            found.setdefault(person, []).append(tool)
    return found


def inside_by_team(mirror: Mirror, people: Mapping[str, Fact[Roster]]) -> Iterator[Person]:
    """Who reads a mirror as member of a team that a tool names."""
    for slug in mirror.teams or ():
        yield from members(slug, people, mirror.repo)


def seen_inside(matter: Matter, mirror: Mirror, settling: timedelta) -> Iterator[SawTeams]:
    """What this look shows of the teams that we added: an answer may have been lost, or people took them out."""
    if mirror.teams is None:
        return
    now = matter.at.now
    rows = [each for each in matter.snapshot.access.teams if each.gone_at is None]
    came = frozenset(each.slug for each in rows if each.seen_at is None and each.slug in mirror.teams)
    gone = frozenset(
        each.slug for each in rows if each.slug not in mirror.teams and now - (each.seen_at or each.at) >= settling
    )
    if came or gone:
        yield SawTeams(case=matter.snapshot.case.number, came=came, gone=gone)


def _own(fact: Fact[Roster], repo: RepoName) -> Iterator[tuple[Team, tuple[Person, ...]]]:
    if isinstance(fact, Known):
        yield from (each for each in fact.value.by_team if each[0].org.lower() == repo.owner.lower())


def _unnamed(matter: Matter, mirror: Mirror) -> Iterator[TeamLetIn]:
    """Those that we added, not seen to be gone since, and that no list of policy names any more."""
    rules = matter.at.policies.file
    for row in matter.snapshot.access.teams:
        if row.gone_at is None and not _is_named(row.slug, matter, mirror.repo, rules):
            yield row


def _left(row: TeamLetIn, matter: Matter) -> bool:
    """Did all the tools leave for which we let it in?"""
    return not {*row.tools} & {each.tool for each in matter.snapshot.case.present}


def _is_named(slug: str, matter: Matter, repo: RepoName, rules: PolicyFile) -> bool:
    lists = [rules.tools.get(each.tool) for each in matter.snapshot.case.present]
    if None in lists:
        return True  # policy does not know the tool any more, so it cannot be told
    everywhere = (rules.coordinators, matter.coordination.always_readers)
    named = (team for group in (*filter(None, lists), *everywhere) for team in group.teams)
    return (repo.owner.lower(), slug) in {(team.org.lower(), team.slug) for team in named}
