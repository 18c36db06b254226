"""How does GitHub write users, organizations and teams?"""

from __future__ import annotations

from app.sandbox.state.accounts import Account, Organization, Team, User
from app.sandbox.state.world import World
from app.sandbox.wire.primitives import Json, node_id, stamp


def simple_user(world: World, account: Account) -> Json:
    """The short form, which GitHub uses for organizations as well."""
    url = f"{world.api_url}/users/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id(account.type, account.id),
        "avatar_url": f"{world.web_url}/avatars/{account.id}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{world.web_url}/{account.login}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": account.type,
        "user_view_type": "public",
        "site_admin": False,
    }


def public_user(world: World, account: Account) -> Json:
    return simple_user(world, account) | {
        "name": None,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": stamp(account.created_at),
        "updated_at": stamp(account.created_at),
    }


def organization_simple(world: World, org: Organization) -> Json:
    """The form in which webhooks name an organization."""
    url = f"{world.api_url}/orgs/{org.login}"
    return {
        "login": org.login,
        "id": org.id,
        "node_id": node_id("Organization", org.id),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{world.web_url}/avatars/{org.id}",
        "description": None,
    }


def organization_full(world: World, org: Organization) -> Json:
    public = sum(1 for repo in world.repositories.values() if repo.owner is org and not repo.private)
    return organization_simple(world, org) | {
        "has_organization_projects": True,
        "has_repository_projects": True,
        "public_repos": public,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "html_url": f"{world.web_url}/{org.login}",
        "type": "Organization",
        "created_at": stamp(org.created_at),
        "updated_at": stamp(org.created_at),
        "archived_at": None,
    }


def team(world: World, org: Organization, member_team: Team) -> Json:
    url = f"{world.api_url}/organizations/{org.id}/team/{member_team.id}"
    return {
        "id": member_team.id,
        "node_id": node_id("Team", member_team.id),
        "name": member_team.slug,
        "slug": member_team.slug,
        "description": None,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "pull",
        "url": url,
        "html_url": f"{world.web_url}/orgs/{org.login}/teams/{member_team.slug}",
        "members_url": f"{url}/members{{/member}}",
        "repositories_url": f"{url}/repos",
        "type": "organization",
        "organization_id": org.id,
        "parent": None,
    }


def users(world: World, ids: set[int]) -> list[User]:
    """These accounts in the order in which GitHub lists them: by id."""
    return [world.users[id_] for id_ in sorted(ids)]
