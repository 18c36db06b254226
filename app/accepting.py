"""How does a coordinator accept a finding until a day?

It is looked at once more before: what is accepted is what is found at that moment, provided that they saw the same on
their page. Kept is what kinds that were, of accounts keyed digests, and a reason of a closed list.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial

from sqlalchemy import Connection

from app.domain.acceptances import ACCEPTANCE, EMBARGOED_ACCEPTANCE, LONGEST, REASONS
from app.domain.findings import Verdict
from app.domain.ids import Person, PolicyKey
from app.domain.records import Finding
from app.github.errors import RetryLater
from app.halting import NotAllowed, coordinator
from app.main import Greenroom
from app.reconcile.accepting import name_of, parts_of, taken_up
from app.reconcile.digests import Digests
from app.store import acceptances, accepted, audit, found, repositories, work

UNCLEAR = "GitHub does not say now what is so there, so nobody knows what would be accepted; try again in a while"
CHANGED = "what is found there has changed since you looked; look at it again, and accept it then if it still holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to accept. `seen` is the finding as their page showed it."""

    seen: str
    until: date
    reason: str
    by: Person


def as_seen(finding: Finding) -> str:
    """Another value where another thing is found."""
    said = json.dumps([str(finding.repo), finding.policy, finding.verdict, list(finding.kinds), finding.message])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


async def accept(greenroom: Greenroom, finding: Finding, wish: Wish) -> None:
    """Accept it, and look at once what follows. Raises NotAllowed."""
    now, key = greenroom.reconciler.now(), PolicyKey(finding.repo, finding.policy)
    _check(finding, wish, now)
    who = await coordinator(greenroom, str(wish.by))
    try:
        _, plan = await greenroom.reconciler.look(key)
    except RetryLater as error:
        raise NotAllowed(UNCLEAR) from error
    [(_, _, verdict)] = plan.verdicts
    if verdict.state == "cannot tell":  # what was found before stays, and nobody knows what would be accepted
        raise NotAllowed(UNCLEAR)
    write = partial(_accept, finding=finding, verdict=verdict, wish=wish, who=who, now=now, digests=greenroom.digests)
    await greenroom.database.write(write)


def _check(finding: Finding, wish: Wish, now: datetime) -> None:
    today = now.astimezone(UTC).date()
    if wish.reason not in REASONS:
        raise NotAllowed(f"say why; the reasons are {', '.join(REASONS.values())}")
    if not today <= wish.until <= today + LONGEST:
        raise NotAllowed(f"it can be accepted until {today + LONGEST} at the latest, and not before today")
    if finding.pages:
        raise NotAllowed("what somebody has to see at once cannot be accepted; it has to be mended")
    if finding.state != "open":
        raise NotAllowed(f"finding {finding.id} is {finding.state}, so there is nothing to accept")
    if as_seen(finding) != wish.seen:
        raise NotAllowed(CHANGED)


def _accept(
    conn: Connection, *, finding: Finding, verdict: Verdict, wish: Wish, who: str, now: datetime, digests: Digests
) -> None:
    key, number = PolicyKey(finding.repo, finding.policy), repositories.id_of(conn, finding.repo)
    fresh = found.by_id(conn, finding.id or 0)
    if fresh is None or fresh.state != "open" or as_seen(fresh) != wish.seen:
        raise NotAllowed(CHANGED)
    if number is None:
        raise NotAllowed(f"no installation lists {finding.repo}, so nobody can tell which repository that is")
    made = acceptances.accept(
        conn,
        repository=number,
        policy=key.policy,
        kinds=parts_of(verdict),
        until=wish.until,
        owner=wish.by,
        reason=wish.reason,
        at=now,
    )
    if covered := taken_up(verdict, key, made, now, digests):
        accepted.remember(conn, key.repo, key.policy, name_of(made), covered)
    scope = f"{', '.join(made.kinds)} until {made.until}, as {REASONS[made.reason]}"
    kind = EMBARGOED_ACCEPTANCE if verdict.embargoed else ACCEPTANCE
    audit.decided(conn, key, kind=kind, scope=scope, by=who, at=now)
    work.mark(conn, [key], due=now, priority=work.PROMPT)
