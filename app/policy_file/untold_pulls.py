"""Which pull requests could not be told what follows from them, why, and when is each tried again?

Each for itself: one that fails is tried less and less often, another commit on it is tried at once. Of what was not
looked at yet it is not known whether there is something to tell, so that after a restart nothing that people were told
counts as over before it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.ids import RepoName
from app.domain.pulls import Proposal

FIRST_WAIT = timedelta(seconds=20)  # the next look tries again
LONGEST_WAIT = timedelta(minutes=5)
TOLD_AFTER = 3  # tries in vain, or
UNTOLD_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    """It was tried in vain, so many times since then."""

    sha: str
    since: datetime
    tries: int
    not_before: datetime


class Untold:
    """Of the pull requests to one repository."""

    def __init__(self, repo: RepoName) -> None:
        self._repo = repo
        self._failed: dict[int, _Failed] = {}
        self._open: dict[str, str | None] | None = None

    @property
    def reasons(self) -> Mapping[str, str | None] | None:
        """Pull requests that have to be told something: why people should know, None while that is not so.

        Those that are missing have heard everything. None where nobody could see yet which are open.
        """
        return None if self._open is None else dict(self._open)

    def follow(self, proposals: Iterable[Proposal], *, heard: Iterable[str]) -> None:
        """These are open, and those commits were told everything when they were looked at last."""
        by_name, was, told = {self._called(each): each for each in proposals}, self._open or {}, set(heard)
        numbers = {each.number for each in by_name.values()}
        self._failed = {number: failed for number, failed in self._failed.items() if number in numbers}
        self._open = {name: was.get(name) for name, each in by_name.items() if name in was or each.sha not in told}

    def is_due(self, proposal: Proposal, now: datetime) -> bool:
        """Is it time to try it (again)?"""
        failed = self._failed.get(proposal.number)
        return failed is None or failed.sha != proposal.sha or now >= failed.not_before

    def fail(self, proposal: Proposal, why: str, now: datetime) -> None:
        """It was tried in vain. After three times, or half an hour, people should know."""
        before = self._failed.get(proposal.number)
        since, tries = (before.since, before.tries + 1) if before else (now, 1)
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(tries - 1, 10))
        self._failed[proposal.number] = _Failed(sha=proposal.sha, since=since, tries=tries, not_before=now + wait)
        if tries >= TOLD_AFTER or now - since >= UNTOLD_FOR:
            self._note(proposal, f"it gets no check since {since:%Y-%m-%d %H:%M} UTC: {why}")

    def succeed(self, proposal: Proposal, *, but: str | None) -> None:
        """It heard what there is to hear, `but` for something that people should know."""
        self._failed.pop(proposal.number, None)
        self._note(proposal, but)

    def _note(self, proposal: Proposal, why: str | None) -> None:
        name = self._called(proposal)
        self._open = {other: said for other, said in (self._open or {}).items() if other != name}
        if why is not None:
            self._open[name] = f"{name}: {why}"

    def _called(self, proposal: Proposal) -> str:
        return f"{self._repo}/pull/{proposal.number}"
