"""How does GitHub write what an App says of a commit?"""

from __future__ import annotations

from app.sandbox.state.pulls import CheckRun, CheckSuite
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from app.sandbox.wire.apps import integration
from app.sandbox.wire.primitives import Json, node_id, stamp, stamp_or_none
from app.sandbox.wire.repositories import api_url, web_url


def check_run(world: World, repo: Repository, suite: CheckSuite, run: CheckRun) -> Json:
    """A check run. GitHub gives the number of its annotations, and themselves elsewhere."""
    url, page = f"{api_url(world, repo)}/check-runs/{run.id}", f"{web_url(world, repo)}/runs/{run.id}"
    return {
        "id": run.id,
        "node_id": node_id("CheckRun", run.id),
        "name": run.name,
        "head_sha": suite.head_sha,
        "external_id": run.external_id,
        "url": url,
        "html_url": page,
        "details_url": page,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": stamp(run.started_at),
        "completed_at": stamp_or_none(run.completed_at),
        "output": {
            "title": run.output.get("title"),
            "summary": run.output.get("summary"),
            "text": run.output.get("text"),
            "annotations_count": len(run.output.get("annotations", ())),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": suite.id},
        "app": integration(world, world.registrations[suite.app]),
        "pull_requests": [],
    }


def check_suite(world: World, repo: Repository, suite: CheckSuite) -> Json:
    """A check suite, as far as the sandbox was taught: without its repository and its commit."""
    url = f"{api_url(world, repo)}/check-suites/{suite.id}"
    return {
        "id": suite.id,
        "node_id": node_id("CheckSuite", suite.id),
        "head_branch": None,
        "head_sha": suite.head_sha,
        "status": suite.status,
        "conclusion": suite.conclusion,
        "url": url,
        "before": None,
        "after": None,
        "pull_requests": [],
        "app": integration(world, world.registrations[suite.app]),
        "created_at": stamp(suite.created_at),
        "updated_at": stamp(suite.created_at),
        "latest_check_runs_count": len(suite.latest),
        "check_runs_url": f"{url}/check-runs",
    }
