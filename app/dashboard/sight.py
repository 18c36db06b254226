"""What of a case may this viewer know?

Everybody in it knows who takes part, what was answered and what is agreed. Which advisories are linked stands in the
mirror: so it is told to those whom GitHub showed the mirror a moment ago, to coordinators, and to those who administer
the repository of the advisory, who read it there.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.cases import Proposal, StoredCase
from app.domain.ids import AdvisoryKey, Person, RepoName
from app.domain.viewers import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """`tools` are those of theirs that take part now. `reads_mirror`: GitHub showed it to them, with their token."""

    person: Person
    is_lead: bool
    tools: frozenset[str]
    administers: frozenset[RepoName]
    reads_mirror: bool

    @classmethod
    def of(
        cls, viewer: Viewer, case: StoredCase, *, administers: frozenset[RepoName], reads_mirror: bool = False
    ) -> Sight:
        return cls(
            person=viewer.person,
            is_lead=viewer.is_lead,
            tools=viewer.tools & {each.tool for each in case.present},
            administers=administers,
            reads_mirror=reads_mirror,
        )

    @property
    def knows_all_ids(self) -> bool:
        return self.is_lead or self.reads_mirror

    def knows(self, advisory: AdvisoryKey) -> bool:
        return self.knows_all_ids or advisory.repo in self.administers

    def knows_cve_of(self, tool: str) -> bool:
        """Ids that a CNA gave to one tool stand in no mirror before they are written to an advisory."""
        return self.is_lead or tool in self.tools

    def speaks_for(self, tool: str) -> bool:
        """May they answer for it? Coordinators may for any."""
        return self.is_lead or tool in self.tools

    def asked(self, proposal: Proposal) -> bool:
        return proposal.asked_by.id == self.person.id
