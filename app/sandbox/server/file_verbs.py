"""What do people do with the files of a repository, from outside?"""

from __future__ import annotations

from collections.abc import Mapping

from app.sandbox import people
from app.sandbox.server.vocabulary import Stage, Verb
from app.sandbox.state.files import File


def push_files(
    stage: Stage, *, repository: str, by: str, files: dict[str, str | None], branch: str = "main"
) -> dict[str, str]:
    """Somebody pushes a commit in which these files have that content; null deletes one. GitHub sends `push`."""
    world = stage.world
    changes = {path: None if text is None else File(text.encode()) for path, text in files.items()}
    repo, person = world.repository(repository), world.person(by)
    return {"commit": people.push_files(world, repo, changes, by=person, branch=branch)}


FILE_VERBS: Mapping[str, Verb] = {"push-files": push_files}
