"""Which open pull requests have still to be told what follows from them?

Level-triggered: a delivery only says that it is time to look. Kept: an answer is given once for a head and what stands
on the default branch, and again where somebody asks for it again; a pull request that fails stops no other; nothing
but the answer can be sent from here (`app.github.checks`), and nothing is remembered that a restart would miss.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import structlog

from app.clock import Clock
from app.domain.facts import CannotTell
from app.domain.lease import Lease
from app.domain.policy_files import Head, NotRead, RepositoryFile
from app.domain.pulls import Pull
from app.github.checks import CheckRuns
from app.github.contents import Contents
from app.github.errors import Ambiguous, Held, Refused, RetryLater
from app.github.pulls import Pulls
from app.github.registration import Registration
from app.policy_checks import told
from policies.yaml_lines import LARGEST_FILE

log = structlog.get_logger()

SPARED = timedelta(seconds=10)  # between two looks, however many deliveries ask for one
AT_A_TIME = 3  # of those that were answered, in turn: was it asked for again?
MOST_SAID = 30  # times of one commit; a button can be pressed without end
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answered:
    """What a pull request was when there was nothing more to tell it. `hears`: it changes the file."""

    head_sha: str
    base_sha: str
    at: datetime
    hears: bool


def policy_pulls(
    where: Path | RepositoryFile | None, *, hand: Registration, contents: Contents, clock: Clock, enabled: bool
) -> PolicyPulls | None:
    """Nobody asks to change a file of this machine."""
    if not isinstance(where, RepositoryFile):
        return None
    checks = CheckRuns(hand, where.repo, enabled=enabled)
    return PolicyPulls(where, contents=contents, pulls=Pulls(hand, clock), checks=checks, clock=clock)


class PolicyPulls:
    """Answers pull requests to the repository of the policy file."""

    def __init__(
        self, file: RepositoryFile, *, contents: Contents, pulls: Pulls, checks: CheckRuns, clock: Clock
    ) -> None:
        self._file, self._contents, self._pulls, self._checks = file, contents, pulls, checks
        self._clock = clock
        self._answered: dict[int, _Answered] = {}
        self._base: tuple[str, bytes | NotRead] | None = None
        self._looked_at: datetime | None = None

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
        ours = [pull for pull in pulls if pull.is_to_default]
        self._answered = {pull.number: done for pull in ours if (done := self._answered.get(pull.number))}
        if ours:
            await self._answer_all(ours, lease)
        return None

    async def _answer_all(self, pulls: list[Pull], lease: Lease) -> None:
        head = await self._contents.head(self._file.repo)
        if isinstance(head, NotRead) or self._file.repository_id not in {None, head.repository_id}:
            log.warning("policy.pulls_unseen", reason="the repository of the policy file is not what it should be")
            return
        answered = [pull for pull in pulls if self._is_answered(pull, head)]
        longest_ago = sorted(answered, key=lambda pull: self._answered[pull.number].at)[:AT_A_TIME]
        for pull in pulls:
            if pull not in answered or pull in longest_ago:
                await self._answer(pull, head, lease)

    def _is_answered(self, pull: Pull, head: Head) -> bool:
        done = self._answered.get(pull.number)
        return done is not None and (done.head_sha, done.base_sha) == (pull.head_sha, head.commit)

    async def _answer(self, pull: Pull, head: Head, lease: Lease) -> None:
        try:
            hears = await self._tell(pull, head, lease)
        except (_Unseen, Held, Refused, Ambiguous, RetryLater) as error:
            log.warning("policy.pull_unanswered", number=pull.number, reason=str(error))
            if isinstance(error, RetryLater) and error.after is not None:  # all of them would have to wait
                raise
            return
        done = _Answered(head_sha=pull.head_sha, base_sha=head.commit, at=self._clock.now(), hears=hears)
        self._answered[pull.number] = done

    async def _tell(self, pull: Pull, head: Head, lease: Lease) -> bool:
        """Tell it what it was not told yet. Does it hear anything at all?"""
        done = self._answered.get(pull.number)
        if done and self._is_answered(pull, head) and not (done.hears and await self._is_asked_again(pull)):
            return done.hears
        if self._file.path not in _seen(await self._pulls.paths(self._file.repo, pull.number)):
            return False
        before, after = await self._on_default(head), await self._at(pull.head_sha)
        answer = told(before, after, path=self._file.path, is_fork=pull.is_fork)
        said = _seen(await self._pulls.said(self._file.repo, pull.head_sha))
        is_new = said.newest != answer.fingerprint or await self._is_asked_again(pull)
        if is_new and said.times < MOST_SAID:
            await self._checks.say(answer, sha=pull.head_sha, path=self._file.path, lease=lease)
            log.info("policy.pull_answered", number=pull.number, valid=answer.is_valid)
        return True

    async def _is_asked_again(self, pull: Pull) -> bool:
        return _seen(await self._pulls.is_asked_again(self._file.repo, pull.head_sha))

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


class _Unseen(Exception):
    """We cannot tell, so nothing is told. The message says why."""


def _seen(answer: T | CannotTell) -> T:
    if isinstance(answer, CannotTell):
        raise _Unseen(answer.reason)
    return answer
