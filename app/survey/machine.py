"""What does another program get of a survey?"""

from __future__ import annotations

from typing import Any

from app.domain.facts import CannotTell, Fact, Known, NotApplicable
from app.survey.found import NotSurveyed, Outcome, Report, SecurityPolicy, Seen, Surveyed

Json = dict[str, Any]


def as_json(report: Report) -> Json:
    """One object, in which each answer is *known*, *not applicable* or *cannot tell* with its reason."""
    return {
        "github": report.github,
        "signed_in": report.signed_in,
        "asked_at": report.asked_at.isoformat(),
        "ended_at": report.ended_at.isoformat(),
        "requests": report.requests,
        "organizations": [_organization(each) for each in report.organizations],
    }


def _organization(outcome: Outcome) -> Json:
    match outcome:
        case NotSurveyed():
            return {
                "organization": outcome.login,
                "surveyed": False,
                "why_not": {"kind": outcome.kind, "reason": outcome.reason},
                "repositories": [],
            }
        case Surveyed():
            return {
                "organization": outcome.login,
                "surveyed": True,
                "unlisted": outcome.unlisted.reason if outcome.unlisted else None,
                "repositories": [_repository(each) for each in outcome.repositories],
            }


def _repository(repo: Seen) -> Json:
    return {
        "repository": str(repo.name),
        "archived": repo.archived,
        "fork": repo.fork,
        "private_way": repo.way,
        **{question: _fact(fact) for question, fact in repo.answers()},
    }


def _fact(fact: Fact[Any]) -> Json:
    match fact:
        case Known(value=SecurityPolicy(paths=paths, source=source)):
            return {"state": "known", "value": {"paths": list(paths), "source": source}}
        case Known(value=value):
            return {"state": "known", "value": value}
        case NotApplicable(reason=reason):
            return {"state": "not applicable", "reason": reason}
        case CannotTell(reason=reason):
            return {"state": "cannot tell", "reason": reason}
