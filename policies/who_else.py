"""Who else may be affected by what an advisory says, and by which way?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from app.domain.cases import SuggestionKind, Vendored, VendoringMode
from app.domain.facts import Advisory
from app.domain.ids import RepoName
from policies.config import PolicyFile, folded
from policies.vendoring import BugClass, Graph, Reached, walk

_STEPS: Mapping[VendoringMode, str] = {
    "vendored": "vendored in",
    "patched": "patched in",
    "embedded": "embedded in",
    "bundled": "bundled with",
    "dependency": "needed by",
}
_STRENGTH: tuple[SuggestionKind, ...] = ("vendored", "dependency", "sibling", "stranger")


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """What is affected: tools, further packages (ECOSYSTEM:NAME), and the class of the bug (CWE-…)."""

    tools: frozenset[str]
    packages: frozenset[str] = frozenset()
    cwes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A tool that may be affected, too. `path` leads there, one step a line; a stranger is named by its repository."""

    tool: str
    kind: SuggestionKind
    path: tuple[str, ...]


def affected_by(advisories: Iterable[Advisory], tools: Collection[str]) -> Affected:
    """What these advisories of these tools are about."""
    advisories = tuple(advisories)
    named = chain.from_iterable(each.vulnerabilities for each in advisories)
    return Affected(
        tools=frozenset(tools),
        packages=frozenset(folded(f"{each.ecosystem}:{each.package}") for each in named),
        cwes=frozenset(chain.from_iterable(each.cwe_ids for each in advisories)),
    )


def who_else(affected: Affected, rules: PolicyFile, graph: Graph) -> tuple[Found, ...]:
    """Each tool once, by its strongest reason: a copy, then a need, then likeness. Nobody who is affected anyway."""
    best: dict[str, Found] = {}
    for found in (*_reached(affected, rules, graph), *_siblings(affected, rules, graph)):
        known = best.get(found.tool)
        if found.tool not in affected.tools and (known is None or _strength(found) < _strength(known)):
            best[found.tool] = found
    return tuple(sorted(best.values(), key=lambda each: (_STRENGTH.index(each.kind), each.tool)))


def is_shipped_elsewhere(affected: Affected, rules: PolicyFile, graph: Graph) -> bool:
    """Do other tools that policy knows ship a copy of it, so that a fix reaches their users by them alone?"""
    return any(
        found.kind == "vendored" for found in _reached(affected, rules, graph) if found.tool not in affected.tools
    )


def _strength(found: Found) -> tuple[int, int]:
    return _STRENGTH.index(found.kind), len(found.path)


def _reached(affected: Affected, rules: PolicyFile, graph: Graph) -> Iterator[Found]:
    own = chain.from_iterable(rules.tools[tool].packages for tool in affected.tools if tool in rules.tools)
    ships: dict[RepoName, list[str]] = defaultdict(list)
    for each in rules.tools.values():
        for repo in each.repositories:
            if repo not in graph.ships:
                ships[repo].extend(each.packages)
    for reached in walk(graph, {*own, *affected.packages}, ships):
        tool = rules.tool_of(reached.consumer)
        if tool is not None:
            yield Found(tool=tool, kind="vendored" if reached.is_copy else "dependency", path=_path(reached, rules))
        elif reached.is_copy:
            yield Found(tool=str(reached.consumer), kind="stranger", path=_path(reached, rules))


def _path(reached: Reached, rules: PolicyFile) -> tuple[str, ...]:
    first = reached.steps[0].component.partition(":")[2]
    return (first, *(_step(line, rules) for line in reached.steps))


def _step(line: Vendored, rules: PolicyFile) -> str:
    """Without the version: what was answered about a way holds while that is the way."""
    note = f" ({line.note})" if line.note else ""
    return f"{_STEPS[line.mode]} {rules.tool_of(line.consumer) or line.consumer}{note}"


def _siblings(affected: Affected, rules: PolicyFile, graph: Graph) -> Iterator[Found]:
    kinds = _kinds(rules, graph)
    ours = frozenset(chain.from_iterable(kinds.get(tool, ()) for tool in affected.tools))
    surfaces = chain.from_iterable(each.surfaces for each in _classes(affected.cwes, graph))
    likely = frozenset(chain.from_iterable(surface.also for surface in surfaces if surface.of & ours))
    for tool, theirs in kinds.items():
        shared = sorted(theirs & likely)
        if shared:
            yield Found(tool=tool, kind="sibling", path=("the same class of bug", f"likely in another {shared[0]}"))


def _kinds(rules: PolicyFile, graph: Graph) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for repo, kinds in graph.kinds.items():
        if tool := rules.tool_of(repo):
            found[tool] |= kinds
    return dict(found)


def _classes(cwes: Iterable[str], graph: Graph) -> list[BugClass]:
    numbers = {int(match[1]) for each in cwes if (match := re.fullmatch(r"CWE-([0-9]{1,6})", each))}
    found = [each for each in graph.classes if each.cwes & numbers]
    less_exact = frozenset(chain.from_iterable(each.rather_than for each in found))
    return [each for each in found if each.name not in less_exact]
