"""Which permissions has Greenroom at a repository, which does it use, and did its people consent to writes? Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain.facts import Coverage, Fact, Known, NotApplicable, Presence
from policies.permissions import HAND, NEEDS, WATCHER, both

# What is read of a repository, in words, in the order of the page.
FACTS: Mapping[str, str] = {
    "coverage": "where Greenroom is installed, and what it was granted",
    "private_reporting": "the switch of private vulnerability reporting",
    "configuration": "the code security configuration that is attached",
    "security_policy": "SECURITY.md, as GitHub shows it",
    "advisories": "open advisories and reports: who sees them, how old they are, what they lack",
    "published": "published advisories",
    "readers": "who was let into open advisories and mirrors",
    "embargoes": "what is public of its cases",
    "owners_people": "the accounts of those who take its reports",
    "owners_roster": "all accounts that its report owner names",
    "coordination": "what could make the repository of mirrors leak",
}
# What is written with a permission.
_WRITES: Mapping[str, str] = {
    "administration": "switches private reporting, where policy enforces it and a coordinator said yes",
    "repository_advisories": "adds people to advisories; opens and keeps mirrors",
    "issues": "opens and keeps mirrors that are issues",
    "checks": "says what follows from a change of the policy file",
}
_READS: Mapping[str, str] = {
    "contents": "is the repository of mirrors empty? what does the policy file say?",
    "pull_requests": "which pull requests change the policy file?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One permission of one App. `granted` is empty where it was not."""

    name: str
    asked: str
    granted: str
    used_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One of the two Apps, as it stands in the account of a repository."""

    app: str
    look: str
    word: str
    detail: str
    permissions: tuple[Permission, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """Both, as of `at`. `unclear` says why that cannot be told."""

    seats: tuple[Seat, ...] = ()
    at: datetime | None = None
    unclear: str = ""


def seats(covered: Fact[Coverage], account: str, *, may_know: bool, allowed: timedelta, now: datetime) -> Seats:
    """As the last lists say that were read in this process. What is older than `allowed` is stale, whatever it was.

    Whether the Hand sees this very repository is asked when something is to be written there. That somebody asked may
    tell of an advisory, so it is told to those who may know of them.
    """
    if not isinstance(covered, Known):
        return Seats(unclear=covered.reason)
    found = _both(covered, account, may_know=may_know)
    is_old = now - covered.observed_at > allowed
    return Seats(seats=tuple(map(_stale, found)) if is_old else found, at=covered.observed_at)


def _both(covered: Known[Coverage], account: str, *, may_know: bool) -> tuple[Seat, ...]:
    found = covered.value
    watcher = _seat("Greenroom", found.watcher, both() if found.is_one_app else WATCHER, account)
    if found.is_one_app:
        return (watcher,)
    if isinstance(found.hand, NotApplicable):
        hand = Seat(app="Greenroom Hand", look="", word="none", detail=f"{found.hand.reason}, and writes nothing.")
    elif not isinstance(found.hand, Known):
        hand = Seat(app="Greenroom Hand", look="unsure", word="cannot tell", detail=found.hand.reason)
    else:
        there = found.hand.value
        hand = _seat("Greenroom Hand", there if may_know or not there else replace(there, sees=None), HAND, account)
    return watcher, hand


def _stale(seat: Seat) -> Seat:
    return replace(seat, look="stale", word=f"stale, was: {seat.word}")


def _seat(app: str, presence: Presence | None, asked: Mapping[str, str], account: str) -> Seat:
    is_hand = asked is HAND
    if presence is None:
        said = "No consent to writes: nothing is written here." if is_hand else "What it does not see it cannot tell."
        return Seat(app=app, look="" if is_hand else "bad", word="not installed", detail=f"Not in {account}. {said}")
    if presence.suspended:
        return Seat(app=app, look="bad", word="suspended", detail=f"An owner of {account} suspended it.")
    granted = dict(presence.permissions)
    look, word, detail = _sees(presence, account, is_hand=is_hand)
    listed = tuple(
        Permission(
            name=name.replace("_", " "),
            asked=level,
            granted=granted.get(name, ""),
            used_for=_used(name, level, is_hand=is_hand),
        )
        for name, level in sorted(asked.items())
    )
    return Seat(app=app, look=look, word=word, detail=detail, permissions=listed if presence.sees is not False else ())


def _sees(presence: Presence, account: str, *, is_hand: bool) -> tuple[str, str, str]:
    where = f"installed in {account}, {'on selected repositories' if presence.selected else 'on all repositories'}"
    if presence.sees is False:
        said = "not this one: no consent to writes here" if is_hand else "not this one"
        return ("" if is_hand else "bad", "not selected", f"It is {where}, {said}.")
    if presence.sees is None and presence.selected:
        return "unsure", "not asked", f"It is {where}. Which ones is asked where something is to be written."
    said = " That is the consent to what policy enforces and a coordinator approved." if is_hand else ""
    return "good", "consents to writes" if is_hand else "installed", f"It is {where}.{said}"


def _used(name: str, level: str, *, is_hand: bool) -> str:
    if level == "write":
        return _WRITES.get(name, "")
    if name in _READS:
        return _READS[name]
    app = "Hand" if is_hand else "Watcher"
    facts = [FACTS[fact].partition(":")[0] for fact in FACTS if NEEDS[fact][0] == app and name in NEEDS[fact][1]]
    return "reads " + ", ".join(facts) if facts else ""
