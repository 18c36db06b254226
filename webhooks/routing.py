"""Which things does a delivery ask us to look at again? It says where to look, never what is so."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias, TypeGuard

import msgspec

from app.domain.delivery import Deed
from app.domain.ids import (
    POLICY_PULLS,
    POLL,
    SWEEP,
    AdvisoryKey,
    Ghsa,
    InvalidName,
    Key,
    Person,
    RepoName,
    RepositoryKey,
)
from webhooks.accounts import accounts


class Malformed(ValueError):
    """The payload is not what GitHub sends for its event. The message does not repeat any of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What a delivery was about, and where to look because of it; nowhere if it is of no interest.

    `ids` are those of an advisory in GitHub's global database: which cases they concern only the inbox knows.
    `deed`: who did that, where it may have to be explained one day. `left`: the account of who takes back what they
    gave the App when they signed in. `accounts`: whose doing a sweep is for; none where that is not said.
    """

    action: str | None = None
    keys: frozenset[Key] = frozenset()
    ids: frozenset[str] = frozenset()
    deed: Deed | None = None
    left: int | None = None
    accounts: frozenset[str] = frozenset()


def hint(event: str, body: bytes | bytearray, policy: RepoName | None = None) -> Hint:
    """Read the names in a payload and nothing else. Unknown events and actions are of no interest. Raises Malformed.

    `policy` is the repository of the policy file. Strangers push to theirs as often as they like.
    """
    try:
        is_of_interest = event not in _OF_POLICY or _is_about(body, policy)
        return (_READERS.get(event, _nothing) if is_of_interest else _nothing)(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError, InvalidName) as error:
        raise Malformed(f"not a payload of {event}") from error


# Only these names are taken from a payload (GitHub: "Webhook events and payloads"). `updated_at` is its only time.


Action: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9_]{1,64}\Z")]


class _Repository(msgspec.Struct):
    full_name: str


class _Advisory(msgspec.Struct):
    ghsa_id: str


class _AdvisoryPayload(msgspec.Struct):
    action: Action
    repository: _Repository
    repository_advisory: _Advisory


class _Identifier(msgspec.Struct):
    value: str


class _GlobalAdvisory(msgspec.Struct):
    ghsa_id: str
    identifiers: Annotated[list[_Identifier], msgspec.Meta(max_length=100)] = msgspec.field(default_factory=list)


class _GlobalPayload(msgspec.Struct):
    action: Action
    security_advisory: _GlobalAdvisory


class _RepositoryPayload(msgspec.Struct):
    repository: _Repository
    action: Action | None = None


class _ChangedRepository(msgspec.Struct):
    full_name: str
    id: Any = None
    updated_at: Any = None


class _DeedPayload(msgspec.Struct):
    repository: _ChangedRepository
    sender: Any = None


class _Somewhere(msgspec.Struct):
    repository: _Repository


class _ActionPayload(msgspec.Struct):
    action: Action


class _Account(msgspec.Struct):
    id: int


class _LeavingPayload(msgspec.Struct):
    action: Action
    sender: _Account


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


def _global_advisory(body: bytes | bytearray) -> Hint:
    # Of whoever's package: GitHub tells of each advisory that it reviewed.
    payload = _global_payload.decode(body)
    ghsa = Ghsa.parse(payload.security_advisory.ghsa_id)
    named = {each.value for each in payload.security_advisory.identifiers if _CVE.fullmatch(each.value)}
    return Hint(action=payload.action, ids=frozenset({str(ghsa), *named}))


def _about_repository(body: bytes | bytearray) -> Hint:
    payload = _repository_payload.decode(body)
    repo = RepoName.parse(payload.repository.full_name)
    if repo.is_temporary_fork:
        return Hint(action=payload.action)
    keys: frozenset[Key] = frozenset({RepositoryKey(repo)})
    if payload.action not in _NAMING:
        return Hint(action=payload.action, keys=keys)
    # Who has which name is read from the lists of all installations; a payload is no proof of it.
    return Hint(action=payload.action, keys=keys | {SWEEP}, accounts=accounts(body) | {repo.owner})


def _repository(body: bytes | bytearray) -> Hint:
    found = _about_repository(body)
    return replace(found, deed=_deed(body)) if found.action == "publicized" and found.keys else found


def _public(body: bytes | bytearray) -> Hint:
    found = _about_repository(body)
    return replace(found, deed=_deed(body)) if found.keys else found


def _deed(body: bytes | bytearray) -> Deed | None:
    """Who did it and when. What is not said as GitHub says it is not known, and no reason to refuse the delivery."""
    try:
        payload = _deed_payload.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    number, sender = payload.repository.id, payload.sender if isinstance(payload.sender, dict) else {}
    if not _is_id(number):
        return None
    return Deed(
        repo=RepoName.parse(payload.repository.full_name),
        repository_id=number,
        sender=_person(sender.get("login"), sender.get("id")),
        happened_at=_moment(payload.repository.updated_at),
    )


def _is_id(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < _TOO_LARGE


def _person(login: object, number: object) -> Person | None:
    try:
        return Person.parse(f"{login}:{number}") if isinstance(login, str) and _is_id(number) else None
    except InvalidName:
        return None


def _moment(said: object) -> datetime | None:
    """As GitHub writes its times: to the second, in UTC."""
    try:
        return datetime.strptime(said, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if isinstance(said, str) else None
    except ValueError:
        return None


def _installation(body: bytes | bytearray) -> Hint:
    # What we may see has changed, and the payload may name 6,000 repositories: look at everything.
    return Hint(action=_action_payload.decode(body).action, keys=frozenset({SWEEP}), accounts=accounts(body))


def _left(body: bytes | bytearray) -> Hint:
    # The one payload that is believed: sessions end by it, which who signs in again mends.
    payload = _leaving_payload.decode(body)
    is_theirs = payload.action == "revoked" and _is_id(payload.sender.id)
    return Hint(action=payload.action, left=payload.sender.id if is_theirs else None)


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


_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")
_NAMING = frozenset({"renamed", "transferred"})
_TOO_LARGE = 2**63  # for a column of the database

_advisory_payload = msgspec.json.Decoder(_AdvisoryPayload)
_global_payload = msgspec.json.Decoder(_GlobalPayload)
_repository_payload = msgspec.json.Decoder(_RepositoryPayload)
_deed_payload = msgspec.json.Decoder(_DeedPayload)
_somewhere = msgspec.json.Decoder(_Somewhere)
_action_payload = msgspec.json.Decoder(_ActionPayload)
_pull_payload = msgspec.json.Decoder(_PullPayload)
_leaving_payload = msgspec.json.Decoder(_LeavingPayload)
_push_payload = msgspec.json.Decoder(_PushPayload)
_any_payload = msgspec.json.Decoder(_AnyPayload)

_OF_POLICY = frozenset({"push", "pull_request", "check_run", "check_suite"})
_READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "repository_advisory": _advisory,
        "security_advisory": _global_advisory,
        "repository": _repository,
        "public": _public,
        "security_and_analysis": _about_repository,
        "installation": _installation,
        "installation_repositories": _installation,
        "installation_target": _installation,
        "github_app_authorization": _left,
        # Sent where one registration is both the Watcher and the Hand, and somebody asked for them.
        "pull_request": _policy_pulls,
        "push": _push,
        "check_run": _check,
        "check_suite": _check,
    },
)
