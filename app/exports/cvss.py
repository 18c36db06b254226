"""Which version is a CVSS vector of, and which number does it stand for?

Source: FIRST, "Common Vulnerability Scoring System v3.1: Specification Document", section 7, and "v4.0: Specification
Document", section 7. CSAF 2.0 has no place for version 4, so of such a vector nothing is computed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import floor
from typing import Any, Literal

_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "PR": {"N": 0.85, "L": 0.62, "H": 0.27},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_METRICS: Mapping[str, frozenset[str]] = {
    **{name: frozenset(weights) for name, weights in _WEIGHTS.items()},
    "S": frozenset("UC"),
}
_PRIVILEGES_WHERE_SCOPE_CHANGES = {"N": 0.85, "L": 0.68, "H": 0.5}
_V3 = frozenset({"CVSS:3.0", "CVSS:3.1"})
_SEVERITIES = ((9.0, "CRITICAL"), (7.0, "HIGH"), (4.0, "MEDIUM"), (0.1, "LOW"), (0.0, "NONE"))


_V4 = re.compile(
    r"CVSS:4\.0/AV:[NALP]/AC:[LH]/AT:[NP]/PR:[NLH]/UI:[NPA]/VC:[HLN]/VI:[HLN]/VA:[HLN]/SC:[HLN]/SI:[HLN]/SA:[HLN]"
    r"(/[A-Z]{1,3}:[A-Z][a-z]*)*"
)


def version_of(vector: str) -> Literal["3", "4"] | None:
    """None where it is no whole vector, which others would refuse."""
    if _V4.fullmatch(vector):
        return "4"
    head, pairs = _parts(vector)
    return "3" if head in _V3 and _has_base(pairs) else None


def cvss_v3(vector: str) -> dict[str, Any] | None:
    """As CSAF writes it. None where it is no base vector of CVSS 3."""
    head, pairs = _parts(vector)
    if head not in _V3 or pairs.keys() != _METRICS.keys() or not _has_base(pairs):
        return None
    score = _base_score(pairs)
    severity = next(name for least, name in _SEVERITIES if score >= least)
    return {"version": head[5:], "vectorString": vector, "baseScore": score, "baseSeverity": severity}


def _parts(vector: str) -> tuple[str, dict[str, str]]:
    """Nothing where a metric is told twice."""
    head, *rest = vector.split("/")
    pairs = dict(part.partition(":")[::2] for part in rest)
    return head, pairs if len(pairs) == len(rest) else {}


def _has_base(pairs: Mapping[str, str]) -> bool:
    return all(pairs.get(name) in allowed for name, allowed in _METRICS.items())


def _base_score(pairs: Mapping[str, str]) -> float:
    weight = {name: weights[pairs[name]] for name, weights in _WEIGHTS.items()}
    if changed := pairs["S"] == "C":
        weight["PR"] = _PRIVILEGES_WHERE_SCOPE_CHANGES[pairs["PR"]]
    base = 1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"])
    impact = 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 if changed else 6.42 * base
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * weight["AV"] * weight["AC"] * weight["PR"] * weight["UI"]
    return _rounded_up(min((impact + exploitability) * (1.08 if changed else 1.0), 10.0))


def _rounded_up(number: float) -> float:
    """To one decimal, as the specification's appendix A does it so that all computers agree."""
    hundred_thousandths = round(number * 100_000)
    if hundred_thousandths % 10_000 == 0:
        return hundred_thousandths / 100_000
    return (floor(hundred_thousandths / 10_000) + 1) / 10
