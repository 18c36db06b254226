"""All that the parts of a decision about one case need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.actions import MirrorAction, RelayComment, UpdateSource
from app.domain.cases import Suggestion
from app.domain.facts import Known
from app.domain.ids import Person
from app.reconcile import ending, suggesting
from app.reconcile.cases import block_of, without_access
from app.reconcile.digests import Digests
from app.reconcile.gates import gated
from app.reconcile.plan import Step
from app.reconcile.snapshot import CaseSnapshot, Standpoint
from app.reconcile.sources import Sources, stand_ins
from policies.config import Coordination


@dataclass(frozen=True, slots=True)
class Matter:
    """One case as it was seen, and from where it is looked at."""

    snapshot: CaseSnapshot
    sources: Sources
    at: Standpoint
    digests: Digests
    coordination: Coordination

    @property
    def block(self) -> str:
        return block_of(
            self.snapshot.case,
            self.sources.linked,
            self.at.policies.file,
            not_invited=self.not_invited,
            suggested=self.suggested,
        )

    @property
    def suggested(self) -> tuple[Suggestion, ...]:
        """Who else may be affected, as it should stand now. When it is over nobody is asked for more."""
        if self.is_done:
            return self.snapshot.suggestions
        return suggesting.suggested(
            self.snapshot.case,
            self.sources.copied,
            rules=self.at.policies.file,
            graph=self.at.vendoring,
            before=self.snapshot.suggestions,
            now=self.at.now,
        )

    @property
    def not_invited(self) -> Mapping[str, tuple[Person, ...]]:
        """Tools whose people do not all read an issue, and who does not. An advisory lets everybody in by name."""
        readers = self.snapshot.always_readers
        if self.coordination.store != "issue" or not isinstance(readers, Known):
            return {}
        return without_access(self.snapshot.people, readers.value)

    @property
    def is_done(self) -> bool:
        """Is it over: by its advisories and the answers of its tools, or by a person's word?"""
        return ending.is_over(self.snapshot, self.at.policies.file, self.at.now)

    def step(self, action: MirrorAction | RelayComment | UpdateSource) -> Step:
        return gated(action, self.coordination.mode, self.at, self.snapshot.attempts, self.digests)


def sources_of(snapshot: CaseSnapshot, at: Standpoint) -> Sources:
    tools = (each.tool for each in snapshot.case.present)
    linked = tuple(fact.value for fact in snapshot.sources if isinstance(fact, Known))
    return Sources(linked=linked, packages=stand_ins(tools, at.policies.file))
