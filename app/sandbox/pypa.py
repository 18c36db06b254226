"""What does the world of Python packaging look like?

Repositories, external tools and published advisories are those of `pypa.json`, compiled from public sources in
November 2026 (the repositories' own pages and files, their published advisories, their vendoring manifests). Its texts
are one-line summaries of published advisories. Where a repository's facts name its intake, its SECURITY.md says so in
a sentence of ours. People and teams are invented, and their names say so.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Container, Iterable
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

from app.clock import Clock
from app.sandbox.registering import register_hand, register_watcher
from app.sandbox.state.accounts import Organization
from app.sandbox.state.advisories import Advisory, Vulnerability
from app.sandbox.state.files import File
from app.sandbox.state.repositories import Repository
from app.sandbox.state.tokens import install
from app.sandbox.state.world import World

COORDINATION = "packaging-security"
CASES = "packaging-security/cases"
PRIVATE_CASES = "packaging-security/private-cases"
PIP = "pypa/pip"
_MAINTAINERS = 2  # of each project
_SEVERITIES = ("critical", "high", "medium", "low")
_BY_MAIL = "Vulnerabilities are handled by the Python Security Response Team: please write to security@python.org."
_BY_TIDELIFT = "Please report vulnerabilities through the Tidelift security contact, https://tidelift.com/security."
_ON_GITHUB = "Please report vulnerabilities [privately on GitHub](../../security/advisories/new)."
_POLICIES = {
    "psrt-email": _BY_MAIL,
    "tidelift": _BY_TIDELIFT,
    "ghsa": _ON_GITHUB,
    "ghsa+tidelift": f"{_ON_GITHUB} {_BY_TIDELIFT}",
}
_NO_LONGER_ALIVE = {"archived", "legacy"}


@functools.cache
def facts() -> dict[str, Any]:
    """The public facts: `repos`, `external_tools`, `vendors`, `advisories`, `clusters`."""
    read: dict[str, Any] = json.loads(resources.files("app.sandbox").joinpath("pypa.json").read_text(encoding="utf-8"))
    return read


def pypa_world(*, clock: Clock, watcher_key: str, hand_key: str, only: Container[str] | None = None) -> World:
    """PyPA, the tools around it and both kinds of coordination repository; the Watcher everywhere, the Hand there."""
    world = World(clock=clock)
    world.add_person("reporter-1")
    coordination = world.add_organization(COORDINATION, owners=["coordinator-1"])
    pypa = world.add_organization("pypa", owners=["pypa-owner-1"])
    for known in _among(facts()["repos"], only):
        _add_pypa_repository(world, pypa, known)
    for tool in _among(facts()["external_tools"], only):
        _add_tool(world, tool["repo"])
    for advisory in _among(facts()["advisories"], only):
        _add_advisory(world, advisory)
    cases = world.add_repository(coordination, "cases")
    cases.commits, cases.has_issues, cases.has_wiki = 0, False, False
    world.add_team(world.organization("python"), "psrt", ["psrt-member-1", "psrt-member-2"])
    watcher = register_watcher(world, coordination, private_key=watcher_key)
    hand = register_hand(world, coordination, private_key=hand_key)
    for org in world.organizations.values():
        install(world, watcher, org)
    private = _add_private_cases(world, coordination)
    install(world, hand, coordination, repositories=[cases, private])
    install(world, hand, pypa, repositories=[world.repository(PIP)])
    return world


def _add_private_cases(world: World, coordination: Organization) -> Repository:
    """The other kind of coordination repository: private, with issues, which every maintainer may read."""
    private = world.add_repository(coordination, PRIVATE_CASES.split("/")[1], private=True)
    for org in world.organizations.values():
        for team in org.teams.values():
            private.readers |= team.members if team.slug.endswith("-maintainers") else set()
    return private


def _among(known: Iterable[dict[str, Any]], only: Container[str] | None) -> list[dict[str, Any]]:
    return [each for each in known if only is None or each["repo"] in only]


def empty_world(*, clock: Clock, watcher_key: str, hand_key: str) -> World:
    """One organization with nothing but the two coordination repositories, and both Apps."""
    world = World(clock=clock)
    world.add_person("reporter-1")
    coordination = world.add_organization(COORDINATION, owners=["coordinator-1"])
    cases = world.add_repository(coordination, "cases")
    cases.commits, cases.has_issues, cases.has_wiki = 0, False, False
    install(world, register_watcher(world, coordination, private_key=watcher_key), coordination)
    hand = register_hand(world, coordination, private_key=hand_key)
    install(world, hand, coordination, repositories=[cases, _add_private_cases(world, coordination)])
    return world


def _add_pypa_repository(world: World, pypa: Organization, known: dict[str, Any]) -> None:
    repo = world.add_repository(pypa, known["repo"].split("/")[1])
    repo.archived = known["status"] in _NO_LONGER_ALIVE
    repo.private_reporting = known["pvr_policy_suggestion"] == "on" and not repo.archived
    if says := _POLICIES.get(known["intake"]):
        repo.files["SECURITY.md"] = File(f"# Security policy\n\n{says}\n".encode())
    _add_maintainers(world, repo, _slug(repo.name))


def _add_tool(world: World, full_name: str) -> Repository:
    owner, name = full_name.split("/")
    org = world.find_organization(owner) or world.add_organization(owner, owners=[f"{_slug(owner)}-owner-1"])
    repo = world.add_repository(org, name)
    repo.private_reporting = True
    _add_maintainers(world, repo, _slug(name))
    return repo


def _add_maintainers(world: World, repo: Repository, slug: str) -> None:
    people = [f"{slug}-maintainer-{number}" for number in range(1, _MAINTAINERS + 1)]
    world.add_team(repo.owner, f"{slug}-maintainers", people)
    repo.admin_teams.add(f"{slug}-maintainers")


def _slug(name: str) -> str:
    return "-".join(name.lower().replace(".", "-").replace("_", "-").split("-")).strip("-")


def _add_advisory(world: World, known: dict[str, Any]) -> None:
    """A published advisory of the past. What was not read stays empty."""
    repo = world.find_repository(known["repo"]) or _add_tool(world, known["repo"])
    author = _first(repo.owner.owners)
    published = _published_at(world, known)
    advisory = Advisory(
        ghsa=known["ghsa"] or world.next_ghsa(),
        state="published",
        author=author,
        publisher=author,
        created_at=published - timedelta(days=30),
        updated_at=published,
        published_at=published,
        summary=known["summary"],
        description=known["note"] or known["summary"],
        cve_id=_cve(known["cve"]),
        severity=next((word for word in _SEVERITIES if word in _rating(known)), None),
        vulnerabilities=[
            Vulnerability(
                ecosystem="pip",
                package=known["package"],
                vulnerable_version_range=known["affected"],
                patched_versions=known["fixed"],
            )
        ],
    )
    repo.advisories[advisory.ghsa] = advisory


def _first(ids: Iterable[int]) -> int:
    return min(ids)


def _published_at(world: World, known: dict[str, Any]) -> datetime:
    day = known["public_date"] or "2026-01-01"
    return min(datetime.fromisoformat(day).replace(tzinfo=UTC), world.now())


def _cve(text: str | None) -> str | None:
    return text.split("|")[0] if text else None


def _rating(known: dict[str, Any]) -> str:
    return (known["severity"] or "").lower().replace("moderate", "medium")
