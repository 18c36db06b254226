"""What do people do with a pull request?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.sandbox import contributing
from app.sandbox.state.accounts import User
from app.sandbox.state.files import File
from app.sandbox.state.pulls import CheckRun, CheckSuite, Pull
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World


@dataclass(frozen=True, slots=True)
class FakePull:
    """A pull request as it stands on GitHub now."""

    world: World
    repo: Repository
    now: Pull

    @property
    def by(self) -> User:
        return self.world.users[self.repo.issues[self.now.number].author]

    def push(self, files: Mapping[str, str | File | None]) -> FakePull:
        contributing.push_to(self.world, self.repo, self.now, as_files(files), by=self.by)
        return self

    def go_to(self, other: FakePull) -> FakePull:
        """Its branch is at the same commit as that of another."""
        self.now.head_sha, self.now.head = other.now.head_sha, other.now.head
        return self

    def close(self) -> FakePull:
        contributing.close_pull(self.world, self.repo, self.now, by=self.by)
        return self

    def reopen(self) -> FakePull:
        contributing.reopen_pull(self.world, self.repo, self.now, by=self.by)
        return self

    def merge(self) -> str:
        return contributing.merge_pull(self.world, self.repo, self.now, by=self.by)

    def rerun(self, *, everything: bool = False) -> FakePull:
        """Somebody presses "Re-run" beside the newest check of the App that spoke last, or "Re-run all"."""
        contributing.rerun(self.world, self.repo, self.suites[-1], by=self.by, everything=everything)
        return self

    @property
    def suites(self) -> list[CheckSuite]:
        """Of its head."""
        return [each for each in self.repo.check_suites.values() if each.head_sha == self.now.head_sha]

    @property
    def checks(self) -> list[CheckRun]:
        """All that Apps said of its head."""
        return [run for suite in self.suites for run in suite.runs]


def as_files(files: Mapping[str, str | File | None]) -> dict[str, File | None]:
    """Text is a plain file, None is gone."""
    return {path: File(this.encode()) if isinstance(this, str) else this for path, this in files.items()}


def open_pull(
    world: World, repo: Repository, files: Mapping[str, str | File | None], *, by: str, title: str, **more: Any
) -> FakePull:
    person = world.add_person(by)
    return FakePull(world, repo, contributing.open_pull(world, repo, as_files(files), by=person, title=title, **more))
