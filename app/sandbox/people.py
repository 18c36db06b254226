"""What do people do on GitHub?

Each verb changes the world and tells nobody, except where GitHub itself sends a webhook: then a delivery is queued,
which may be sent or lost. Nothing is queued for drafts made, edits, acceptance, closing and collaborators
(GitHub: "Webhook events and payloads", `repository_advisory`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.ids import RepoName
from app.sandbox.state.accounts import Organization, User
from app.sandbox.state.advisories import Advisory, Vulnerability
from app.sandbox.state.apps import Installation, Registration
from app.sandbox.state.files import File, branch_commit_id, changed, commit_id
from app.sandbox.state.issues import Issue
from app.sandbox.state.repositories import Configuration, Repository
from app.sandbox.state.tokens import install
from app.sandbox.state.world import World
from app.sandbox.wire.accounts import organization_simple
from app.sandbox.wire.events import (
    queue_advisory,
    queue_installation,
    queue_push,
    queue_repository,
    queue_revoked,
    queue_selection,
)


class Impossible(Exception):
    """GitHub's pages do not let people do this. The message says what would be possible."""


def report(world: World, repo: Repository, *, by: User, fields: dict[str, Any]) -> Advisory:
    """Report a vulnerability privately. GitHub sends `reported`. Raises Impossible while PVR is off."""
    if not repo.can_report_privately or not repo.private_reporting:
        raise Impossible(
            f"private vulnerability reporting of {repo.full_name} is off; enable it first, or make a draft instead"
        )
    advisory = _add(world, repo, by=by, fields=fields, reported=True)
    queue_advisory(world, repo, advisory, "reported", by=by)
    return advisory


def draft(world: World, repo: Repository, *, by: User, fields: dict[str, Any]) -> Advisory:
    """Open a draft advisory. Nobody is told."""
    if repo.private:
        raise Impossible(f"{repo.full_name} is private, and only public repositories have advisories")
    return _add(world, repo, by=by, fields=fields, reported=False)


def _add(world: World, repo: Repository, *, by: User, fields: dict[str, Any], reported: bool) -> Advisory:
    now = world.now()
    advisory = Advisory(
        ghsa=world.next_ghsa(),
        state="triage" if reported else "draft",
        author=by.id,
        created_at=now,
        updated_at=now,
        summary="",
        description=None,
        reported=reported,
    )
    advisory.change(fields, by=by.id, at=now)
    repo.advisories[advisory.ghsa] = advisory
    return advisory


def edit(world: World, repo: Repository, advisory: Advisory, *, by: User, changes: dict[str, Any]) -> None:
    """Change fields, the state included. Only publishing is told. Raises Unprocessable."""
    was = advisory.state
    advisory.change(changes, by=by.id, at=world.now())
    if advisory.state == "published" and was != "published":
        queue_advisory(world, repo, advisory, "published", by=by)


def publish_cve(world: World, cve_id: str) -> None:
    """Somebody publishes a CVE record elsewhere. GitHub takes it over without review, under a GHSA id of its own."""
    world.public_cves.setdefault(cve_id, (world.next_ghsa(), world.now()))


def open_issue(
    world: World,
    repo: Repository,
    *,
    by: User,
    title: str,
    body: str | None,
    via: int | None = None,
    is_pull_request: bool = False,
) -> Issue:
    """Open an issue, or a pull request. Everybody who can read a repository may."""
    if not repo.has_issues and not is_pull_request:
        raise Impossible(f"{repo.full_name} has its issues switched off")
    now = world.now()
    issue = Issue(
        number=repo.next_issue,
        author=by.id,
        via=via,
        title=title,
        body=body,
        is_pull_request=is_pull_request,
        created_at=now,
        updated_at=now,
    )
    repo.issues[issue.number] = issue
    return issue


def edit_issue(world: World, issue: Issue, *, by: User, changes: dict[str, Any]) -> None:
    """Change its title, its body or its state. Former bodies stay in its history."""
    issue.change(changes, by=by.id, at=world.now())


def delete_issue(repo: Repository, issue: Issue) -> None:
    """Delete it for good, which administrators can do. Its number is not given again."""
    del repo.issues[issue.number]
    repo.deleted_issues.add(str(issue.number))


def give_access(repo: Repository, *, to: User) -> None:
    """Let somebody read a private repository, its issues included."""
    repo.readers.add(to.id)


def set_private_reporting(repo: Repository, *, enabled: bool) -> None:
    """Switch PVR. An enforced configuration takes the switch away. Raises Impossible."""
    if not repo.can_report_privately:
        raise Impossible(f"{repo.full_name} is private or archived, where GitHub has no such switch")
    if not repo.set_private_reporting(enabled=enabled) and repo.configuration:
        raise Impossible(f'configuration "{repo.configuration.name}" is enforced; detach it first')


def attach(repo: Repository, configuration: Configuration) -> None:
    repo.attach(configuration)


def detach(repo: Repository) -> None:
    """Take the configuration away; what it had set stays as it is."""
    repo.configuration = None


def archive(world: World, repo: Repository, *, by: User, archived: bool = True) -> None:
    """Archive or unarchive. GitHub sends `repository`."""
    repo.archived, repo.updated_at = archived, world.now()
    queue_repository(world, repo, "archived" if archived else "unarchived", by=by)


def set_private(world: World, repo: Repository, *, by: User, private: bool) -> None:
    """Make it private or public. GitHub sends `repository`."""
    repo.private, repo.updated_at = private, world.now()
    queue_repository(world, repo, "privatized" if private else "publicized", by=by)


def rename(world: World, repo: Repository, name: str, *, by: User) -> None:
    """Give it another name; GitHub redirects the old one and sends `repository`."""
    old = repo.name
    world.rename_repository(repo, name)
    repo.updated_at = world.now()
    queue_repository(world, repo, "renamed", by=by, changes={"repository": {"name": {"from": old}}})


def transfer(world: World, repo: Repository, to: Organization, *, by: User) -> None:
    """Give it to another organization. GitHub tells that to Apps of the new owner only."""
    old = repo.owner
    if any(other.owner is to and other.name == repo.name for other in world.repositories.values()):
        raise Impossible(f"{to.login} has a repository of that name")
    for installation in world.installations.values():
        installation.repositories.discard(repo.id)
    world.transfer_repository(repo, to)
    repo.updated_at = world.now()
    changes = {"owner": {"from": {"organization": organization_simple(world, old)}}}
    queue_repository(world, repo, "transferred", by=by, changes=changes)


def create_repository(world: World, name: RepoName, *, by: User, private: bool = False) -> Repository:
    """Make an empty repository. GitHub sends `repository`."""
    repo = world.add_repository(world.organization(name.owner), name.name, private=private)
    repo.commits = 0
    queue_repository(world, repo, "created", by=by)
    return repo


def delete_repository(world: World, repo: Repository) -> None:
    """Delete it. GitHub Apps do not receive this event (GitHub: "Webhook events and payloads", `repository`)."""
    world.delete_repository(repo)
    for installation in world.installations.values():
        installation.repositories.discard(repo.id)


def push(repo: Repository, *, commits: int = 1) -> None:
    repo.commits += commits


def push_files(
    world: World, repo: Repository, changes: Mapping[str, File | None], *, by: User, branch: str = "main"
) -> str:
    """Push a commit in which these paths are otherwise (None: gone). GitHub sends `push`. Gives the commit's id."""
    before = commit_id(repo.id, repo.commits)
    if branch == "main":
        repo.trees[before] = dict(repo.files)
        repo.files = changed(repo.files, changes)
        repo.commits += 1
        after = commit_id(repo.id, repo.commits)
    else:
        after = branch_commit_id(repo.id, branch, len(repo.trees))
        repo.trees[after] = changed(repo.files, changes)
    queue_push(world, repo, branch, before=before, after=after, by=by)
    return after


def rename_user(world: World, person: User, login: str) -> None:
    """Take another login. The old one is free for anybody from now on."""
    if world.find_account(login):
        raise Impossible(f'"{login}" is taken')
    world.rename_person(person, login)


def revoke_authorization(world: World, person: User) -> None:
    """Take back what was given to Apps by signing in. GitHub tells each App that has a webhook."""
    world.user_tokens = {text: each for text, each in world.user_tokens.items() if each.person is not person}
    queue_revoked(world, by=person)


def suspend(world: World, installation: Installation, *, by: User, suspended: bool = True) -> None:
    installation.suspended_at = world.now() if suspended else None
    queue_installation(world, installation, "suspend" if suspended else "unsuspend", by=by)


def switch_webhook(app: Registration, *, on: bool) -> None:
    """Whoever registered an App takes the tick from *Active*, or sets it. Meanwhile nothing is sent, nor logged."""
    app.webhook_is_active = on


def install_app(
    world: World,
    app: Registration,
    account: Organization,
    *,
    by: User,
    repositories: Iterable[Repository] | None = None,
) -> Installation:
    """Install an App, on all repositories or on these. Raises Impossible where it is installed there."""
    if any(each.app is app and each.account is account for each in world.installations.values()):
        raise Impossible(f"{app.name} is installed in {account.login}; select more repositories there instead")
    installation = install(world, app, account, repositories=repositories)
    queue_installation(world, installation, "created", by=by)
    return installation


def uninstall(world: World, installation: Installation, *, by: User) -> None:
    """Remove an App; its tokens die with it."""
    queue_installation(world, installation, "deleted", by=by)
    del world.installations[installation.id]


def select(
    world: World,
    installation: Installation,
    *,
    by: User,
    add: Iterable[Repository] = (),
    remove: Iterable[Repository] = (),
) -> None:
    """Change which repositories an App sees; from then on it is a selection."""
    if installation.repository_selection == "all":
        installation.repositories = {repo.id for repo in world.repositories.values() if installation.covers(repo)}
        installation.repository_selection = "selected"
    added, removed = list(add), list(remove)
    installation.repositories |= {repo.id for repo in added}
    installation.repositories -= {repo.id for repo in removed}
    if added:
        queue_selection(world, installation, added=added, removed=(), by=by)
    if removed:
        queue_selection(world, installation, added=(), removed=removed, by=by)


def affected(names: Iterable[str], *, functions: Iterable[str] = ()) -> list[Vulnerability]:
    """`["pip", "rust:uv"]` as packages; the ecosystem is *pip* unless it is named."""
    found = []
    for name in names:
        ecosystem, _, package = name.rpartition(":")
        found.append(Vulnerability(ecosystem=ecosystem or "pip", package=package, vulnerable_functions=list(functions)))
    return found
