"""What does a tool's answer say, in VEX's words, and of which versions?

A claim about all versions of a package is a strong one, so *fixed* is only said of versions that a published advisory
names. Where none does, the tool stays *affected*, and what to do is written beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.domain.cases import SHOWN, Justification
from app.exports.matter import Answered, Vulnerability
from app.exports.packages import Package
from app.exports.ranges import Versions, patched, versions

VexStatus = Literal["not_affected", "affected", "fixed", "under_investigation"]
Remedy = Literal["vendor_fix", "mitigation", "none_available"]  # as CSAF calls them


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One status of one package: of one `version`, of a range of them, or of all where both are None.

    `action` is there where it is or may be affected: what its users can do. `copies`: of which packages it ships one.
    """

    tool: str
    package: Package
    status: VexStatus
    version: str | None = None
    range: Versions | None = None
    justification: Justification | None = None
    action: str | None = None
    remedy: Remedy | None = None
    note: str
    copies: tuple[Package, ...] = ()


def claims(answered: Answered, about: Vulnerability) -> tuple[Claim, ...]:
    """All that follows from a tool's answer, for each of its packages."""
    return tuple(claim for package in answered.packages for claim in _claims(answered, package, about))


def _claims(answered: Answered, package: Package, about: Vulnerability) -> Iterator[Claim]:
    said, named = answered.said, _Named.of(package, about)
    note = f"{said.tool} answered: {SHOWN[said.status]}."
    match said.status:
        case "unknown":
            yield _open(said.tool, package, f"{said.tool} has not answered.")
        case "acknowledged":
            yield _open(said.tool, package, note)
        case "not-affected":
            yield Claim(
                tool=said.tool, package=package, status="not_affected", justification=said.justification, note=note
            )
        case "affected":
            yield from _affected(answered, package, named, note)
        case "fixed":
            yield from _fixed(answered, package, named, note)
        case "mitigated":
            action = "It is mitigated at the package index, for what is installed from there."
            yield Claim(
                tool=said.tool, package=package, status="affected", action=action, remedy="mitigation", note=note
            )
        case "embedded":
            yield _embedded(answered, package, note)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """What published advisories say of the versions of one package."""

    ranges: tuple[Versions, ...]
    fixes: tuple[str, ...]

    @classmethod
    def of(cls, package: Package, about: Vulnerability) -> _Named:
        lines = [
            line
            for text in about.texts
            for line in text.vulnerabilities
            if Package(ecosystem=line.ecosystem, name=line.package).key == package.key
        ]
        ranges = filter(None, (versions(line.vulnerable_version_range) for line in lines))
        fixes = [version for line in lines for version in patched(line.patched_versions) or ()]
        return cls(ranges=tuple(dict.fromkeys(ranges)), fixes=tuple(dict.fromkeys(fixes)))

    @property
    def update(self) -> str:
        return f"Update to {' or '.join(self.fixes)}."


def _open(tool: str, package: Package, note: str) -> Claim:
    action = "Whether it is affected is not known yet; ask again later."
    status: VexStatus = "under_investigation"
    return Claim(tool=tool, package=package, status=status, action=action, remedy="none_available", note=note)


def _affected(answered: Answered, package: Package, named: _Named, note: str) -> Iterator[Claim]:
    remedy: Remedy = "vendor_fix" if named.fixes else "none_available"
    action = named.update if named.fixes else "No fixed version is named yet; watch for the advisory of this project."
    for each in named.ranges or (None,):
        yield Claim(
            tool=answered.tool,
            package=package,
            status="affected",
            version=each.only if each else None,
            range=None if each is None or each.only else each,
            action=action,
            remedy=remedy,
            note=note,
        )


def _fixed(answered: Answered, package: Package, named: _Named, note: str) -> Iterator[Claim]:
    if not named.fixes:
        action = "Update to the newest version: it is fixed, and no published advisory says in which version."
        yield Claim(
            tool=answered.tool, package=package, status="affected", action=action, remedy="vendor_fix", note=note
        )
        return
    for version in named.fixes:
        yield Claim(tool=answered.tool, package=package, status="fixed", version=version, note=note)
    if named.ranges:
        yield from (each for each in _affected(answered, package, named, note) if each.version not in named.fixes)


def _embedded(answered: Answered, package: Package, note: str) -> Claim:
    names = ", ".join(each.name for each in answered.copies)
    action = f"It ships a copy of {names or 'what is affected'}; update once a version of it has a copy that is fixed."
    return Claim(
        tool=answered.tool,
        package=package,
        status="affected",
        action=action,
        remedy="none_available",
        note=note,
        copies=answered.copies,
    )
