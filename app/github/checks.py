"""How is a pull request told what follows from it? This one verb is all that can be sent on that way.

It can neither reach the verbs of `writer` nor get a token that may do more than say something of a commit of the one
repository: nothing that a pull request holds, and no button that is pressed beside it, changes anything else.
"""

from __future__ import annotations

from typing import Any

from app.domain.ids import RepoName
from app.domain.lease import Lease
from app.domain.pulls import Mark, Told
from app.github import routes
from app.github.client import Access, Answer
from app.github.errors import Held
from app.github.pulls import NAME
from app.github.registration import NotInstalled, Registration

MOST_MARKS = 50  # annotations in one request (GitHub: "Create a check run")


class NotGranted(Held):
    """Nobody gave the Hand what it needs there; only people can."""


class CheckRuns:
    """Speaks as the Hand, in one repository."""

    def __init__(self, hand: Registration, repo: RepoName, *, enabled: bool) -> None:
        self._hand, self._repo, self._enabled = hand, repo, enabled

    async def say(self, told: Told, *, sha: str, path: str, lease: Lease) -> None:
        """Say it of a commit, once. Raises Held or NotGranted (nothing was sent), RetryLater, Refused or Ambiguous."""
        if not self._enabled:
            raise Held("writes are switched off")
        call = routes.CREATE_CHECK_RUN.of(self._repo, body=_body(told, sha, path))

        async def send(access: Access) -> Answer:
            return await self._hand.client.write(call, access, lease=lease)

        seat = await self._hand.seat(self._repo)
        if seat is None or not seat.installation.grants("checks", "write"):
            raise NotGranted(f"{self._repo} has not granted checks: write to {self._hand.name}")
        try:
            await self._hand.acting(seat, {"checks": "write"}, send)
        except NotInstalled:
            raise NotGranted(f"{self._hand.name} is not installed on {self._repo}") from None


def _body(told: Told, sha: str, path: str) -> dict[str, Any]:
    return {
        "name": NAME,
        "head_sha": sha,
        "external_id": told.fingerprint,
        "status": "completed",
        "conclusion": "success" if told.is_valid else "failure",
        "output": {
            "title": told.title,
            "summary": told.summary,
            "annotations": [_annotation(mark, path) for mark in told.marks[:MOST_MARKS]],
        },
    }


def _annotation(mark: Mark, path: str) -> dict[str, Any]:
    at = {"path": path, "start_line": mark.line, "end_line": mark.line}
    return at | {"annotation_level": "failure", "message": mark.message}
