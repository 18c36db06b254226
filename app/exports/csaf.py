"""How does CSAF say who is affected, and what was published?

Source: "Common Security Advisory Framework Version 2.0" (OASIS), its profiles *VEX* and *Security Advisory*.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Literal

from app.domain.facts import Advisory
from app.exports.claims import Claim, claims
from app.exports.csaf_products import product_id, product_tree
from app.exports.cvss import cvss_v3
from app.exports.matter import Matter, Vulnerability
from app.exports.revisions import instant, revisions

Json = dict[str, Any]
Profile = Literal["csaf_vex", "csaf_security_advisory"]
_STATUS = {
    "fixed": "fixed",
    "affected": "known_affected",
    "not_affected": "known_not_affected",
    "under_investigation": "under_investigation",
}


def csaf(matter: Matter, profile: Profile) -> Json:
    """One document for a case. With the profile of an advisory, what was published is in it word for word."""
    with_text = profile == "csaf_security_advisory"
    said = [(about, _claims(matter, about)) for about in matter.vulnerabilities]
    return _sorted(
        {
            "document": _document(matter, profile),
            "product_tree": product_tree(claim for _, found in said for claim in found),
            "vulnerabilities": [
                _vulnerability(matter, about, found, with_text=with_text) for about, found in said if found
            ],
        }
    )


def _sorted(value: Json) -> Json:
    """By name, as CSAF asks for."""
    return {name: _sorted_within(value[name]) for name in sorted(value)}


def _sorted_within(value: Any) -> Any:
    if isinstance(value, list):
        return [_sorted_within(each) for each in value]
    return _sorted(value) if isinstance(value, dict) else value


def file_name(document: Json) -> str:
    """As CSAF wants it: the tracking id in small letters."""
    return f"{document['document']['tracking']['id'].lower()}.json"


def _claims(matter: Matter, about: Vulnerability) -> tuple[Claim, ...]:
    """Each product once, though two lines may name it, and each copy that a product ships is one by itself."""
    found = [claim for answered in matter.named(about.tools) for claim in claims(answered, about)]
    single = [replace(claim, copies=(copy,)) for claim in found for copy in claim.copies]
    alone = [claim for claim in found if not claim.copies]
    return tuple({product_id(claim): claim for claim in (*alone, *single)}.values())


def _document(matter: Matter, profile: Profile) -> Json:
    names = ", ".join(about.name for about in matter.vulnerabilities)
    published = profile == "csaf_security_advisory" and next((text.summary for text in matter.texts), None)
    rated = next((text.severity for text in matter.texts if text.severity), None)
    return {
        "category": profile,
        "csaf_version": "2.0",
        "distribution": {"tlp": {"label": "WHITE" if matter.is_public else "AMBER"}},
        "lang": "en",
        "publisher": {
            "category": "coordinator",
            "name": matter.publisher.name,
            "namespace": matter.publisher.namespace,
        },
        "title": published or f"Which Python packaging tools are affected by {names}",
        **({"aggregate_severity": {"text": rated}} if rated else {}),
        **({"references": [_reference(matter, text) for text in matter.texts]} if matter.texts else {}),
        "tracking": _tracking(matter, profile),
    }


def _tracking(matter: Matter, profile: Profile) -> Json:
    history = revisions(matter)
    return {
        "id": f"{matter.publisher.name}-{matter.name}-{'vex' if profile == 'csaf_vex' else 'advisory'}",
        "status": "final" if matter.is_public else "interim",
        "version": str(len(history)),
        "initial_release_date": instant(history[0].at),
        "current_release_date": instant(history[-1].at),
        "revision_history": [
            {"number": str(number), "date": instant(each.at), "summary": each.summary}
            for number, each in enumerate(history, start=1)
        ],
    }


def _reference(matter: Matter, text: Advisory) -> Json:
    page = f"{matter.publisher.web}/{text.repo}/security/advisories/{text.ghsa}"
    return {"category": "external", "summary": f"{text.ghsa} of {text.repo}", "url": page}


def _vulnerability(matter: Matter, about: Vulnerability, found: tuple[Claim, ...], *, with_text: bool) -> Json:
    ids = [{"system_name": "GitHub Security Advisory", "text": str(ghsa)} for ghsa in about.ghsas]
    if not ids:
        ids = [{"system_name": f"Cases of {matter.publisher.name}", "text": matter.name}]
    credited = sorted({login for text in about.texts for login, _ in text.credited}) if with_text else []
    return {
        **({"cve": about.cve_id} if about.cve_id else {}),
        "ids": ids,
        **({"title": about.texts[0].summary} if with_text and about.texts else {}),
        **({"acknowledgments": [{"names": credited}]} if credited else {}),
        "notes": _notes(about, with_text=with_text),
        "product_status": _product_status(found),
        **_some("scores", _scores(about, found)),
        **_some("flags", _flags(found)),
        **_some("remediations", _remediations(found)),
        **_some("threats", _impacts(found)),
    }


def _notes(about: Vulnerability, *, with_text: bool) -> list[Json]:
    said = [{"category": "general", "text": "What the people of each tool answered, and what is published by now."}]
    if with_text:
        texts = [text for text in about.texts if text.description]
        said += [{"category": "description", "title": str(text.ghsa), "text": text.description} for text in texts]
        rated = [text for text in about.texts if text.cvss_vector]
        said += [{"category": "details", "title": "Rating", "text": str(text.cvss_vector)} for text in rated]
    return said


def _product_status(found: tuple[Claim, ...]) -> Json:
    groups: dict[str, list[str]] = {}
    for claim in found:
        groups.setdefault(_STATUS[claim.status], []).append(product_id(claim))
    return dict(groups)


def _scores(about: Vulnerability, found: tuple[Claim, ...]) -> list[Json]:
    """A product has one: that of the first advisory."""
    products = [product_id(claim) for claim in found if claim.status == "affected"]
    vectors = (cvss_v3(text.cvss_vector) for text in about.texts if text.cvss_vector)
    score = next(filter(None, vectors), None)
    return [{"products": products, "cvss_v3": score}] if score and products else []


def _flags(found: tuple[Claim, ...]) -> list[Json]:
    justified: dict[str, list[str]] = {}
    for claim in found:
        if claim.justification:
            justified.setdefault(claim.justification, []).append(product_id(claim))
    return [{"label": label, "product_ids": products} for label, products in justified.items()]


def _remediations(found: Iterable[Claim]) -> list[Json]:
    """What users of what is affected can do, which a VEX has to say."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for claim in found:
        if claim.action and claim.remedy:
            grouped.setdefault((claim.remedy, claim.action), []).append(product_id(claim))
    return [
        {"category": remedy, "details": action, "product_ids": products}
        for (remedy, action), products in grouped.items()
    ]


def _impacts(found: Iterable[Claim]) -> list[Json]:
    """Who is not affected without saying why by one of the justifications."""
    return [
        {"category": "impact", "details": claim.note, "product_ids": [product_id(claim)]}
        for claim in found
        if claim.status == "not_affected" and claim.justification is None
    ]


def _some(name: str, found: list[Json]) -> Json:
    """CSAF has no empty lists."""
    return {name: found} if found else {}
