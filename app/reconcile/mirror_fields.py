"""Which fields does a mirror have in its store, in a canonical form, and how is a source written into them?

A draft advisory has a field for almost everything; an issue has a title, which everybody may see in notifications and
so is neutral, and a body, whose copied region holds the rest as text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from app.domain.actions import MirrorFields
from app.domain.facts import Advisory
from app.domain.mirrors import Mirror, Store
from app.reconcile.body import Body
from app.reconcile.neutral import neutral_line, quote

ROOM_FOR_SOURCE = 48_000  # characters; the rest of what GitHub takes is for the block and for people

MOST_CREDITS = 20  # shown; anybody can be credited, and the head is not cut like the text below it

Values = dict[str, str]


def wanted(case: int, source: Advisory, block: str, store: Store) -> Values:
    """What a mirror of this source should say, field by field."""
    if store == "issue":
        return {"title": f"Case {case}", "source": _all_as_text(source).strip(), "block": block.strip()}
    said = {"summary": neutral_line(source.summary), "source": _described(source).strip(), "block": block.strip()}
    return said | _metadata(source)


def shown(mirror: Mirror, body: Body) -> Values:
    """What a mirror says, in the same form."""
    regions = {"source": body.source.strip(), "block": body.block.strip()}
    if mirror.store == "issue":
        return {"title": mirror.summary, **regions}
    return {"summary": mirror.summary, **regions, **_metadata(mirror)}


def first_fields(source: Advisory, values: Values, description: str, store: Store) -> MirrorFields:
    """All that creates a mirror."""
    if store == "issue":
        return MirrorFields(summary=values["title"], description=description)
    return MirrorFields(
        summary=values["summary"],
        description=description,
        severity=None if source.cvss_vector else source.severity,
        cvss_vector=source.cvss_vector,
        cwe_ids=source.cwe_ids or None,
        vulnerabilities=source.vulnerabilities,
    )


def _metadata(advisory: Advisory | Mirror) -> Values:
    return {
        "severity": advisory.cvss_vector or advisory.severity or "",
        "cwes": ",".join(sorted(advisory.cwe_ids)),
        "cve": advisory.cve_id or "",
        "vulnerabilities": json.dumps(sorted(_vulnerabilities(advisory))),
    }


def _vulnerabilities(advisory: Advisory | Mirror) -> Iterator[list[Any]]:
    for each in advisory.vulnerabilities:
        versions = [each.vulnerable_version_range or "", each.patched_versions or ""]
        yield [each.ecosystem, each.package, *versions, sorted(each.vulnerable_functions)]


def _described(source: Advisory) -> str:
    return f"{_head(source)}\n\n{quote(source.description, ROOM_FOR_SOURCE)}\n"


def _all_as_text(source: Advisory) -> str:
    """Everything that was copied stands in one quoted block, so nothing of it is active, the title least of all."""
    lines = [_one_line(label, text) for label, text in _labelled(source) if text]
    copied = "\n".join([*lines, "", source.description])
    return f"{_head(source)}\n\n{quote(copied, ROOM_FOR_SOURCE)}\n"


def _head(source: Advisory) -> str:
    shown = [f"{neutral_line(login)} ({kind})" for login, kind in source.credits[:MOST_CREDITS]]
    if more := len(source.credits) - len(shown):
        shown[-1] += f" and {more} more"
    credited = ", ".join(shown) or "nobody yet"
    return f"Copied from {source.repo} {source.ghsa}. Credits there: {credited}."


def _labelled(source: Advisory) -> Iterator[tuple[str, str]]:
    yield "Summary", source.summary
    yield "Severity", source.severity or ""
    yield "CVSS", source.cvss_vector or ""
    yield "CVE", source.cve_id or ""
    yield "CWEs", ", ".join(sorted(source.cwe_ids))
    for ecosystem, package, affected, patched, functions in sorted(_vulnerabilities(source)):
        told = {"affected": affected, "patched": patched, "functions": ", ".join(functions)}
        details = "; ".join(f"{name} {text}" for name, text in told.items() if text)
        yield "Package", f"{ecosystem}:{package}{f' ({details})' if details else ''}"


def _one_line(label: str, text: str) -> str:
    """A line end in a field would begin a line that looks like another field."""
    return f"{label}: {' '.join(text.split())}"
