"""Who can read an advisory, or a private repository, and why?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.sandbox.state.advisories import Advisory
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World


def readers(world: World, repository: Repository, advisory: Advisory) -> dict[str, str]:
    """Login → the first reason. A published advisory is read by everybody; these are who could before.

    GitHub: "Permission levels for repository security advisories". Roles below admin see no draft.
    """
    return _first_reasons(world, _reasons(repository, advisory))


def repository_readers(world: World, repository: Repository) -> dict[str, str]:
    """Login → the first reason. Everybody reads a public one; these are who could while it is private.

    GitHub: "Repository roles for an organization"; members get the organization's base permission, which is *read*
    unless somebody changed it.
    """
    return _first_reasons(world, _roles(repository))


def is_admin(repository: Repository, person: int) -> bool:
    """Do they administer it, by themselves or by a team?"""
    org = repository.owner
    teams = (org.teams[slug].members for slug in repository.admin_teams)
    return person in org.owners | repository.admins or any(person in members for members in teams)


def _first_reasons(world: World, reasons: Iterable[tuple[Iterable[int], str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for ids, reason in reasons:
        for login in sorted(world.users[id_].login for id_ in ids):
            found.setdefault(login, reason)
    return found


def _roles(repository: Repository) -> Iterator[tuple[Iterable[int], str]]:
    org = repository.owner
    yield org.owners, f"owner of {org.login}"
    yield org.security_managers, f"security manager of {org.login}"
    yield repository.admins, f"admin of {repository.full_name}"
    for slug in sorted(repository.admin_teams):
        yield org.teams[slug].members, f"admin of {repository.full_name} by team {org.login}/{slug}"
    yield org.members, f"member of {org.login}"
    yield repository.readers, f"was given access to {repository.full_name}"


def _reasons(repository: Repository, advisory: Advisory) -> Iterator[tuple[Iterable[int], str]]:
    org = repository.owner
    yield org.owners, f"owner of {org.login}"
    yield org.security_managers, f"security manager of {org.login}"
    yield repository.admins, f"admin of {repository.full_name}"
    for slug in sorted(repository.admin_teams):
        yield org.teams[slug].members, f"admin of {repository.full_name} by team {org.login}/{slug}"
    yield advisory.collaborating_users, "collaborator"
    for slug in advisory.collaborating_teams:
        yield org.teams[slug].members, f"member of collaborating team {org.login}/{slug}"
    if advisory.reported:
        yield [advisory.author], "reporter"
