"""What should a mirror say, and which of its fields may be brought in step with the source?

Per field, against the keyed digest of the value that both sides last shared:

    only the source changed → the mirror follows          only the mirror changed → kept, and shown as a divergence
    both changed            → a conflict, nothing written  both equal              → nothing to do
    no baseline             → equal sides adopt one, different sides are a divergence

Which fields there are is the store's (`mirror_fields`); the rest is the same for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.domain.actions import MirrorFields
from app.domain.cases import StoredCase
from app.domain.mirrors import Mirror, Store
from app.domain.records import Baseline
from app.reconcile import mirror_fields
from app.reconcile.body import LONGEST_BODY, Body, Record, Tampered
from app.reconcile.case_record import record_of_case
from app.reconcile.digests import Digest, Digests
from app.reconcile.sources import Sources

Outcome = Literal["equal", "adopt", "follow", "diverged", "conflict"]


class TooLong(ValueError):
    """GitHub would refuse it, so nothing is sent. Says how much it takes."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Update:
    """One write to a mirror, and the values that both sides share once it is done."""

    fields: MirrorFields
    synced: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sync:
    """What is to be done about an existing mirror: writes, baselines to adopt, and what people have to settle."""

    updates: tuple[Update, ...]
    adopted: Mapping[str, str]
    diverged: tuple[str, ...]
    conflicts: tuple[str, ...]
    sequence: int


def opening(case: StoredCase, sources: Sources, block: str, digests: Digests, *, store: Store) -> Update:
    """What creates a mirror. Raises TooLong."""
    values = mirror_fields.opening(case.number, sources, block, store)
    record = record_of_case(case, mirror=None, sequence=1)
    description = Body.new(values["source"], block, record).text(digests)
    if len(description) > LONGEST_BODY:
        raise TooLong(f"GitHub takes {LONGEST_BODY} characters, and what it has to say is longer")
    synced = {field: "" if field == "cve" else value for field, value in values.items()}  # the CVE follows on its own
    return Update(fields=mirror_fields.first_fields(sources, values, description, store), synced=synced)


def in_step(
    case: StoredCase,
    sources: Sources,
    mirror: Mirror,
    block: str,
    *,
    digests: Digests,
    baselines: Mapping[str, Baseline],
) -> Sync:
    """What brings an existing mirror in step with its sources. Raises Tampered where it must be left alone."""
    if why := foreign(case, mirror, digests):
        raise Tampered(why)
    body = Body.parse(mirror.description, digests)
    if body.record.sequence < case.sequence:
        raise Tampered("its record is older than the one we wrote last")
    wanted = mirror_fields.wanted(case.number, sources, block, mirror.store)
    shown = mirror_fields.shown(mirror, body)
    outcomes: dict[str, Outcome] = {}
    for field, want in wanted.items():
        last = _Last(baselines.get(field), case.number, field, digests)
        outcomes[field] = _outcome(want, shown[field], last)
    if outcomes.get("severity") == "follow" and not wanted.get("severity"):
        outcomes["severity"] = "diverged"  # GitHub has no way to take a severity back, only to give another one
    follow = _of(outcomes, "follow")
    record = record_of_case(case, mirror=str(mirror.id), sequence=body.record.sequence)
    rewritten = _rewritten(body, wanted, follow, record)
    return Sync(
        updates=tuple(
            _updates(sources, mirror, wanted, follow, rewritten.text(digests) if rewritten != body else None)
        ),
        adopted={field: wanted[field] for field in _of(outcomes, "adopt")},
        diverged=_of(outcomes, "diverged"),
        conflicts=_of(outcomes, "conflict"),
        sequence=body.record.sequence,
    )


def foreign(case: StoredCase, mirror: Mirror, digests: Digests) -> str | None:
    """Why is this not the mirror of the case? None where it is, also where people spoiled what it says of itself."""
    if not mirror.is_ours:
        return "somebody else opened it"
    try:
        record = Body.parse(mirror.description, digests).record
    except Tampered:
        return None
    is_its_own = record.case == case.number and record.mirror in {None, str(mirror.id)}
    return None if is_its_own else "its record belongs to another mirror"


def baseline_parts(case: int, field: str, value: str) -> tuple[str, ...]:
    """What the digest of a field's last synced value is made over."""
    return ("baseline", str(case), field, value)


@dataclass(frozen=True, slots=True)
class _Last:
    """The value of a field that both sides last shared, of which we only kept a digest."""

    baseline: Baseline | None
    case: int
    field: str
    digests: Digests

    def was(self, value: str) -> bool | None:
        """Was it this? None where there is no baseline."""
        digest = Digest(self.baseline.key_id, self.baseline.digest) if self.baseline else None
        return self.digests.matches(digest, *baseline_parts(self.case, self.field, value))


def _outcome(want: str, have: str, last: _Last) -> Outcome:
    source_same = last.was(want)
    if want == have:
        return "equal" if source_same else "adopt"
    if source_same or source_same is None:
        return "diverged"
    return "follow" if last.was(have) else "conflict"


def _of(outcomes: Mapping[str, Outcome], wanted: Outcome) -> tuple[str, ...]:
    return tuple(field for field, outcome in outcomes.items() if outcome == wanted)


def _rewritten(body: Body, wanted: Mapping[str, str], follow: tuple[str, ...], record: Record) -> Body:
    """The body with our regions in step. Its record grows whenever what it signs for changes."""
    if "block" in follow or record != body.record:
        record = replace(record, sequence=record.sequence + 1)
    return replace(
        body,
        source=wanted["source"] if "source" in follow else body.source,
        block=wanted["block"] if "block" in follow else body.block,
        record=record,
    )


def _updates(
    sources: Sources, mirror: Mirror, wanted: Mapping[str, str], follow: tuple[str, ...], description: str | None
) -> Iterator[Update]:
    if description and len(description) > LONGEST_BODY:
        raise Tampered("there is no room left for our part; shorten the text that people wrote below it")
    synced = {field: wanted[field] for field in follow if field != "cve"}
    severity: dict[str, Any] = {}
    if "severity" in follow and sources.cvss_vector:
        severity = {"cvss_vector": sources.cvss_vector}
    elif "severity" in follow:
        # GitHub: "Cannot update severity value when CVSS is set", so the vector is taken away first.
        severity = {"severity": sources.severity, "clears_cvss": mirror.cvss_vector is not None}
    fields = MirrorFields(
        summary=next((wanted[field] for field in ("summary", "title") if field in follow), None),
        description=description,
        cwe_ids=sources.cwe_ids if "cwes" in follow else None,
        vulnerabilities=sources.vulnerabilities if "vulnerabilities" in follow else None,
        **severity,
    )
    if fields.names():
        yield Update(fields=fields, synced=synced)
    if "cve" in follow:
        # On its own: whether GitHub takes one CVE id for two advisories is not documented, and a refusal of it must
        # not hold back the rest.
        cve = MirrorFields(cve_id=sources.cve_id, clears_cve=sources.cve_id is None)
        yield Update(fields=cve, synced={"cve": wanted["cve"]})
