"""Routes of issues. GitHub: "REST API endpoints for issues"."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from app.sandbox import people
from app.sandbox.server.answers import Refusal, not_found
from app.sandbox.server.call import Call, Route
from app.sandbox.server.paging import page_of
from app.sandbox.state.issues import Issue
from app.sandbox.state.repositories import Repository
from app.sandbox.wire import issues as wire

LONGEST_BODY = 65_536  # characters: "body is too long (maximum is 65536 characters)"
LONGEST_TITLE = 256
_NEW = {"title", "body"}
_CHANGED = _NEW | {"state", "state_reason"}
_CHOICES = {
    "state": ("open", "closed"),
    "state_reason": ("completed", "not_planned", "duplicate", "reopened", None),
}


def list_issues(call: Call) -> Response:
    """Pull requests are among them. The newest come first, and only the open ones unless `state` says otherwise."""
    repo = repository_with_issues(call)
    state, sort = call.query.get("state", "open"), call.query.get("sort", "created")
    if state not in {"open", "closed", "all"} or sort not in {"created", "updated"}:
        raise _invalid("state", "invalid", "that is none of the states or orders of a list")
    chosen = [issue for issue in repo.issues.values() if state in {"all", issue.state}]
    descending = call.query.get("direction", "desc") == "desc"
    chosen.sort(key=lambda issue: (getattr(issue, f"{sort}_at"), issue.number), reverse=descending)
    page, headers = page_of(chosen, call.query, url=f"{call.world.api_url}/repositories/{repo.id}/issues")
    return JSONResponse([wire.issue(call.world, repo, issue) for issue in page], headers=headers)


def get_issue(call: Call) -> Response:
    repo = repository_with_issues(call)
    return JSONResponse(wire.issue(call.world, repo, issue_of(call, repo)))


def create_issue(call: Call) -> Response:
    repo = writable_repository(call)
    fields = _fields(call.body, allowed=_NEW)
    if "title" not in fields:
        raise _invalid("title", "missing_field", "title is missing")
    issue = people.open_issue(
        call.world, repo, by=call.actor, title=fields["title"], body=fields.get("body"), via=call.client.id
    )
    return JSONResponse(wire.issue(call.world, repo, issue), 201)


def update_issue(call: Call) -> Response:
    repo = writable_repository(call)
    issue = issue_of(call, repo)
    people.edit_issue(call.world, issue, by=call.actor, changes=changed_fields(call.body))
    return JSONResponse(wire.issue(call.world, repo, issue))


def changed_fields(body: Any) -> dict[str, Any]:
    """GitHub: "Update an issue", body parameters, as far as the sandbox was taught."""
    return _fields(body, allowed=_CHANGED)


def repository_with_issues(call: Call) -> Repository:
    repo = call.repository()
    if not repo.has_issues:
        raise Refusal(410, "Issues are disabled for this repo")
    return repo


def writable_repository(call: Call) -> Repository:
    repo = call.covered_repository()
    if repo.archived:
        raise Refusal(403, "Repository was archived so is read-only.")
    return repository_with_issues(call)


def issue_of(call: Call, repo: Repository) -> Issue:
    number = call.path["issue_number"]
    if number in repo.deleted_issues:
        raise Refusal(410, "This issue was deleted")
    if number not in {str(each) for each in repo.issues}:
        raise not_found()
    return repo.issues[int(number)]


def _fields(body: Any, *, allowed: set[str]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise Refusal(422, "Invalid request.\n\nThe body is not an object.")
    for name, value in body.items():
        if name not in allowed:
            raise Refusal(422, f"Invalid request.\n\nThe sandbox was never taught {name} of an issue.")
        if name in _CHOICES and value not in _CHOICES[name]:
            raise _invalid(name, "invalid", f"{name} is none of its choices")
    if "title" in body:
        _check_text("title", body["title"], LONGEST_TITLE, blank=False)
    if body.get("body") is not None:
        _check_text("body", body["body"], LONGEST_BODY, blank=True)
    return body


def _check_text(name: str, value: Any, most: int, *, blank: bool) -> None:
    if not isinstance(value, str):
        raise Refusal(422, f"Invalid request.\n\nFor 'properties/{name}', that is not a string.")
    if not blank and not value.strip():
        raise _invalid(name, "missing_field", f"{name} can't be blank")
    if len(value) > most:
        raise _invalid(name, "custom", f"{name} is too long (maximum is {most} characters)")


def _invalid(field: str, code: str, message: str) -> Refusal:
    error = {"resource": "Issue", "field": field, "code": code, "message": message}
    return Refusal(422, "Validation Failed", errors=[error])


_ALL = "/repos/{owner}/{repo}/issues"
_ONE = f"{_ALL}/{{issue_number}}"
ROUTES = (
    Route("GET", _ALL, list_issues, "token", ("issues", "read")),
    Route("POST", _ALL, create_issue, "token", ("issues", "write")),
    Route("GET", _ONE, get_issue, "token", ("issues", "read"), for_people=True),
    Route("PATCH", _ONE, update_issue, "token", ("issues", "write")),
)
