"""What has to be known of a kind of place, so that mirrors can be kept there?

A store words the questions and the changes, and reads the answers. Asking is the reader's, sending the writer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from app.domain.actions import MirrorFields
from app.domain.facts import Fact
from app.domain.ids import MirrorId, RepoName
from app.domain.mirrors import Mirror, Store
from app.github.advisory_mirrors import AdvisoryMirrors
from app.github.asking import Asking
from app.github.issue_mirrors import IssueMirrors
from app.github.routes import Call


class MirrorStore(Protocol):
    """One kind of place for mirrors."""

    @property
    def writes_with(self) -> str:
        """The permission that every change needs at the level *write*."""
        ...

    async def every(self, repo: RepoName, asking: Asking) -> Fact[tuple[Mirror, ...]]:
        """All that could be mirrors, the closed ones too, and those that are not ours."""
        ...

    async def one(self, repo: RepoName, mirror: MirrorId, asking: Asking) -> Fact[Mirror]:
        """The mirror of that id."""
        ...

    def opening(self, repo: RepoName, fields: MirrorFields) -> Call:
        """What creates a mirror. Raises Held where the store cannot hold these fields."""
        ...

    def created(self, answer: Any) -> MirrorId:
        """The id that GitHub gave it. Raises Malformed."""
        ...

    def updating(self, repo: RepoName, mirror: MirrorId, fields: MirrorFields) -> tuple[Call, ...]:
        """What changes the fields that are set and no others: requests to be sent one after another."""
        ...

    def closing(self, repo: RepoName, mirror: MirrorId) -> Call:
        """What closes a mirror. People can reopen it."""
        ...


STORES: Mapping[Store, MirrorStore] = {"advisory": AdvisoryMirrors(), "issue": IssueMirrors()}
