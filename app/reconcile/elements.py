"""What is an element of a list called where it is stored and shown?

The name of a package in an advisory is a stranger's text. It is plain where policy has that package, and a keyed digest
otherwise. An element keeps the name under which it was remembered while the key of that name is there.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from app.domain.facts import Vulnerability
from app.reconcile.digests import Digest, Digests
from policies.config import PolicyFile

LIST = "vulnerabilities"

_LENGTH = 16  # of 64 characters: enough to tell the packages of one case apart, and short enough to be typed
_HIDDEN = re.compile(rf"{LIST}/([A-Za-z0-9._-]+)/[0-9a-f]{{{_LENGTH}}}")  # a plain one has a colon before any slash


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Elements:
    """How the packages of one case are called. `known` are those of policy, such as pip:uv."""

    case: int
    known: Collection[str]
    digests: Digests
    remembered: Collection[str] = ()

    def today(self, vulnerability: Vulnerability) -> str:
        """The name that it would get if nothing was remembered."""
        return replace(self, remembered=()).of(vulnerability)

    def of(self, vulnerability: Vulnerability) -> str:
        """The field that a line belongs to: all lines about one package are one element."""
        name = f"{vulnerability.ecosystem}:{vulnerability.package}".lower()
        hidden = [_hidden(each) for each in self.digests.every("element", str(self.case), name)]
        plain = [f"{LIST}/{name}"] if name in self.known else []
        called = [*plain, *hidden]
        return next((each for each in called if each in self.remembered), called[0])


def packages(rules: PolicyFile) -> frozenset[str]:
    """What people wrote into the policy file themselves, and so no secret of an advisory."""
    named = {package.lower() for tool in rules.tools.values() for package in tool.packages}
    return frozenset(named | {f"other:{tool}".lower() for tool in rules.tools})


def weakness(cwe: str) -> str:
    """The field of a CWE."""
    return f"cwes/{cwe}"


def key_of(field: str) -> str | None:
    """The id of the key that made this name, where one did."""
    match = _HIDDEN.fullmatch(field)
    return match[1] if match else None


def _hidden(made: Digest) -> str:
    return f"{LIST}/{made.key_id}/{made.value[:_LENGTH]}"
