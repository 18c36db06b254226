"""Do the findings that are kept say the same as how repositories stand?"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from app.domain.findings import Standing
from app.domain.records import FindingState
from app.store import findings, found
from policies.config import PolicyFile
from tests.harness import Bot

_AT_REST = {"pass", "not applicable", "unmanaged"}


async def disagreements(bot: Bot, since: datetime) -> list[str]:
    """Of all that was looked at since then and could be told."""
    rules = bot.parts.policy.current().file
    return await bot.parts.database.read(partial(_disagreements, rules=rules, since=since))


def _disagreements(conn: Connection, rules: PolicyFile, since: datetime) -> list[str]:
    kept = {(each.repo, each.policy): each for each in found.all_findings(conn, ("open", "accepted", "resolved"))}
    complaints = []
    for stands in findings.standings(conn):
        if stands.observed_at < since or stands.state == "cannot tell":
            continue
        finding = kept.get((stands.repo, stands.policy))
        state = finding.state if finding else "resolved"
        pages = finding is not None and finding.pages
        if state != _expected(stands, rules, pages=pages):
            complaints.append(f"{stands.policy} stands {stands.state}, and its finding is {state}")
    return complaints


def _expected(stands: Standing, rules: PolicyFile, *, pages: bool) -> FindingState:
    if stands.state in _AT_REST or (rules.mode_of(stands.policy) == "observe" and not pages):
        return "resolved"
    return "accepted" if stands.state == "exempt" else "open"
