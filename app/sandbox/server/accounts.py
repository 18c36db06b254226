"""Routes of organizations, their teams and members, and of people."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import not_found
from app.sandbox.server.call import Call, Route
from app.sandbox.server.paging import page_of
from app.sandbox.wire import accounts as wire
from app.sandbox.wire.repositories import configuration


def get_organization(call: Call) -> Response:
    org = call.world.find_organization(call.path["org"])
    if org is None:
        raise not_found()
    return JSONResponse(wire.organization_full(call.world, org))


def list_members(call: Call) -> Response:
    org = call.own_organization()
    ids = {"admin": org.owners, "member": org.everybody - org.owners}.get(call.query.get("role", ""), org.everybody)
    return _page_of_people(call, ids)


def list_teams(call: Call) -> Response:
    org = call.own_organization()
    teams = [org.teams[slug] for slug in sorted(org.teams)]
    page, headers = page_of(teams, call.query, url=f"{call.world.api_url}{call.url_path}")
    return JSONResponse([wire.team(call.world, org, each) for each in page], headers=headers)


def list_team_members(call: Call) -> Response:
    team = call.own_organization().teams.get(call.path["team_slug"])
    if team is None:
        raise not_found()
    return _page_of_people(call, team.members)


def list_configurations(call: Call) -> Response:
    org = call.own_organization()
    found = {
        repo.configuration.id: repo.configuration
        for repo in call.world.repositories.values()
        if repo.owner is org and repo.configuration
    }
    return JSONResponse([configuration(call.world, each, org=org.login) for each in found.values()])


def get_user(call: Call) -> Response:
    account = call.world.find_account(call.path["username"])
    if account is None:
        raise not_found()
    return JSONResponse(wire.public_user(call.world, account))


def _page_of_people(call: Call, ids: set[int]) -> Response:
    page, headers = page_of(wire.users(call.world, ids), call.query, url=f"{call.world.api_url}{call.url_path}")
    return JSONResponse([wire.simple_user(call.world, each) for each in page], headers=headers)


ROUTES = (
    Route("GET", "/orgs/{org}", get_organization, "token", in_public=True),
    Route("GET", "/orgs/{org}/members", list_members, "token", ("members", "read")),
    Route("GET", "/orgs/{org}/teams", list_teams, "token", ("members", "read")),
    Route("GET", "/orgs/{org}/teams/{team_slug}/members", list_team_members, "token", ("members", "read")),
    Route(
        "GET",
        "/orgs/{org}/code-security/configurations",
        list_configurations,
        "token",
        ("organization_administration", "read"),
    ),
    Route("GET", "/users/{username}", get_user, "token", in_public=True),
)
