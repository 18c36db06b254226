"""What do the linked advisories of a case say together?

The title, the rating and the CVE id are those of the first. Lists are joined, so readers of the mirror see what each of
them says. Where nothing is linked, as after a report by mail, people say it all and nothing is copied. Of a report that
its repository's people did not accept, nothing is copied either: they have not said yes to anybody else reading it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from app.domain.facts import Advisory, Vulnerability
from policies.config import PolicyFile


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sources:
    """All of it is under embargo. `packages` stand in for what is affected until an advisory says it."""

    linked: tuple[Advisory, ...]
    packages: tuple[Vulnerability, ...] = ()

    @property
    def copied(self) -> tuple[Advisory, ...]:
        """Those whose text others may read: their own people accepted or wrote them."""
        return tuple(each for each in self.linked if not each.is_a_reporters)

    @property
    def first(self) -> Advisory | None:
        return self.copied[0] if self.copied else None

    @property
    def severity(self) -> str | None:
        return self.first.severity if self.first else None

    @property
    def cvss_vector(self) -> str | None:
        return self.first.cvss_vector if self.first else None

    @property
    def cve_id(self) -> str | None:
        return self.first.cve_id if self.first else None

    @property
    def cwe_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(chain.from_iterable(each.cwe_ids for each in self.copied)))

    @property
    def vulnerabilities(self) -> tuple[Vulnerability, ...]:
        """Each line once, in the order in which the advisories were linked."""
        return (
            _once(chain.from_iterable(each.vulnerabilities for each in self.copied)) if self.copied else self.packages
        )


def _once(vulnerabilities: Iterable[Vulnerability]) -> tuple[Vulnerability, ...]:
    return tuple(dict.fromkeys(vulnerabilities))


def stand_ins(tools: Iterable[str], rules: PolicyFile) -> tuple[Vulnerability, ...]:
    """The packages of these tools: GitHub takes no advisory without ("must have at least one vulnerability")."""
    named = [(tool, rules.tools[tool].packages if tool in rules.tools else ()) for tool in tools]
    pairs = [package.partition(":") for tool, packages in named for package in packages or (f"other:{tool}",)]
    return _once(Vulnerability(ecosystem=ecosystem, package=package) for ecosystem, _, package in pairs)
