"""What is a pull request, and what do Apps say of a commit?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from app.sandbox.state.files import File, Tree


@dataclass(slots=True, kw_only=True, repr=False)
class Pull:
    """A pull request. Its issue, of the same number, holds title, text and state.

    `begun` is what the base held where the branch began; `head_repository` is another repository for a fork.
    """

    id: int
    number: int
    base: str
    base_sha: str
    begun: Tree
    branch: str
    head_repository: int
    head_sha: str
    head: Tree
    draft: bool = False
    merged_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """A path that a pull request changes. `before` or `after` is None where it is not there."""

    path: str
    status: Literal["added", "removed", "modified", "renamed"]
    before: File | None = None
    after: File | None = None
    previous: str | None = None


@dataclass(slots=True, kw_only=True)
class CheckRun:
    """What an App says of a commit."""

    id: int
    name: str
    status: str
    conclusion: str | None
    external_id: str | None
    output: Mapping[str, Any]
    started_at: datetime
    completed_at: datetime | None


@dataclass(slots=True, kw_only=True)
class CheckSuite:
    """All that one App says of one commit. "Re-run" puts it back to queued until there is a newer run."""

    id: int
    app: int
    head_sha: str
    created_at: datetime
    runs: list[CheckRun] = field(default_factory=list)
    rerequested: bool = False

    @property
    def status(self) -> Literal["queued", "completed"]:
        """GitHub: "Rerequest a check run": the suite is queued again, the run stays as it is."""
        is_done = self.runs and all(run.status == "completed" for run in self.runs)
        return "completed" if is_done and not self.rerequested else "queued"

    @property
    def conclusion(self) -> str | None:
        return self.runs[-1].conclusion if self.status == "completed" else None

    @property
    def latest(self) -> list[CheckRun]:
        """Of each name the newest."""
        return list({run.name: run for run in self.runs}.values())


def changed_files(pull: Pull) -> Iterator[ChangedFile]:
    """What a pull request changes since its branch began. A file that only moved is *renamed*, as GitHub finds it."""
    gone = {path: file for path, file in pull.begun.items() if path not in pull.head}
    for path in sorted({*pull.begun, *pull.head}):
        before, after = pull.begun.get(path), pull.head.get(path)
        if before is None and after is not None:
            previous = next((old for old, file in gone.items() if file == after), None)
            if previous is not None:
                gone.pop(previous)
            status: Literal["added", "renamed"] = "added" if previous is None else "renamed"
            yield ChangedFile(path=path, status=status, before=before, after=after, previous=previous)
        elif after is not None and before != after:
            yield ChangedFile(path=path, status="modified", before=before, after=after)
    for path, file in gone.items():
        yield ChangedFile(path=path, status="removed", before=file)
