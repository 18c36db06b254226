"""What do people do with an advisory? These verbs change the world and tell the app nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.sandbox import commenting, people
from app.sandbox.server.fields import changed_fields
from app.sandbox.state.advisories import Advisory
from app.sandbox.state.reading import readers
from app.sandbox.state.repositories import Repository
from app.sandbox.state.traffic import Delivery
from app.sandbox.state.world import World
from tests.canaries import Canaries
from tests.fake_comments import said, say


@dataclass(frozen=True, slots=True, repr=False)
class FakeAdvisory:
    """An advisory as it stands on GitHub now, and what its people do."""

    world: World
    canaries: Canaries
    repo: Repository
    now: Advisory

    def __repr__(self) -> str:
        return f"FakeAdvisory({self.repo.full_name}, {self.now.state})"

    def __getattr__(self, name: str) -> Any:
        """Fields as GitHub keeps them: summary, description, severity, state, cve_id …"""
        return getattr(self.now, name)

    @property
    def readers(self) -> dict[str, str]:
        """Login → why."""
        return readers(self.world, self.repo, self.now)

    @property
    def id(self) -> str:
        return self.now.ghsa

    @property
    def title(self) -> str:
        return self.now.summary

    @property
    def body(self) -> str:
        return self.now.description or ""

    @property
    def text(self) -> str:
        """Everything that its readers see."""
        packages = [f"{each.ecosystem}:{each.package}" for each in self.now.vulnerabilities]
        fields = [self.now.severity, self.now.cve_id, *self.now.cwe_ids, *packages]
        return "\n".join([self.title, self.body, *(field for field in fields if field)])

    @property
    def is_open(self) -> bool:
        return self.now.state in {"triage", "draft"}

    def rewrite(self, body: str) -> FakeAdvisory:
        return self.edit(description=body)

    def retitle(self, title: str) -> FakeAdvisory:
        return self.edit(summary=title)

    @property
    def collaborators(self) -> list[str]:
        return [self.world.users[id_].login for id_ in self.now.collaborating_users]

    def accept(self) -> FakeAdvisory:
        return self._change({"state": "draft"})

    def close(self) -> FakeAdvisory:
        return self._change({"state": "closed"})

    def reopen(self) -> FakeAdvisory:
        return self._change({"state": "draft"})

    def publish(self) -> FakeAdvisory:
        return self._change({"state": "published"})

    def edit(self, **fields: Any) -> FakeAdvisory:
        """Change fields, named and replaced as in GitHub's REST API; `affects=[…]` is short for packages."""
        affects = fields.pop("affects", None)
        more = {} if affects is None else {"vulnerabilities": self.canaries.affected(affects)}
        return self._change(fields, more)

    def _change(self, fields: dict[str, Any], more: dict[str, Any] | None = None) -> FakeAdvisory:
        world = self.world
        self.canaries.watch(fields)
        by = world.users[min(self.repo.owner.owners)]
        changes = changed_fields(world, self.repo, fields) | (more or {})
        people.edit(world, self.repo, self.now, by=by, changes=changes)
        return self

    def comment(self, text: str, *, by: str) -> int:
        """Somebody says something; gives the comment's id."""
        return say(self.world, self.canaries, self.now, text, by=by)

    def edit_comment(self, comment: int, text: str) -> None:
        """Somebody changes what was said there, perhaps by somebody else."""
        commenting.edit_comment(self.world, self.now, comment, text)

    @property
    def comments(self) -> list[tuple[str, str]]:
        """(login, text) of each, the oldest first."""
        return said(self.world, self.now)

    def reported(self) -> Delivery:
        """The delivery that GitHub sent when it was reported."""
        return self._delivery("reported")

    def published(self) -> Delivery:
        """The delivery that GitHub sent when it was published."""
        return self._delivery("published")

    def _delivery(self, action: str) -> Delivery:
        return next(
            each
            for each in reversed(self.world.deliveries)
            if each.event == "repository_advisory" and each.action == action and self.now.ghsa.encode() in each.body
        )
