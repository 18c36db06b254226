"""Which deliveries never reached us, and what would they have asked for?

Decided by GitHub's log of deliveries alone, which has events and ids and no payloads. Kept: what was taken in is not
asked for again; what cannot be told to be of no interest is looked at; and nothing is asked about repositories of
strangers. Advisories are not named in the log, so of theirs the whole repository is looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from app.domain.delivery import Logged
from app.domain.ids import POLICY_PULLS, POLL, SWEEP, Key, RepoName, RepositoryKey

# What is behind each event that intake knows (`webhooks.routing`; a test holds the two together).
Kind: TypeAlias = Literal["advisory", "repository", "coverage", "global", "policy", "person"]
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "repository_advisory": "advisory",
        "repository": "repository",
        "public": "repository",
        "security_and_analysis": "repository",
        "installation": "coverage",
        "installation_repositories": "coverage",
        "installation_target": "coverage",
        "security_advisory": "global",
        "pull_request": "policy",
        "push": "policy",
        "check_run": "policy",
        "check_suite": "policy",
        "github_app_authorization": "person",  # only the payload says whose session ends
    }
)
_TOLD_OF_ADVISORIES = frozenset({"reported", "published"})
_NAMING = frozenset({"renamed", "transferred"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What we know of the ids in a log: repositories by their names of today, and whose an installation is.

    `ours` are installations in accounts that policy concerns; `policy` is the repository of the policy file.
    """

    repositories: Mapping[int, RepoName]
    ours: Collection[int] = frozenset()
    policy: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What did not reach us. `found` asks for `keys`, and for every open case where `asks_cases`.

    `ignored` of those that failed ask for nothing that we know.
    """

    found: tuple[Logged, ...] = ()
    keys: frozenset[Key] = frozenset()
    asks_cases: bool = False
    ignored: tuple[Logged, ...] = ()


def missed(lines: Collection[Logged], *, taken: Collection[str], place: Place) -> Missed:
    """What do these lines tell of deliveries that are not among those that were `taken` in, by their GUIDs?"""
    found: dict[str, Logged] = {}
    ignored: dict[str, Logged] = {}
    keys: set[Key] = set()
    asks_cases = False
    arrived = {line.guid for line in lines if line.is_ok}
    for line in lines:
        if line.guid in taken or line.guid in found:
            continue
        asked = _asked_for(line, place)
        is_global = KINDS.get(line.event) == "global"
        if (asked or is_global) and not (line.guid in arrived and _may_be_of_no_interest(line, place)):
            found[line.guid] = line
            keys |= asked
            asks_cases |= is_global
        elif line.guid not in arrived:
            ignored[line.guid] = line
    return Missed(found=(*found.values(),), keys=frozenset(keys), asks_cases=asks_cases, ignored=(*ignored.values(),))


def is_strange(line: Logged, place: Place) -> bool:
    """Is it about a repository that we never saw? Then it matters whose it is."""
    is_about_one = KINDS.get(line.event) in {"advisory", "repository"}
    return is_about_one and not line.is_ok and line.repository not in place.repositories


def _asked_for(line: Logged, place: Place) -> frozenset[Key]:
    match KINDS.get(line.event):
        case "advisory" if line.action in _TOLD_OF_ADVISORIES:
            return _about(line, place)
        case "repository":
            return _about(line, place) | ({SWEEP} if line.action in _NAMING and _is_ours(line, place) else frozenset())
        case "coverage":
            return frozenset({SWEEP})
        case "policy" if line.repository is not None and line.repository == place.policy:
            return _of_policy(line)
        case _:
            return frozenset()


def _about(line: Logged, place: Place) -> frozenset[Key]:
    """A repository that is new to us is found by the sweep, which lists those that we may see."""
    if line.repository is not None and (repo := place.repositories.get(line.repository)):
        return frozenset({RepositoryKey(repo)})
    return frozenset({SWEEP}) if line.installation in place.ours else frozenset()


def _of_policy(line: Logged) -> frozenset[Key]:
    if line.event == "push":
        return frozenset({POLL, POLICY_PULLS})
    is_of_interest = line.event == "pull_request" or line.action == "rerequested"
    return frozenset({POLICY_PULLS}) if is_of_interest else frozenset()


def _is_ours(line: Logged, place: Place) -> bool:
    return line.repository in place.repositories or line.installation in place.ours


def _may_be_of_no_interest(line: Logged, place: Place) -> bool:
    """Intake keeps no GUID of what asked for nothing, so one that it answered well may have been that.

    What may be seen changes for strangers, too. With a database from a backup an instance starts, and that is a sweep.
    """
    is_strange = line.repository is not None and line.repository not in place.repositories
    return is_strange or KINDS.get(line.event) in {"policy", "coverage"}
