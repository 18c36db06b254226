"""What does a file on the default branch of a private repository say at this moment?

Asked with a token for that repository and *contents: read* alone. What stands in a folder is read before the file: for
a symbolic link GitHub answers with the file that it leads to, which other people may be allowed to change.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from app.clock import Clock
from app.domain.facts import CannotTell
from app.domain.ids import RepoName
from app.domain.policy_files import Head, NotRead, RepositoryFile
from app.github import parse, routes
from app.github.asking import Asking, Reply
from app.github.errors import RetryLater
from app.github.registration import Registration
from app.github.routes import Call

T = TypeVar("T")
MOST_LISTED = 1_000  # entries of a folder (GitHub: "Get repository content")


class _Commit(msgspec.Struct):
    sha: str


class _Entry(msgspec.Struct):
    path: str
    type: str
    size: int


class _File(msgspec.Struct):
    type: str
    size: int
    encoding: str = ""
    content: str = ""


class Contents:
    """Reads as the Hand: people install it on the one repository, so nobody is asked for the code of all others."""

    def __init__(self, hand: Registration, clock: Clock) -> None:
        self._asking = Asking(hand, clock)

    async def head(self, repo: RepoName) -> Head | NotRead:
        """The newest commit of the default branch, while the repository is private. Raises RetryLater."""
        reply = await self._repository(repo)
        if isinstance(reply, NotRead):
            return reply
        repository = parse.well_formed(parse.repository, reply.pages[0].body)
        if not repository.private:
            return NotRead(outcome="public", reason=f"{repo} is public, and the file names people and exemptions")
        empty = NotRead(outcome="missing", reason=f"{repo} is empty")
        # 409, GitHub: "Git Repository is empty."
        reply = await self._ask(routes.COMMITS.of(repo, query={"per_page": "1"}), repo, otherwise={409: empty})
        if isinstance(reply, NotRead):
            return reply
        commits = _converted(reply, list[_Commit])
        return Head(repository_id=repository.id, commit=commits[0].sha) if commits else empty

    async def content(self, file: RepositoryFile, commit: str, *, largest: int) -> bytes | NotRead:
        """The whole file as of that commit, of at most so many bytes. Raises RetryLater."""
        entry = await self._entry(file, commit)
        if isinstance(entry, NotRead):
            return entry
        if entry.type != "file":
            return _partial(f"{file} is a {_WORDS.get(entry.type, entry.type)}, not a file")
        if entry.size > largest:
            return _partial(f"{file} has {entry.size:,} bytes; a policy file has at most {largest:,}")
        reply = await self._ask(routes.FILE.of(file.repo, path=file.path, query={"ref": commit}), file.repo)
        return reply if isinstance(reply, NotRead) else _whole(file, _converted(reply, _File))

    async def _repository(self, repo: RepoName) -> Reply | NotRead:
        gone = NotRead(outcome="missing", reason="")
        reply = await self._ask(routes.REPOSITORY.of(repo), repo, otherwise={404: gone})
        if reply is not gone:
            return reply
        # Who has which name may have changed since the installation was listed.
        if seat := await self._asking.registration.seat(repo):
            await self._asking.registration.repositories(seat.installation)
        return await self._ask(routes.REPOSITORY.of(repo), repo)

    async def _entry(self, file: RepositoryFile, commit: str) -> _Entry | NotRead:
        query = {"ref": commit}
        folder = routes.FILE.of(file.repo, path=file.folder, query=query) if file.folder else None
        missing = NotRead(outcome="missing", reason=f"{file} is not on the default branch")
        # 404: the repository itself was seen a moment ago.
        reply = await self._ask(folder or routes.FOLDER.of(file.repo, query=query), file.repo, otherwise={404: missing})
        if isinstance(reply, NotRead):
            return reply
        if not isinstance(reply.pages[0].body, list):
            return _partial(f"the folder of {file} is none")
        listed = _converted(reply, list[_Entry])
        found = next((each for each in listed if each.path == file.path), None)
        if found is None and len(listed) >= MOST_LISTED:
            return _partial(f"the folder of {file} holds more than GitHub lists; keep the file in a smaller one")
        return found or missing

    async def _ask(self, call: Call, repo: RepoName, otherwise: Mapping[int, NotRead] | None = None) -> Reply | NotRead:
        reply = await self._asking.get_narrowly(call, repo, {"contents": "read"})
        if isinstance(reply, CannotTell):
            return NotRead(outcome="unreadable", reason=reply.reason)
        if reply.status == 200:  # noqa: PLR2004
            return reply
        refusal = NotRead(outcome="unreadable", reason=self._asking.refusal(reply).reason)
        return (otherwise or {}).get(reply.status, refusal)


_WORDS = {"dir": "folder", "symlink": "symbolic link", "submodule": "submodule"}


def _whole(file: RepositoryFile, answer: _File) -> bytes | NotRead:
    if answer.type != "file":
        return _partial(f"{file} is a {_WORDS.get(answer.type, answer.type)}, not a file")
    try:
        content = base64.b64decode("".join(answer.content.split()), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if answer.encoding != "base64" or len(content) != answer.size:
        return _partial(f"GitHub gave {file} without all of its content")
    return content


def _partial(reason: str) -> NotRead:
    return NotRead(outcome="partial", reason=reason)


def _converted(reply: Reply, shape: type[T]) -> T:
    body: Any = reply.pages[0].body
    try:
        return msgspec.convert(body, shape)
    except (msgspec.ValidationError, OverflowError, RecursionError):
        # Not chained: the library's message may quote the value.
        raise RetryLater(f"GitHub sent something else than {reply.route} gives") from None
