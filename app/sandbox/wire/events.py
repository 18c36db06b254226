"""What does GitHub put into a webhook?"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable

from app.sandbox.state.accounts import User
from app.sandbox.state.advisories import Advisory
from app.sandbox.state.apps import Installation, allows
from app.sandbox.state.pulls import CheckRun, CheckSuite, Pull
from app.sandbox.state.repositories import Repository
from app.sandbox.state.traffic import Delivery
from app.sandbox.state.world import World
from app.sandbox.wire.accounts import organization_simple, simple_user
from app.sandbox.wire.advisories import advisory as advisory_json
from app.sandbox.wire.apps import installation as installation_json
from app.sandbox.wire.checks import check_run, check_suite
from app.sandbox.wire.primitives import Json, node_id
from app.sandbox.wire.pulls import pull_simple
from app.sandbox.wire.repositories import full_repository, short

_NAMESPACE = uuid.UUID("0b6f1c1e-64f1-4b6c-9d0f-0d6c1d0f5a11")
_NEEDS = {
    "pull_request": "pull_requests",
    "push": "contents",
    "repository": "metadata",
    "repository_advisory": "repository_advisories",
}


def queue_repository(world: World, repo: Repository, action: str, *, by: User, changes: Json | None = None) -> None:
    """`repository`: archived, created, privatized, publicized, renamed, unarchived …"""
    payload = {"action": action} | ({"changes": changes} if changes else {})
    _queue_about(world, repo, "repository", payload, by=by)


def queue_advisory(world: World, repo: Repository, advisory: Advisory, action: str, *, by: User) -> None:
    """`repository_advisory`: *reported* and *published*, and nothing else ever."""
    payload = {"action": action, "repository_advisory": advisory_json(world, repo, advisory, shows_teams=True)}
    _queue_about(world, repo, "repository_advisory", payload, by=by)


def queue_push(world: World, repo: Repository, branch: str, *, before: str, after: str, by: User) -> None:
    """`push`: to any branch. Who subscribes has to be given *contents: read*."""
    payload = {
        "ref": f"refs/heads/{branch}",
        "before": before,
        "after": after,
        "created": False,
        "deleted": False,
        "forced": False,
        "base_ref": None,
        "compare": f"{world.web_url}/{repo.full_name}/compare/{before[:12]}...{after[:12]}",
        "commits": [],
        "head_commit": None,
        "pusher": {"name": by.login, "email": None},
    }
    _queue_about(world, repo, "push", payload, by=by)


def queue_pull_request(world: World, repo: Repository, pull: Pull, action: str, *, by: User) -> None:
    """`pull_request`: opened, synchronize, closed, reopened … Its long form is left out but for what lists have."""
    payload = {"action": action, "number": pull.number, "pull_request": pull_simple(world, repo, pull)}
    _queue_about(world, repo, "pull_request", payload, by=by)


def queue_rerequested(world: World, repo: Repository, suite: CheckSuite, run: CheckRun | None, *, by: User) -> None:
    """`check_run`, or `check_suite` for all of them: *rerequested*, to the App whose they are and to no other."""
    event = "check_suite" if run is None else "check_run"
    about = check_suite(world, repo, suite) if run is None else check_run(world, repo, suite, run)
    payload = {"action": "rerequested", event: about, "repository": full_repository(world, repo)}
    named = {"organization": organization_simple(world, repo.owner), "sender": simple_user(world, by)}
    for this in world.installations.values():
        if this.app.id == suite.app and this.covers(repo):
            installed = {"installation": {"id": this.id, "node_id": node_id("IntegrationInstallation", this.id)}}
            _queue(world, this, event, payload | named | installed)


def queue_installation(world: World, this: Installation, action: str, *, by: User) -> None:
    """`installation`: every App with a webhook gets these, whatever it subscribed to."""
    repos = [repo for repo in world.repositories.values() if this.covers(repo)]
    payload = {
        "action": action,
        "installation": installation_json(world, this),
        "repositories": [short(repo) for repo in repos],
        "requester": None,
        "sender": simple_user(world, by),
    }
    _queue(world, this, "installation", payload)


def queue_revoked(world: World, *, by: User) -> None:
    """`github_app_authorization`: every App with a webhook gets these, once, and of no installation in particular."""
    first = {this.app.id: this for this in reversed(world.installations.values())}
    for this in first.values():
        _queue(world, this, "github_app_authorization", {"action": "revoked", "sender": simple_user(world, by)})


def queue_selection(
    world: World, this: Installation, *, added: Iterable[Repository], removed: Iterable[Repository], by: User
) -> None:
    """`installation_repositories`: the selection grew or shrank."""
    gained, lost = [short(repo) for repo in added], [short(repo) for repo in removed]
    payload = {
        "action": "added" if gained else "removed",
        "installation": installation_json(world, this),
        "repository_selection": this.repository_selection,
        "repositories_added": gained,
        "repositories_removed": lost,
        "requester": None,
        "sender": simple_user(world, by),
    }
    _queue(world, this, "installation_repositories", payload)


def _queue_about(world: World, repo: Repository, event: str, payload: Json, *, by: User) -> None:
    common = {
        "repository": full_repository(world, repo),
        "organization": organization_simple(world, repo.owner),
        "sender": simple_user(world, by),
    }
    for this in world.installations.values():
        if event in this.app.events and this.covers(repo) and allows(this.permissions, _NEEDS[event], "read"):
            named = {"installation": {"id": this.id, "node_id": node_id("IntegrationInstallation", this.id)}}
            _queue(world, this, event, payload | common | named)


def _queue(world: World, this: Installation, event: str, payload: Json) -> None:
    is_mute = this.suspended_at is not None and event != "installation"
    if this.app.webhook_secret is None or not this.app.webhook_is_active or is_mute:
        return
    body = json.dumps(payload, separators=(",", ":")).encode()
    guid = str(uuid.uuid5(_NAMESPACE, f"{this.app.id} {world.next_id()}"))
    delivery = Delivery(guid=guid, event=event, action=payload.get("action", ""), installation=this, body=body)
    world.deliveries.append(delivery)
