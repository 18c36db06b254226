"""What should a mirror say, and which of its fields may be brought in step with the source?

Per field, against the keyed digest of the value that both sides last shared:

    only the source changed → the mirror follows          only the mirror changed → kept, and shown as a divergence
    both changed            → a conflict, nothing written  both equal              → nothing to do
    no baseline             → equal sides adopt one, different sides are a divergence

Which fields there are is the store's (`mirror_fields`); the rest is the same for each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from app.domain.actions import MirrorFields, UpdateSource
from app.domain.cases import StoredCase
from app.domain.mirrors import Mirror, Store
from app.domain.offers import Difference, Offer
from app.domain.records import Baseline
from app.reconcile import merging, mirror_fields
from app.reconcile.body import LONGEST_BODY, Body, Record, Tampered, key_of_record
from app.reconcile.case_record import record_of_case
from app.reconcile.comparing import Compared, Memory, compare, list_of
from app.reconcile.digests import Digests
from app.reconcile.elements import Elements
from app.reconcile.offers import Settled, Sides, is_restoring
from app.reconcile.plan import EndOffers
from app.reconcile.renaming import renamed
from app.reconcile.restoring import restored
from app.reconcile.sources import Sources


class TooLong(ValueError):
    """GitHub would refuse it, so nothing is sent. Says how much it takes."""


class NoRoom(Tampered):
    """People wrote so much into it that our part has no place any more."""


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
    differences: tuple[Difference, ...] = ()
    to_source: tuple[UpdateSource, ...] = ()
    forgotten: frozenset[str] = frozenset()
    over: EndOffers | None = None


def opening(
    case: StoredCase, sources: Sources, block: str, digests: Digests, *, store: Store, known: Collection[str] = ()
) -> Update:
    """What creates a mirror. `known` are the packages of policy. Raises TooLong."""
    elements = Elements(case=case.number, known=known, digests=digests)
    values = mirror_fields.opening(sources, block, store, elements)
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
    offers: Collection[Offer] = (),
    known: Collection[str] = (),
) -> Sync:
    """What brings an existing mirror in step with its sources, and them with it where their own people said so.

    Raises Tampered where it must be left alone.
    """
    body = _trusted(case, mirror, digests, is_restoring=is_restoring(offers))
    remembered = {*baselines, *(each.field for each in offers)}
    elements = Elements(case=case.number, known=known, digests=digests, remembered=remembered)
    said = mirror_fields.wanted(sources, block, mirror.store, elements)
    shown = mirror_fields.shown(mirror, body, elements)
    compared = compare(said, shown, Memory(case.number, baselines, digests))
    sides = Sides(case.number, sources, mirror, said, shown, digests, elements)
    settled = sides.settled(offers, _possible(compared, sources, mirror, elements))
    compared = _possible(_agreed(compared, settled), sources, mirror, elements)
    wanted = {field: said.of(field) for field in compared.of("follow")}
    description = _described(case, mirror, body, wanted, digests)
    lines = (*sources.vulnerabilities, *mirror.vulnerabilities)
    anew = renamed(compared.adopted, (said, shown), elements, lines, {each.field for each in offers})
    return Sync(
        updates=tuple(_updates(sources, mirror, wanted, description, elements)),
        adopted=anew.values,
        forgotten=anew.forgotten,
        diverged=compared.of("diverged"),
        conflicts=compared.of("conflict"),
        sequence=body.record.sequence,
        differences=sides.differences(compared),
        to_source=tuple(map(sides.update_source, settled.to_source)),
        over=settled.over,
    )


def _trusted(case: StoredCase, mirror: Mirror, digests: Digests, *, is_restoring: bool) -> Body:
    """The regions of a mirror, where they are as we left them. Raises Tampered."""
    if why := foreign(case, mirror, digests):
        raise Tampered(why)
    if is_unread(case) and not is_restoring:
        raise Tampered("its record could not be read when the database was lost, so nobody knows what the case was")
    body = Body.parse(mirror.description, digests)
    if body.record.sequence < case.sequence:
        raise Tampered("its record is older than the one we wrote last")
    return body


def is_unread(case: StoredCase) -> bool:
    """Did it come back from a mirror whose record could not be read? Whatever we wrote ourselves has a sequence."""
    return case.mirror is not None and case.sequence == 0


def written_anew(
    case: StoredCase,
    sources: Sources,
    mirror: Mirror,
    block: str,
    *,
    digests: Digests,
    baselines: Mapping[str, Baseline],
) -> Update:
    """What brings back our part of a mirror whose markers or record were broken. Raises TooLong."""
    elements = Elements(case=case.number, known=(), digests=digests)
    said = mirror_fields.wanted(sources, block, mirror.store, elements)
    memory = Memory(case.number, baselines, digests)
    body = restored(
        mirror.description,
        source=said.of("source"),
        block=said.of("block"),
        record=record_of_case(case, mirror=str(mirror.id), sequence=case.sequence + 1),
        is_ours=lambda region, text: text == said.of(region) or memory.was(region, text) is True,
    )
    description = body.text(digests)
    if len(description) > LONGEST_BODY:
        raise TooLong(f"GitHub takes {LONGEST_BODY} characters; shorten what people wrote in it")
    ours = {region: said.of(region) for region in ("source", "block")}
    return Update(fields=MirrorFields(description=description), synced=ours)


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


def _agreed(compared: Compared, settled: Settled) -> Compared:
    """What people said yes to. Beside it what could not follow alone may, but for what a source takes over."""
    taken_over = {each.field for each in settled.to_source} & {*compared.of("follow")}
    return compared.but(settled.to_mirror, "follow").but(taken_over, "diverged")


def _possible(compared: Compared, sources: Sources, mirror: Mirror, elements: Elements) -> Compared:
    """Without what cannot be followed: GitHub has no way to take back a severity, nor the last affected package."""
    follow = compared.of("follow")
    unrated = {"severity"} if "severity" in follow and not (sources.cvss_vector or sources.severity) else set()
    left_out = [field for field in follow if list_of(field) == "vulnerabilities"]
    if merging.vulnerabilities(sources, mirror, left_out, elements):
        left_out = []
    return compared.but((*unrated, *left_out), "diverged")


def _described(case: StoredCase, mirror: Mirror, body: Body, wanted: Mapping[str, str], digests: Digests) -> str | None:
    """The description as it is to be, None where it is so: also with the record signed by a key that stays."""
    record = record_of_case(case, mirror=str(mirror.id), sequence=body.record.sequence)
    rewritten = _rewritten(body, wanted, record)
    is_old = digests.is_to_renew(key_of_record(mirror.description))
    return rewritten.text(digests) if rewritten != body or is_old else None


def _rewritten(body: Body, wanted: Mapping[str, str], record: Record) -> Body:
    """The body with our regions in step. Its record grows whenever what it signs for changes."""
    if "block" in wanted or record != body.record:
        record = replace(record, sequence=record.sequence + 1)
    return replace(
        body,
        source=wanted.get("source", body.source),
        block=wanted.get("block", body.block),
        record=record,
    )


def _updates(
    sources: Sources, mirror: Mirror, wanted: Mapping[str, str], description: str | None, elements: Elements
) -> Iterator[Update]:
    if description and len(description) > LONGEST_BODY:
        raise NoRoom("there is no room left for our part; shorten the text that people wrote below it")
    rated = "severity" in wanted
    in_turn = rated and bool(mirror.cvss_vector) and not sources.cvss_vector
    apart = {"cve", "severity"} if in_turn else {"cve"}
    lists = {list_of(field) for field in wanted}
    packages = merging.vulnerabilities(sources, mirror, wanted, elements) if "vulnerabilities" in lists else None
    fields = MirrorFields(
        summary=wanted.get("summary", wanted.get("title")),
        description=description,
        severity=sources.severity if rated and not in_turn and not sources.cvss_vector else None,
        cvss_vector=sources.cvss_vector if rated else None,
        cwe_ids=merging.cwes(sources, mirror, wanted) if "cwes" in lists else None,
        vulnerabilities=packages,
    )
    if fields.names():
        yield Update(fields=fields, synced={field: value for field, value in wanted.items() if field not in apart})
    if in_turn:
        yield from _in_turn(sources, mirror)
    if "cve" in wanted:
        # On its own: whether GitHub takes one CVE id for two advisories is not documented, and a refusal of it must
        # not hold back the rest.
        cve = MirrorFields(cve_id=sources.cve_id, clears_cve=sources.cve_id is None)
        yield Update(fields=cve, synced={"cve": wanted["cve"]})


def _in_turn(sources: Sources, mirror: Mirror) -> Iterator[Update]:
    """A severity in the place of a vector. What the first leaves is shared, so that the second follows as any other."""
    yield Update(fields=without_vector(mirror), synced={"severity": mirror.severity or ""})
    if sources.severity and sources.severity != mirror.severity:
        yield Update(fields=MirrorFields(severity=sources.severity), synced={"severity": sources.severity})


def without_vector(mirror: Mirror) -> MirrorFields:
    """What takes the CVSS vector of a mirror away. The severity that followed from it stays."""
    return MirrorFields(clears_cvss=True, severity=mirror.severity)
