"""How does GitHub write an App, its installations and their tokens?"""

from __future__ import annotations

from app.sandbox.state.apps import Installation, Registration, Token
from app.sandbox.state.attempts import Attempt
from app.sandbox.state.world import World
from app.sandbox.wire.accounts import simple_user
from app.sandbox.wire.primitives import Json, node_id, stamp, stamp_or_none
from app.sandbox.wire.repositories import repository


def integration(world: World, app: Registration) -> Json:
    return {
        "id": app.id,
        "slug": app.slug,
        "client_id": app.client_id,
        "node_id": node_id("Integration", app.id),
        "owner": simple_user(world, app.owner),
        "name": app.name,
        "description": app.description,
        "external_url": app.url,
        "html_url": f"{world.web_url}/apps/{app.slug}",
        "created_at": stamp(app.created_at),
        "updated_at": stamp(app.created_at),
        "permissions": app.permissions,
        "events": app.events,
        "installations_count": sum(1 for each in world.installations.values() if each.app is app),
    }


def webhook(app: Registration) -> Json:
    """GitHub shows no secret, and does not say whether it is active."""
    answer: Json = {"content_type": "json", "insecure_ssl": "0" if app.webhook_verifies else "1"}
    return answer | ({"url": app.webhook_url, "secret": "********"} if app.webhook_url else {})


def hook_delivery_item(attempt: Attempt) -> Json:
    """A line of the log of deliveries: without headers and payload."""
    return {
        "id": attempt.id,
        "guid": attempt.guid,
        "delivered_at": stamp(attempt.at),
        "redelivery": attempt.is_redelivery,
        "duration": 0.27,
        "status": attempt.status,
        "status_code": attempt.status_code,
        "event": attempt.event,
        "action": attempt.action,
        "installation_id": attempt.installation,
        "repository_id": attempt.repository,
        "throttled_at": None,
    }


def installation(world: World, this: Installation) -> Json:
    api = world.api_url
    return {
        "id": this.id,
        "account": simple_user(world, this.account),
        "repository_selection": this.repository_selection,
        "access_tokens_url": f"{api}/app/installations/{this.id}/access_tokens",
        "repositories_url": f"{api}/installation/repositories",
        "html_url": f"{world.web_url}/organizations/{this.account.login}/settings/installations/{this.id}",
        "app_id": this.app.id,
        "client_id": this.app.client_id,
        "app_slug": this.app.slug,
        "target_id": this.account.id,
        "target_type": "Organization",
        "permissions": this.permissions,
        "events": this.app.events,
        "created_at": stamp(this.created_at),
        "updated_at": stamp(this.created_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": simple_user(world, this.account) if this.suspended_at else None,
        "suspended_at": stamp_or_none(this.suspended_at),
    }


def token(world: World, this: Token) -> Json:
    """A token as it is handed out. Its repositories are listed only where it was narrowed to some."""
    selected = this.repositories is not None or this.installation.repository_selection == "selected"
    answer: Json = {
        "token": this.text,
        "expires_at": stamp(this.expires_at),
        "permissions": this.permissions,
        "repository_selection": "selected" if selected else "all",
    }
    if this.repositories is not None:
        named = [world.repositories[id_] for id_ in sorted(this.repositories)]
        answer["repositories"] = [repository(world, repo) for repo in named]
    return answer
