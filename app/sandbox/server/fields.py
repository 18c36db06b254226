"""Is the body of an advisory well formed, and what does it ask for?

Becomes the fields of `Advisory`, with people as ids. Whatever GitHub answers with 422 raises a Refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

from app.sandbox.server.answers import unprocessable
from app.sandbox.state.advisories import Credit, Vulnerability
from app.sandbox.state.repositories import Repository
from app.sandbox.state.scores import is_vector
from app.sandbox.state.world import World

_REPORT = {"summary", "description", "vulnerabilities", "cwe_ids", "severity", "cvss_vector_string"}
_CREATE = _REPORT | {"cve_id", "credits"}
_UPDATE = _CREATE | {"state", "collaborating_users", "collaborating_teams"}
_ONLY_WHEN_NEW = {"start_private_fork"}

ECOSYSTEMS = frozenset(
    {"rubygems", "npm", "pip", "maven", "nuget", "composer", "go", "rust", "erlang", "actions", "pub", "other", "swift"}
)
_CREDIT_TYPES = frozenset(
    {
        "analyst",
        "finder",
        "reporter",
        "coordinator",
        "remediation_developer",
        "remediation_reviewer",
        "remediation_verifier",
        "tool",
        "sponsor",
        "other",
    }
)
_SEVERITIES = frozenset({"critical", "high", "medium", "low"})
_STATES = frozenset({"published", "closed", "draft"})
_PACKAGE_KEYS = {"package", "vulnerable_version_range", "patched_versions", "vulnerable_functions"}


def report_fields(world: World, repo: Repository, body: Any) -> dict[str, Any]:
    """GitHub: "Privately report a security vulnerability", body parameters."""
    return _fields(world, repo, body, allowed=_REPORT | _ONLY_WHEN_NEW, required=("summary", "description"))


def draft_fields(world: World, repo: Repository, body: Any) -> dict[str, Any]:
    """GitHub: "Create a repository security advisory", body parameters. No state, no collaborators."""
    required = ("summary", "description", "vulnerabilities")
    return _fields(world, repo, body, allowed=_CREATE | _ONLY_WHEN_NEW, required=required)


def changed_fields(world: World, repo: Repository, body: Any) -> dict[str, Any]:
    """GitHub: "Update a repository security advisory", body parameters."""
    return _fields(world, repo, body, allowed=_UPDATE, required=())


def _fields(
    world: World, repo: Repository, body: Any, *, allowed: Collection[str], required: Collection[str]
) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise unprocessable("Invalid request.\n\nThe body is not an object.")
    missing = [name for name in required if name not in body]
    if missing:
        raise unprocessable(f"Invalid request.\n\nmissing required keys: {', '.join(missing)}")
    for name in body:
        if name not in allowed:
            raise unprocessable(f'Invalid request.\n\n"{name}" is not a permitted key.')
    if body.get("severity") is not None and body.get("cvss_vector_string") is not None:
        raise unprocessable("You must choose between setting severity or cvss_vector_string.", field="severity")
    read = {name: _READERS[name](world, repo, value) for name, value in body.items() if name in _READERS}
    if "cvss_vector_string" in read:
        read["cvss_vector"] = read.pop("cvss_vector_string")
    if read.get("severity", "") is None:
        del read["severity"]
    return read


def _text(name: str, most: int) -> Callable[[World, Repository, Any], str]:
    def read(_world: World, _repo: Repository, value: Any) -> str:
        if not isinstance(value, str):
            raise _wrong(name, "a string")
        if len(value) > most:
            raise unprocessable(f"{name} is too long (maximum is {most} characters)", field=name, code="too_long")
        if not value.strip():
            raise unprocessable(f"{name} can't be blank", field=name, code="missing_field")
        return value

    return read


def _choice(name: str, choices: Collection[str], *, nullable: bool) -> Callable[[World, Repository, Any], str | None]:
    def read(_world: World, _repo: Repository, value: Any) -> str | None:
        if value is None and nullable:
            return None
        if value not in choices:
            raise _wrong(name, f"one of {', '.join(sorted(choices))}")
        return str(value)

    return read


def _cve(_world: World, _repo: Repository, value: Any) -> str | None:
    if value is not None and not re.fullmatch(r"CVE-\d{4}-\d{4,}", str(value)):
        raise unprocessable("cve_id is not a CVE id", field="cve_id")
    return None if value is None else str(value)


def _cvss(_world: World, _repo: Repository, value: Any) -> str | None:
    if value is not None and not is_vector(str(value)):
        raise unprocessable("cvss_vector_string is not a valid CVSS vector", field="cvss_vector_string")
    return None if value is None else str(value)


def _cwes(_world: World, _repo: Repository, value: Any) -> list[str]:
    for cwe in _array("cwe_ids", value):
        if not re.fullmatch(r"CWE-\d+", str(cwe)):
            raise unprocessable("cwe_ids holds something that is not a CWE id", field="cwe_ids")
    return list(value or [])


def _vulnerabilities(_world: World, _repo: Repository, value: Any) -> list[Vulnerability]:
    if value == []:
        raise unprocessable("Advisory must have at least one vulnerability")
    return [_vulnerability(each) for each in _array("vulnerabilities", value)]


def _vulnerability(value: Any) -> Vulnerability:
    package = value.get("package") if isinstance(value, dict) else None
    if not isinstance(package, dict) or not set(value) <= _PACKAGE_KEYS or package.get("ecosystem") not in ECOSYSTEMS:
        raise _wrong("vulnerabilities", "an array of packages of known ecosystems")
    return Vulnerability(
        ecosystem=package["ecosystem"],
        package=package.get("name"),
        vulnerable_version_range=value.get("vulnerable_version_range"),
        patched_versions=value.get("patched_versions"),
        vulnerable_functions=value.get("vulnerable_functions"),
    )


def _credits(world: World, _repo: Repository, value: Any) -> list[Credit]:
    found = []
    for each in _array("credits", value):
        if not isinstance(each, dict) or set(each) != {"login", "type"} or each["type"] not in _CREDIT_TYPES:
            raise _wrong("credits", "an array of login and type")
        found.append(Credit(user=_person(world, each["login"], field="credits"), type=each["type"]))
    return found


def _users(world: World, _repo: Repository, value: Any) -> list[int]:
    logins = _array("collaborating_users", value)
    return list(dict.fromkeys(_person(world, login, field="collaborating_users") for login in logins))


def _teams(_world: World, repo: Repository, value: Any) -> list[str]:
    """Bare slugs of the repository's own organization; `org/slug` is not one."""
    slugs = _array("collaborating_teams", value)
    if any(slug not in repo.owner.teams for slug in slugs):
        raise unprocessable("collaborating_teams holds a team that does not exist", field="collaborating_teams")
    return list(dict.fromkeys(slugs))


def _person(world: World, login: Any, *, field: str) -> int:
    person = world.find_person(str(login))
    if person is None:
        raise unprocessable(f"{field} holds a user that does not exist", field=field)
    return person.id


def _array(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list | None):
        raise _wrong(name, "an array")
    return value or []


def _wrong(name: str, right: str) -> Exception:
    return unprocessable(f"Invalid request.\n\nFor 'properties/{name}', that is not {right}.")


_READERS: dict[str, Callable[[World, Repository, Any], Any]] = {
    "summary": _text("summary", 1024),
    "description": _text("description", 65535),
    "severity": _choice("severity", _SEVERITIES, nullable=True),
    "state": _choice("state", _STATES, nullable=False),
    "cve_id": _cve,
    "cvss_vector_string": _cvss,
    "cwe_ids": _cwes,
    "vulnerabilities": _vulnerabilities,
    "credits": _credits,
    "collaborating_users": _users,
    "collaborating_teams": _teams,
}
