"""Routes of whoever asks with a token of their own: who am I, and where do the App and I meet?

GitHub: "Get the authenticated user", "List app installations accessible to the user access token", "List repositories
accessible to the user access token".
"""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import Refusal, not_accessible, not_found
from app.sandbox.server.call import Call, Route
from app.sandbox.server.paging import page_of
from app.sandbox.state.apps import Installation
from app.sandbox.state.outsiders import Outsider
from app.sandbox.state.reading import is_admin, repository_readers
from app.sandbox.state.repositories import Repository
from app.sandbox.wire import accounts as wire
from app.sandbox.wire.apps import installation
from app.sandbox.wire.primitives import Json
from app.sandbox.wire.repositories import repository


def get_me(call: Call) -> Response:
    return JSONResponse(wire.public_user(call.world, call.world.users[_whoever(call).id]))


def list_my_installations(call: Call) -> Response:
    """Those in which they may do anything at all beyond what everybody may."""
    app = _whoever(call).app
    if app is None:
        raise Refusal(403, "You must authenticate with an access token authorized to a GitHub App.")
    found = [each for each in call.world.installations.values() if each.app is app and _shared(call, each)]
    page, headers = page_of(found, call.query, url=f"{call.world.api_url}{call.url_path}")
    told = [installation(call.world, each) for each in page]
    return JSONResponse({"total_count": len(found), "installations": told}, headers=headers)


def list_my_repositories(call: Call) -> Response:
    number = call.path["installation_id"]
    this = call.world.installations.get(int(number)) if number.isdigit() else None
    if this is None or this.app is not _whoever(call).app:
        raise not_found()
    shared = _shared(call, this)
    if not shared:
        raise not_accessible()
    page, headers = page_of(shared, call.query, url=f"{call.world.api_url}{call.url_path}")
    told = [repository(call.world, each) | {"permissions": _rights(call, each)} for each in page]
    return JSONResponse({"total_count": len(shared), "repositories": told}, headers=headers)


def _shared(call: Call, this: Installation) -> list[Repository]:
    """What the App sees there and they have a role in."""
    login = call.world.users[_whoever(call).id].login
    covered = [repo for repo in call.world.repositories.values() if this.covers(repo)]
    return [repo for repo in covered if this.suspended_at is None and login in repository_readers(call.world, repo)]


def _rights(call: Call, repo: Repository) -> Json:
    admin = is_admin(repo, _whoever(call).id)
    return {"admin": admin, "maintain": admin, "push": admin, "triage": admin, "pull": True}


def _whoever(call: Call) -> Outsider:
    if call.outsider is None or not call.outsider.login:
        raise Refusal(401, "Requires authentication")
    return call.outsider


ROUTES = (
    Route("GET", "/user", get_me, "token", for_people=True),
    Route("GET", "/user/installations", list_my_installations, "token", for_people=True),
    Route("GET", "/user/installations/{installation_id}/repositories", list_my_repositories, "token", for_people=True),
)
