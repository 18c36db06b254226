"""How does GitHub write a pull request, and the files that it changes?"""

from __future__ import annotations

import hashlib

from app.sandbox.state.pulls import ChangedFile, Pull
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from app.sandbox.wire.accounts import simple_user
from app.sandbox.wire.primitives import Json, node_id, stamp, stamp_or_none
from app.sandbox.wire.repositories import api_url, repository, web_url


def pull_simple(world: World, repo: Repository, pull: Pull) -> Json:
    """The form of lists and webhooks."""
    issue, url, page = repo.issues[pull.number], f"{api_url(world, repo)}/pulls/{pull.number}", _page(world, repo, pull)
    origin = world.repositories[pull.head_repository]
    return _addresses(world, repo, pull) | {
        "id": pull.id,
        "node_id": node_id("PullRequest", pull.id),
        "url": url,
        "html_url": page,
        "number": pull.number,
        "state": issue.state,
        "locked": False,
        "title": issue.title,
        "body": issue.body,
        "user": simple_user(world, world.users[issue.author]),
        "labels": [],
        "milestone": None,
        "created_at": stamp(issue.created_at),
        "updated_at": stamp(issue.updated_at),
        "closed_at": stamp_or_none(issue.closed_at),
        "merged_at": stamp_or_none(pull.merged_at),
        "merge_commit_sha": None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": _side(world, origin, pull.branch, pull.head_sha),
        "base": _side(world, repo, pull.base, pull.base_sha),
        "author_association": "NONE",
        "auto_merge": None,
        "draft": pull.draft,
    }


def changed_file(world: World, repo: Repository, pull: Pull, this: ChangedFile) -> Json:
    """One file of a pull request."""
    blob = this.after or this.before
    at = f"{web_url(world, repo)}/{{}}/{pull.head_sha}/{this.path}"
    return {
        "sha": hashlib.sha1(blob.content if blob else b"", usedforsecurity=False).hexdigest(),
        "filename": this.path,
        "status": this.status,
        "additions": 0 if this.after is None or this.status == "renamed" else 1,
        "deletions": 0 if this.before is None else 1,
        "changes": 1,
        "blob_url": at.format("blob"),
        "raw_url": at.format("raw"),
        "contents_url": f"{api_url(world, repo)}/contents/{this.path}?ref={pull.head_sha}",
    } | ({"previous_filename": this.previous} if this.previous else {})


def _side(world: World, repo: Repository, branch: str, sha: str) -> Json:
    return {
        "label": f"{repo.owner.login}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": simple_user(world, repo.owner),
        "repo": repository(world, repo),
    }


def _addresses(world: World, repo: Repository, pull: Pull) -> Json:
    api, page = api_url(world, repo), _page(world, repo, pull)
    url, issue = f"{api}/pulls/{pull.number}", f"{api}/issues/{pull.number}"
    targets = {
        "self": url,
        "html": page,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{api}/statuses/{pull.head_sha}",
    }
    return {
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue,
        "commits_url": targets["commits"],
        "review_comments_url": targets["review_comments"],
        "review_comment_url": targets["review_comment"],
        "comments_url": targets["comments"],
        "statuses_url": targets["statuses"],
        "_links": {name: {"href": target} for name, target in targets.items()},
    }


def _page(world: World, repo: Repository, pull: Pull) -> str:
    return f"{web_url(world, repo)}/pull/{pull.number}"
