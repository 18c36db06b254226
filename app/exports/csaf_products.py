"""How does CSAF name what a claim is about? In a tree of tools, their packages, and versions of those."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.exports.claims import Claim
from app.exports.packages import Package

Json = dict[str, Any]
_Tree = dict[str, dict[Package, dict[str, Json]]]


def product_id(claim: Claim) -> str:
    """Of the product that a status is said of: of a tool with its copy, where that is what is affected."""
    own = _own_id(claim.tool, claim.package, _range(claim.package, claim))
    return f"{own} with its copy of {_named(claim.copies)}" if claim.copies else own


def product_tree(found: Iterable[Claim]) -> Json:
    """Each product once, with the packages whose copies others ship."""
    tree: _Tree = {}
    relationships: dict[str, Json] = {}
    for claim in found:
        _add(tree, claim.tool, claim.package, claim)
        for copy in claim.copies:
            _add(tree, _vendor(copy, tree), copy)
            relationships[product_id(claim)] = _relationship(claim, copy, tree)
    branches = [_branch("vendor", tool, _packages(packages)) for tool, packages in tree.items()]
    return {"branches": branches, **({"relationships": [*relationships.values()]} if relationships else {})}


def _packages(packages: dict[Package, dict[str, Json]]) -> list[Json]:
    return [_branch("product_name", package.name, [*leaves.values()]) for package, leaves in packages.items()]


def _branch(category: str, name: str, branches: list[Json]) -> Json:
    return {"category": category, "name": name, "branches": branches}


def _add(tree: _Tree, tool: str, package: Package, claim: Claim | None = None) -> None:
    """All versions of the package, unless a claim is about some."""
    version, versions = (claim.version, claim.range) if claim else (None, None)
    said = _range(package, claim)
    own = _own_id(tool, package, said)
    tree.setdefault(tool, {}).setdefault(package, {})[own] = {
        "category": "product_version" if version else "product_version_range",
        "name": said,
        "product": {
            "name": f"{package.name} {version or (str(versions) if versions else 'of all versions')}",
            "product_id": own,
            "product_identification_helper": {"purl": package.purl(version)},
        },
    }


def _relationship(claim: Claim, copy: Package, tree: _Tree) -> Json:
    known_as = product_id(claim)
    return {
        "category": "default_component_of",
        "product_reference": _own_id(_vendor(copy, tree), copy, _range(copy)),
        "relates_to_product_reference": _own_id(claim.tool, claim.package, _range(claim.package, claim)),
        "full_product_name": {
            "name": f"{copy.name} as a part of {claim.package.name}",
            "product_id": known_as,
            "product_identification_helper": {"purl": copy.purl()},
        },
    }


def _vendor(package: Package, tree: _Tree) -> str:
    """The tool under which it is told already; else it stands under its own name."""
    return next((tool for tool, packages in tree.items() if package in packages), package.name)


def _range(package: Package, claim: Claim | None = None) -> str:
    if claim is not None and claim.version:
        return claim.version
    return package.vers(claim.range if claim is not None else None)


def _own_id(tool: str, package: Package, said: str) -> str:
    return f"{tool}:{package.kind}/{package.name}:{said}"


def _named(copies: tuple[Package, ...]) -> str:
    return ", ".join(each.name for each in copies)
