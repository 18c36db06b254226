"""Which open pull requests have still to be told what follows from them?

Level-triggered: a delivery only says that it is time to look. Kept: an answer is given once for a head and what stands
on the default branch, and again where somebody asks for it again; a pull request that fails stops no other; nothing
but the answer can be sent from here (`app.github.checks`), and nothing is remembered that a restart would miss.

A check belongs to a commit and is shown beside every pull request with that head, so all of them are told the same:
what may be told to a branch of the repository itself, if one of them is that, since whoever may push there put the
commit there. It follows from two files that everybody can read who sees the check. The other way round, whoever may
fork could take the list of changes from the reviewers of a colleague, by a pull request of the same commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import structlog

from app.clock import Clock
from app.domain.facts import CannotTell
from app.domain.lease import Lease
from app.domain.policy_files import Head, NotRead, RepositoryFile
from app.domain.pulls import Proposal, Pull
from app.github.checks import CheckRuns, NotGranted
from app.github.contents import Contents
from app.github.errors import Ambiguous, Held, Refused, RetryLater
from app.github.pulls import Pulls
from app.github.registration import Registration
from app.policy_file.checks import told
from app.policy_file.untold_pulls import Untold
from policies.yaml_lines import LARGEST_FILE

log = structlog.get_logger()

SPARED = timedelta(seconds=10)  # between two looks, however many deliveries ask for one
AT_A_TIME = 3  # of those that were answered, in turn: was it asked for again?
MOST_SAID = 30  # times of one commit; a button can be pressed without end
_FULL = f"its newest commit was answered {MOST_SAID} times and gets no further check; push another commit for one"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """What a proposal was when there was nothing more to tell it.

    `hears`: it changes the file. `is_full`: there would be more to tell, and too much was told of this commit.
    """

    base_sha: str
    is_fork: bool
    at: datetime
    hears: bool
    is_full: bool = False


def policy_pulls(
    where: Path | RepositoryFile | None,
    meant: Callable[[], int | None],
    *,
    hand: Registration,
    contents: Contents,
    clock: Clock,
    enabled: bool,
) -> PolicyPulls | None:
    """Nobody asks to change a file of this machine. `meant` is the repository in which the file was seen first."""
    if not isinstance(where, RepositoryFile):
        return None
    checks = CheckRuns(hand, where.repo, enabled=enabled)
    return PolicyPulls(where, meant=meant, contents=contents, pulls=Pulls(hand, clock), checks=checks, clock=clock)


class PolicyPulls:
    """Answers pull requests to the repository of the policy file."""

    def __init__(
        self,
        file: RepositoryFile,
        *,
        meant: Callable[[], int | None],
        contents: Contents,
        pulls: Pulls,
        checks: CheckRuns,
        clock: Clock,
    ) -> None:
        self._file, self._meant = file, meant
        self._contents, self._pulls, self._checks, self._clock = contents, pulls, checks, clock
        self._answered: dict[str, _Answered] = {}
        self._untold = Untold(file.repo)
        self._base: tuple[str, bytes | NotRead] | None = None
        self._looked_at: datetime | None = None

    @property
    def untold(self) -> Mapping[str, str | None] | None:
        """See `Untold.reasons`."""
        return self._untold.reasons

    async def look(self, lease: Lease) -> datetime | None:
        """Answer what is to be answered. Says when to look again where that was too early to look.

        Raises RetryLater where GitHub limits us.
        """
        now = self._clock.now()
        if self._looked_at is not None and now - self._looked_at < SPARED:
            return self._looked_at + SPARED
        self._looked_at = now
        pulls = await self._pulls.open_pulls(self._file.repo)
        if isinstance(pulls, CannotTell):
            log.warning("policy.pulls_unseen", reason=pulls.reason)
            return None
        proposals = _proposals(pull for pull in pulls if pull.is_to_default)
        shas = {each.sha for each in proposals}
        self._answered = {sha: done for sha, done in self._answered.items() if sha in shas}
        self._untold.follow(proposals, heard=self._answered)
        if proposals:
            await self._answer_all(proposals, lease)
        return None

    async def _answer_all(self, proposals: list[Proposal], lease: Lease) -> None:
        head = await self._contents.head(self._file.repo)
        if isinstance(head, NotRead) or self._is_another(head):
            log.warning("policy.pulls_unseen", reason="the repository of the policy file is not what it should be")
            return
        answered = [each for each in proposals if self._is_answered(each, head)]
        longest_ago = sorted(answered, key=lambda each: self._answered[each.sha].at)[:AT_A_TIME]
        for proposal in proposals:
            is_next = proposal not in answered or proposal in longest_ago
            if is_next and self._untold.is_due(proposal, self._clock.now()):
                await self._answer(proposal, head, lease)

    def _is_another(self, head: Head) -> bool:
        """Whoever has the name of a repository that is gone is not asked what follows for us."""
        meant = self._file.repository_id or self._meant()
        return meant is not None and meant != head.repository_id

    def _is_answered(self, proposal: Proposal, head: Head) -> bool:
        done = self._answered.get(proposal.sha)
        return done is not None and (done.base_sha, done.is_fork) == (head.commit, proposal.is_fork)

    async def _answer(self, proposal: Proposal, head: Head, lease: Lease) -> None:
        try:
            done = await self._tell(proposal, head, lease)
        except (_Unseen, Held, Refused, Ambiguous, RetryLater) as error:
            log.warning("policy.pull_unanswered", number=proposal.number, reason=str(error))
            if not isinstance(error, Held) or isinstance(error, NotGranted):  # that writes are off people know
                self._untold.fail(proposal, str(error), self._clock.now())
            if isinstance(error, RetryLater) and error.after is not None:  # all of them would have to wait
                raise
            return
        self._answered[proposal.sha] = done
        self._untold.succeed(proposal, but=_FULL if done.is_full else None)

    async def _tell(self, proposal: Proposal, head: Head, lease: Lease) -> _Answered:
        """Tell it what it was not told yet."""
        done = self._answered.get(proposal.sha)
        now = self._clock.now()
        if done and self._is_answered(proposal, head) and not (done.hears and await self._is_asked_again(proposal)):
            return replace(done, at=now)
        as_is = _Answered(base_sha=head.commit, is_fork=proposal.is_fork, at=now, hears=False)
        if self._file.path not in _seen(await self._pulls.paths(self._file.repo, proposal.number)):
            return as_is
        before, after = await self._on_default(head), await self._at(proposal.sha)
        answer = told(before, after, path=self._file.path, is_fork=proposal.is_fork)
        said = _seen(await self._pulls.said(self._file.repo, proposal.sha))
        is_new = said.newest != answer.fingerprint or await self._is_asked_again(proposal)
        is_full = said.times >= MOST_SAID
        if is_new and not is_full:
            await self._checks.say(answer, sha=proposal.sha, path=self._file.path, lease=lease)
            log.info("policy.pull_answered", number=proposal.number, valid=answer.is_valid)
        return replace(as_is, hears=True, is_full=is_new and is_full)

    async def _is_asked_again(self, proposal: Proposal) -> bool:
        return _seen(await self._pulls.is_asked_again(self._file.repo, proposal.sha))

    async def _on_default(self, head: Head) -> bytes | NotRead:
        if self._base is None or self._base[0] != head.commit:
            self._base = head.commit, await self._at(head.commit)
        return self._base[1]

    async def _at(self, commit: str) -> bytes | NotRead:
        """What is not whole is something to tell; what is out of sight is not."""
        content = await self._contents.content(self._file, commit, largest=LARGEST_FILE)
        if isinstance(content, NotRead) and content.outcome not in {"missing", "partial"}:
            raise _Unseen(content.reason)
        return content


def _proposals(pulls: Iterable[Pull]) -> list[Proposal]:
    """Those with the same head are one, the oldest first."""
    together: dict[str, list[Pull]] = defaultdict(list)
    for pull in sorted(pulls, key=lambda each: each.number):
        together[pull.head_sha].append(pull)
    return [
        Proposal(sha=sha, numbers=tuple(each.number for each in same), is_fork=all(each.is_fork for each in same))
        for sha, same in together.items()
    ]


class _Unseen(Exception):
    """We cannot tell, so nothing is told. The message says why."""


def _seen(answer: T | CannotTell) -> T:
    if isinstance(answer, CannotTell):
        raise _Unseen(answer.reason)
    return answer
