"""Routes of comments.

Of advisories: GitHub, "Repository security advisory comments API in public preview". Access is that of the advisory, in
public repositories only, nothing can be deleted, and on a published advisory nobody comments. Of issues: "REST API
endpoints for issue comments".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from starlette.responses import JSONResponse, Response

from app.sandbox import commenting
from app.sandbox.server.advisories import entry_of
from app.sandbox.server.answers import Refusal, not_accessible, not_found
from app.sandbox.server.call import Call, Route
from app.sandbox.server.issues import LONGEST_BODY, issue_of, repository_with_issues, writable_repository
from app.sandbox.server.paging import page_of
from app.sandbox.state.advisories import Advisory
from app.sandbox.state.comments import Comment
from app.sandbox.state.issues import Issue
from app.sandbox.state.repositories import Repository
from app.sandbox.wire import comments as wire
from app.sandbox.wire.primitives import Json


def list_of_advisory(call: Call) -> Response:
    repo, advisory = _discussed(call)
    path = f"/repositories/{repo.id}/security-advisories/{advisory.ghsa}/comments"
    page, headers = page_of(_since(call, advisory.comments), call.query, url=f"{call.world.api_url}{path}")
    return JSONResponse([_of_advisory(call, repo, advisory, each) for each in page], headers=headers)


def get_of_advisory(call: Call) -> Response:
    repo, advisory = _discussed(call)
    return JSONResponse(_of_advisory(call, repo, advisory, _one(call, advisory.comments)))


def comment_on_advisory(call: Call) -> Response:
    repo, advisory = _writable(call)
    said = commenting.comment(call.world, advisory, by=call.actor, body=_text(call), via=call.client.id)
    return JSONResponse(_of_advisory(call, repo, advisory, said), 201)


def edit_of_advisory(call: Call) -> Response:
    repo, advisory = _writable(call)
    said = _one(call, advisory.comments)
    said.change(_text(call), at=call.world.now())
    return JSONResponse(_of_advisory(call, repo, advisory, said))


def list_of_issue(call: Call) -> Response:
    repo = repository_with_issues(call)
    issue = issue_of(call, repo)
    path = f"/repositories/{repo.id}/issues/{issue.number}/comments"
    page, headers = page_of(_since(call, issue.comments), call.query, url=f"{call.world.api_url}{path}")
    return JSONResponse([wire.of_issue(call.world, repo, issue.number, each) for each in page], headers=headers)


def get_of_issue(call: Call) -> Response:
    repo = repository_with_issues(call)
    issue = _issue_of_comment(call, repo)
    return JSONResponse(wire.of_issue(call.world, repo, issue.number, _one(call, issue.comments)))


def comment_on_issue(call: Call) -> Response:
    repo = writable_repository(call)
    issue = issue_of(call, repo)
    said = commenting.comment(call.world, issue, by=call.actor, body=_text(call), via=call.client.id)
    return JSONResponse(wire.of_issue(call.world, repo, issue.number, said), 201)


def edit_of_issue(call: Call) -> Response:
    repo = writable_repository(call)
    issue = _issue_of_comment(call, repo)
    said = _one(call, issue.comments)
    said.change(_text(call), at=call.world.now())
    return JSONResponse(wire.of_issue(call.world, repo, issue.number, said))


def _discussed(call: Call) -> tuple[Repository, Advisory]:
    if call.world.no_advisory_comments:
        raise not_found()
    return entry_of(call)


def _writable(call: Call) -> tuple[Repository, Advisory]:
    repo, advisory = _discussed(call)
    if not call.bearer.covers(repo):
        raise not_accessible()
    if repo.archived:
        raise Refusal(403, "Repository was archived so is read-only.")
    if not advisory.is_unpublished:
        raise not_found()  # observed: a published advisory can be read and not commented on
    return repo, advisory


def _since(call: Call, comments: list[Comment]) -> list[Comment]:
    """Those that were updated at that time or later; the oldest first."""
    since = call.query.get("since")
    if since is None:
        return comments
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        raise Refusal(422, "Invalid request.\n\nsince is no moment.") from None
    return [each for each in comments if each.updated_at >= moment]


def _one(call: Call, comments: Iterable[Comment]) -> Comment:
    found = next((each for each in comments if str(each.id) == call.path["comment_id"]), None)
    if found is None:
        raise not_found()
    return found


def _issue_of_comment(call: Call, repo: Repository) -> Issue:
    for issue in repo.issues.values():
        if call.path["comment_id"] in {str(each.id) for each in issue.comments}:
            return issue
    raise not_found()


def _of_advisory(call: Call, repo: Repository, advisory: Advisory, this: Comment) -> Json:
    return wire.of_advisory(call.world, repo, advisory.ghsa, this)


def _text(call: Call) -> str:
    body = call.body.get("body") if isinstance(call.body, dict) and set(call.body) == {"body"} else None
    if not isinstance(body, str) or not body.strip() or len(body) > LONGEST_BODY:
        raise Refusal(422, "Validation Failed")
    return body


_OF_ADVISORY = "/repos/{owner}/{repo}/security-advisories/{ghsa_id}/comments"
_OF_ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}/comments"
_ISSUE_COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
ROUTES = (
    Route("GET", _OF_ADVISORY, list_of_advisory, "token", ("repository_advisories", "read")),
    Route("POST", _OF_ADVISORY, comment_on_advisory, "token", ("repository_advisories", "write")),
    Route("GET", f"{_OF_ADVISORY}/{{comment_id}}", get_of_advisory, "token", ("repository_advisories", "read")),
    Route("PATCH", f"{_OF_ADVISORY}/{{comment_id}}", edit_of_advisory, "token", ("repository_advisories", "write")),
    Route("GET", _OF_ISSUE, list_of_issue, "token", ("issues", "read")),
    Route("POST", _OF_ISSUE, comment_on_issue, "token", ("issues", "write")),
    Route("GET", _ISSUE_COMMENT, get_of_issue, "token", ("issues", "read")),
    Route("PATCH", _ISSUE_COMMENT, edit_of_issue, "token", ("issues", "write")),
)
