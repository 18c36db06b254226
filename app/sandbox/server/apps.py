"""Routes of Apps themselves: who am I, where am I installed, and a token please."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from app.sandbox.server import hooks
from app.sandbox.server.answers import Refusal, not_found
from app.sandbox.server.call import Call, Route
from app.sandbox.server.paging import page_of
from app.sandbox.state.advisories import Unprocessable
from app.sandbox.state.apps import Installation
from app.sandbox.state.tokens import MOST_REPOSITORIES, mint
from app.sandbox.wire import apps as wire
from app.sandbox.wire.repositories import repository


def get_app(call: Call) -> Response:
    return JSONResponse(wire.integration(call.world, call.issuer))


def update_webhook(call: Call) -> Response:
    """GitHub: "Update a webhook configuration for an app". What is signed from now on is signed with that secret."""
    body, app = call.body or {}, call.issuer
    if not all(isinstance(value, str) for value in body.values()):
        raise Refusal(422, "Invalid request.\n\nFor 'properties/secret', that is not a string.")
    app.webhook_url = body.get("url", app.webhook_url)
    app.webhook_secret = body.get("secret", app.webhook_secret)
    app.webhook_verifies = body.get("insecure_ssl", "0" if app.webhook_verifies else "1") == "0"
    return JSONResponse(wire.webhook(app))


def get_webhook(call: Call) -> Response:
    return JSONResponse(wire.webhook(call.issuer))


def list_installations(call: Call) -> Response:
    mine = [each for each in call.world.installations.values() if each.app is call.issuer]
    page, headers = page_of(mine, call.query, url=f"{call.world.api_url}{call.url_path}")
    return JSONResponse([wire.installation(call.world, each) for each in page], headers=headers)


def get_installation(call: Call) -> Response:
    return JSONResponse(wire.installation(call.world, _installation(call)))


def get_repository_installation(call: Call) -> Response:
    repo = call.repository()
    for each in call.world.installations.values():
        if each.app is call.issuer and each.covers(repo):
            return JSONResponse(wire.installation(call.world, each))
    raise not_found()


def create_token(call: Call) -> Response:
    installation = _installation(call)
    if installation.suspended_at:
        raise Refusal(403, "This installation has been suspended")
    body = call.body or {}
    try:
        token = mint(
            call.world,
            installation,
            permissions=_permissions(body),
            repositories=_repositories(call, installation, body),
        )
    except Unprocessable as error:
        raise Refusal(422, str(error)) from error
    return JSONResponse(wire.token(call.world, token), 201)


def revoke_token(call: Call) -> Response:
    del call.world.tokens[call.bearer.text]
    return Response(status_code=204)


def list_repositories(call: Call) -> Response:
    covered = [repo for repo in call.world.repositories.values() if call.bearer.covers(repo)]
    page, headers = page_of(covered, call.query, url=f"{call.world.api_url}{call.url_path}")
    answer = {
        "total_count": len(covered),
        "repository_selection": call.bearer.installation.repository_selection,
        "repositories": [repository(call.world, repo) for repo in page],
    }
    return JSONResponse(answer, headers=headers)


def _installation(call: Call) -> Installation:
    number = call.path["installation_id"]
    found = call.world.installations.get(int(number)) if number.isdigit() else None
    if found is None or found.app is not call.issuer:
        raise not_found()
    return found


def _permissions(body: dict[str, object]) -> dict[str, str] | None:
    asked = body.get("permissions")
    if asked is None:
        return None
    if not isinstance(asked, dict) or not set(asked.values()) <= {"read", "write", "admin"}:
        raise Refusal(422, "Invalid request.\n\nFor 'properties/permissions', that is not a set of permissions.")
    return asked


def _repositories(call: Call, installation: Installation, body: dict[str, object]) -> frozenset[int] | None:
    names, ids = body.get("repositories"), body.get("repository_ids")
    if names is None and ids is None:
        return None
    if not isinstance(names, list | None) or not isinstance(ids, list | None):
        raise Refusal(422, "Invalid request.\n\nFor 'properties/repositories', that is not an array.")
    by_name = {repo.name.lower(): repo for repo in call.world.repositories.values() if installation.covers(repo)}
    by_id = {repo.id: repo for repo in by_name.values()}
    found = [by_name.get(str(name).lower()) for name in names or []] + [by_id.get(number) for number in ids or []]
    if len(found) > MOST_REPOSITORIES:
        raise Refusal(422, "You can only specify up to 500 repositories.")
    known = frozenset(repo.id for repo in found if repo)
    if not found or None in found:
        raise Refusal(
            422, "There is at least one repository that does not exist or is not accessible to the parent installation."
        )
    return known


ROUTES = (
    Route("GET", "/app", get_app, "jwt"),
    Route("GET", "/app/hook/config", get_webhook, "jwt"),
    *hooks.ROUTES,
    Route("PATCH", "/app/hook/config", update_webhook, "jwt"),
    Route("GET", "/app/installations", list_installations, "jwt"),
    Route("GET", "/app/installations/{installation_id}", get_installation, "jwt"),
    Route("POST", "/app/installations/{installation_id}/access_tokens", create_token, "jwt"),
    Route("GET", "/repos/{owner}/{repo}/installation", get_repository_installation, "jwt"),
    Route("DELETE", "/installation/token", revoke_token, "token"),
    Route("GET", "/installation/repositories", list_repositories, "token", ("metadata", "read")),
)
