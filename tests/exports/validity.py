"""Is a document what its format demands? The shapes stand beside this; what no schema can say is asked here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from app.exports.documents import Format

Json = dict[str, Any]
_SHAPES = {"openvex": "openvex", "csaf-vex": "csaf", "csaf-advisory": "csaf", "osv": "osv"}


def mistakes(form: Format, document: Json) -> list[str]:
    """What is wrong with it, in words."""
    said = [f"{each.json_path}: {each.message}" for each in _shape(_SHAPES[form]).iter_errors(document)]
    return said or (list(_csaf(document)) if form.startswith("csaf") else [])


@cache
def _shape(name: str) -> Draft202012Validator:
    shape = json.loads((Path(__file__).parent / "shapes" / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(shape)
    return Draft202012Validator(shape)


def _csaf(document: Json) -> Iterator[str]:
    """Some of the mandatory tests of CSAF 2.0, section 6.1, and what its profiles demand in section 4."""
    defined = Counter(_defined(document["product_tree"]))
    yield from (f"6.1.2: {each} is defined {count} times" for each, count in defined.items() if count > 1)
    for relationship in document["product_tree"].get("relationships", ()):
        ends = {relationship["product_reference"], relationship["relates_to_product_reference"]}
        yield from (f"6.1.1: {each} is not defined" for each in ends - defined.keys())
    for vulnerability in document["vulnerabilities"]:
        yield from _vulnerability(vulnerability, frozenset(defined))
    cves = Counter(each["cve"] for each in document["vulnerabilities"] if "cve" in each)
    yield from (f"6.1.23: {each} twice" for each, count in cves.items() if count > 1)
    yield from _tracking(document["document"]["tracking"])


def _vulnerability(vulnerability: Json, defined: frozenset[str]) -> Iterator[str]:
    status = {name: set(products) for name, products in vulnerability["product_status"].items()}
    told = Counter(product for products in status.values() for product in products)
    yield from (f"6.1.6: {each} has two statuses" for each, count in told.items() if count > 1)
    mended = _products(vulnerability, "remediations")
    excused = _products(vulnerability, "flags") | _products(vulnerability, "threats")
    scored = {product for each in vulnerability.get("scores", ()) for product in each["products"]}
    yield from (f"6.1.1: {each} is not defined" for each in (told.keys() | mended | excused | scored) - defined)
    yield from (f"6.1.27.10: {each} has no action" for each in status.get("known_affected", set()) - mended)
    yield from (f"6.1.27.9: {each} has no impact" for each in status.get("known_not_affected", set()) - excused)
    flagged = Counter(product for each in vulnerability.get("flags", ()) for product in each["product_ids"])
    yield from (f"6.1.33: {each} has two flags" for each, count in flagged.items() if count > 1)


def _tracking(tracking: Json) -> Iterator[str]:
    history = tracking["revision_history"]
    numbers, dates = [int(each["number"]) for each in history], [each["date"] for each in history]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "6.1.21: a revision is missing"
    if dates != sorted(dates):
        yield "6.1.14: the history is not in order"
    if tracking["version"] != history[-1]["number"]:
        yield "6.1.16: the version is not the last revision"
    if (tracking["initial_release_date"], tracking["current_release_date"]) != (dates[0], dates[-1]):
        yield "the dates are not those of the first and the last revision"


def _defined(tree: Json) -> Iterator[str]:
    yield from (each["full_product_name"]["product_id"] for each in tree.get("relationships", ()))
    waiting = list(tree["branches"])
    while waiting:
        branch = waiting.pop()
        waiting += branch.get("branches", ())
        if "product" in branch:
            yield branch["product"]["product_id"]


def _products(vulnerability: Json, name: str) -> set[str]:
    return {product for each in vulnerability.get(name, ()) for product in each["product_ids"]}
