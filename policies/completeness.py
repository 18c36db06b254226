"""What does an advisory not say that its readers need?

The short words are those of findings: who accepted that one thing is missing did not accept another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.domain.facts import Advisory
from policies.config import ReportOwner

Lack: TypeAlias = Literal["package", "range", "fixed-version", "cwe", "severity", "cvss-4", "cve"]

_WORDS: dict[Lack, str] = {
    "package": "a package",
    "range": "the affected versions",
    "fixed-version": "a fixed version",
    "cwe": "a CWE",
    "severity": "a severity",
    "cvss-4": "a CVSS v4 vector",
    "cve": "a CVE id",
}


def lacks(advisory: Advisory) -> Iterator[Lack]:
    """Everything that is missing. Each package has to say what is affected, and where it is fixed."""
    affected = advisory.vulnerabilities
    if not affected or not all(each.package.strip() for each in affected):
        yield "package"
    if not affected or not all(_is_said(each.vulnerable_version_range) for each in affected):
        yield "range"
    if not affected or not all(_is_said(each.patched_versions) for each in affected):
        yield "fixed-version"
    if not advisory.cwe_ids:
        yield "cwe"
    if advisory.severity is None and advisory.cvss_vector is None:
        yield "severity"
    elif not (advisory.cvss_vector or "").startswith("CVSS:4.0/"):
        yield "cvss-4"
    if not _is_said(advisory.cve_id):
        yield "cve"


def brings_cve(owner: ReportOwner) -> bool:
    """Does an id come from elsewhere? GitHub as the CNA may assign one after publication, and some take none."""
    return owner.cna is not None and owner.cna.lower() != "github"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """How many advisories lack something, and how many of them lack what."""

    advisories: int
    counts: tuple[tuple[Lack, int], ...]


def missing(advisories: Iterable[Advisory], *, but: Container[str]) -> Missing:
    """What is missing, in the order of the words above, without what is of no matter."""
    found = [[lack for lack in lacks(each) if lack not in but] for each in advisories]
    counted = Counter(lack for each in found for lack in each)
    counts = tuple((lack, counted[lack]) for lack in _WORDS if counted[lack])
    return Missing(advisories=sum(map(bool, found)), counts=counts)


def told(lacking: Missing) -> str:
    return ", ".join(f"{count} without {_WORDS[lack]}" for lack, count in lacking.counts)


def kinds(lacking: Missing) -> tuple[str, ...]:
    return tuple(f"no-{lack}" for lack, _ in lacking.counts)


def _is_said(text: str | None) -> bool:
    """People write “none” where there is no fix yet."""
    return text is not None and text.strip().lower() not in {"", "none", "n/a", "-"}
