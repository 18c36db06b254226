"""Which things does a delivery ask us to look at again? It says where to look, never what is so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, TypeAlias

import msgspec

from app.domain.ids import POLICY_PULLS, POLL, SWEEP, AdvisoryKey, Ghsa, InvalidName, Key, RepoName, RepositoryKey


class Malformed(ValueError):
    """The payload is not what GitHub sends for its event. The message does not repeat any of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a delivery was about, and where to look because of it; nowhere if it is of no interest."""

    action: str | None = None
    keys: frozenset[Key] = frozenset()


def hint(event: str, body: bytes | bytearray, policy: RepoName | None = None) -> Hint:
    """Read the names in a payload and nothing else. Unknown events and actions are of no interest. Raises Malformed.

    `policy` is the repository of the policy file. Strangers push to theirs as often as they like.
    """
    try:
        is_of_interest = event not in _OF_POLICY or _is_about(body, policy)
        return (_READERS.get(event, _nothing) if is_of_interest else _nothing)(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError, InvalidName) as error:
        raise Malformed(f"not a payload of {event}") from error


# Only these names are taken from a payload (GitHub: "Webhook events and payloads").


Action: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9_]{1,64}\Z")]


class _Repository(msgspec.Struct):
    full_name: str


class _Advisory(msgspec.Struct):
    ghsa_id: str


class _AdvisoryPayload(msgspec.Struct):
    action: Action
    repository: _Repository
    repository_advisory: _Advisory


class _RepositoryPayload(msgspec.Struct):
    repository: _Repository
    action: Action | None = None


class _Somewhere(msgspec.Struct):
    repository: _Repository


class _ActionPayload(msgspec.Struct):
    action: Action


class _PushedRepository(msgspec.Struct):
    private: bool
    default_branch: str


class _PushPayload(msgspec.Struct):
    ref: str
    repository: _PushedRepository


class _PullPayload(msgspec.Struct):
    action: Action


class _AnyPayload(msgspec.Struct):
    pass


Reader: TypeAlias = Callable[[bytes | bytearray], Hint]


def _advisory(body: bytes | bytearray) -> Hint:
    payload = _advisory_payload.decode(body)
    repo, ghsa = RepoName.parse(payload.repository.full_name), Ghsa.parse(payload.repository_advisory.ghsa_id)
    if payload.action not in {"published", "reported"} or repo.is_temporary_fork:
        return Hint(action=payload.action)
    return Hint(action=payload.action, keys=frozenset({AdvisoryKey(repo, ghsa), RepositoryKey(repo)}))


def _repository(body: bytes | bytearray) -> Hint:
    payload = _repository_payload.decode(body)
    repo = RepoName.parse(payload.repository.full_name)
    if repo.is_temporary_fork:
        return Hint(action=payload.action)
    keys: frozenset[Key] = frozenset({RepositoryKey(repo)})
    # Who has which name is read from the lists of all installations; a payload is no proof of it.
    return Hint(action=payload.action, keys=keys | {SWEEP} if payload.action in _NAMING else keys)


def _installation(body: bytes | bytearray) -> Hint:
    # What we may see has changed, and the payload may name 6,000 repositories: look at everything.
    return Hint(action=_action_payload.decode(body).action, keys=frozenset({SWEEP}))


def _push(body: bytes | bytearray) -> Hint:
    # Only the default branch counts, and only while the repository is a private one.
    payload = _push_payload.decode(body)
    is_default = payload.ref == f"refs/heads/{payload.repository.default_branch}"
    return Hint(keys=frozenset({POLL, POLICY_PULLS}) if is_default and payload.repository.private else frozenset())


def _policy_pulls(body: bytes | bytearray) -> Hint:
    # A look at the pull requests of the policy file is cheap.
    return Hint(action=_pull_payload.decode(body).action, keys=frozenset({POLICY_PULLS}))


def _check(body: bytes | bytearray) -> Hint:
    action = _action_payload.decode(body).action
    # The others tell of what Apps said themselves, ours included.
    return Hint(action=action, keys=frozenset({POLICY_PULLS}) if action == "rerequested" else frozenset())


def _nothing(body: bytes | bytearray) -> Hint:
    _any_payload.decode(body)
    return Hint()


def _is_about(body: bytes | bytearray, policy: RepoName | None) -> bool:
    full_name = _somewhere.decode(body).repository.full_name
    return policy is not None and full_name.lower() == str(policy).lower()


_NAMING = frozenset({"renamed", "transferred"})

_advisory_payload = msgspec.json.Decoder(_AdvisoryPayload)
_repository_payload = msgspec.json.Decoder(_RepositoryPayload)
_somewhere = msgspec.json.Decoder(_Somewhere)
_action_payload = msgspec.json.Decoder(_ActionPayload)
_pull_payload = msgspec.json.Decoder(_PullPayload)
_push_payload = msgspec.json.Decoder(_PushPayload)
_any_payload = msgspec.json.Decoder(_AnyPayload)

_OF_POLICY = frozenset({"push", "pull_request", "check_run", "check_suite"})
_READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "repository_advisory": _advisory,
        "repository": _repository,
        "public": _repository,
        "security_and_analysis": _repository,
        "installation": _installation,
        "installation_repositories": _installation,
        "installation_target": _installation,
        # Sent where one registration is both the Watcher and the Hand, and somebody asked for them.
        "pull_request": _policy_pulls,
        "push": _push,
        "check_run": _check,
        "check_suite": _check,
    },
)
