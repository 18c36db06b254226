"""Which pull requests are open in a repository, what do they change, and what did we say of them?

Asked as the Hand, each with a token for that repository and one permission to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from app.clock import Clock
from app.domain.facts import CannotTell
from app.domain.ids import RepoName
from app.domain.pulls import Pull, Said
from app.github import routes
from app.github.asking import Asking, Reply
from app.github.errors import RetryLater
from app.github.registration import Registration
from app.github.routes import Call, Level

T = TypeVar("T")
NAME = "Greenroom policy"


class _Repository(msgspec.Struct):
    id: int
    default_branch: str = ""


class _Side(msgspec.Struct):
    ref: str
    sha: str
    repo: _Repository | None = None  # of a head whose fork is gone


class _Pull(msgspec.Struct):
    number: int
    head: _Side
    base: _Side


class _File(msgspec.Struct):
    filename: str
    previous_filename: str | None = None


class _App(msgspec.Struct):
    id: int


class _Run(msgspec.Struct):
    id: int
    external_id: str | None = None
    app: _App | None = None


class _Runs(msgspec.Struct):
    check_runs: list[_Run]


class _Suite(msgspec.Struct):
    status: str | None
    app: _App | None = None


class _Suites(msgspec.Struct):
    check_suites: list[_Suite]


class Pulls:
    """Reads pull requests and check runs. What is not for us to see is CannotTell; what passes raises RetryLater."""

    def __init__(self, hand: Registration, clock: Clock) -> None:
        self._asking = Asking(hand, clock)

    async def open_pulls(self, repo: RepoName) -> tuple[Pull, ...] | CannotTell:
        """All that are open, drafts included."""
        reply = await self._ask(routes.PULLS.of(repo, query={"state": "open", "per_page": "100"}), repo)
        return reply if isinstance(reply, CannotTell) else tuple(map(_pull, _items(reply, list[_Pull])))

    async def paths(self, repo: RepoName, number: int) -> frozenset[str] | CannotTell:
        """The paths that a pull request changes, those included that it moves something away from.

        GitHub lists 3,000 at most ("List pull requests files"); beyond them nobody could review a policy.
        """
        call = routes.PULL_FILES.of(repo, pull_number=number, query={"per_page": "100"})
        reply = await self._ask(call, repo)
        if isinstance(reply, CannotTell):
            return reply
        files = _items(reply, list[_File])
        return frozenset(path for each in files for path in (each.filename, each.previous_filename) if path)

    async def said(self, repo: RepoName, sha: str) -> Said | CannotTell:
        """What this App said of a commit. Whoever else uses the same name says it in theirs."""
        query = {"check_name": NAME, "filter": "all", "per_page": "100"}
        reply = await self._ask(routes.CHECK_RUNS.of(repo, ref=sha, query=query), repo)
        if isinstance(reply, CannotTell):
            return reply
        runs = [run for page in _pages(reply, _Runs) for run in page.check_runs if _is_ours(run.app, reply)]
        newest = max(runs, key=lambda run: run.id, default=None)
        return Said(newest=newest.external_id if newest else None, times=len(runs))

    async def is_asked_again(self, repo: RepoName, sha: str) -> bool | CannotTell:
        """Did somebody press "Re-run" since this App said something of a commit?

        GitHub, "Rerequest a check run": the run stays as it is, and its suite is queued again until there is a newer.
        """
        reply = await self._ask(routes.CHECK_SUITES.of(repo, ref=sha, query={"per_page": "100"}), repo)
        if isinstance(reply, CannotTell):
            return reply
        suites = [suite for page in _pages(reply, _Suites) for suite in page.check_suites if _is_ours(suite.app, reply)]
        return any(suite.status == "queued" for suite in suites)

    async def _ask(self, call: Call, repo: RepoName) -> Reply | CannotTell:
        permission, level = call.route.needs or ("metadata", "read")
        only: Mapping[str, Level] = {permission: level}
        reply = await self._asking.get_all_narrowly(call, repo, only)
        if isinstance(reply, CannotTell) or reply.status == 200:  # noqa: PLR2004
            return reply
        return self._asking.refusal(reply)


def _is_ours(app: _App | None, reply: Reply) -> bool:
    return app is not None and app.id == reply.installation.app_id


def _pull(raw: _Pull) -> Pull:
    base = raw.base.repo
    return Pull(
        number=raw.number,
        head_sha=raw.head.sha,
        is_fork=raw.head.repo is None or base is None or raw.head.repo.id != base.id,
        is_to_default=base is not None and raw.base.ref == base.default_branch,
    )


def _items(reply: Reply, shape: type[list[T]]) -> list[T]:
    return [item for page in _pages(reply, shape) for item in page]


def _pages(reply: Reply, shape: type[T]) -> list[T]:
    try:
        return [msgspec.convert(page.body, shape) for page in reply.pages]
    except (msgspec.ValidationError, OverflowError, RecursionError):
        # Not chained: the library's message may quote the value.
        raise RetryLater(f"GitHub sent something else than {reply.route} gives") from None
