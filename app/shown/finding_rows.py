"""What is told of findings as data: by the command line, and by the pages that export them?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from app.domain.findings import Standing
from app.domain.records import Finding, FindingEvent
from app.shown.findings import next_step
from app.shown.terminal import Json
from policies.policy import about_advisories

COLUMNS = (
    "id",
    "repository",
    "policy",
    "state",
    "verdict",
    "message",
    "next",
    "opened_at",
    "since",
    "maybe_older",
    "embargoed",
    "observed_at",
    "closed_at",
    "accepted_by",
    "accepted_until",
    "mode",
    "opened_commit",
    "seen_commit",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_rows(shown: Iterable[Json]) -> str:
    """Findings as comma-separated values (RFC 4180). What a spreadsheet would take for a formula is quoted.

    Source: OWASP, "CSV Injection".
    """
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, extrasaction="ignore")
    rows.writeheader()
    rows.writerows({name: _plain(value) for name, value in each.items()} for each in shown)
    return text.getvalue()


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def is_embargoed(finding: Finding, history: Iterable[FindingEvent]) -> bool:
    """Does a line of it, of today or of before, tell that there is an unpublished advisory?"""
    told_so = finding.embargoed or any(event.embargoed for event in history)
    return told_so or finding.policy in about_advisories()


def row(finding: Finding, stands: Standing | None, history: tuple[FindingEvent, ...]) -> Json:
    """One finding, with its history."""
    return {
        "id": finding.id,
        "repository": str(finding.repo),
        "policy": finding.policy,
        "state": finding.state,
        "verdict": finding.verdict,
        "message": finding.message,
        "kinds": list(finding.kinds),
        "pages": finding.pages,
        "mode": finding.mode,
        "opened_at": finding.opened_at.isoformat(),
        "since": finding.since.isoformat(),
        "maybe_older": finding.maybe_older,
        "embargoed": is_embargoed(finding, history),
        "observed_at": finding.observed_at.isoformat(),
        "closed_at": finding.closed_at.isoformat() if finding.closed_at else None,
        "accepted_by": finding.accepted_by,
        "accepted_until": finding.accepted_until.isoformat() if finding.accepted_until else None,
        "opened_commit": finding.opened_commit,
        "seen_commit": finding.seen_commit,
        "cannot_tell_now": stands is not None and stands.state == "cannot tell",
        "next": next_step(finding, mends=stands is not None and stands.scope is not None),
        "history": [
            {"at": each.at.isoformat(), "what": each.what, "policy_commit": each.commit, "message": each.message}
            for each in history
        ],
    }
