"""What can people do with comments? More verbs, as those of `vocabulary`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.sandbox import commenting
from app.sandbox.server.vocabulary import Misused, Stage, Verb
from app.sandbox.state.advisories import Advisory
from app.sandbox.state.issues import Issue
from app.sandbox.state.world import Unknown


def comment(stage: Stage, *, repository: str, text: str, by: str, ghsa: str = "", number: int = 0) -> dict[str, Any]:
    """Somebody comments on an advisory (`ghsa`) or on an issue (`number`). GitHub sends nothing to us."""
    said = commenting.comment(
        stage.world, _about(stage, repository, ghsa, number), by=stage.world.person(by), body=text
    )
    return {"comment": said.id}


def edit_comment(
    stage: Stage, *, repository: str, comment: int, text: str, ghsa: str = "", number: int = 0
) -> dict[str, Any]:
    """Somebody who reads an advisory or an issue edits a comment of it, perhaps of somebody else."""
    said = commenting.edit_comment(stage.world, _about(stage, repository, ghsa, number), comment, text)
    return {"comment": said.id}


def withhold_advisory_comments(stage: Stage, *, on: bool = True) -> None:
    """GitHub does not offer comments of advisories over REST, which are a preview; with `on: false` it does again."""
    stage.world.no_advisory_comments = on


def _about(stage: Stage, repository: str, ghsa: str, number: int) -> Advisory | Issue:
    repo = stage.world.repository(repository)
    if bool(ghsa) == bool(number):
        raise Misused('say "ghsa" for an advisory or "number" for an issue')
    if ghsa:
        return stage.world.advisory(repo, ghsa)
    if number not in repo.issues:
        raise Unknown(f"{repo.full_name} has no such issue")
    return repo.issues[number]


COMMENT_VERBS: Mapping[str, Verb] = {
    function.__name__.replace("_", "-"): function for function in (comment, edit_comment, withhold_advisory_comments)
}
