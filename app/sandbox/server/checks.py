"""Routes of check runs. GitHub: "REST API endpoints for check runs", "… for check suites"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from app.sandbox.server.answers import Refusal, not_found, unprocessable
from app.sandbox.server.call import Call, Route
from app.sandbox.server.paging import page_of
from app.sandbox.state.pulls import CheckRun, CheckSuite
from app.sandbox.state.repositories import Repository
from app.sandbox.wire import checks as wire

MOST_ANNOTATIONS = 50
LONGEST_TEXT = 65_535
_TAUGHT = {"name", "head_sha", "external_id", "status", "conclusion", "output"}
_CONCLUSIONS = {"action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"}


def create_run(call: Call) -> Response:
    """Say something of a commit. Whatever the run is called, it is this App's."""
    repo, body = call.covered_repository(), call.body
    if not isinstance(body, dict) or not {"name", "head_sha"} <= set(body):
        raise Refusal(422, "Invalid request.\n\nname and head_sha are needed.")
    if unknown := set(body) - _TAUGHT:
        raise Refusal(422, f"Invalid request.\n\nThe sandbox was never taught {', '.join(sorted(unknown))}.")
    if body.get("conclusion") not in {None, *_CONCLUSIONS}:
        raise Refusal(422, "Invalid request.\n\nconclusion is none of its choices.")
    if not repo.holds(body["head_sha"]):
        raise unprocessable("No commit found for SHA")
    run = _run(call, body, _checked(body.get("output", {})))
    suite = _suite(call, repo, body["head_sha"])
    suite.runs.append(run)
    suite.rerequested = False
    return JSONResponse(wire.check_run(call.world, repo, suite, run), 201)


def list_runs(call: Call) -> Response:
    """Of every App, unless `app_id` says of which; of each name the newest, unless `filter` says all."""
    repo = call.repository()
    newest = call.query.get("filter", "latest") == "latest"
    found = [
        (suite, run)
        for suite in _suites(call, repo)
        for run in (suite.latest if newest else suite.runs)
        if call.query.get("check_name") in {None, run.name}
    ]
    page, headers = page_of(found, call.query, url=_url(call, repo, "check-runs"))
    runs = [wire.check_run(call.world, repo, suite, run) for suite, run in page]
    return JSONResponse({"total_count": len(found), "check_runs": runs}, headers=headers)


def list_suites(call: Call) -> Response:
    repo = call.repository()
    found = _suites(call, repo)
    page, headers = page_of(found, call.query, url=_url(call, repo, "check-suites"))
    suites = [wire.check_suite(call.world, repo, suite) for suite in page]
    return JSONResponse({"total_count": len(found), "check_suites": suites}, headers=headers)


def _suites(call: Call, repo: Repository) -> list[CheckSuite]:
    if not repo.holds(call.path["ref"]):
        raise unprocessable("No commit found for SHA")
    of_app = call.query.get("app_id")
    if of_app is not None and not of_app.isdigit():
        raise not_found()
    suites = repo.check_suites.values()
    return [each for each in suites if each.head_sha == call.path["ref"] and of_app in {None, str(each.app)}]


def _suite(call: Call, repo: Repository, head_sha: str) -> CheckSuite:
    app = call.client
    for suite in repo.check_suites.values():
        if (suite.app, suite.head_sha) == (app.id, head_sha):
            return suite
    suite = CheckSuite(id=call.world.next_id(), app=app.id, head_sha=head_sha, created_at=call.world.now())
    repo.check_suites[suite.id] = suite
    return suite


def _run(call: Call, body: Mapping[str, Any], output: Mapping[str, Any]) -> CheckRun:
    now, conclusion = call.world.now(), body.get("conclusion")
    return CheckRun(
        id=call.world.next_id(),
        name=body["name"],
        status="completed" if conclusion else body.get("status", "queued"),
        conclusion=conclusion,
        external_id=body.get("external_id"),
        output=output,
        started_at=now,
        completed_at=now if conclusion else None,
    )


def _checked(output: Any) -> Mapping[str, Any]:
    if not isinstance(output, dict) or (output and not {"title", "summary"} <= set(output)):
        raise Refusal(422, "Invalid request.\n\noutput needs title and summary.")
    if any(len(output.get(name, "")) > LONGEST_TEXT for name in ("summary", "text")):
        raise Refusal(422, "Invalid request.\n\nOnly 65535 characters are allowed.")
    if len(output.get("annotations", ())) > MOST_ANNOTATIONS:
        raise Refusal(422, "Invalid request.\n\nNo more than 50 annotations are allowed in one request.")
    return output


def _url(call: Call, repo: Repository, what: str) -> str:
    return f"{call.world.api_url}/repositories/{repo.id}/commits/{call.path['ref']}/{what}"


_OF_COMMIT = "/repos/{owner}/{repo}/commits/{ref}"
ROUTES = (
    Route("POST", "/repos/{owner}/{repo}/check-runs", create_run, "token", ("checks", "write")),
    Route("GET", f"{_OF_COMMIT}/check-runs", list_runs, "token", ("checks", "read")),
    Route("GET", f"{_OF_COMMIT}/check-suites", list_suites, "token", ("checks", "read")),
)
