"""Which policy is in force now? The last one that was valid, whatever happens to its file, and never defaults.

Kept: what is in force outlives restarts; nothing of a file that is not wholly valid counts; every instance follows what
any of them read. A file that was never good is followed by nothing at all: nobody declared anything, nothing is mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import structlog

from app.clock import Clock
from app.domain.ids import RepoName
from app.domain.policy_files import KeptPolicy, RepositoryFile
from app.domain.records import Severity, Whereabouts
from app.github.contents import Contents
from app.policy_file.sources import LocalPolicy, RemotePolicy, Shipped, Source
from app.store.database import Database
from policies.config import Policies, PolicyFile
from policies.loading import InvalidPolicy, load_policies
from policies.naming import as_called_today

log = structlog.get_logger()

FRESH_FOR = timedelta(seconds=5)
UNSEEN_FOR = timedelta(minutes=30)  # in which nobody could tell what the file says: then people hear of it
NOTHING = Policies(file=PolicyFile(version=1), commit="none")


class PolicyInForce:
    """The policy file that GREENROOM_POLICY names."""

    def __init__(self, source: Source, clock: Clock) -> None:
        self._source, self._clock = source, clock
        self._written = self._policies = NOTHING
        self._found: Mapping[RepoName, Whereabouts] = {}
        self._kept: KeptPolicy | None = None
        self._refused: tuple[str, str] | None = None  # a commit that another version found good, and what is wrong
        self._asked = self._written.commit
        self._followed_at = self._started = clock.now()

    @classmethod
    async def begin(
        cls, where: Path | RepositoryFile | None, *, database: Database, clock: Clock, contents: Contents
    ) -> PolicyInForce:
        """With what was in force last, and what the file says now. Raises InvalidPolicy."""
        source: Source
        match where:
            case RepositoryFile():
                source = RemotePolicy(where, database=database, clock=clock, contents=contents)
            case Path():
                source = LocalPolicy(where, database=database, clock=clock)
            case None:
                source = Shipped(clock)
        policy = cls(source, clock)
        policy._follow(await source.begin())
        policy._asked = policy._written.commit
        if where is not None and not isinstance(where, RepositoryFile) and policy.declares_nothing:
            # Whoever starts it is still there to mend a path or a typo.
            raise InvalidPolicy(policy.mistakes or "")
        return policy

    def current(self) -> Policies:
        """What holds now, with repositories by their names of today."""
        return self._policies

    def written(self) -> Policies:
        """What people wrote."""
        return self._written

    def follow(self, found: Mapping[RepoName, Whereabouts]) -> None:
        """Hold the rules against the repositories that people meant, where those have other names by now."""
        if found != self._found:
            self._found = found
            self._policies = as_called_today(self._written, found)

    async def refresh(self) -> bool:
        """Follow what was read last, by another instance perhaps. Is another policy in force than when last asked?"""
        if self._source.is_instant or self._clock.now() - self._followed_at >= FRESH_FOR:
            self._follow(await self._source.look())
        was, self._asked = self._asked, self._written.commit
        return was != self._asked

    async def poll(self) -> None:
        """Ask for the file anew, where that means asking GitHub."""
        self._follow(await self._source.poll())

    @property
    def declares_nothing(self) -> bool:
        """Was there never a good file?"""
        return self._written is NOTHING

    @property
    def mistakes(self) -> str | None:
        """Why is the file, as it is now, not in force? None where it is."""
        kept = self._kept
        if kept is not None and kept.trouble is not None:
            return kept.trouble
        if self._refused is not None:
            return self._refused[1]
        since = kept.looked_at if kept else self._started
        if self._source.is_instant or (kept is not None and self._clock.now() - since < UNSEEN_FOR):
            return None
        if kept is None:
            return f"{self._source.name} was never read, so nothing is declared; GitHub does not answer"
        return f"{self._source.name} could not be read since {since:%Y-%m-%d %H:%M} UTC; GitHub does not answer"

    @property
    def severity(self) -> Severity:
        """Of what is wrong: that strangers can read who is named for what does not wait."""
        return "page" if self._kept and self._kept.outcome == "public" else "warning"

    @property
    def repository_id(self) -> int | None:
        """The repository in which it was seen first, None before or where it is in none."""
        return self._kept.repository_id if self._kept else None

    @property
    def name(self) -> str:
        """What messages call the file."""
        return self._source.name

    def _follow(self, kept: KeptPolicy | None) -> None:
        self._followed_at = self._clock.now()
        before, self._kept = self._kept, kept
        if kept is None:
            return
        if kept.trouble and kept.trouble != (before and before.trouble):
            event = "page" if kept.outcome == "public" else "policy.invalid"
            log.error(event, outcome=kept.outcome, mistakes=kept.trouble, stays=self._policies.commit)
        if self._refused is not None and self._refused[0] == kept.commit:
            return
        self._refused = None
        if kept.text is None or kept.commit is None or kept.commit == self._written.commit:
            return
        try:
            self._written = load_policies(kept.text, self._source.name, commit=kept.commit)
        except InvalidPolicy as error:  # another version of Greenroom thought it good
            self._refused = kept.commit, str(error)
            log.error("policy.invalid", outcome="invalid", mistakes=str(error), stays=self._policies.commit)  # noqa: TRY400
            return
        was, self._policies = self._policies.commit, as_called_today(self._written, self._found)
        if was == NOTHING.commit:
            log.info("policy.in_force", commit=self._policies.commit)
        else:
            log.info("policy.changed", commit=self._policies.commit, was=was)
