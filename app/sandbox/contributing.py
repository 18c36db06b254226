"""What do people do with pull requests? Each verb changes the world, and GitHub's webhooks are queued."""

from __future__ import annotations

from collections.abc import Mapping

from app.sandbox import people
from app.sandbox.state.accounts import User
from app.sandbox.state.files import File, branch_commit_id, changed, commit_id
from app.sandbox.state.pulls import CheckSuite, Pull
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from app.sandbox.wire.events import queue_pull_request, queue_rerequested


def fork(world: World, repo: Repository, to: str) -> Repository:
    """A copy of it in another organization, in which nobody installed anything."""
    org = world.find_organization(to) or world.add_organization(to, owners=[f"{to}-owner"])
    copy = world.add_repository(org, repo.name, private=repo.private)
    copy.fork = True
    return copy


def open_pull(
    world: World,
    repo: Repository,
    changes: Mapping[str, File | None],
    *,
    by: User,
    title: str,
    body: str | None = None,
    base: str = "main",
    draft: bool = False,
    fork: Repository | None = None,
) -> Pull:
    """Propose a change of these paths (None: gone), from a branch of the repository or of a fork."""
    issue = people.open_issue(world, repo, by=by, title=title, body=body, is_pull_request=True)
    pull = Pull(
        id=world.next_id(),
        number=issue.number,
        base=base,
        base_sha=commit_id(repo.id, repo.commits),
        begun=dict(repo.files),
        branch=f"change-{issue.number}",
        head_repository=(fork or repo).id,
        head_sha="",
        head=dict(repo.files),
        draft=draft,
    )
    repo.pulls[pull.number] = pull
    _commit(repo, pull, changes)
    queue_pull_request(world, repo, pull, "opened", by=by)
    return pull


def push_to(world: World, repo: Repository, pull: Pull, changes: Mapping[str, File | None], *, by: User) -> None:
    """Another commit on its branch."""
    _commit(repo, pull, changes)
    repo.issues[pull.number].updated_at = world.now()
    queue_pull_request(world, repo, pull, "synchronize", by=by)


def _commit(repo: Repository, pull: Pull, changes: Mapping[str, File | None]) -> None:
    """Commits of a fork can be read in the repository as well (GitHub: "Checking out pull requests locally")."""
    pull.head = changed(pull.head, changes)
    pull.head_sha = branch_commit_id(repo.id, f"{pull.head_repository} {pull.branch}", len(repo.trees))
    repo.trees[pull.head_sha] = pull.head


def close_pull(world: World, repo: Repository, pull: Pull, *, by: User) -> None:
    people.edit_issue(world, repo.issues[pull.number], by=by, changes={"state": "closed"})
    queue_pull_request(world, repo, pull, "closed", by=by)


def reopen_pull(world: World, repo: Repository, pull: Pull, *, by: User) -> None:
    people.edit_issue(world, repo.issues[pull.number], by=by, changes={"state": "open"})
    queue_pull_request(world, repo, pull, "reopened", by=by)


def merge_pull(world: World, repo: Repository, pull: Pull, *, by: User) -> str:
    """Bring its changes into the default branch. GitHub sends `push` and `pull_request`. Gives the commit's id."""
    gone: dict[str, File | None] = dict.fromkeys(path for path in pull.begun if path not in pull.head)
    changes = gone | {path: file for path, file in pull.head.items() if pull.begun.get(path) != file}
    sha = people.push_files(world, repo, changes, by=by)
    pull.merged_at = world.now()
    close_pull(world, repo, pull, by=by)
    return sha


def rerun(world: World, repo: Repository, suite: CheckSuite, *, by: User, everything: bool = False) -> None:
    """Press "Re-run", for one run or for all of an App. GitHub tells that App, if it has a webhook."""
    suite.rerequested = True
    queue_rerequested(world, repo, suite, None if everything else suite.runs[-1], by=by)
