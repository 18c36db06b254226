"""How does the world stand, for somebody outside who checks it? Not a part of GitHub."""

from __future__ import annotations

from app.sandbox.state.advisories import Advisory
from app.sandbox.state.comments import Comment
from app.sandbox.state.issues import Issue
from app.sandbox.state.reading import readers, repository_readers
from app.sandbox.state.repositories import Repository
from app.sandbox.state.traffic import Exchange
from app.sandbox.state.world import World
from app.sandbox.wire.advisories import vulnerability
from app.sandbox.wire.primitives import Json, stamp, stamp_or_none


def world_json(world: World) -> Json:
    """Everything, the text of advisories included: the sandbox holds no real ones."""
    return {
        "now": stamp(world.now()),
        "read_shows_no_drafts": world.read_shows_no_drafts,
        "webhooks_dropped": world.webhooks_dropped,
        "people": {user.login: user.id for user in world.users.values()},
        "organizations": [
            {
                "login": org.login,
                "owners": _logins(world, org.owners),
                "security_managers": _logins(world, org.security_managers),
                "teams": {slug: _logins(world, team.members) for slug, team in org.teams.items()},
            }
            for org in world.organizations.values()
        ],
        "installations": [
            {
                "id": each.id,
                "app": each.app.slug,
                "account": each.account.login,
                "repository_selection": each.repository_selection,
                "suspended": each.suspended_at is not None,
                "shows_no_drafts": each.shows_no_drafts,
            }
            for each in world.installations.values()
        ],
        "repositories": [repository_json(world, repo) for repo in world.repositories.values()],
    }


def repository_json(world: World, repo: Repository) -> Json:
    config = repo.configuration
    return {
        "id": repo.id,
        "full_name": repo.full_name,
        "private": repo.private,
        "archived": repo.archived,
        "commits": repo.commits,
        "private_vulnerability_reporting": repo.private_reporting,
        "configuration": None
        if config is None
        else {
            "name": config.name,
            "private_vulnerability_reporting": config.private_vulnerability_reporting,
            "enforced": config.enforced,
        },
        "advisories": [advisory_json(world, repo, each) for each in repo.advisories.values()],
        "issues": [issue_json(world, repo, each) for each in repo.issues.values()],
    }


def advisory_json(world: World, repo: Repository, this: Advisory) -> Json:
    return {
        "ghsa_id": this.ghsa,
        "state": this.state,
        "reported": this.reported,
        "author": world.users[this.author].login,
        "summary": this.summary,
        "description": this.description,
        "severity": this.severity,
        "cvss_vector_string": this.cvss_vector,
        "cve_id": this.cve_id,
        "cwe_ids": this.cwe_ids,
        "vulnerabilities": [vulnerability(each) for each in this.vulnerabilities],
        "credits": [{"login": world.users[each.user].login, "type": each.type} for each in this.credits],
        "collaborating_users": [world.users[id_].login for id_ in this.collaborating_users],
        "collaborating_teams": this.collaborating_teams,
        "comments": [comment_json(world, each) for each in this.comments],
        "readers": readers(world, repo, this),
        "created_at": stamp(this.created_at),
        "updated_at": stamp(this.updated_at),
        "published_at": stamp_or_none(this.published_at),
        "closed_at": stamp_or_none(this.closed_at),
    }


def issue_json(world: World, repo: Repository, this: Issue) -> Json:
    return {
        "number": this.number,
        "state": this.state,
        "author": world.users[this.author].login,
        "title": this.title,
        "body": this.body,
        "former_bodies": this.history,
        "pull_request": this.is_pull_request,
        "comments": [comment_json(world, each) for each in this.comments],
        "readers": repository_readers(world, repo),
        "created_at": stamp(this.created_at),
        "updated_at": stamp(this.updated_at),
        "closed_at": stamp_or_none(this.closed_at),
    }


def comment_json(world: World, this: Comment) -> Json:
    return {
        "id": this.id,
        "author": world.users[this.author].login,
        "body": this.body,
        "created_at": stamp(this.created_at),
        "updated_at": stamp(this.updated_at),
    }


def exchange_json(exchange: Exchange) -> Json:
    return {
        "number": exchange.number,
        "at": stamp(exchange.at),
        "method": exchange.method,
        "path": exchange.path,
        "query": exchange.query,
        "who": exchange.who,
        "status": exchange.status,
        "write": exchange.is_write,
        "had_effect": exchange.had_effect,
        "arranged": exchange.arranged,
        "inside_limit": exchange.inside_limit,
    }


def _logins(world: World, ids: set[int]) -> list[str]:
    return sorted(world.users[id_].login for id_ in ids)
