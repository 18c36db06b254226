"""How does OSV say what a published advisory says?

Source: "Open Source Vulnerability format" 1.7. Every word comes from the advisory as it is published at this moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.domain.facts import Advisory, Vulnerability
from app.exports.cvss import version_of
from app.exports.matter import Matter
from app.exports.packages import Package
from app.exports.ranges import Versions, patched, versions
from app.exports.revisions import instant

Json = dict[str, Any]
SCHEMA = "1.7.0"
_CREDITS = frozenset(
    {
        "FINDER",
        "REPORTER",
        "ANALYST",
        "COORDINATOR",
        "REMEDIATION_DEVELOPER",
        "REMEDIATION_REVIEWER",
        "REMEDIATION_VERIFIER",
        "TOOL",
        "SPONSOR",
    }
)


def osv(matter: Matter) -> tuple[Json, ...]:
    """One record for each published advisory."""
    return tuple(_record(matter, text) for text in matter.texts)


def untold(matter: Matter) -> Iterator[str]:
    """What the advisories say and OSV cannot, or we cannot read."""
    for text in matter.texts:
        if text.cvss_vector and version_of(text.cvss_vector) is None:
            yield f"{text.ghsa}: its CVSS vector is not whole, so it is left out"
        for line in text.vulnerabilities:
            package = f"{line.ecosystem}:{line.package or 'a package without a name'}"
            if not _has_word(line):
                yield f"{text.ghsa}: OSV has no words for {package}, so it is left out"
                continue
            if versions(line.vulnerable_version_range) is None:
                yield f"{text.ghsa}: the range of versions of {package} cannot be read, so it is told as it is written"
            if patched(line.patched_versions) is None:
                yield f"{text.ghsa}: the fixed versions of {package} cannot be read, so they are told as written"


def _record(matter: Matter, text: Advisory) -> Json:
    modified = text.updated_at or text.published_at or matter.case.opened_at
    page = f"{matter.publisher.web}/{text.repo}"
    related = [str(other.ghsa) for other in matter.texts if other.ghsa != text.ghsa and not _same(text, other)]
    aliases = [*filter(None, [text.cve_id]), *(str(each.ghsa) for each in matter.texts if _same(text, each))]
    return {
        "schema_version": SCHEMA,
        "id": str(text.ghsa),
        "modified": instant(modified),
        **({"published": instant(text.published_at)} if text.published_at else {}),
        **({"aliases": aliases} if aliases else {}),
        **({"related": related} if related else {}),
        "summary": text.summary,
        "details": text.description,
        **({"severity": [severity]} if (severity := _severity(text.cvss_vector or "")) else {}),
        "affected": [_affected(line) for line in text.vulnerabilities if _has_word(line)],
        "references": [
            {"type": "ADVISORY", "url": f"{page}/security/advisories/{text.ghsa}"},
            {"type": "PACKAGE", "url": page},
        ],
        **({"credits": [_credit(matter, *each) for each in text.credited]} if text.credited else {}),
        "database_specific": {"severity": text.severity, "cwe_ids": list(text.cwe_ids)},
    }


def _same(text: Advisory, other: Advisory) -> bool:
    """Another advisory about what has the same CVE id."""
    return other.ghsa != text.ghsa and text.cve_id is not None and text.cve_id == other.cve_id


def _package(line: Vulnerability) -> Package:
    return Package(ecosystem=line.ecosystem, name=line.package)


def _has_word(line: Vulnerability) -> bool:
    """GitHub has advisories about nothing that has a name, and about ecosystems that OSV does not know."""
    return bool(line.package) and _package(line).osv_ecosystem is not None


def _severity(vector: str) -> Json | None:
    version = version_of(vector)
    return {"type": f"CVSS_V{version}", "score": vector} if version else None


def _affected(line: Vulnerability) -> Json:
    package, read, fixes = _package(line), versions(line.vulnerable_version_range), patched(line.patched_versions) or ()
    as_written = {
        "vulnerable_version_range": line.vulnerable_version_range,
        "patched_versions": line.patched_versions,
    }
    return {
        "package": {"ecosystem": package.osv_ecosystem, "name": package.osv_name, "purl": package.purl()},
        **(_ranges(read, fixes) if read else {}),
        "database_specific": {name: text for name, text in as_written.items() if text},
    }


def _ranges(read: Versions, fixes: tuple[str, ...]) -> Json:
    """A fixed version ends a range that has no other end, or whose last version is told, as GitHub's own records do."""
    if read.only is not None:
        return {"versions": [read.only]}
    events = [{"introduced": read.since or "0"}]
    if read.before is not None:
        events.append({"fixed": read.before})
    elif len(fixes) == 1:
        events.append({"fixed": fixes[0]})
    elif read.through is not None:
        events.append({"last_affected": read.through})
    return {"ranges": [{"type": "ECOSYSTEM", "events": events}]}


def _credit(matter: Matter, login: str, kind: str) -> Json:
    said = kind.upper()
    contact = [f"{matter.publisher.web}/{login}"]
    return {"name": login, "contact": contact, "type": said if said in _CREDITS else "OTHER"}
