"""What can people do with issues and private repositories? More verbs, as those of `vocabulary`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.sandbox import people
from app.sandbox.server.issues import changed_fields
from app.sandbox.server.vocabulary import Stage, Verb
from app.sandbox.state.issues import Issue
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import Unknown
from app.sandbox.view import issue_json


def open_issue(
    stage: Stage, *, repository: str, title: str, body: str = "", by: str, pull_request: bool = False
) -> dict[str, Any]:
    """Somebody who can read a repository opens an issue there, or a pull request. GitHub sends nothing to us."""
    repo, person = stage.world.repository(repository), stage.world.person(by)
    issue = people.open_issue(stage.world, repo, by=person, title=title, body=body, is_pull_request=pull_request)
    return _shown(stage, repo, issue)


def edit_issue(stage: Stage, *, repository: str, number: int, fields: dict[str, Any]) -> dict[str, Any]:
    """Somebody edits an issue: `title`, `body`, `state`, as in GitHub's REST API. Former bodies stay in its history."""
    repo = stage.world.repository(repository)
    issue = _issue(repo, number)
    by = stage.world.users[min(repo.owner.owners)]
    people.edit_issue(stage.world, issue, by=by, changes=changed_fields(fields))
    return _shown(stage, repo, issue)


def delete_issue(stage: Stage, *, repository: str, number: int) -> None:
    """An administrator deletes an issue for good; its number is not given again."""
    repo = stage.world.repository(repository)
    people.delete_issue(repo, _issue(repo, number))


def switch_issues(stage: Stage, *, repository: str, on: bool) -> None:
    """An administrator switches the issues of a repository on or off."""
    stage.world.repository(repository).has_issues = on


def give_access(stage: Stage, *, repository: str, to: str) -> None:
    """Somebody is let into a private repository, and reads every issue in it."""
    people.give_access(stage.world.repository(repository), to=stage.world.person(to))


def _issue(repo: Repository, number: int) -> Issue:
    if number not in repo.issues:
        raise Unknown(f"{repo.full_name} has no such issue")
    return repo.issues[number]


def _shown(stage: Stage, repo: Repository, issue: Issue) -> dict[str, Any]:
    return {"issue": issue_json(stage.world, repo, issue)}


ISSUE_VERBS: Mapping[str, Verb] = {
    function.__name__.replace("_", "-"): function
    for function in (open_issue, edit_issue, delete_issue, switch_issues, give_access)
}
