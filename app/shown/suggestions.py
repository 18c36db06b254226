"""How does it look who else may be affected?"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType

from app.domain.cases import Suggestion
from app.shown.terminal import Json, table


def suggestions_shown(suggestions: Iterable[Suggestion]) -> list[Json]:
    """Each with the way that leads there, and what a coordinator said."""
    return [
        {
            "tool": each.tool,
            "kind": each.kind,
            "path": list(each.path),
            "first_seen": each.first_seen.isoformat(),
            "answer": each.answer,
            "reason": each.reason,
            "answered_by": each.answered_by,
            "answered_at": each.answered_at.isoformat() if each.answered_at else None,
        }
        for each in suggestions
    ]


def suggestions_for_people(shown: list[Json]) -> RenderableType:
    """Those that wait for an answer first."""
    rows = [[each["tool"], ", ".join(each["path"]), _answer(each)] for each in sorted(shown, key=_order)]
    return table("May be affected, too", ["tool", "because", "answer"], rows)


def _order(each: Json) -> tuple[bool, bool, str]:
    return each["answer"] is not None, each["kind"] == "sibling", each["tool"]


def _answer(each: Json) -> str:
    if each["kind"] == "stranger":
        return "policy knows no tool of it: nobody to invite"
    if each["answer"] is None:
        return "waits for a coordinator"
    reason = f": {each['reason']}" if each["reason"] else ""
    return f"{each['answer']}{reason}, {each['answered_by']}"
