"""How does GitHub write an issue?"""

from __future__ import annotations

from app.sandbox.state.issues import Issue
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from app.sandbox.wire.accounts import simple_user
from app.sandbox.wire.apps import integration
from app.sandbox.wire.primitives import Json, node_id, stamp, stamp_or_none
from app.sandbox.wire.repositories import api_url, web_url

_REACTIONS = ("total_count", "+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")


def issue(world: World, repo: Repository, this: Issue) -> Json:
    """An issue as everybody gets it who can read its repository."""
    closer = world.users[this.closed_by] if this.closed_by else None
    written = _addresses(world, repo, this) | {
        "id": 1_000_000 * repo.id + this.number,
        "node_id": node_id("Issue", 1_000_000 * repo.id + this.number),
        "number": this.number,
        "title": this.title,
        "body": this.body,
        "user": simple_user(world, world.users[this.author]),
        "performed_via_github_app": integration(world, world.registrations[this.via]) if this.via else None,
        "author_association": "NONE",
        "state": this.state,
        "state_reason": this.state_reason,
        "closed_by": simple_user(world, closer) if closer else None,
        "created_at": stamp(this.created_at),
        "updated_at": stamp(this.updated_at),
        "closed_at": stamp_or_none(this.closed_at),
        "labels": [],
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "locked": False,
        "active_lock_reason": None,
        "comments": len(this.comments),
    }
    return written | (_as_pull_request(world, repo, this) if this.is_pull_request else {})


def _addresses(world: World, repo: Repository, this: Issue) -> Json:
    url = f"{api_url(world, repo)}/issues/{this.number}"
    return {
        "url": url,
        "repository_url": api_url(world, repo),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": f"{web_url(world, repo)}/{_page(this)}/{this.number}",
        "reactions": {"url": f"{url}/reactions"} | dict.fromkeys(_REACTIONS, 0),
    }


def _page(this: Issue) -> str:
    return "pull" if this.is_pull_request else "issues"


def _as_pull_request(world: World, repo: Repository, this: Issue) -> Json:
    page = f"{web_url(world, repo)}/pull/{this.number}"
    return {
        "draft": False,
        "pull_request": {
            "url": f"{api_url(world, repo)}/pulls/{this.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": None,
        },
    }
