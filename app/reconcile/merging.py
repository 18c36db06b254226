"""What does a list say once some of its elements were taken from another one, and everything else is left as it is?

The order stays, so that whoever looks at the history of an advisory sees only what changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

from app.domain.facts import Vulnerability
from app.reconcile.elements import Elements, weakness


class Listing(Protocol):
    """Whatever lists CWEs and affected packages: an advisory, a mirror, or all that are linked together."""

    @property
    def cwe_ids(self) -> tuple[str, ...]: ...

    @property
    def vulnerabilities(self) -> tuple[Vulnerability, ...]: ...


def cwes(giver: Listing, taker: Listing, elements: Collection[str]) -> tuple[str, ...]:
    """The CWEs of the taker, with these as the giver has them or has them not."""
    given = [each for each in giver.cwe_ids if weakness(each) in elements]
    kept = [each for each in taker.cwe_ids if weakness(each) not in elements or each in given]
    return tuple(dict.fromkeys([*kept, *given]))


def vulnerabilities(
    giver: Listing, taker: Listing, these: Collection[str], elements: Elements
) -> tuple[Vulnerability, ...]:
    """The affected packages of the taker, with these as the giver has them or has them not."""
    return tuple(dict.fromkeys(_merged(giver, taker, these, elements)))


def _merged(giver: Listing, taker: Listing, these: Collection[str], elements: Elements) -> Iterator[Vulnerability]:
    present = {elements.of(each) for each in taker.vulnerabilities}
    for each in taker.vulnerabilities:
        element = elements.of(each)
        if element not in these:
            yield each
        else:
            yield from (given for given in giver.vulnerabilities if elements.of(given) == element)
    for given in giver.vulnerabilities:
        if elements.of(given) in these and elements.of(given) not in present:
            yield given
