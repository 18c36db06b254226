"""How does OpenVEX say who is affected, and who is not?

Source: "OpenVEX Specification v0.2.0". Identifiers never describe a range of software there, so ranges are notes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from app.exports.claims import Claim, claims
from app.exports.matter import Matter, Vulnerability
from app.exports.packages import Package
from app.exports.revisions import instant, newest

Json = dict[str, Any]
CONTEXT = "https://openvex.dev/ns/v0.2.0"


def openvex(matter: Matter) -> Json:
    """One document for a case. Its id is made from what it says, so an altered one has another."""
    said: Json = {
        "author": matter.publisher.name,
        "role": "Coordinator",
        "timestamp": instant(newest(matter)),
        "version": 1,
        "statements": [each for about in matter.vulnerabilities for each in _statements(matter, about)],
    }
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return {"@context": CONTEXT, "@id": f"{matter.publisher.namespace}#{matter.name}-openvex-{digest[:32]}", **said}


def _statements(matter: Matter, about: Vulnerability) -> Iterator[Json]:
    for answered in matter.named(about.tools):
        found = claims(answered, about)
        said: dict[str, Json] = {}  # packages of which the same is said stand together
        for claim in _sayable(found):
            at = answered.said.answered_at
            statement = {
                "vulnerability": _vulnerability(about),
                **({"timestamp": instant(at)} if at else {}),
                "products": [],
                "status": claim.status,
                "status_notes": " ".join([claim.note, *_ranges(claim, found)]),
                **_why(claim),
            }
            said.setdefault(json.dumps(statement), statement)["products"].append(_product(claim))
        yield from said.values()


def _sayable(found: tuple[Claim, ...]) -> Iterator[Claim]:
    """A range becomes a claim about the package, once, unless a version of it is fixed: that would deny the fix."""
    fixed = {claim.package for claim in found if claim.status == "fixed"}
    told: set[Package] = set()
    for claim in found:
        if claim.range is None:
            yield claim
        elif claim.package not in fixed | told:
            told.add(claim.package)
            yield claim


def _ranges(claim: Claim, found: tuple[Claim, ...]) -> Iterator[str]:
    ranges = [str(each.range) for each in found if each.range is not None and each.package == claim.package]
    if ranges:
        yield f"Affected are {'; '.join(ranges)}."


def _vulnerability(about: Vulnerability) -> Json:
    aliases = [str(ghsa) for ghsa in about.ghsas if str(ghsa) != about.name]
    summary = next((text.summary for text in about.texts if text.summary), None)
    return {
        "name": about.name,
        **({"description": summary} if summary else {}),
        **({"aliases": aliases} if aliases else {}),
    }


def _product(claim: Claim) -> Json:
    return {
        **_component(claim.package, claim.version),
        **({"subcomponents": [_component(each) for each in claim.copies]} if claim.copies else {}),
    }


def _component(package: Package, version: str | None = None) -> Json:
    purl = package.purl(version)
    return {"@id": purl, "identifiers": {"purl": purl}}


def _why(claim: Claim) -> Json:
    """A status that is not affected needs a justification or an impact, one that is affected an action."""
    if claim.status == "affected":
        return {"action_statement": claim.action}
    if claim.status == "not_affected":
        return {"justification": claim.justification} if claim.justification else {"impact_statement": claim.note}
    return {}
