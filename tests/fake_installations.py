"""What do owners do with the Apps that they installed? GitHub tells the App each time."""

from __future__ import annotations

from dataclasses import dataclass

from app.sandbox import people
from app.sandbox.state.accounts import User
from app.sandbox.state.apps import Installation
from app.sandbox.state.world import World


@dataclass(frozen=True, slots=True)
class FakeInstallation:
    """One App in one organization."""

    world: World
    state: Installation

    @property
    def owner(self) -> User:
        return self.world.users[min(self.state.account.owners)]

    def suspend(self) -> FakeInstallation:
        people.suspend(self.world, self.state, by=self.owner)
        return self

    def unsuspend(self) -> FakeInstallation:
        people.suspend(self.world, self.state, by=self.owner, suspended=False)
        return self

    def uninstall(self) -> None:
        people.uninstall(self.world, self.state, by=self.owner)

    def grant(self, permission: str, level: str) -> FakeInstallation:
        """More than the Watcher asks for, as where one registration both watches and writes. GitHub sends nothing."""
        self.state.permissions[permission] = level
        return self

    def hide_drafts(self, *, hidden: bool = True) -> FakeInstallation:
        """GitHub shows its read tokens published advisories only, as it may do. It tells nobody."""
        self.state.shows_no_drafts = hidden
        return self

    def add(self, *full_names: str) -> FakeInstallation:
        """Select more repositories."""
        chosen = [self.world.repository(name) for name in full_names]
        people.select(self.world, self.state, by=self.owner, add=chosen)
        return self

    def remove(self, *full_names: str) -> FakeInstallation:
        """Select fewer repositories."""
        chosen = [self.world.repository(name) for name in full_names]
        people.select(self.world, self.state, by=self.owner, remove=chosen)
        return self
