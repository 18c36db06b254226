"""Which verbs are there? Every function of `VERBS` is one, and its docstring is its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.domain.ids import RepoName
from app.sandbox import people
from app.sandbox.server.faults import Because, Elsewhere, Fault, Faults, Loss
from app.sandbox.server.fields import changed_fields, report_fields
from app.sandbox.state.accounts import User
from app.sandbox.state.advisories import Advisory
from app.sandbox.state.repositories import Repository, Setting
from app.sandbox.state.world import World
from app.sandbox.view import advisory_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a verb acts on."""

    world: World
    faults: Faults


Verb: TypeAlias = Callable[..., dict[str, Any] | None]


class Misused(Exception):
    """A verb was asked for in a way it does not understand. The message says what would be right."""


def _repo(stage: Stage, repository: str) -> Repository:
    return stage.world.repository(repository)


def _owner(stage: Stage, repo: Repository) -> User:
    return stage.world.users[min(repo.owner.owners)]


def _shown(stage: Stage, repo: Repository, advisory: Advisory) -> dict[str, Any]:
    return {"advisory": advisory_json(stage.world, repo, advisory)}


def enable_private_reporting(stage: Stage, *, repository: str) -> None:
    """A maintainer switches private vulnerability reporting on. GitHub sends nothing."""
    people.set_private_reporting(_repo(stage, repository), enabled=True)


def disable_private_reporting(stage: Stage, *, repository: str) -> None:
    """A maintainer switches private vulnerability reporting off. GitHub sends nothing."""
    people.set_private_reporting(_repo(stage, repository), enabled=False)


def report(
    stage: Stage,
    *,
    repository: str,
    summary: str,
    description: str = "How it happens, and to whom.",
    affects: list[str] | None = None,
    by: str = "reporter-1",
    fields: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Somebody reports a vulnerability privately; `affects` as in ["pip", "rust:uv"]. GitHub sends `reported`."""
    repo, person = _repo(stage, repository), stage.world.person(by)
    read = _fields(stage, repo, {"summary": summary, "description": description}, affects, fields)
    return _shown(stage, repo, people.report(stage.world, repo, by=person, fields=read))


def draft(
    stage: Stage,
    *,
    repository: str,
    summary: str,
    description: str = "How it happens, and to whom.",
    affects: list[str] | None = None,
    by: str = "",
    fields: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A maintainer opens a draft advisory. GitHub sends nothing. `fields` are those of GitHub's REST API."""
    repo = _repo(stage, repository)
    person = stage.world.person(by) if by else _owner(stage, repo)
    read = _fields(stage, repo, {"summary": summary, "description": description}, affects, fields)
    return _shown(stage, repo, people.draft(stage.world, repo, by=person, fields=read))


def _fields(
    stage: Stage, repo: Repository, texts: dict[str, str], affects: list[str] | None, more: dict[str, Any] | None
) -> dict[str, Any]:
    read = report_fields(stage.world, repo, texts)
    if affects:
        read["vulnerabilities"] = people.affected(affects)
    return read | changed_fields(stage.world, repo, more or {})


def accept(stage: Stage, *, repository: str, ghsa: str) -> dict[str, Any]:
    """Maintainers accept a report and open it as a draft. GitHub sends nothing."""
    return _edit(stage, repository, ghsa, {"state": "draft"})


def close(stage: Stage, *, repository: str, ghsa: str) -> dict[str, Any]:
    """Maintainers close an advisory. GitHub sends nothing."""
    return _edit(stage, repository, ghsa, {"state": "closed"})


def publish(stage: Stage, *, repository: str, ghsa: str) -> dict[str, Any]:
    """Maintainers publish an advisory. GitHub sends `published`."""
    return _edit(stage, repository, ghsa, {"state": "published"})


def edit(stage: Stage, *, repository: str, ghsa: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Somebody edits an advisory; `fields` are those of GitHub's REST API, arrays replace. GitHub sends nothing."""
    return _edit(stage, repository, ghsa, fields)


def _edit(stage: Stage, repository: str, ghsa: str, fields: dict[str, Any]) -> dict[str, Any]:
    repo = _repo(stage, repository)
    advisory = stage.world.advisory(repo, ghsa)
    changes = changed_fields(stage.world, repo, fields)
    people.edit(stage.world, repo, advisory, by=_owner(stage, repo), changes=changes)
    return _shown(stage, repo, advisory)


def attach_configuration(
    stage: Stage,
    *,
    repository: str,
    name: str,
    private_vulnerability_reporting: Setting = "enabled",
    enforced: bool = True,
) -> None:
    """An owner attaches a code security configuration. While one is enforced, writes succeed and change nothing."""
    configuration = stage.world.add_configuration(
        name, private_reporting=private_vulnerability_reporting, enforced=enforced
    )
    people.attach(_repo(stage, repository), configuration)


def detach_configuration(stage: Stage, *, repository: str) -> None:
    """An owner detaches the code security configuration; what it had set stays."""
    people.detach(_repo(stage, repository))


def archive(stage: Stage, *, repository: str, archived: bool = True) -> None:
    """A repository is archived, or with `archived: false` brought back. GitHub sends `repository`."""
    repo = _repo(stage, repository)
    people.archive(stage.world, repo, by=_owner(stage, repo), archived=archived)


def make_private(stage: Stage, *, repository: str, private: bool = True) -> None:
    """A repository is made private, or with `private: false` public. GitHub sends `repository`."""
    repo = _repo(stage, repository)
    people.set_private(stage.world, repo, by=_owner(stage, repo), private=private)


def rename_repository(stage: Stage, *, repository: str, name: str) -> None:
    """A repository gets another name; the old one redirects. GitHub sends `repository`."""
    repo = _repo(stage, repository)
    people.rename(stage.world, repo, name, by=_owner(stage, repo))


def transfer_repository(stage: Stage, *, repository: str, to: str) -> None:
    """A repository goes to another organization; the old name redirects. GitHub tells Apps of the new owner only."""
    repo = _repo(stage, repository)
    people.transfer(stage.world, repo, stage.world.organization(to), by=_owner(stage, repo))


def delete_repository(stage: Stage, *, repository: str) -> None:
    """A repository is deleted. GitHub sends nothing to Apps."""
    people.delete_repository(stage.world, _repo(stage, repository))


def create_repository(stage: Stage, *, repository: str, private: bool = False) -> None:
    """An owner makes an empty repository. GitHub sends `repository`."""
    name = RepoName.parse(repository)
    by = stage.world.users[min(stage.world.organization(name.owner).owners)]
    people.create_repository(stage.world, name, by=by, private=private)


def push(stage: Stage, *, repository: str, commits: int = 1) -> None:
    """Somebody pushes commits."""
    people.push(_repo(stage, repository), commits=commits)


def rename_user(stage: Stage, *, login: str, to: str) -> None:
    """A person takes another login; the id stays, and the old login is free for strangers."""
    people.rename_user(stage.world, stage.world.person(login), to)


def fail(
    stage: Stage,
    *,
    method: str,
    path: str,
    status: int = 502,
    times: int = 1,
    because: Because = "outage",
    retry_after: int | None = None,
) -> None:
    """The next `times` requests fail without effect; `path` may hold *, and `retry_after` is in seconds."""
    fault = Fault(
        kind="fail",
        method=method,
        path=path,
        status=status,
        times=times,
        because=because,
        retry_after=retry_after,
    )
    stage.faults.arrange(fault)


def lose_answer(stage: Stage, *, method: str, path: str, how: Loss = "502", times: int = 1) -> None:
    """The next `times` requests take effect, but the answer is lost: `how` is 502, timeout or reset."""
    stage.faults.arrange(Fault(kind="lose-answer", method=method, path=path, how=how, times=times))


def slow(stage: Stage, *, method: str, path: str, seconds: float, times: int = 1) -> None:
    """The next `times` requests are answered that many seconds late."""
    stage.faults.arrange(Fault(kind="slow", method=method, path=path, seconds=seconds, times=times))


def garbage(stage: Stage, *, method: str, path: str, times: int = 1) -> None:
    """The next `times` requests are answered with something that is not JSON, and have no effect."""
    stage.faults.arrange(Fault(kind="garbage", method=method, path=path, times=times))


def hostile_link(stage: Stage, *, method: str, path: str, to: Elsewhere = "host", times: int = 1) -> None:
    """The next `times` lists say that they go on elsewhere: another host, scheme, userinfo or port, or in a loop."""
    stage.faults.arrange(Fault(kind="hostile-link", method=method, path=path, to=to, times=times))


def clear_faults(stage: Stage) -> None:
    """Nothing that was arranged goes wrong any more."""
    stage.faults.clear()


def drop_webhooks(stage: Stage, *, on: bool = True) -> None:
    """From now on webhooks are lost, and GitHub's log has no line of them; with `on: false` they arrive again."""
    stage.world.webhooks_dropped = on


def hide_drafts_from_readers(stage: Stage, *, account: str = "", on: bool = True) -> None:
    """Tokens that may only read see published advisories only, as GitHub may do: everywhere, or in one account."""
    if not account:
        stage.world.read_shows_no_drafts = on
        return
    org = stage.world.organization(account)
    for installation in stage.world.installations.values():
        if installation.account is org:
            installation.shows_no_drafts = on


def allow_points(stage: Stage, *, a_minute: int) -> None:
    """GitHub's limit of 900 points a minute (a read is one, anything else five) is another one from now on."""
    stage.world.points_a_minute = a_minute


VERBS: Mapping[str, Verb] = {
    function.__name__.replace("_", "-"): function
    for function in (
        enable_private_reporting,
        disable_private_reporting,
        report,
        draft,
        accept,
        close,
        publish,
        edit,
        attach_configuration,
        detach_configuration,
        archive,
        make_private,
        rename_repository,
        transfer_repository,
        delete_repository,
        create_repository,
        push,
        rename_user,
        fail,
        lose_answer,
        slow,
        garbage,
        hostile_link,
        clear_faults,
        drop_webhooks,
        hide_drafts_from_readers,
        allow_points,
    )
}
