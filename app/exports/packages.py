"""What is a package called in other people's formats?

Source: "Package-URL specification" and its "purl types"; "VERS: a URI for version range specifiers"; "Open Source
Vulnerability format". GitHub's ecosystems are those of "REST API endpoints for repository security advisories".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from app.exports.ranges import Versions
from policies.config import folded

# GitHub's word, and the words of purl and OSV. None: OSV has no word for it.
_ECOSYSTEMS: Mapping[str, tuple[str, str | None]] = {
    "pip": ("pypi", "PyPI"),
    "rust": ("cargo", "crates.io"),
    "npm": ("npm", "npm"),
    "rubygems": ("gem", "RubyGems"),
    "maven": ("maven", "Maven"),
    "nuget": ("nuget", "NuGet"),
    "composer": ("composer", "Packagist"),
    "go": ("golang", "Go"),
    "erlang": ("hex", "Hex"),
    "actions": ("github", "GitHub Actions"),
    "pub": ("pub", "Pub"),
    "swift": ("swift", "SwiftURL"),
    "conda": ("conda", None),
    "github": ("github", None),
}
_IN_SMALL_LETTERS = frozenset({"pypi", "github", "composer", "golang", "hex", "pub"})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Package:
    """A package in an ecosystem, as GitHub and policy call them."""

    ecosystem: str
    name: str

    @property
    def kind(self) -> str:
        """Its type in a purl. What nobody knows is generic."""
        return _ECOSYSTEMS.get(self.ecosystem.lower(), ("generic", None))[0]

    @property
    def osv_ecosystem(self) -> str | None:
        return _ECOSYSTEMS.get(self.ecosystem.lower(), ("generic", None))[1]

    @classmethod
    def parse(cls, text: str) -> Package:
        """Read ECOSYSTEM:NAME, as policy writes it."""
        ecosystem, _, name = text.partition(":")
        return cls(ecosystem=ecosystem, name=name)

    @property
    def key(self) -> str:
        """The same for each way to spell it."""
        return folded(f"{self.ecosystem}:{self.name}")

    @property
    def osv_name(self) -> str:
        """OSV asks for the normalized name of a project on PyPI ("Name normalization" of PyPA's specifications)."""
        return folded(self.name) if self.kind == "pypi" else self.name

    def purl(self, version: str | None = None) -> str:
        """Its package URL: of one version, or of the package itself."""
        path = "/".join(quote(part, safe="") for part in _named(self.kind, self.name).split("/") if part)
        return f"pkg:{self.kind}/{path}" + (f"@{quote(version, safe='')}" if version else "")

    def vers(self, versions: Versions | None) -> str:
        """A range of its versions. None: all of them."""
        bounds = versions.bounds if versions else ()
        said = "|".join(f"{'' if sign == '=' else sign}{quote(version, safe='')}" for sign, version in bounds)
        return f"vers:{self.kind}/{said or '*'}"


def _named(kind: str, name: str) -> str:
    if kind == "maven":
        return name.replace(":", "/")
    if kind == "pypi":
        return name.replace("_", "-").lower()
    return name.lower() if kind in _IN_SMALL_LETTERS else name
