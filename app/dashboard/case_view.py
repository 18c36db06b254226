"""What stands on the page of a case? Pure: from what is kept, for one viewer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.casework import embargoes
from app.dashboard.case_picture import Picture, picture
from app.dashboard.case_words import WHY_NOT_AFFECTED, Told, asked_for, name_of, told
from app.dashboard.countdown import Countdown, countdown
from app.dashboard.sight import Sight
from app.domain.cases import (
    GREENROOM,
    SHOWN,
    CaseEvent,
    CveRequest,
    Participant,
    Proposal,
    Relay,
    Status,
    StoredCase,
    Suggestion,
)
from app.domain.ids import AdvisoryKey, Ghsa
from app.exports.documents import FORMATS, OF_STATUS
from policies.config import PolicyFile

SIGNS: dict[Status, str] = {
    "unknown": "unsure",
    "acknowledged": "held",
    "affected": "bad",
    "embedded": "bad",
    "not-affected": "good",
    "fixed": "good",
    "mitigated": "good",
}
_KINDS = {
    "vendored": "ships a copy",
    "dependency": "has it installed beside itself",
    "sibling": "has code of the same kind",
    "stranger": "ships a copy; policy knows no tool of it, so there is nobody to invite",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All that the database holds of a case."""

    case: StoredCase
    events: tuple[CaseEvent, ...]
    proposals: tuple[Proposal, ...]
    suggestions: tuple[Suggestion, ...]
    relays: tuple[Relay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A tool that takes part, or did."""

    tool: str
    why: str
    sign: str
    answer: str
    reason: str
    by: str
    at: datetime | None
    asked: str
    has_left: bool
    is_mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A proposal that waits."""

    id: int
    words: str
    by: str
    at: datetime
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MayBe:
    """A tool that may be affected, too. It `waits` for a coordinator, or `answer` says what they said."""

    tool: str
    kind: str
    path: tuple[str, ...]
    waits: bool
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A linked advisory that this viewer may know, and which ways its comments go."""

    name: str
    tool: str
    ghsa: str
    ways: tuple[str, ...]
    is_theirs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cve:
    """An id that was asked for. It is empty for those who may not know it."""

    tool: str
    cna: str
    id: str
    state: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """`speaks_for` are the tools for which this viewer may answer now; `unanswered` those of them that are theirs."""

    case: StoredCase
    countdown: Countdown
    doubts: tuple[str, ...]
    picture: Picture
    parts: tuple[Part, ...]
    events: tuple[Told, ...]
    proposals: tuple[Asked, ...]
    suggestions: tuple[MayBe, ...]
    links: tuple[Link, ...]
    hidden_links: int
    cves: tuple[Cve, ...]
    speaks_for: tuple[str, ...]
    unanswered: tuple[str, ...]
    silent: tuple[str, ...]
    invitable: tuple[str, ...]
    coordinators: tuple[str, ...]
    formats: tuple[str, ...]
    is_open: bool
    is_public: bool


def case_view(kept: Kept, sight: Sight, rules: PolicyFile, now: datetime) -> CaseView:
    case = kept.case
    present = tuple(each.tool for each in case.present)
    known = [link for link in case.links if sight.knows(link)]
    is_public = case.disclosure is not None or case.disclosed_at is not None
    return CaseView(
        case=case,
        countdown=countdown(case, now),
        doubts=tuple(embargoes.doubts(case.embargo_until)) if case.embargo_until and not is_public else (),
        picture=picture(case, kept.events, now),
        parts=tuple(_part(each, sight, now) for each in case.participants),
        events=tuple(told(each, sight) for each in kept.events),
        proposals=tuple(_asked(each, sight) for each in kept.proposals),
        suggestions=tuple(sorted(map(_may_be, kept.suggestions), key=lambda each: (not each.waits, each.tool))),
        links=tuple(_link(each, kept.relays, sight, rules) for each in known),
        hidden_links=len(case.links) - len(known),
        cves=tuple(_cve(each, sight) for each in case.cves),
        speaks_for=tuple(tool for tool in present if sight.speaks_for(tool)),
        unanswered=tuple(each.tool for each in case.present if each.tool in sight.tools and each.status == "unknown"),
        silent=tuple(each.tool for each in case.present if each.status == "unknown"),
        invitable=tuple(sorted(rules.tools.keys() - {*present})),
        coordinators=tuple(sorted(map(str, rules.coordinators.users))),
        formats=FORMATS if is_public else OF_STATUS,
        is_open=case.state == "open",
        is_public=is_public,
    )


def _part(each: Participant, sight: Sight, now: datetime) -> Part:
    is_late = each.is_silent(now.date())
    asked = f"asked until {each.rsvp}" if each.rsvp and each.status == "unknown" else ""
    return Part(
        tool=each.tool,
        why=each.why,
        sign=SIGNS[each.status],
        answer=SHOWN[each.status] if each.status != "unknown" else "unknown, no answer yet",
        reason=WHY_NOT_AFFECTED[each.justification] if each.justification else "",
        by=name_of(each.answered_by) if each.answered_by else "",
        at=each.answered_at,
        asked=f"{asked}, which is over" if is_late else asked,
        has_left=each.left_at is not None,
        is_mine=each.tool in sight.tools and each.left_at is None,
    )


def _asked(each: Proposal, sight: Sight) -> Asked:
    by = "Greenroom" if each.asked_by == GREENROOM else each.asked_by.login
    words = asked_for(each.what, each.value, sight, is_mine=sight.asked(each))
    doubts = embargoes.doubts(embargoes.hour(each.value)) if each.what == "embargo" else ()
    return Asked(id=each.id, words=words, by=by, at=each.asked_at, doubts=tuple(doubts))


def _may_be(each: Suggestion) -> MayBe:
    reason = f", {each.reason.replace('-', ' ')}" if each.reason else ""
    answer = f"{each.answer}{reason}, says {name_of(each.answered_by)}" if each.answer else ""
    waits = each.answer is None and each.kind != "stranger"
    return MayBe(tool=each.tool, kind=_KINDS[each.kind], path=each.path, waits=waits, answer=answer)


def _link(each: AdvisoryKey, relays: tuple[Relay, ...], sight: Sight, rules: PolicyFile) -> Link:
    tool = rules.tool_of(each.repo)
    is_theirs = sight.is_lead or (tool is not None and tool in sight.tools)
    return Link(
        name=str(each.repo),
        tool=tool or "",
        ghsa=str(each.ghsa),
        ways=tuple(_ways(each.ghsa, relays)),
        is_theirs=is_theirs,
    )


def _ways(ghsa: Ghsa, relays: tuple[Relay, ...]) -> Iterator[str]:
    for each in relays:
        if each.ghsa != ghsa or each.ended_at is not None:
            continue
        way = "into the mirror" if each.direction == "to-mirror" else "back to the advisory"
        if each.is_on:
            yield f"comments go {way}"
        else:
            yield f"{way}: waits for {'a coordinator' if each.agreed_by else 'somebody of its own tool'}"


def _cve(each: CveRequest, sight: Sight) -> Cve:
    number = each.cve_id if each.cve_id and sight.knows_cve_of(each.tool) else ""
    return Cve(tool=each.tool, cna=each.cna, id=number, state=_where(each), by=each.asked_by.login)


def _where(each: CveRequest) -> str:
    if each.ended_why:
        return each.ended_why.replace("-", " ")
    if each.written_at:
        return "written"
    if each.agreed_by:
        return "to be written"
    return "recorded" if each.cve_id else "asked for"
