"""How does GitHub write a comment?"""

from __future__ import annotations

from app.sandbox.state.comments import Comment
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from app.sandbox.wire.accounts import simple_user
from app.sandbox.wire.apps import integration
from app.sandbox.wire.primitives import Json, node_id, stamp
from app.sandbox.wire.repositories import api_url, web_url


def of_advisory(world: World, repo: Repository, ghsa: str, this: Comment) -> Json:
    """GitHub's description of this preview is not published yet; what every reader needs is there."""
    page = f"{web_url(world, repo)}/security/advisories/{ghsa}#advisory-comment-{this.id}"
    return _written(world, this, kind="RepositoryAdvisoryComment") | {
        "url": f"{api_url(world, repo)}/security-advisories/{ghsa}/comments/{this.id}",
        "html_url": page,
    }


def of_issue(world: World, repo: Repository, number: int, this: Comment) -> Json:
    return _written(world, this, kind="IssueComment") | {
        "url": f"{api_url(world, repo)}/issues/comments/{this.id}",
        "html_url": f"{web_url(world, repo)}/issues/{number}#issuecomment-{this.id}",
        "issue_url": f"{api_url(world, repo)}/issues/{number}",
        "performed_via_github_app": integration(world, world.registrations[this.via]) if this.via else None,
    }


def _written(world: World, this: Comment, *, kind: str) -> Json:
    return {
        "id": this.id,
        "node_id": node_id(kind, this.id),
        "body": this.body,
        "user": simple_user(world, world.users[this.author]),
        "author_association": "NONE",
        "created_at": stamp(this.created_at),
        "updated_at": stamp(this.updated_at),
    }
