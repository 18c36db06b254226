"""What do people do with issues? These verbs change the world and tell the app nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.sandbox import commenting, people
from app.sandbox.state.issues import Issue
from app.sandbox.state.reading import repository_readers
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World
from tests.canaries import Canaries
from tests.fake_comments import said, say


@dataclass(frozen=True, slots=True, repr=False)
class FakeIssue:
    """An issue as it stands on GitHub now. A mirror has the same verbs wherever it is kept."""

    world: World
    canaries: Canaries
    repo: Repository
    now: Issue

    def __repr__(self) -> str:
        return f"FakeIssue({self.repo.full_name}, {self.now.state})"

    def __getattr__(self, name: str) -> Any:
        """Fields as GitHub keeps them: title, body, state, history …"""
        return getattr(self.now, name)

    @property
    def id(self) -> str:
        return f"#{self.now.number}"

    @property
    def title(self) -> str:
        return self.now.title

    @property
    def body(self) -> str:
        return self.now.body or ""

    @property
    def text(self) -> str:
        """Everything that its readers see."""
        return f"{self.title}\n{self.body}"

    @property
    def is_open(self) -> bool:
        return self.now.state == "open"

    @property
    def readers(self) -> dict[str, str]:
        """Login → why."""
        return repository_readers(self.world, self.repo)

    def rewrite(self, body: str) -> FakeIssue:
        return self._change(body=body)

    def retitle(self, title: str) -> FakeIssue:
        return self._change(title=title)

    def close(self) -> FakeIssue:
        return self._change(state="closed")

    def reopen(self) -> FakeIssue:
        return self._change(state="open")

    def comment(self, text: str, *, by: str) -> int:
        """Somebody says something; gives the comment's id."""
        return say(self.world, self.canaries, self.now, text, by=by)

    def edit_comment(self, comment: int, text: str) -> None:
        """Somebody changes what was said there, perhaps by somebody else."""
        commenting.edit_comment(self.world, self.now, comment, text)

    @property
    def comments(self) -> list[tuple[str, str]]:
        """(login, text) of each, the oldest first."""
        return said(self.world, self.now)

    def delete(self) -> None:
        people.delete_issue(self.repo, self.now)

    def _change(self, **changes: Any) -> FakeIssue:
        by = self.world.users[min(self.repo.owner.owners)]
        people.edit_issue(self.world, self.now, by=by, changes=changes)
        return self
