"""A source and its mirror, and a GitHub that takes what we write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.domain.actions import MirrorFields, UpdateSource
from app.domain.cases import StoredCase
from app.domain.facts import Advisory
from app.domain.mirrors import Mirror, Store
from app.domain.offers import Direction, Offer
from app.domain.records import Baseline
from app.reconcile.body import Body
from app.reconcile.comparing import baseline_parts, list_of
from app.reconcile.digests import Digests
from app.reconcile.elements import Elements
from app.reconcile.mirror import Sync, Update, in_step, opening
from app.reconcile.read_back import what_differs
from app.reconcile.sources import Sources
from tests.builders import DIGESTS, GHSA, ISSUE, MIRROR, NOW, advisory, case, mirror_of

BLOCK = "## Case 1\n\nwheel and uv take part"
QUOTED = f"Copied from pypa/wheel {GHSA}. Credits there: nobody yet.\n\n    two"
KNOWN = frozenset({"pip:wheel", "pip:uv", "pip:pdm", "pip:hatch"})
V1, V2 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N"


def told(sync: Sync) -> tuple[list[str], set[str], set[str], set[str]]:
    """What is followed, adopted, diverged, and in conflict; a list for each of its elements."""
    followed = sorted({list_of(field) for update in sync.updates for field in update.synced})
    adopted, diverged, conflicts = map(_lists, (sync.adopted, sync.diverged, sync.conflicts))
    return followed, adopted, diverged, conflicts


def _lists(fields: Iterable[str]) -> set[str]:
    return {list_of(field) for field in fields}


def written(mirror: Mirror, fields: MirrorFields) -> Mirror:
    """What GitHub makes of a write: only the fields that were sent change."""
    if fields.clears_cvss:
        mirror = replace(mirror, cvss_vector=None)  # the severity that followed from it stays
    if fields.cvss_vector is not None:
        mirror = replace(mirror, cvss_vector=fields.cvss_vector, severity="critical")
    elif fields.severity is not None:
        assert mirror.cvss_vector is None, "Cannot update severity value when CVSS is set."
        mirror = replace(mirror, severity=fields.severity)
    return replace(
        mirror,
        summary=mirror.summary if fields.summary is None else fields.summary,
        description=mirror.description if fields.description is None else fields.description,
        cwe_ids=mirror.cwe_ids if fields.cwe_ids is None else fields.cwe_ids,
        cve_id=None if fields.clears_cve else fields.cve_id or mirror.cve_id,
        vulnerabilities=mirror.vulnerabilities if fields.vulnerabilities is None else fields.vulnerabilities,
    )


@dataclass(kw_only=True)
class Sides:
    """Both sides, and what we remember of the last time they said the same."""

    source: Advisory = field(default_factory=advisory)
    others: tuple[Advisory, ...] = ()  # linked after it
    store: Store = "advisory"
    block: str = BLOCK
    case: StoredCase = field(default_factory=case)
    digests: Digests = DIGESTS
    known: frozenset[str] = KNOWN
    baselines: dict[str, Baseline] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    mirror: Mirror = field(init=False)

    def __post_init__(self) -> None:
        empty = mirror_of(
            advisory(severity=None, summary="", description="", vulnerabilities=()),
            id={"advisory": MIRROR, "issue": ISSUE}[self.store],
        )
        first = opening(self.case, self.sources, self.block, self.digests, store=self.store, known=self.known)
        self.mirror = written(empty, first.fields)
        self.share(first)
        self.settle()  # the mirror's id gets into its record

    def edit_source(self, **said: object) -> None:
        self.source = replace(self.source, **said)  # type: ignore[arg-type]

    def edit_mirror(self, **said: object) -> None:
        self.mirror = replace(self.mirror, **said)  # type: ignore[arg-type]

    @property
    def body(self) -> Body:
        return Body.parse(self.mirror.description, self.digests)

    def edit_regions(self, **said: str) -> None:
        """Somebody edits the description of the mirror: `source=`, `block=`, `before=`, `between=`, `after=`."""
        self.edit_mirror(description=replace(self.body, **said).text(self.digests))  # type: ignore[arg-type]

    @property
    def elements(self) -> Elements:
        remembered = {*self.baselines, *self.offers}
        return Elements(case=self.case.number, known=self.known, digests=self.digests, remembered=remembered)

    @property
    def sources(self) -> Sources:
        return Sources(linked=(self.source, *self.others))

    def look(self) -> Sync:
        return in_step(
            self.case,
            self.sources,
            self.mirror,
            self.block,
            digests=self.digests,
            baselines=self.baselines,
            offers=tuple(self.offers.values()),
            known=self.known,
        )

    def say(self, name: str, direction: Direction) -> bool:
        """People say which way a field is to go, as they see both sides now. False where there is nothing to say."""
        seen = next((each for each in self.look().differences if each.field == name), None)
        if seen is None or (direction == "to-source" and seen.target is None):
            return False
        target = seen.target if direction == "to-source" else None
        sides = {"source": seen.source, "mirror": seen.mirror}
        self.offers[name] = Offer(field=name, direction=direction, **sides, target=target, by="somebody", at=NOW)
        return True

    def write_source(self, update: UpdateSource) -> None:
        """A linked advisory takes a field over, unless it says something else by now."""
        linked = [self._taken_over(each, update) for each in (self.source, *self.others)]
        self.source, self.others = linked[0], tuple(linked[1:])

    def _taken_over(self, each: Advisory, update: UpdateSource) -> Advisory:
        if each.ghsa != update.ghsa or what_differs(each, update.was):
            return each
        as_mirror = written(mirror_of(each), update.fields)
        names = ("summary", "severity", "cvss_vector", "cve_id", "cwe_ids", "vulnerabilities")
        return replace(each, **{name: getattr(as_mirror, name) for name in names})

    def share(self, update: Update) -> None:
        self.remember(dict(update.synced))

    def remember(self, values: dict[str, str]) -> None:
        for name, value in values.items():
            made = self.digests.of(*baseline_parts(self.case.number, name, value))
            self.baselines[name] = Baseline(key_id=made.key_id, digest=made.value)

    def settle(self) -> Sync:
        """Look, write, and remember, as the app does."""
        sync = self.look()
        self.remember(dict(sync.adopted))
        for update in sync.updates:
            self.mirror = written(self.mirror, update.fields)
            self.share(update)
        for source in sync.to_source:
            self.write_source(source)
        for name, _ in sync.over.fields if sync.over else ():
            self.offers.pop(name, None)
        self.case = replace(self.case, sequence=sync.sequence)
        return sync

    def forget(self) -> None:
        """The database is lost, or its keys are."""
        self.baselines = {}
