"""Which world shall it be? `pypa`, `empty`, or one from a file.

A world file is JSON:

    {"people": ["reporter-1"],
     "organizations": [
       {"login": "acme", "owners": ["acme-owner-1"], "security_managers": [],
        "teams": {"maintainers": ["acme-maintainer-1"]},
        "repositories": [
          {"name": "tool", "private": false, "archived": false, "commits": 1, "has_issues": true, "has_wiki": true,
           "private_reporting": true, "admins": [], "admin_teams": ["maintainers"],
           "files": {"SECURITY.md": "Write to security@acme.example."}}]}],
     "hand": ["acme/tool"]}

Everything but `login`, `owners` and the names may be left out. The Watcher is installed in every organization with all
repositories, the Hand on the repositories that `hand` names.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.clock import Clock
from app.sandbox.pypa import empty_world, pypa_world
from app.sandbox.registering import new_private_key, register_hand, register_watcher
from app.sandbox.state.accounts import Organization
from app.sandbox.state.files import File
from app.sandbox.state.tokens import install
from app.sandbox.state.world import Unknown, World


class InvalidWorld(ValueError):
    """A world file cannot be read. The message says where and what would be right."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Repository(_Strict):
    name: str = Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")
    private: bool = False
    archived: bool = False
    commits: int = Field(1, ge=0)
    has_issues: bool = True
    has_wiki: bool = True
    private_reporting: bool = False
    admins: list[str] = []
    admin_teams: list[str] = []
    files: dict[str, str] = {}


class _Organization(_Strict):
    login: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}$")
    owners: list[str] = Field(min_length=1)
    security_managers: list[str] = []
    teams: dict[str, list[str]] = {}
    repositories: list[_Repository] = []


class _File(_Strict):
    people: list[str] = []
    organizations: list[_Organization] = Field(min_length=1)
    hand: list[str] = []


def build_world(name: str, *, clock: Clock) -> World:
    """Raises InvalidWorld."""
    if name == "pypa":
        return pypa_world(clock=clock, watcher_key=new_private_key(), hand_key=new_private_key())
    if name == "empty":
        return empty_world(clock=clock, watcher_key=new_private_key(), hand_key=new_private_key())
    return _from_file(Path(name), clock)


def _from_file(path: Path, clock: Clock) -> World:
    try:
        read = _File.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InvalidWorld(
            f'"{path}" is neither pypa nor empty nor a file that can be read: {error.strerror}'
        ) from error
    except json.JSONDecodeError as error:
        raise InvalidWorld(f"{path} line {error.lineno}: not JSON: {error.msg}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidWorld(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    try:
        return _built(read, World(clock=clock))
    except Unknown as error:
        raise InvalidWorld(f"{path}: {error}") from error


def _built(read: _File, world: World) -> World:
    for login in read.people:
        world.add_person(login)
    for described in read.organizations:
        _add(world, described)
    first = next(iter(world.organizations.values()))
    watcher = register_watcher(world, first, private_key=new_private_key())
    hand = register_hand(world, first, private_key=new_private_key())
    chosen = [world.repository(full_name) for full_name in read.hand]
    for org in world.organizations.values():
        install(world, watcher, org)
        if mine := [repo for repo in chosen if repo.owner is org]:
            install(world, hand, org, repositories=mine)
    return world


def _add(world: World, described: _Organization) -> None:
    org = world.add_organization(described.login, owners=described.owners)
    org.security_managers = {world.add_person(login).id for login in described.security_managers}
    for slug, members in described.teams.items():
        world.add_team(org, slug, members)
    for repository in described.repositories:
        _add_repository(world, org, repository)


def _add_repository(world: World, org: Organization, described: _Repository) -> None:
    repo = world.add_repository(org, described.name, private=described.private)
    repo.archived, repo.commits = described.archived, described.commits
    repo.has_issues, repo.has_wiki = described.has_issues, described.has_wiki
    repo.private_reporting = described.private_reporting
    repo.files = {path: File(text.encode()) for path, text in described.files.items()}
    repo.admins = {world.add_person(login).id for login in described.admins}
    repo.admin_teams = {world.team(org, slug).slug for slug in described.admin_teams}
