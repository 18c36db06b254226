"""What did people do that must still be so in the end, whatever happened to the app?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from app.sandbox.policy import policy_for
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue

Mirror: TypeAlias = FakeAdvisory | FakeIssue
_RECORD = re.compile(r"greenroom:record .*")
TOOLS: Mapping[str, str] = {
    "pypa/pip": "pip",
    "pypa/get-pip": "pip",
    "pypa/wheel": "wheel",
    "astral-sh/uv": "uv",
    "python-poetry/poetry": "poetry",
}
PACKAGES: Mapping[str, str] = {"pip": "pip", "wheel": "wheel", "uv": "rust:uv", "poetry": "poetry"}


@dataclass(slots=True, eq=False)
class Matter:
    """An advisory of a project, as its people know it."""

    advisory: FakeAdvisory
    own: str
    tools: frozenset[str]
    # Its outcome depends on when the app looked, so two histories need not agree about it.
    depends: set[str] = field(default_factory=set)

    @property
    def ghsa(self) -> str:
        return str(self.advisory.now.ghsa)

    @property
    def is_accepted(self) -> bool:
        return self.advisory.now.state == "draft"

    @property
    def is_shared(self) -> bool:
        return len(self.tools) > 1


class Ledger:
    """What people did. Ids of people, since logins change."""

    def __init__(self, github: FakeGitHub) -> None:
        self.github = github
        self.matters: list[Matter] = []
        self.guests: defaultdict[str, set[int]] = defaultdict(set)  # by advisory, those whom people added themselves
        self.words: defaultdict[str, list[str]] = defaultdict(list)  # by mirror, what people wrote below our part
        self.closed_mirrors: set[str] = set()
        self.renamed: set[int] = set()
        self.strangers: set[int] = set()

    def mirrors_of(self, matter: Matter) -> Iterator[Mirror]:
        """All that say they are of this advisory, the closed ones too."""
        for mirror in self.github.coordination.mirrors:
            record = _RECORD.search(mirror.body)
            if record and matter.ghsa in record[0]:
                yield mirror

    def open_mirrors_of(self, matter: Matter) -> list[Mirror]:
        return [mirror for mirror in self.mirrors_of(matter) if mirror.is_open]


class Rules:
    """The policy file as people mean it, which is not always what stands in the file."""

    def __init__(self, github: FakeGitHub, path: Path) -> None:
        self._github, self._path = github, path
        ids = {user.login: user.id for user in github.world.users.values()}
        self.content: dict[str, Any] = yaml.safe_load(policy_for(ids.get, store=github.store, copies="suggest"))
        self.ever_named: defaultdict[str, set[int]] = defaultdict(set)
        self.only_observes = False
        self.broken: Callable[[str], str] | None = None
        self.publish()

    def publish(self) -> None:
        """Write down what is meant, in the state in which the file is for now."""
        for tool in self.content["tools"]:
            self.ever_named[tool] |= self._ids(self.content["tools"][tool])
        self.ever_named["psrt"] |= self._ids(self.content["report_owners"]["psrt"])
        text = yaml.safe_dump(self.content, sort_keys=False)
        text = text.replace("enforce", "observe") if self.only_observes else text
        self._path.write_text(self.broken(text) if self.broken else text, encoding="utf-8")

    def confirmed(self, whose: str) -> set[int]:
        """The people of a tool, or of the PSRT, whose logins still are theirs."""
        part = self.content["report_owners"]["psrt"] if whose == "psrt" else self.content["tools"][whose]
        users = self._github.world.users
        named = (user.rpartition(":") for user in part.get("users", []))
        return {int(number) for login, _, number in named if users[int(number)].login == login}

    @staticmethod
    def _ids(part: Mapping[str, Any]) -> set[int]:
        return {int(user.rpartition(":")[2]) for user in part.get("users", [])}
