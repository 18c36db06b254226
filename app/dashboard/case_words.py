"""How is what happened in a case told to this viewer?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.dashboard.countdown import PUBLIC_BY
from app.dashboard.sight import Sight
from app.domain.cases import GREENROOM, SHOWN, CaseEvent, Justification
from app.domain.ids import AdvisoryKey, InvalidName, parse_key, without_ids

AN_ADVISORY = "an advisory"

WHY_NOT_AFFECTED: Mapping[Justification, str] = {
    "component_not_present": "it does not have the component",
    "vulnerable_code_not_present": "it does not have the vulnerable code",
    "vulnerable_code_not_in_execute_path": "the vulnerable code is never run",
    "vulnerable_code_cannot_be_controlled_by_adversary": "no attacker can reach the vulnerable code",
    "inline_mitigations_already_exist": "something in place already prevents it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of the timeline."""

    at: datetime
    words: str
    by: str
    tool: str | None


def told(event: CaseEvent, sight: Sight) -> Told:
    words = _WORDS.get(event.what, _as_it_is)(event, sight)
    if not (sight.knows_all_ids or sight.administers):  # whatever kind of line an id got into
        words = without_ids(words)
    return Told(at=event.at, words=words, by=name_of(event.by), tool=event.tool)


def name_of(by: str | None) -> str:
    """The login of LOGIN:ID, or who else it was."""
    if not by or by == str(GREENROOM):
        return "Greenroom"
    login, _, number = by.rpartition(":")
    return login if login and number.isdecimal() else by


def advisory_named(text: str, sight: Sight) -> str:
    """OWNER/REPO/GHSA-… for those who may know it."""
    try:
        key = parse_key(text)
    except InvalidName:
        return AN_ADVISORY
    return str(key) if isinstance(key, AdvisoryKey) and sight.knows(key) else AN_ADVISORY


def asked_for(what: str, value: str, sight: Sight, *, is_mine: bool = False) -> str:
    """What a proposal would do, as a sentence about the case."""
    match what:
        case "invite":
            return f"invite {value}"
        case "embargo":
            return f"nothing is public before {value.replace('T', ' ').replace('Z', ' UTC')}"
        case "coordinator":
            return f"{name_of(value)} answers for the case"
        case "relay":
            return f"comments go between the mirror and what is linked: {value}"
        case _:
            return f"link {value if is_mine else advisory_named(value, sight)}"


def _opened(_: CaseEvent, _sight: Sight) -> str:
    return "The case was opened"


def _linked(event: CaseEvent, sight: Sight) -> str:
    return f"Linked: {advisory_named(event.detail, sight)}"


def _unlinked(event: CaseEvent, sight: Sight) -> str:
    return f"Linked no more: {advisory_named(event.detail, sight)}"


def _answered(event: CaseEvent, _sight: Sight) -> str:
    status, _, why = event.detail.partition(" (")
    shown = SHOWN.get(status, status)  # type: ignore[call-overload] # a closed list, as it was written down
    reason = WHY_NOT_AFFECTED.get(why.rstrip(")"), "")  # type: ignore[call-overload]
    return f"{event.tool} is {shown}{f': {reason}' if reason else ''}"


def _embargo(event: CaseEvent, _: Sight) -> str:
    return f"Agreed: {event.detail}"


def _disclosed(event: CaseEvent, _: Sight) -> str:
    return f"It is public: {PUBLIC_BY.get(event.detail, PUBLIC_BY['said'])}"  # type: ignore[call-overload]


def _coordinator(event: CaseEvent, _: Sight) -> str:
    return f"Coordinator: {name_of(event.detail)}"


def _proposal(outcome: str) -> Callable[[CaseEvent, Sight], str]:
    def say(event: CaseEvent, sight: Sight) -> str:
        if event.tool is not None:  # a suggestion
            return f"{outcome}: {event.tool} takes part{f' ({event.detail})' if event.detail else ''}"
        number, _, asked = event.detail.partition(": ")
        what, _, value = asked.partition(" ")
        return f"{outcome}: {asked_for(what, value, sight)} (proposal {number})"

    return say


def _suggested(event: CaseEvent, _: Sight) -> str:
    return f"{event.tool} may be affected, too: {event.detail}"


def _cve(event: CaseEvent, sight: Sight) -> str:
    """A number is told to those whose it is."""
    detail = event.detail
    if detail.startswith("recorded ") and not sight.knows_cve_of(event.tool or ""):
        detail = "recorded"
    return f"CVE id for {event.tool}: {detail}"


def _offer(event: CaseEvent, sight: Sight) -> str:
    """A field can be named after a weakness, which is told to those who may know what is linked."""
    field, _, what = event.detail.rpartition(": ")
    return f"Where both sides differ: {field if sight.knows_all_ids else 'a field'}, {what.replace('-', ' ')}"


def _rebuilt(event: CaseEvent, _: Sight) -> str:
    return "Confirmed as its mirror remembers it" if event.detail else "The case came back from its mirror"


def _as_it_is(event: CaseEvent, _: Sight) -> str:
    plain = event.what.replace("-", " ")
    return plain[:1].upper() + plain[1:]


_WORDS: Mapping[str, Callable[[CaseEvent, Sight], str]] = {
    "opened": _opened,
    "linked": _linked,
    "unlinked": _unlinked,
    "invited": lambda event, _: f"{event.tool} takes part",
    "answered": _answered,
    "left": lambda event, _: f"{event.tool} takes no part any more",
    "embargo": _embargo,
    "disclosed": _disclosed,
    "not-public": lambda _event, _: "It is not public after all",
    "coordinator": _coordinator,
    "proposed": _proposal("Asked for"),
    "confirmed": _proposal("Confirmed"),
    "declined": _proposal("Declined"),
    "suggested": _suggested,
    "relay": lambda event, _: f"Comments {event.detail.replace('-', ' the ', 1)}",
    "cve": _cve,
    "closed": lambda _event, _: "The case was closed",
    "rebuilt": _rebuilt,
    "exported": lambda event, _: f"{event.detail} left the case",
    "offer": _offer,
}
