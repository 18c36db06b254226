"""Routes of repositories: what they are, private vulnerability reporting, configuration and commits."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import Refusal, not_found
from app.sandbox.server.call import Call, Route
from app.sandbox.server.paging import page_of
from app.sandbox.state.reading import repository_readers
from app.sandbox.state.repositories import Repository
from app.sandbox.wire import repositories as wire


def get_repository(call: Call) -> Response:
    return JSONResponse(wire.full_repository(call.world, call.repository()))


def get_private_reporting(call: Call) -> Response:
    repo = call.repository()
    if repo.private:
        raise not_found()  # observed, though the page says 422
    if call.outsider and not call.outsider.is_told(call.world.private_reporting_told_to):
        raise not_found()
    _refuse_where_there_is_no_switch(repo)
    return JSONResponse({"enabled": repo.private_reporting})


def enable_private_reporting(call: Call) -> Response:
    return _set_private_reporting(call, enabled=True)


def disable_private_reporting(call: Call) -> Response:
    return _set_private_reporting(call, enabled=False)


def _set_private_reporting(call: Call, *, enabled: bool) -> Response:
    """204, also where an enforced configuration lets nothing change (GitHub: "Security configuration enforcement")."""
    repo = call.covered_repository()
    _refuse_where_there_is_no_switch(repo)
    repo.set_private_reporting(enabled=enabled)
    return Response(status_code=204)


def _refuse_where_there_is_no_switch(repo: Repository) -> None:
    if not repo.can_report_privately:
        raise Refusal(422, "Private vulnerability reporting is not available for this repository.")


def get_configuration(call: Call) -> Response:
    repo = call.covered_repository()
    if repo.configuration is None:
        return Response(status_code=204)
    return JSONResponse(wire.attached_configuration(call.world, repo, repo.configuration))


def list_commits(call: Call) -> Response:
    repo = call.repository()
    if repo.commits == 0:
        raise Refusal(409, "Git Repository is empty.")
    numbers = range(repo.commits, 0, -1)
    url = f"{call.world.api_url}/repositories/{repo.id}/commits"
    page, headers = page_of(numbers, call.query, url=url)
    return JSONResponse(wire.commits(call.world, repo, page), headers=headers)


def list_collaborators(call: Call) -> Response:
    """Everybody who can read it by a role: owners, members, teams and outside collaborators."""
    repo = call.covered_repository()
    people = [call.world.person(login) for login in repository_readers(call.world, repo)]
    url = f"{call.world.api_url}/repositories/{repo.id}/collaborators"
    page, headers = page_of(sorted(people, key=lambda each: each.id), call.query, url=url)
    return JSONResponse([wire.collaborator(call.world, repo, each) for each in page], headers=headers)


_PVR = "/repos/{owner}/{repo}/private-vulnerability-reporting"
_CONFIGURATION = "/repos/{owner}/{repo}/code-security-configuration"
ROUTES = (
    Route("GET", "/repos/{owner}/{repo}", get_repository, "token", ("metadata", "read"), in_public=True),
    Route("GET", _PVR, get_private_reporting, "token", ("metadata", "read"), in_public=True),
    Route("PUT", _PVR, enable_private_reporting, "token", ("administration", "write")),
    Route("DELETE", _PVR, disable_private_reporting, "token", ("administration", "write")),
    Route("GET", _CONFIGURATION, get_configuration, "token", ("administration", "read")),
    Route("GET", "/repos/{owner}/{repo}/collaborators", list_collaborators, "token", ("metadata", "read")),
    Route("GET", "/repos/{owner}/{repo}/commits", list_commits, "token", ("contents", "read")),
)
