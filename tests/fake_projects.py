"""What do the people of a project do? These verbs change the world and tell the app nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.sandbox import people
from app.sandbox.pypa import PRIVATE_CASES
from app.sandbox.server.fields import changed_fields
from app.sandbox.state.accounts import User
from app.sandbox.state.advisories import Advisory, Credit
from app.sandbox.state.files import File
from app.sandbox.state.repositories import Configuration, Repository, Setting
from app.sandbox.state.world import World
from tests.canaries import Canaries
from tests.fake_advisories import FakeAdvisory
from tests.fake_issues import FakeIssue
from tests.fake_pulls import FakePull, open_pull


@dataclass(frozen=True, slots=True)
class FakeRepo:
    """A repository, and what its people do."""

    world: World
    canaries: Canaries
    state: Repository

    @property
    def owner(self) -> User:
        return self.world.users[min(self.state.owner.owners)]

    @property
    def private_reporting(self) -> bool:
        return self.state.private_reporting

    def write_file(self, path: str, content: str | bytes) -> FakeRepo:
        """Commit a file to the default branch."""
        self.state.files[path] = File(content.encode() if isinstance(content, str) else content)
        return self

    def remove_file(self, path: str) -> FakeRepo:
        """Commit that a file is gone."""
        del self.state.files[path]
        return self

    def link_file(self, path: str, target: str) -> FakeRepo:
        """Commit a symbolic link."""
        self.state.files[path] = File(target.encode(), mode="120000")
        return self

    def enable_private_reporting(self, by: str | None = None) -> FakeRepo:
        return self._set_private_reporting(by, enabled=True)

    def disable_private_reporting(self, by: str | None = None) -> FakeRepo:
        return self._set_private_reporting(by, enabled=False)

    def _set_private_reporting(self, by: str | None, *, enabled: bool) -> FakeRepo:
        if by is not None:
            self.world.person(by)
        people.set_private_reporting(self.state, enabled=enabled)
        return self

    def attach(self, configuration: Configuration) -> FakeRepo:
        people.attach(self.state, configuration)
        return self

    def attach_configuration(
        self, name: str, *, private_reporting: Setting = "enabled", enforced: bool = True
    ) -> FakeRepo:
        """Make a code security configuration and attach it."""
        world = self.world
        return self.attach(world.add_configuration(name, private_reporting=private_reporting, enforced=enforced))

    def detach_configuration(self) -> FakeRepo:
        people.detach(self.state)
        return self

    def archive(self) -> FakeRepo:
        people.archive(self.world, self.state, by=self.owner)
        return self

    def unarchive(self) -> FakeRepo:
        people.archive(self.world, self.state, by=self.owner, archived=False)
        return self

    def make_private(self) -> FakeRepo:
        people.set_private(self.world, self.state, by=self.owner, private=True)
        return self

    def make_public(self) -> FakeRepo:
        people.set_private(self.world, self.state, by=self.owner, private=False)
        return self

    def rename(self, name: str) -> FakeRepo:
        people.rename(self.world, self.state, name, by=self.owner)
        return self

    def transfer(self, to: str) -> FakeRepo:
        """To another organization, by its login."""
        people.transfer(self.world, self.state, self.world.organization(to), by=self.owner)
        return self

    def delete(self) -> None:
        people.delete_repository(self.world, self.state)

    def push(self, commits: int = 1) -> FakeRepo:
        people.push(self.state, commits=commits)
        return self

    def push_files(self, files: Mapping[str, str | File | None], *, branch: str = "main", by: str | None = None) -> str:
        """A commit in which these files have that content, and those with None are gone. Gives its id."""
        changes = {path: File(file.encode()) if isinstance(file, str) else file for path, file in files.items()}
        person = self.world.person(by) if by else self.owner
        return people.push_files(self.world, self.state, changes, by=person, branch=branch)

    def open_pull(
        self, files: Mapping[str, str | File | None], *, by: str, title: str = "A change", **more: Any
    ) -> FakePull:
        """Somebody proposes a change of these files."""
        return open_pull(self.world, self.state, files, by=by, title=title, **more)

    def report(
        self, summary: str, *, affects: Iterable[str] = ("pip",), by: str = "reporter-1", **fields: Any
    ) -> FakeAdvisory:
        """Somebody reports a vulnerability; where private reporting is off, it came in while it was on."""
        read = self._fields(summary, affects, fields)
        person = self.world.person(by)
        was_on, self.state.private_reporting = self.state.private_reporting, True
        try:
            return self._handle(people.report(self.world, self.state, by=person, fields=read))
        finally:
            self.state.private_reporting = was_on

    def draft(
        self, summary: str, *, affects: Iterable[str] = ("pip",), by: str | None = None, **fields: Any
    ) -> FakeAdvisory:
        """A maintainer opens a draft."""
        read = self._fields(summary, affects, fields)
        person = self.world.person(by) if by else self.owner
        return self._handle(people.draft(self.world, self.state, by=person, fields=read))

    def _fields(self, summary: str, affects: Iterable[str], fields: dict[str, Any]) -> dict[str, Any]:
        """Every text has a canary in it; where the test gives a text, that is one."""
        self.canaries.watch(fields)
        world, canary = self.world, self.canaries.new
        thanked = world.add_person(canary("credit"))
        usual = {
            "summary": f"{summary} {canary('summary')}",
            "description": f"How it happens. {canary('description')}",
            "vulnerabilities": self.canaries.affected(affects),
            "credits": [Credit(user=thanked.id, type="finder")],
        }
        return usual | changed_fields(world, self.state, fields)

    def _handle(self, advisory: Advisory) -> FakeAdvisory:
        return FakeAdvisory(self.world, self.canaries, self.state, advisory)

    @property
    def advisories(self) -> list[FakeAdvisory]:
        return [self._handle(advisory) for advisory in self.state.advisories.values()]

    @property
    def mirrors(self) -> list[FakeAdvisory | FakeIssue]:
        """Of the coordination repository: all that the app could have opened there, the closed ones too."""
        if self.state.full_name != PRIVATE_CASES:
            return [*self.advisories]
        return [issue for issue in self.issues if self.world.users[issue.now.author].type == "Bot"]

    @property
    def open_mirrors(self) -> list[FakeAdvisory | FakeIssue]:
        return [mirror for mirror in self.mirrors if mirror.is_open]

    @property
    def issues(self) -> list[FakeIssue]:
        """Those of people as well, and no pull requests."""
        found = self.state.issues.values()
        return [FakeIssue(self.world, self.canaries, self.state, each) for each in found if not each.is_pull_request]

    def open_issue(self, title: str, body: str, *, by: str, is_pull_request: bool = False) -> FakeIssue:
        """Somebody who can read the repository opens an issue there, or a pull request."""
        person = self.world.person(by)
        opened = people.open_issue(
            self.world, self.state, by=person, title=title, body=body, is_pull_request=is_pull_request
        )
        return FakeIssue(self.world, self.canaries, self.state, opened)

    @property
    def drafts(self) -> list[FakeAdvisory]:
        return [advisory for advisory in self.advisories if advisory.state == "draft"]
