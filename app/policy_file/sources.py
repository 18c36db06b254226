"""Where does the policy file come from, and what is kept of it?

A local file is read again at every look. One in a repository is asked for by whichever instance polls; the others
follow what that one kept.
"""

from __future__ import annotations

import asyncio
import stat
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Protocol

import structlog

from app.clock import Clock
from app.domain.policy_files import Head, KeptPolicy, NotRead, Outcome, RepositoryFile
from app.github.contents import Contents
from app.github.errors import RetryLater
from app.store import policy_files
from app.store.database import Database
from policies.config import commit_of
from policies.loading import InvalidPolicy, load_policies, text_of
from policies.yaml_lines import LARGEST_FILE

log = structlog.get_logger()

FRESH_FOR = timedelta(minutes=1)
PATIENCE = 10  # seconds
SPARED = timedelta(seconds=5)  # between two questions, however many deliveries ask for one
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)


class Source(Protocol):
    """`is_instant`: looking asks nobody else, so that every look is a new one."""

    is_instant: bool
    name: str

    async def begin(self) -> KeptPolicy | None:
        """The state at the start of a process."""
        ...

    async def look(self) -> KeptPolicy | None:
        """The state as it is known."""
        ...

    async def poll(self) -> KeptPolicy | None:
        """The state, asked for anew."""
        ...


class Shipped:
    """The default that comes along."""

    is_instant, name = True, "pypa.yml"

    def __init__(self, clock: Clock) -> None:
        text = (resources.files("policies") / self.name).read_text(encoding="utf-8")
        self._state = _good(self.name, text, commit_of(text), clock.now(), None)

    async def begin(self) -> KeptPolicy:
        return self._state

    look = poll = begin


class LocalPolicy:
    """A file of this machine."""

    is_instant = True

    def __init__(self, path: Path, *, database: Database, clock: Clock) -> None:
        self._path, self._database, self._clock = path, database, clock
        self.name, self._source = path.name, f"file:{path.absolute()}"
        self._kept: KeptPolicy | None = None
        self._judged: tuple[bytes | NotRead, KeptPolicy] | None = None

    async def begin(self) -> KeptPolicy:
        self._kept = await self._database.read(partial(policy_files.kept, source=self._source))
        return await self.look()

    async def look(self) -> KeptPolicy:
        found = self._read()
        if self._judged is None or self._judged[0] != found:  # remembered, so that one mistake is told once
            self._judged = found, await self._judge(found)
        return self._judged[1]

    poll = look

    def _read(self) -> bytes | NotRead:
        """What is in it, or why that cannot be read. Nothing is read of a pipe, which would never end."""
        try:
            if not stat.S_ISREG(self._path.stat().st_mode):
                return self._unreadable("Is a directory" if self._path.is_dir() else "it is no file")
            with self._path.open("rb") as file:
                return file.read(LARGEST_FILE + 1)
        except FileNotFoundError as error:
            return NotRead(outcome="missing", reason=self._unreadable(error.strerror).reason)
        except OSError as error:
            return self._unreadable(error.strerror)

    def _unreadable(self, why: str | None) -> NotRead:
        return NotRead(outcome="unreadable", reason=f"{self._path.absolute()} cannot be read: {why}")

    async def _judge(self, found: bytes | NotRead) -> KeptPolicy:
        now = self._clock.now()
        if isinstance(found, NotRead):
            return _bad(self._kept, self._source, found.outcome, found.reason, now)
        judged = _judged(self._kept, self._source, found, name=self.name, head=None, now=now)
        if judged.outcome == "in force" and (self._kept is None or self._kept.commit != judged.commit):
            await self._database.write(partial(policy_files.keep, policy=judged))
        self._kept = judged if judged.outcome == "in force" else self._kept
        return judged


class RemotePolicy:
    """A file on the default branch of a private repository."""

    is_instant = False

    def __init__(self, file: RepositoryFile, *, database: Database, clock: Clock, contents: Contents) -> None:
        self._file, self._database, self._clock, self._contents = file, database, clock, contents
        self.name = str(file)
        self._judged: tuple[Head, NotRead | bytes] | None = None
        self._not_before = clock.now()
        self._failures = 0

    async def begin(self) -> KeptPolicy | None:
        """What was kept, where somebody looked a moment ago; else GitHub is asked, but nobody waits long for it."""
        kept = await self.look()
        if kept is not None and self._clock.now() - kept.looked_at < FRESH_FOR:
            return kept
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.poll()
        except TimeoutError:
            return kept

    async def look(self) -> KeptPolicy | None:
        return await self._database.read(partial(policy_files.kept, source=self.name))

    async def poll(self) -> KeptPolicy | None:
        kept, now = await self.look(), self._clock.now()
        if now < self._not_before:
            return kept
        self._not_before = now + SPARED
        try:
            found = await self._asked(kept)
        except RetryLater as error:
            self._pause(error)
            return kept
        self._failures = 0
        judged = self._judge(kept, found)
        if kept is not None and judged == replace(kept, looked_at=judged.looked_at):
            await self._database.write(partial(policy_files.looked, source=self.name, at=judged.looked_at))
        else:
            await self._database.write(partial(policy_files.keep, policy=judged))
        return judged

    def _judge(self, kept: KeptPolicy | None, found: NotRead | tuple[Head, bytes]) -> KeptPolicy:
        now = self._clock.now()
        if isinstance(found, NotRead):
            return _bad(kept, self.name, found.outcome, f"{found.reason}; {_stays(kept)}", now)
        head, content = found
        return _judged(kept, self.name, content, name=self.name, head=head, now=now)

    async def _asked(self, kept: KeptPolicy | None) -> NotRead | tuple[Head, bytes]:
        head = await self._contents.head(self._file.repo)
        if isinstance(head, NotRead):
            return head
        meant = self._file.repository_id or (kept.repository_id if kept else None)
        if meant is not None and meant != head.repository_id:
            return NotRead(outcome="another", reason=_another(self._file, meant, head.repository_id))
        if self._judged is None or self._judged[0] != head:
            content = await self._contents.content(self._file, head.commit, largest=LARGEST_FILE)
            self._judged = head, content
        content = self._judged[1]
        return content if isinstance(content, NotRead) else (head, content)

    def _pause(self, error: RetryLater) -> None:
        wait = error.after or min(LONGEST_WAIT, FIRST_WAIT * 2**self._failures)
        self._not_before, self._failures = self._clock.now() + wait, min(self._failures + 1, 10)
        log.warning("policy.later", file=self.name, reason=str(error))


def _judged(
    kept: KeptPolicy | None, source: str, content: bytes, *, name: str, head: Head | None, now: datetime
) -> KeptPolicy:
    """A whole file. The same text keeps its commit: others of its repository are no news."""
    number = head.repository_id if head else None
    try:
        text = text_of(content, name)
        load_policies(text, name)
    except InvalidPolicy as error:
        return replace(_bad(kept, source, "invalid", str(error), now), repository_id=number)
    if kept is not None and kept.text == text:
        return replace(kept, outcome="in force", trouble=None, looked_at=now, repository_id=number)
    return _good(source, text, head.commit if head else commit_of(text), now, number)


def _bad(kept: KeptPolicy | None, source: str, outcome: Outcome, trouble: str, now: datetime) -> KeptPolicy:
    """What was in force stays."""
    kept = kept or KeptPolicy(source=source, outcome=outcome, trouble=trouble, looked_at=now)
    return replace(kept, outcome=outcome, trouble=trouble, looked_at=now)


def _stays(kept: KeptPolicy | None) -> str:
    if kept is None or kept.text is None:
        return "no policy was ever read, so nothing is declared and nothing is done"
    return "the last good policy stays in force"


def _another(file: RepositoryFile, meant: int, found: int) -> str:
    said = f"GREENROOM_POLICY={replace(file, repository_id=found)}"
    return (
        f"{file.repo} is the repository {found}, and the policy was read from the repository {meant} up to now; "
        f"if the new one is meant, say so: {said}"
    )


def _good(source: str, text: str, commit: str, now: datetime, repository_id: int | None) -> KeptPolicy:
    return KeptPolicy(
        source=source,
        outcome="in force",
        trouble=None,
        looked_at=now,
        repository_id=repository_id,
        commit=commit,
        text=text,
        at=now,
    )
