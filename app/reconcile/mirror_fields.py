"""Which fields does a mirror have in its store, in a canonical form, and how are sources written into them?

A draft advisory has a field for almost everything; an issue has a title, which everybody may see in notifications and
so is neutral, and a body, whose copied region holds the rest as text.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from app.domain.actions import MirrorFields
from app.domain.facts import Advisory, Vulnerability
from app.domain.mirrors import Mirror, Store
from app.reconcile.body import Body
from app.reconcile.comparing import BY_ELEMENT, LISTS, Said
from app.reconcile.elements import Elements, weakness
from app.reconcile.neutral import neutral_line, quote
from app.reconcile.sources import Sources

ROOM_FOR_SOURCE = 48_000  # characters; the rest of what GitHub takes is for the block and for people

MOST_CREDITS = 20  # shown; anybody can be credited, and the head is not cut like the text below it

NOTHING_LINKED = "No advisory is linked yet: what was reported is for people to write below."

Values = dict[str, str]


def wanted(sources: Sources, block: str, store: Store, elements: Elements) -> Said:
    """What a mirror of these sources should say, field by field. Where none is copied, the rest is what people say."""
    block = block.strip()
    if store == "issue":
        return Said(fields={"title": f"Case {elements.case}", "source": _copied(sources, _all_as_text), "block": block})
    said = {"source": _copied(sources, _described), "block": block}
    if sources.first is None:
        return Said(fields=said)
    said |= {"summary": neutral_line(sources.first.summary)}
    return Said(fields=said | _metadata(sources, elements), lists=_lists(sources))


def shown(mirror: Mirror, body: Body, elements: Elements) -> Said:
    """What a mirror says, in the same form."""
    regions = {"source": body.source.strip(), "block": body.block.strip()}
    if mirror.store == "issue":
        return Said(fields={"title": mirror.summary, **regions})
    fields = {"summary": neutral_line(mirror.summary), **regions, **_metadata(mirror, elements)}
    return Said(fields=fields, lists=_lists(mirror))


def opening(sources: Sources, block: str, store: Store, elements: Elements) -> Values:
    """What a mirror says at first: also where nothing is linked, which GitHub takes no advisory without."""
    title = {} if store == "issue" else {"summary": f"Case {elements.case}"} | _metadata(sources, elements)
    return title | {**wanted(sources, block, store, elements).fields}


def first_fields(sources: Sources, values: Values, description: str, store: Store) -> MirrorFields:
    """All that creates a mirror."""
    if store == "issue":
        return MirrorFields(summary=values["title"], description=description)
    return MirrorFields(
        summary=values["summary"],
        description=description,
        severity=None if sources.cvss_vector else sources.severity,
        cvss_vector=sources.cvss_vector,
        cwe_ids=sources.cwe_ids or None,
        vulnerabilities=sources.vulnerabilities,
    )


def told(lines: Iterable[Vulnerability]) -> str:
    """What lines about one package say, in a canonical form; nothing where there are none."""
    each = sorted(map(_line, set(lines)))
    return json.dumps(each) if each else ""


def _metadata(advisory: Sources | Mirror, elements: Elements) -> Values:
    by_package: dict[str, list[Vulnerability]] = defaultdict(list)
    for each in advisory.vulnerabilities:
        by_package[elements.of(each)].append(each)
    return {
        "severity": advisory.cvss_vector or advisory.severity or "",
        "cve": advisory.cve_id or "",
        **dict.fromkeys(LISTS, BY_ELEMENT),
        **{weakness(each): each for each in advisory.cwe_ids},
        **{name: told(lines) for name, lines in by_package.items()},
    }


def _lists(advisory: Sources | Mirror) -> Values:
    return {
        "cwes": ",".join(sorted(advisory.cwe_ids)),
        "vulnerabilities": json.dumps(sorted(map(_line, advisory.vulnerabilities))),
    }


def _line(each: Vulnerability) -> list[Any]:
    versions = [each.vulnerable_version_range or "", each.patched_versions or ""]
    return [each.ecosystem, each.package, *versions, sorted(each.vulnerable_functions)]


def _copied(sources: Sources, told: Callable[[Advisory, int], str]) -> str:
    """The texts of all that are linked, in the room that there is."""
    if not sources.linked:
        return NOTHING_LINKED
    room = ROOM_FOR_SOURCE // len(sources.linked)
    return "\n\n".join(
        _withheld(source) if source.is_a_reporters else told(source, room).strip() for source in sources.linked
    )


def _withheld(source: Advisory) -> str:
    return f"Linked: {source.repo} {source.ghsa}, {source.state}. Nothing of a report is copied before it is accepted."


def _described(source: Advisory, room: int) -> str:
    return f"{_head(source)}\n\n{quote(source.description, room)}\n"


def _all_as_text(source: Advisory, room: int) -> str:
    """Everything that was copied stands in one quoted block, so nothing of it is active, the title least of all."""
    lines = [_one_line(label, text) for label, text in _labelled(source) if text]
    copied = "\n".join([*lines, "", source.description])
    return f"{_head(source)}\n\n{quote(copied, room)}\n"


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
    for ecosystem, package, affected, patched, functions in sorted(map(_line, source.vulnerabilities)):
        told = {"affected": affected, "patched": patched, "functions": ", ".join(functions)}
        details = "; ".join(f"{name} {text}" for name, text in told.items() if text)
        yield "Package", f"{ecosystem}:{package}{f' ({details})' if details else ''}"


def _one_line(label: str, text: str) -> str:
    """A line end in a field would begin a line that looks like another field."""
    return f"{label}: {' '.join(text.split())}"
