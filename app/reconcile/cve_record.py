"""What of the CVE ids of a case does its mirror remember?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.cases import CveRequest
from app.domain.ids import Ghsa, Person

_WORDS = ("tool", "cna", "proof", "cve_id", "agreed_by", "ended_why")
_HOURS = ("asked_at", "recorded_at", "agreed_at", "written_at", "ended_at")


def told_of(request: CveRequest) -> Mapping[str, str]:
    """All of it but what is not there."""
    told = {name: getattr(request, name) for name in _WORDS}
    told |= {name: hour.isoformat() for name in _HOURS if (hour := getattr(request, name)) is not None}
    told |= {"asked_by": str(request.asked_by), "ghsa": str(request.ghsa) if request.ghsa else None}
    return {name: value for name, value in told.items() if value is not None}


def asked_of(told: Mapping[str, Any], case: int) -> CveRequest:
    """The request of which that was told; its number is given anew. Raises KeyError, TypeError or ValueError."""
    hours = {name: datetime.fromisoformat(told[name]) for name in _HOURS if name in told}
    words = {name: str(told[name]) for name in _WORDS if name in told}
    return CveRequest(
        id=0,
        case=case,
        asked_by=Person.parse(told["asked_by"]),
        ghsa=Ghsa.parse(told["ghsa"]) if "ghsa" in told else None,
        **words,  # type: ignore[arg-type]
        **hours,  # type: ignore[arg-type]
    )
