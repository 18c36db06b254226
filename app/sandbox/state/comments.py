"""What is a comment of an advisory or of an issue?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True, kw_only=True, repr=False)
class Comment:
    """Somebody's words. `author` is an id, `via` the App that its bot acts for."""

    id: int
    author: int
    body: str
    created_at: datetime
    updated_at: datetime
    via: int | None = None

    def __repr__(self) -> str:
        return "Comment(under embargo)"

    def change(self, body: str, *, at: datetime) -> None:
        """Who reads an advisory may edit everybody's comments (GitHub: "Permission levels …"); the author stays."""
        self.body, self.updated_at = body, at
