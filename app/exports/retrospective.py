"""How did it go? One page for those who took part, from the timeline and from the days of publication alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from app.domain.cases import SHOWN
from app.domain.facts import Advisory
from app.exports.matter import Answered, Matter

_DAY = timedelta(days=1)
_WHAT = {
    "opened": "The case was opened",
    "linked": "An advisory was linked",
    "unlinked": "An advisory was linked no more",
    "invited": "was invited",
    "answered": "answered",
    "left": "left",
    "embargo": "Embargo",
    "disclosed": "It was seen in public, or a person said that it is",
    "not-public": "A coordinator took that back",
    "closed": "The case was closed",
    "rebuilt": "The case came back from its mirror; what happened before is not in this list",
}


def retrospective(matter: Matter) -> str:
    """Markdown."""
    names = ", ".join(about.name for about in matter.vulnerabilities)
    parts = [
        f"# {names}: how it went",
        f"Case {matter.case.number} of {matter.publisher.name}. All times are UTC.",
        "\n".join(_figures(matter)),
        "## Tools",
        "\n".join(_table(matter)),
        "## What happened",
        "\n".join(_timeline(matter)),
    ]
    return "\n\n".join(parts) + "\n"


def _figures(matter: Matter) -> Iterator[str]:
    first = _first_public(matter)
    yield f"- First public: {_moment(first)}"
    fixed = [at for each in matter.tools if (at := _fixed_at(matter, each)) is not None]
    waiting = [each.tool for each in matter.tools if each.said.status in {"affected", "embedded"}]
    if first and fixed:
        skew = max(fixed) - first
        before = "nothing: all that are fixed were so before"
        yield f"- From first public to last fixed: {_days(skew) if skew > timedelta(0) else before}"
    if waiting:
        yield f"- Not fixed yet: {', '.join(waiting)}"
    yield f"- Embargo: {_embargo(matter.case.embargo_until, first)}"
    silent = [each.tool for each in matter.tools if each.said.status == "unknown"]
    yield f"- Silent: {', '.join(silent) or 'nobody'}"


def _embargo(until: datetime | None, first: datetime | None) -> str:
    if until is None:
        return "no hour was agreed"
    if first is None:
        return f"agreed until {_moment(until)}; when it became public is not known"
    if first < until:
        return f"broken, {_span(until - first)} before {_moment(until)}"
    return f"kept until {_moment(until)}; public {f'{_span(first - until)} later' if first > until else 'at once'}"


def _table(matter: Matter) -> Iterator[str]:
    yield "| tool | told | answered | public | fixed | answer |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for each in matter.tools:
        answered = _moment(_first(matter, each.tool, "answered") or each.said.answered_at)
        public = _moment(_published_at(each.texts))
        fixed = _moment(_fixed_at(matter, each))
        told = _moment(_first(matter, each.tool, "invited") or matter.case.opened_at)
        yield f"| {each.tool} | {told} | {answered} | {public} | {fixed} | {SHOWN[each.said.status]} |"


def _timeline(matter: Matter) -> Iterator[str]:
    there = {each.tool for each in matter.tools}
    happened = [
        (event.at, " ".join(filter(None, [event.tool, _WHAT[event.what]])) + _detail(event.what, event.detail))
        for event in matter.events
        if event.what in _WHAT and (event.tool is None or event.tool in there)
    ]
    happened += [
        (text.published_at, f"{text.ghsa} of {text.repo} was published") for text in matter.texts if text.published_at
    ]
    for at, what in sorted(happened):
        yield f"- {_moment(at)}: {what}"


def _detail(what: str, detail: str) -> str:
    """An answer and an hour are told; the name of an advisory is not, which may never be published."""
    return f": {detail.replace('_', ' ')}" if detail and what in {"answered", "embargo"} else ""


def _first(matter: Matter, tool: str, what: str, detail: str = "") -> datetime | None:
    found = (event.at for event in matter.events if (event.tool, event.what) == (tool, what))
    if detail:
        found = (event.at for event in matter.events if (event.tool, event.what, event.detail) == (tool, what, detail))
    return min(found, default=None)


def _fixed_at(matter: Matter, each: Answered) -> datetime | None:
    """When its people said so, or when its advisory that names a fixed version was published, if that was before."""
    said = _first(matter, each.tool, "answered", "fixed")
    named = [text for text in each.texts if any(line.patched_versions for line in text.vulnerabilities)]
    return min(filter(None, [said, _published_at(named)]), default=None)


def _published_at(texts: tuple[Advisory, ...] | list[Advisory]) -> datetime | None:
    return min((text.published_at for text in texts if text.published_at), default=None)


def _first_public(matter: Matter) -> datetime | None:
    disclosure = matter.case.disclosure
    known = [_published_at(matter.texts), matter.case.disclosed_at, disclosure.since if disclosure else None]
    return min((at for at in known if at is not None), default=None)


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if at else "–"


def _days(span: timedelta) -> str:
    return f"{span / _DAY:.1f} days"


def _span(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):.1f} hours" if span < 2 * _DAY else _days(span)
