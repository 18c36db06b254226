"""Who else is a coordinator asked about in a case?

Copies are followed from what the case is about: the tools that were named, by its advisories when they were accepted
or by people, and whatever packages its advisories name today; not from tools that say that they are not affected. What
was answered stays answered while the way there is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from app.domain.cases import BY_HAND, NAMED, StoredCase, Suggestion
from app.domain.facts import Advisory
from policies.config import PolicyFile, folded
from policies.vendoring import Graph
from policies.who_else import Affected, Found, affected_by, who_else


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggest:
    """From now on it is these tools that a coordinator is asked about in a case."""

    case: int
    suggestions: tuple[Suggestion, ...]


def suggested(
    case: StoredCase,
    linked: Collection[Advisory],
    *,
    rules: PolicyFile,
    graph: Graph,
    before: Iterable[Suggestion],
    now: datetime,
) -> tuple[Suggestion, ...]:
    """The suggestions as they should stand now, those that were answered among them, by name."""
    known = {each.tool: each for each in before}
    inside = {each.tool for each in case.participants}
    found = who_else(_affected(case, linked, rules), rules, graph)
    standing = {tool: each for tool, each in known.items() if each.answer is not None}
    standing |= {each.tool: _as_known(each, known.get(each.tool), now) for each in found if each.tool not in inside}
    return tuple(standing[tool] for tool in sorted(standing))


def news(case: int, before: Collection[Suggestion], now: Collection[Suggestion]) -> tuple[Suggest, ...]:
    """What is to be written down."""
    changed = sorted(before, key=lambda each: each.tool) != list(now)
    return (Suggest(case=case, suggestions=tuple(now)),) if changed else ()


def shown(suggestions: Iterable[Suggestion]) -> str:
    """What a mirror says of those that wait for an answer. Nothing where none does."""
    waiting = sorted((each for each in suggestions if each.answer is None), key=_order)
    if not waiting:
        return ""
    lines = "\n".join(f"- {line}" for line in _lines(waiting))
    return f"May be affected, too; a coordinator confirms:\n{lines}\n\n"


def _affected(case: StoredCase, linked: Collection[Advisory], rules: PolicyFile) -> Affected:
    """Who was invited because a copy is there is not where the bug is."""
    named = [each for each in case.present if each.why in {NAMED, BY_HAND}]
    cleared = [each.tool for each in named if each.status == "not-affected"]
    about = affected_by(linked, {each.tool for each in named}.difference(cleared))
    theirs = {folded(package) for tool in cleared if tool in rules.tools for package in rules.tools[tool].packages}
    return replace(about, packages=about.packages - theirs)


def _as_known(found: Found, known: Suggestion | None, now: datetime) -> Suggestion:
    if known is not None and (known.answer == "yes" or (known.kind, known.path) == (found.kind, found.path)):
        return known
    first_seen = known.first_seen if known else now
    return Suggestion(tool=found.tool, kind=found.kind, path=found.path, first_seen=first_seen)


def _order(each: Suggestion) -> tuple[bool, tuple[str, ...], str]:
    return each.kind == "sibling", each.path if each.kind == "sibling" else (), each.tool


def _lines(waiting: Iterable[Suggestion]) -> Iterator[str]:
    """Those of one kind share a line."""
    for path, alike in groupby(waiting, key=lambda each: each.path if each.kind == "sibling" else (each.tool,)):
        together = list(alike)
        if together[0].kind == "sibling":
            yield f"{', '.join(each.tool for each in together)}: {', '.join(path)}"
        else:
            [each] = together
            nobody = "; policy knows no tool of it, so nobody can be invited" if each.kind == "stranger" else ""
            yield f"{each.tool}: {', '.join(each.path)}{nobody}"
