"""Routes of pull requests. GitHub: "REST API endpoints for pull requests"."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import not_found, unprocessable
from app.sandbox.server.call import Call, Route
from app.sandbox.server.paging import page_of
from app.sandbox.state.pulls import changed_files
from app.sandbox.wire import pulls as wire

MOST_FILES = 3000  # GitHub: "List pull requests files"


def list_pulls(call: Call) -> Response:
    """The newest come first, and only the open ones unless `state` says otherwise."""
    repo = call.repository()
    state, base = call.query.get("state", "open"), call.query.get("base")
    if state not in {"open", "closed", "all"}:
        raise unprocessable("Validation Failed")
    chosen = [
        pull
        for pull in repo.pulls.values()
        if state in {"all", repo.issues[pull.number].state} and base in {None, pull.base}
    ]
    chosen.sort(key=lambda pull: pull.number, reverse=True)
    page, headers = page_of(chosen, call.query, url=f"{call.world.api_url}/repositories/{repo.id}/pulls")
    return JSONResponse([wire.pull_simple(call.world, repo, pull) for pull in page], headers=headers)


def list_files(call: Call) -> Response:
    repo, number = call.repository(), call.path["pull_number"]
    pull = repo.pulls.get(int(number)) if number.isdigit() else None
    if pull is None:
        raise not_found()
    files = list(changed_files(pull))[:MOST_FILES]
    url = f"{call.world.api_url}/repositories/{repo.id}/pulls/{pull.number}/files"
    page, headers = page_of(files, call.query, url=url)
    return JSONResponse([wire.changed_file(call.world, repo, pull, each) for each in page], headers=headers)


_ALL = "/repos/{owner}/{repo}/pulls"
ROUTES = (
    Route("GET", _ALL, list_pulls, "token", ("pull_requests", "read")),
    Route("GET", f"{_ALL}/{{pull_number}}/files", list_files, "token", ("pull_requests", "read")),
)
