"""What is an issue, and what does a change of it leave behind?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from app.sandbox.state.comments import Comment

State = Literal["open", "closed"]
Reason = Literal["completed", "not_planned", "duplicate", "reopened"]


@dataclass(slots=True, kw_only=True, repr=False)
class Issue:
    """An issue, or a pull request, which GitHub counts among them. People are ids.

    `via` is the App that its bot acts for. `history` holds every former body: GitHub shows it to all who read the issue
    (GitHub: "Tracking changes in a comment").
    """

    number: int
    author: int
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime
    via: int | None = None
    is_pull_request: bool = False
    state: State = "open"
    state_reason: Reason | None = None
    closed_at: datetime | None = None
    closed_by: int | None = None
    history: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"Issue({self.state}, under embargo)"

    def change(self, changes: dict[str, Any], *, by: int, at: datetime) -> None:
        """Replace what is named: title, body, state, state_reason."""
        if "body" in changes and changes["body"] != self.body:
            self.history.append(self.body or "")
            self.body = changes["body"]
        self.title = changes.get("title", self.title)
        state = changes.get("state", self.state)
        if state != self.state:
            self._enter(state, changes.get("state_reason"), by=by, at=at)
        self.updated_at = at

    def _enter(self, state: State, reason: Reason | None, *, by: int, at: datetime) -> None:
        closes = state == "closed"
        self.state, self.state_reason = state, reason or ("completed" if closes else "reopened")
        self.closed_at, self.closed_by = (at, by) if closes else (None, None)
