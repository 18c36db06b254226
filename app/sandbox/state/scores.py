"""How severe does a CVSS vector say that it is?"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

# FIRST: "Common Vulnerability Scoring System v3.1: Specification Document", section 7.4.
_V3 = re.compile(r"CVSS:3\.[01]/AV:[NALP]/AC:[LH]/PR:[NLH]/UI:[NR]/S:[UC]/C:[NLH]/I:[NLH]/A:[NLH]")
_V4 = re.compile(
    r"CVSS:4\.0/AV:[NALP]/AC:[LH]/AT:[NP]/PR:[NLH]/UI:[NPA]"
    r"/VC:[NLH]/VI:[NLH]/VA:[NLH]/SC:[NLH]/SI:[NLHS]/SA:[NLHS](?:/[A-Z]{1,3}:[A-Za-z]+)*"
)
_WEIGHTS = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What a vector amounts to. Of version 4 only the severity is told, roughly; its score is left out."""

    v3_vector: str | None = None
    v3_score: float | None = None
    v4_vector: str | None = None
    severity: str | None = None


def is_vector(text: str) -> bool:
    """Is this a CVSS vector that GitHub would take?"""
    return bool(_V3.fullmatch(text) or _V4.fullmatch(text))


def scores_of(vector: str | None) -> Scores:
    if vector is None:
        return Scores()
    metrics = dict(part.split(":") for part in vector.split("/"))
    if vector.startswith("CVSS:4"):
        impact = {metrics["VC"], metrics["VI"], metrics["VA"]}
        return Scores(v4_vector=vector, severity="high" if "H" in impact else "medium" if "L" in impact else "low")
    score = _base_score(metrics)
    return Scores(v3_vector=vector, v3_score=score, severity=_rating(score))


def _rating(score: float) -> str:
    for least, name in ((9.0, "critical"), (7.0, "high"), (4.0, "medium")):
        if score >= least:
            return name
    return "low"


def _base_score(metrics: dict[str, str]) -> float:
    weight = {name: table[metrics[name]] for name, table in _WEIGHTS.items()}
    changed = metrics["S"] == "C"
    base = 1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"])
    impact = 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 if changed else 6.42 * base
    if impact <= 0:
        return 0.0
    ease = 8.22 * weight["AV"] * weight["AC"] * weight["UI"] * _PRIVILEGES[metrics["S"]][metrics["PR"]]
    return _round_up(min((1.08 if changed else 1.0) * (impact + ease), 10))


def _round_up(value: float) -> float:
    return math.ceil(round(value * 100_000) / 10_000) / 10
