"""Which repositories of an organization does whoever asks get to see?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import not_found, unprocessable
from app.sandbox.server.call import Call, Route
from app.sandbox.server.paging import page_of
from app.sandbox.state.repositories import Repository
from app.sandbox.wire import repositories as wire

_TYPES: dict[str, Callable[[Repository], bool]] = {
    "all": lambda _: True,
    "public": lambda repo: not repo.private,
    "private": lambda repo: repo.private,
    "forks": lambda repo: repo.fork,
    "sources": lambda repo: not repo.fork,
}
_SORTS: dict[str, Callable[[Repository], Any]] = {
    "created": lambda repo: (repo.created_at, repo.id),
    "updated": lambda repo: (repo.updated_at, repo.id),
    "pushed": lambda repo: (repo.updated_at, repo.id),
    "full_name": lambda repo: repo.full_name.lower(),
}


def list_repositories(call: Call) -> Response:
    """Those that whoever asks may know of. An account of a person is no organization."""
    org = call.world.find_organization(call.path["org"])
    if org is None:
        raise not_found()
    chosen, sort = _TYPES.get(call.query.get("type", "all")), call.query.get("sort", "created")
    if chosen is None or sort not in _SORTS:
        raise unprocessable("Validation Failed")
    mine = [each for each in call.world.repositories.values() if each.owner is org and call.sees(each)]
    repos = [each for each in mine if chosen(each)]
    falls = call.query.get("direction", "asc" if sort == "full_name" else "desc") == "desc"
    repos.sort(key=_SORTS[sort], reverse=falls)
    page, headers = page_of(repos, call.query, url=f"{call.world.api_url}/organizations/{org.id}/repos")
    return JSONResponse([wire.repository(call.world, repo) for repo in page], headers=headers)


ROUTES = (Route("GET", "/orgs/{org}/repos", list_repositories, "token", ("metadata", "read"), in_public=True),)
