"""What do people say of files that the rule for security policies was not written with, and what does the rule say?"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.domain.facts import NotApplicable, RepositoryFacts, SecurityPolicy
from app.domain.findings import Verdict
from app.domain.ids import RepoName
from policies.loading import load_policies
from policies.security_policy_routes import check
from tests.builders import NOW, known

KILN = RepoName("pypa", "kiln")
FOLDER = Path(__file__).parent / "unseen"
_RULES = """\
version: 1
report_owners:
  psrt: {takes_reports: email, contact: security@python.org}
  maintainers: {takes_reports: github}
  tidelift: {takes_reports: email, contact: "https://tidelift.com/security"}
tools:
  kiln: {repositories: [pypa/kiln], packages: ["pip:kiln"], report_owner: [{from: 2024-01-01, owner: OWNER}]}
"""
TAKEN_AT = {
    "psrt": "mail security@python.org",
    "maintainers": "github pypa/kiln",
    "tidelift": "page https://tidelift.com/security",
}
_BY_OWNER = {owner: load_policies(_RULES.replace("OWNER", owner), "greenroom.yml").file for owner in TAKEN_AT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A file, and where people say that it sends reporters."""

    name: str
    text: str
    routes: tuple[str, ...]
    source: Literal["repository", "organization default"] = "repository"

    def wanted(self, owner: str) -> str:
        """What people say of it where that owner takes the reports."""
        if self.routes and all(route.startswith("policy ") for route in self.routes):
            return "cannot tell"
        return "pass" if self.routes == (TAKEN_AT[owner],) else "finding"

    def said(self, owner: str) -> Verdict:
        """What the rule says, while the button is as that owner wants it."""
        unread = NotApplicable("not asked")
        file = SecurityPolicy(path=f"SECURITY{Path(self.name).suffix}", text=self.text, source=self.source)
        return check(
            RepositoryFacts(
                name=KILN,
                private_reporting=known(owner == "maintainers"),
                configuration=unread,
                advisories=unread,
                owners_people=unread,
                security_policy=known(file),
            ),
            _BY_OWNER[owner],
            NOW,
        )


def batch(name: str) -> tuple[Judged, ...]:
    """The files of one batch."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tuple(Judged(**{**each, "routes": tuple(each["routes"])}) for each in tomllib.load(file)["file"])
