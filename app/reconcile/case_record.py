"""What of a case does its mirror remember, so that a lost database is rebuilt from it?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.domain.cases import Disclosure, Participant, StoredCase
from app.domain.ids import AdvisoryKey, InvalidName, Person, parse_key, parse_mirror_id
from app.reconcile.answer_record import declined_of, declined_told
from app.reconcile.body import BLOCK, RECORD, SOURCE, Record
from app.reconcile.cve_record import asked_of, told_of

HIGHEST_CLAIMED = 1_000_000  # a number that nobody vouches for must not make all that follow absurd


def record_of_case(case: StoredCase, *, mirror: str | None, sequence: int) -> Record:
    """The record that the mirror of this case should carry."""
    links = tuple(str(link) for link in case.links)
    return Record(case=case.number, mirror=mirror, sequence=sequence, links=links, told=_told(case))


def case_of_record(record: Record, *, now: datetime, closed: bool) -> StoredCase | None:
    """The case as it was when we wrote the record last. None where that says too little, as those of before did.

    When it was closed is not in it, so that is now.
    """
    try:
        told = json.loads(record.told)
        return StoredCase(
            number=record.case,
            state="closed" if closed else "open",
            opened_at=datetime.fromisoformat(told["opened"]),
            closed_at=now if closed else None,
            mirror=parse_mirror_id(record.mirror) if record.mirror else None,
            mirror_in=None,
            sequence=record.sequence,
            links=tuple(key for key in map(parse_key, record.links) if isinstance(key, AdvisoryKey)),
            participants=tuple(map(_participant, told["tools"])),
            embargo_until=_moment(told, "embargo"),
            disclosed_at=_moment(told, "disclosed"),
            coordinator=Person.parse(told["coordinator"]) if "coordinator" in told else None,
            over_at=_moment(told, "over"),
            disclosure=_disclosure(told["public"]) if "public" in told else None,
            cves=tuple(asked_of(each, record.case) for each in told.get("cves", ())),
            declined=tuple(map(declined_of, told.get("declined", ()))),
        )
    except (ValueError, TypeError, KeyError, InvalidName):
        return None


def opened_at(record: Record) -> datetime | None:
    """When was its case opened? None in records of before, which do not say so."""
    try:
        return datetime.fromisoformat(json.loads(record.told)["opened"])
    except (ValueError, TypeError, KeyError):
        return None


def claimed(description: str) -> Record:
    """What the broken record of a mirror says. Nothing vouches for it, so it may only hold something back."""
    nothing = Record(case=0, mirror=None, sequence=0, links=())
    for found in RECORD.finditer(description):
        try:
            data = json.loads(found[1])
            number, links = int(data["case"]), [str(link) for link in data["links"]]
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            continue
        known = [key for key in map(_key, links) if key is not None]
        number = number if 0 < number <= HIGHEST_CLAIMED else 0
        return Record(case=number, mirror=None, sequence=0, links=tuple(map(str, known)))
    return nothing


def has_our_marks(description: str) -> bool:
    """Was it one of our mirrors once? A note of people in the same place has none of them."""
    lines = {line.strip() for line in description.split("\n")}
    return bool(lines & {*SOURCE, *BLOCK}) or RECORD.search(description) is not None


def _key(text: str) -> AdvisoryKey | None:
    try:
        key = parse_key(text)
    except InvalidName:
        return None
    return key if isinstance(key, AdvisoryKey) else None


def _told(case: StoredCase) -> str:
    return canonical(
        _without_none(
            opened=case.opened_at.isoformat(),
            tools=[_participated(each) for each in case.participants],
            embargo=_iso(case.embargo_until),
            disclosed=_iso(case.disclosed_at),
            coordinator=str(case.coordinator) if case.coordinator else None,
            over=_iso(case.over_at),
            public=_disclosed(case.disclosure) if case.disclosure else None,
            cves=[told_of(each) for each in case.cves] or None,
            declined=declined_told(case.declined) or None,
        )
    )


def canonical(told: object) -> str:
    """One spelling for one thing, in which nothing ends an HTML comment."""
    return json.dumps(told, sort_keys=True, separators=(",", ":")).replace(">", "\\u003e")


def _disclosed(disclosure: Disclosure) -> Mapping[str, Any]:
    return _without_none(by=disclosure.by, since=_iso(disclosure.since), at=disclosure.seen_at.isoformat())


def _disclosure(told: Mapping[str, Any]) -> Disclosure:
    return Disclosure(by=told["by"], since=_moment(told, "since"), seen_at=datetime.fromisoformat(told["at"]))


def _participated(each: Participant) -> Mapping[str, Any]:
    return _without_none(
        tool=each.tool,
        why=each.why,
        status=each.status,
        justification=each.justification,
        rsvp=each.rsvp.isoformat() if each.rsvp else None,
        at=_iso(each.answered_at),
        by=each.answered_by,
        left=_iso(each.left_at),
    )


def _participant(told: Mapping[str, Any]) -> Participant:
    return Participant(
        tool=told["tool"],
        why=told["why"],
        status=told["status"],
        justification=told.get("justification"),
        rsvp=date.fromisoformat(told["rsvp"]) if "rsvp" in told else None,
        answered_at=_moment(told, "at"),
        answered_by=told.get("by"),
        left_at=_moment(told, "left"),
    )


def _without_none(**said: Any) -> Mapping[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _moment(told: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(told[name]) if name in told else None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
