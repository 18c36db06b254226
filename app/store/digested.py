"""What was made with which digest key, and is still compared with something?

Of cases that are over nothing is compared any more, so that does not count; nor do exemptions that ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from app.store.schema import audit, baselines, cases
from app.store.schema_brakes import freezes
from app.store.schema_cases import offers, relayed, relays
from app.store.schema_policy import acceptances, accepted_kinds

_LIST = "vulnerabilities/"  # names of packages are digests, too: vulnerabilities/KEY/DIGEST
UNDONE = timedelta(days=1)  # writes of the last day are compared with what is wanted now
_open = select(cases.c.number).where(cases.c.state == "open")


def by_key(conn: Connection, today: date) -> Mapping[str, Counter[str]]:
    """By what it is, how much of it was made with each key, by the key's id."""
    return {
        "values that both sides of a mirror shared": Counter(_baselines(conn)),
        "comments that were copied": Counter(_relayed(conn)),
        "answers to what differs": Counter(_offers(conn)),
        "accounts that were accepted": Counter(_accepted(conn, today)),
    }


def made_until(conn: Connection, until: datetime, now: datetime) -> Mapping[str, int]:
    """What bears no key's id and was made until then: by what it is."""
    concluded = select(audit.c.intent_id).where(audit.c.intent_id.is_not(None))
    intents = select(func.count()).where(audit.c.phase == "intend", audit.c.at <= until, audit.c.id.not_in(concluded))
    done = select(func.count()).where(audit.c.phase == "intend", audit.c.at <= until, audit.c.at > now - UNDONE)
    stand = (freezes.c.thawed_at.is_(None), freezes.c.thing != freezes.c.scope, freezes.c.since <= until)
    found = {
        "writes of which nobody knows whether they arrived": conn.execute(intents).scalar_one(),
        "writes of the last day": conn.execute(done).scalar_one(),
        "freezes, until somebody thaws them": conn.execute(select(func.count()).where(*stand)).scalar_one(),
    }
    return {what: count for what, count in found.items() if count}


def _baselines(conn: Connection) -> Iterator[str]:
    for row in conn.execute(select(baselines).where(baselines.c.case_number.in_(_open))):
        yield row.key_id
        if row.field.startswith(_LIST) and ":" not in row.field:
            yield row.field.split("/")[1]


def _relayed(conn: Connection) -> Iterator[str]:
    here = (relays.c.case_number == relayed.c.case_number) & (relays.c.ghsa == relayed.c.ghsa)
    here &= relays.c.direction == relayed.c.direction
    live = select(relayed.c.key_id).join(relays, here)
    yield from conn.execute(live.where(relays.c.ended_at.is_(None), relayed.c.case_number.in_(_open))).scalars()


def _offers(conn: Connection) -> Iterator[str]:
    for row in conn.execute(select(offers).where(offers.c.case_number.in_(_open))):
        yield from {row.source_key_id, row.mirror_key_id}


def _accepted(conn: Connection, today: date) -> Iterator[str]:
    ends = {f"acceptance {row.id}": row.until for row in conn.execute(select(acceptances.c.id, acceptances.c.until))}
    for row in conn.execute(select(accepted_kinds).where(accepted_kinds.c.accounts.is_not(None))):
        if ends.get(row.exemption, _end_of(row.exemption)) >= today:
            yield from {each.partition(":")[0] for each in row.accounts.split(" ") if each}


def _end_of(exemption: str) -> date:
    """Of the policy file: `OWNER UNTIL KINDS`. What cannot be read counts as in force."""
    try:
        return date.fromisoformat(exemption.split(" ")[1])
    except (IndexError, ValueError):
        return date.max
