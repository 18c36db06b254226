"""How does GitHub write a repository, its commits and its code security configuration?"""

from __future__ import annotations

from collections.abc import Iterable

from app.sandbox.state.accounts import User
from app.sandbox.state.files import commit_id
from app.sandbox.state.repositories import Configuration, Repository
from app.sandbox.state.world import World
from app.sandbox.wire.accounts import simple_user
from app.sandbox.wire.primitives import Json, node_id, stamp

_LINKS = {
    "archive_url": "/{archive_format}{/ref}",
    "assignees_url": "/assignees{/user}",
    "blobs_url": "/git/blobs{/sha}",
    "branches_url": "/branches{/branch}",
    "collaborators_url": "/collaborators{/collaborator}",
    "comments_url": "/comments{/number}",
    "commits_url": "/commits{/sha}",
    "compare_url": "/compare/{base}...{head}",
    "contents_url": "/contents/{+path}",
    "contributors_url": "/contributors",
    "deployments_url": "/deployments",
    "downloads_url": "/downloads",
    "events_url": "/events",
    "forks_url": "/forks",
    "git_commits_url": "/git/commits{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "hooks_url": "/hooks",
    "issue_comment_url": "/issues/comments{/number}",
    "issue_events_url": "/issues/events{/number}",
    "issues_url": "/issues{/number}",
    "keys_url": "/keys{/key_id}",
    "labels_url": "/labels{/name}",
    "languages_url": "/languages",
    "merges_url": "/merges",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "pulls_url": "/pulls{/number}",
    "releases_url": "/releases{/id}",
    "stargazers_url": "/stargazers",
    "statuses_url": "/statuses/{sha}",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "tags_url": "/tags",
    "teams_url": "/teams",
    "trees_url": "/git/trees{/sha}",
}
_COUNTS = (
    "forks",
    "forks_count",
    "open_issues",
    "open_issues_count",
    "stargazers_count",
    "watchers",
    "watchers_count",
)
_UNSET = (
    "dependency_graph",
    "dependency_graph_autosubmit_action",
    "dependabot_alerts",
    "dependabot_security_updates",
    "code_scanning_default_setup",
    "secret_scanning",
    "secret_scanning_push_protection",
    "secret_scanning_validity_checks",
    "secret_scanning_non_provider_patterns",
)


def api_url(world: World, repo: Repository) -> str:
    return f"{world.api_url}/repos/{repo.full_name}"


def web_url(world: World, repo: Repository) -> str:
    return f"{world.web_url}/{repo.full_name}"


def short(repo: Repository) -> Json:
    """The form in which installation webhooks name repositories."""
    return {
        "id": repo.id,
        "node_id": node_id("Repository", repo.id),
        "name": repo.name,
        "full_name": repo.full_name,
        "private": repo.private,
    }


def repository(world: World, repo: Repository) -> Json:
    """The form of lists and webhooks."""
    url, page = api_url(world, repo), web_url(world, repo)
    host = world.web_url.removeprefix("https://").removeprefix("http://")
    return (
        short(repo)
        | {name: url + rest for name, rest in _LINKS.items()}
        | {
            "owner": simple_user(world, repo.owner),
            "url": url,
            "html_url": page,
            "git_url": f"git://{host}/{repo.full_name}.git",
            "ssh_url": f"git@{host}:{repo.full_name}.git",
            "clone_url": f"{page}.git",
            "svn_url": page,
            "mirror_url": None,
            "created_at": stamp(repo.created_at),
            "updated_at": stamp(repo.updated_at),
            "pushed_at": stamp(repo.updated_at),
        }
        | _settings(repo)
    )


def _settings(repo: Repository) -> Json:
    return dict.fromkeys(_COUNTS, 0) | {
        "description": None,
        "homepage": None,
        "language": None,
        "license": None,
        "fork": repo.fork,
        "size": repo.commits,
        "default_branch": "main",
        "is_template": False,
        "topics": [],
        "has_issues": repo.has_issues,
        "has_projects": False,
        "has_wiki": repo.has_wiki,
        "has_pages": repo.has_pages,
        "has_downloads": False,
        "has_discussions": repo.has_discussions,
        "archived": repo.archived,
        "disabled": False,
        "visibility": "private" if repo.private else "public",
        "allow_forking": True,
        "web_commit_signoff_required": False,
    }


def full_repository(world: World, repo: Repository) -> Json:
    return repository(world, repo) | {
        "organization": simple_user(world, repo.owner),
        "network_count": 0,
        "subscribers_count": 0,
    }


def commits(world: World, repo: Repository, numbers: Iterable[int]) -> list[Json]:
    return [_commit(world, repo, number) for number in numbers]


def _commit(world: World, repo: Repository, number: int) -> Json:
    sha = commit_id(repo.id, number)
    url, author = api_url(world, repo), simple_user(world, repo.owner)
    signed = {"name": repo.owner.login, "email": "nobody@example.invalid", "date": stamp(repo.created_at)}
    parent = commit_id(repo.id, number - 1)
    return {
        "sha": sha,
        "node_id": node_id("Commit", number),
        "url": f"{url}/commits/{sha}",
        "html_url": f"{web_url(world, repo)}/commit/{sha}",
        "comments_url": f"{url}/commits/{sha}/comments",
        "commit": {
            "url": f"{url}/git/commits/{sha}",
            "author": signed,
            "committer": signed,
            "message": f"Commit {number}",
            "comment_count": 0,
            "tree": {"sha": sha, "url": f"{url}/git/trees/{sha}"},
        },
        "author": author,
        "committer": author,
        "parents": [{"sha": parent, "url": f"{url}/commits/{parent}"}] if number > 1 else [],
    }


def configuration(world: World, config: Configuration, *, org: str) -> Json:
    url = f"{world.api_url}/orgs/{org}/code-security/configurations/{config.id}"
    return dict.fromkeys(_UNSET, "not_set") | {
        "id": config.id,
        "name": config.name,
        "target_type": "organization",
        "description": config.name,
        "advanced_security": "disabled",
        "private_vulnerability_reporting": config.private_vulnerability_reporting,
        "enforcement": "enforced" if config.enforced else "unenforced",
        "url": url,
        "html_url": f"{world.web_url}/organizations/{org}/settings/security_products/configurations/edit/{config.id}",
        "created_at": stamp(config.created_at),
        "updated_at": stamp(config.created_at),
    }


def attached_configuration(world: World, repo: Repository, config: Configuration) -> Json:
    status = "enforced" if config.enforced else "attached"
    return {"status": status, "configuration": configuration(world, config, org=repo.owner.login)}


def collaborator(world: World, repo: Repository, person: User) -> Json:
    """Somebody who has a role in a repository."""
    is_admin = person.id in repo.owner.owners | repo.admins
    rights = dict.fromkeys(("admin", "maintain", "push", "triage"), is_admin) | {"pull": True}
    return simple_user(world, person) | {"permissions": rights, "role_name": "admin" if is_admin else "read"}
