"""What becomes of a field in which a mirror and its sources differ, once people said which way it is to go?

A yes is bound to what both sides said when it was given. Where one of them says something else by now, it lapsed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.domain.actions import MirrorFields, UpdateSource
from app.domain.facts import Advisory
from app.domain.ids import AdvisoryKey
from app.domain.mirrors import Mirror
from app.domain.offers import MIRROR, Difference, Offer
from app.domain.records import Baseline
from app.reconcile import merging
from app.reconcile.comparing import Compared, Outcome, Said, list_of
from app.reconcile.digests import Digest, Digests
from app.reconcile.elements import Elements, weakness
from app.reconcile.neutral import plain_line
from app.reconcile.plan import EndOffers
from app.reconcile.sources import Sources

_OURS = {
    "block": "that part is Greenroom's own and no advisory has it",
    "title": "an issue's title is Greenroom's own and no advisory has it",
    "source": "what was copied is not given back: its own people change it in the advisory itself",
}

# GitHub: "Cannot update severity value when CVSS is set." Where only the first request arrives, the vector is gone.
_TWO_WRITES = "its CVSS vector would have to be taken away first, so its own people change it in the advisory itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What people said of the differences of a case, as far as it holds."""

    to_mirror: frozenset[str]
    to_source: tuple[Offer, ...]
    over: EndOffers | None


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of one case, and what each of them says field by field."""

    case: int
    sources: Sources
    mirror: Mirror
    said: Said
    shown: Said
    digests: Digests
    elements: Elements

    def differences(self, compared: Compared) -> tuple[Difference, ...]:
        """What people have to settle."""
        fields = [*compared.of("diverged"), *compared.of("conflict")]
        return tuple(self._difference(field, compared.outcomes[field]) for field in fields)

    def settled(self, offers: Iterable[Offer], compared: Compared) -> Settled:
        """Which yeses hold? One is done where both sides say the same by now."""
        differ = {each.field: each for each in self.differences(compared)}
        offers = [each for each in offers if each.field != MIRROR]
        hold = [each for each in offers if each.field in differ and self._holds(each, differ[each.field])]
        over = tuple((each.field, self._how(each)) for each in offers if each not in hold)
        return Settled(
            to_mirror=frozenset(each.field for each in hold if each.direction == "to-mirror"),
            to_source=tuple(each for each in hold if each.direction == "to-source"),
            over=EndOffers(case=self.case, fields=over) if over else None,
        )

    def update_source(self, offer: Offer) -> UpdateSource:
        """What lets the linked advisory say what its mirror says, in this field and no other."""
        source = self._source(offer.target)
        return UpdateSource(
            case=self.case,
            repo=source.repo,
            ghsa=source.ghsa,
            fields=self._fields(offer.field, source),
            was=_as_it_is(offer.field, source),
            reason=f"its own people take over what the mirror says: {list_of(offer.field)}",
        )

    def _how(self, offer: Offer) -> Literal["done", "lapsed"]:
        return "done" if self.said.of(offer.field) == self.shown.of(offer.field) else "lapsed"

    def _difference(self, field: str, outcome: Outcome) -> Difference:
        target, why_not = self._target(field)
        return Difference(
            field=field,
            both_edited=outcome == "conflict",
            source=self._seen(field, "source", self.said),
            mirror=self._seen(field, "mirror", self.shown),
            target=None if why_not else target,
            why_not=why_not,
        )

    def _seen(self, field: str, side: str, said: Said) -> Baseline:
        made = self.digests.of(*self._parts(field, side, said))
        return Baseline(key_id=made.key_id, digest=made.value)

    def _parts(self, field: str, side: str, said: Said) -> tuple[str, ...]:
        return ("seen", str(self.case), field, side, said.of(field))

    def _holds(self, offer: Offer, difference: Difference) -> bool:
        """Do both sides, and the advisory that would take it over, still say what was said yes to?"""
        seen = (("source", offer.source, self.said), ("mirror", offer.mirror, self.shown))
        same = all(
            self.digests.matches(Digest(saw.key_id, saw.digest), *self._parts(offer.field, side, said))
            for side, saw, said in seen
        )
        if offer.direction == "to-mirror":
            return same
        target = difference.target
        return same and target is not None and offer.target is not None and target.ghsa == offer.target.ghsa

    def _target(self, field: str) -> tuple[AdvisoryKey | None, str]:
        """The linked advisory that has it, else the first; and why it cannot take it over."""
        if field in _OURS:
            return None, _OURS[field]
        source = self._holder(field)
        if source is None:
            return None, "no advisory is linked"
        key = AdvisoryKey(source.repo, source.ghsa)
        if not source.is_open:
            return key, f"{source.repo} has it {source.state} already, so its own people change it there"
        if field == "severity":
            return key, self._why_not_rated(source)
        if list_of(field) == "vulnerabilities" and not self._fields(field, source).vulnerabilities:
            return key, "GitHub takes no advisory without an affected package"
        return key, ""

    def _why_not_rated(self, source: Advisory) -> str:
        if not self.shown.of("severity"):
            return "GitHub has no way to take back a severity"
        return _TWO_WRITES if source.cvss_vector and not self.mirror.cvss_vector else ""

    def _holder(self, field: str) -> Advisory | None:
        """A scalar is the first's; of an element those have a say that say of it what the mirror does not."""
        having = [each for each in self.sources.copied if self._lines(field, each)]
        unlike = [each for each in having if not self._lines(field, each) <= self._lines(field, self.mirror)]
        return next(iter((*unlike, *having, *self.sources.copied)), None)

    def _source(self, target: AdvisoryKey | None) -> Advisory:
        return next(each for each in self.sources.linked if target is not None and each.ghsa == target.ghsa)

    def _fields(self, field: str, source: Advisory) -> MirrorFields:
        match list_of(field):
            case "summary":
                return MirrorFields(summary=plain_line(self.mirror.summary))
            case "severity" if self.mirror.cvss_vector:
                return MirrorFields(cvss_vector=self.mirror.cvss_vector)
            case "severity":
                return MirrorFields(severity=self.mirror.severity)
            case "cve":
                return MirrorFields(cve_id=self.mirror.cve_id, clears_cve=self.mirror.cve_id is None)
            case "cwes":
                return MirrorFields(cwe_ids=merging.cwes(self.mirror, source, [field]))
            case _:
                merged = merging.vulnerabilities(self.mirror, source, [field], self.elements)
                return MirrorFields(vulnerabilities=merged)

    def _lines(self, field: str, listing: merging.Listing) -> frozenset[object]:
        """All that somebody says about an element, the same for the same."""
        lines = [each for each in listing.vulnerabilities if self.elements.of(each) == field]
        return frozenset([*lines, *(each for each in listing.cwe_ids if weakness(each) == field)])


def _as_it_is(field: str, source: Advisory) -> MirrorFields:
    """What the advisory says in that field, to be compared with when it is about to be written."""
    whole: Mapping[str, MirrorFields] = {
        "summary": MirrorFields(summary=source.summary),
        "severity": MirrorFields(
            severity=source.severity, cvss_vector=source.cvss_vector, clears_cvss=source.cvss_vector is None
        ),
        "cve": MirrorFields(cve_id=source.cve_id, clears_cve=source.cve_id is None),
        "cwes": MirrorFields(cwe_ids=source.cwe_ids),
        "vulnerabilities": MirrorFields(vulnerabilities=source.vulnerabilities),
    }
    return whole[list_of(field)]


def is_restoring(offers: Iterable[Offer]) -> bool:
    """Did a coordinator say that our part of the mirror is to be written anew?"""
    return any(each.field == MIRROR for each in offers)


def restored(case: int, offers: Iterable[Offer]) -> Iterator[EndOffers]:
    """It is as it should be, so that yes is done."""
    if is_restoring(offers):
        yield EndOffers(case=case, fields=((MIRROR, "done"),))
