"""Of which packages do the tools of a case ship copies, as far as the graph knows?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.domain.cases import StoredCase
from app.domain.facts import Advisory
from app.exports.packages import Package
from policies.config import PolicyFile, folded
from policies.vendoring import Graph, walk


def copies(
    case: StoredCase, published: Iterable[Advisory], rules: PolicyFile, graph: Graph
) -> Mapping[str, tuple[Package, ...]]:
    """Of those whose people say that they ship one: which packages of the others, or of what was published."""
    homes = {tool for link in case.links if (tool := rules.tool_of(link.repo)) is not None}
    named = [f"{line.ecosystem}:{line.package}" for text in published for line in text.vulnerabilities]
    affected = [package for tool in sorted(homes) for package in rules.tools[tool].packages]
    ships = {repo: tool.packages for tool in rules.tools.values() for repo in tool.repositories}
    found: dict[str, list[Package]] = {each.tool: [] for each in case.present if each.status == "embedded"}
    for package in {folded(each): each for each in (*named, *affected)}.values():
        for reached in walk(graph, [package], ships):
            tool = rules.tool_of(reached.consumer)
            if reached.is_copy and tool in found:
                found[tool].append(Package.parse(package))
    return {tool: tuple(dict.fromkeys(packages)) for tool, packages in found.items()}
