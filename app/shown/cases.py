"""How do cases look on a terminal, and as JSON? Never with a text of theirs: that is on GitHub only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.console import Group, RenderableType
from rich.text import Text

from app.domain.cases import SHOWN, CaseEvent, CveRequest, DisclosedBy, Disclosure, Participant, StoredCase
from app.shown.proposals import proposals_for_people
from app.shown.readers import readers_for_people
from app.shown.suggestions import suggestions_for_people
from app.shown.terminal import Json, moment, table

_PUBLIC_BY: dict[DisclosedBy, str] = {
    "published": "a linked advisory was published",
    "listed": "an id of it is in GitHub's global advisory database",
    "said": "a coordinator says so",
}


def case_told(case: StoredCase, events: Iterable[CaseEvent]) -> Json:
    """All that is known of a case itself, for whoever asks about it: the ids of its advisories, too."""
    history = [
        {"at": each.at.isoformat(), "what": each.what, "tool": each.tool, "detail": each.detail, "by": each.by}
        for each in events
    ]
    ids = {"linked": [str(link) for link in case.links], "cves": [_cve(each) for each in case.cves]}
    return case_shown(case) | ids | {"history": history}


def case_shown(case: StoredCase) -> Json:
    """A case without the ids of its advisories: they are told only where somebody asks about this one."""
    return {
        "case": case.number,
        "state": case.state,
        "opened_at": case.opened_at.isoformat(),
        "closed_at": _iso(case.closed_at),
        "mirror": str(case.mirror) if case.mirror else None,
        "embargo_until": _iso(case.embargo_until),
        "disclosed_at": _iso(case.disclosed_at),
        "disclosed": _disclosed(case.disclosure) if case.disclosure else None,
        "coordinator": str(case.coordinator) if case.coordinator else None,
        "links": len(case.links),
        "participants": [_participant(each) for each in case.participants],
    }


def case_for_people(shown: Json) -> RenderableType:
    """One case: who takes part, what is agreed, what happened."""
    lines = [Text(f"Case {shown['case']}", style="bold"), *map(Text, _what_it_is(shown))]
    parts: list[RenderableType] = [*lines, Text(), _participants(shown)]
    if "readers" in shown:
        parts += [Text(), readers_for_people(shown)]
    if shown.get("cves"):
        parts += [Text(), _cves(shown)]
    if shown.get("suggestions"):
        parts += [Text(), suggestions_for_people(shown["suggestions"])]
    if shown.get("proposals"):
        parts += [Text(), proposals_for_people(shown["proposals"])]
    if shown.get("history"):
        rows = [[moment(each["at"]), each["what"], *_about(each)] for each in shown["history"]]
        parts += [Text(), table("What happened (UTC)", ["when", "what", "", "by"], rows)]
    return Group(*parts)


def cases_for_people(shown: Json) -> RenderableType:
    """All cases, one on each line."""
    if not shown["cases"]:
        return Text("No case is open.")
    rows = [
        [
            f"case/{each['case']}",
            f"{each['state']}, public" if each["disclosed"] else each["state"],
            ", ".join(f"{tool['tool']}: {SHOWN[tool['status']]}" for tool in each["participants"] if not tool["left"]),
            f"{moment(each['embargo_until'])} UTC" if each["embargo_until"] else "none agreed",
            each["mirror"] or "none yet",
        ]
        for each in shown["cases"]
    ]
    return table("Cases", ["case", "state", "tools", "embargo", "mirror"], rows)


def _what_it_is(shown: Json) -> Iterator[str]:
    over = f", over since {moment(shown['closed_at'])} UTC" if shown["closed_at"] else ""
    yield f"It is {shown['state']}{over}; opened {moment(shown['opened_at'])} UTC."
    yield f"Coordinator: {shown['coordinator'] or 'nobody is named'}."
    until = shown["embargo_until"]
    yield f"Nothing is public before {moment(until)} UTC." if until else "No hour is agreed."
    if found := shown["disclosed"]:
        when = f"since {moment(found['since'])}" if found["since"] else f"as was seen {moment(found['seen_at'])}"
        yield f"It is public {when} UTC: {_PUBLIC_BY[found['by']]}."
    elif shown["disclosed_at"]:
        yield f"A coordinator said {moment(shown['disclosed_at'])} UTC that it is public."
    linked = ", ".join(shown["linked"]) if shown.get("linked") else f"{shown['links']} advisories"
    yield f"Linked: {linked if shown['links'] else 'no advisory yet'}. Mirror: {shown['mirror'] or 'none yet'}."


def _participants(shown: Json) -> RenderableType:
    rows = [
        [
            each["tool"],
            "left" if each["left"] else SHOWN[each["status"]],
            each["justification"] or (f"asked until {each['rsvp']}" if each["rsvp"] else ""),
            each["why"],
        ]
        for each in shown["participants"]
    ]
    return table("Who takes part", ["tool", "answer", "", "here because"], rows)


def _cves(shown: Json) -> RenderableType:
    rows = [
        [each["tool"], each["cna"], each["id"] or "none yet", each["state"], f"{each['asked_by']}: {each['proof']}"]
        for each in shown["cves"]
    ]
    return table("CVE ids", ["tool", "CNA", "id", "state", "asked by"], rows)


def _cve(each: CveRequest) -> Json:
    return {
        "tool": each.tool,
        "cna": each.cna,
        "id": each.cve_id,
        "state": _where(each),
        "asked_by": str(each.asked_by),
        "proof": each.proof,
        "asked_at": each.asked_at.isoformat(),
        "agreed_by": each.agreed_by,
        "written_at": _iso(each.written_at),
    }


def _where(each: CveRequest) -> str:
    """In words of a closed list."""
    if each.ended_why:
        return each.ended_why
    if each.written_at:
        return "written"
    if each.agreed_by:
        return "to be written"
    return "recorded" if each.cve_id else "asked"


def _disclosed(disclosure: Disclosure) -> Json:
    return {"by": disclosure.by, "since": _iso(disclosure.since), "seen_at": disclosure.seen_at.isoformat()}


def _participant(each: Participant) -> Json:
    return {
        "tool": each.tool,
        "why": each.why,
        "status": each.status,
        "justification": each.justification,
        "rsvp": each.rsvp.isoformat() if each.rsvp else None,
        "answered_at": _iso(each.answered_at),
        "answered_by": each.answered_by,
        "left": each.left_at is not None,
    }


def _about(event: Json) -> list[str]:
    return [" ".join(filter(None, (event["tool"], event["detail"]))), event["by"] or ""]


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
