"""Which tools did a coordinator leave out of a case, as its mirror remembers it?

Who was let in is a participant, which the record has anyway. Of very many the last are kept: our part of a mirror must
not crowd out what it is about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, get_args

from app.domain.cases import Suggestion, SuggestionKind

ROOM = 4_000  # characters


def declined_told(declined: Iterable[Suggestion]) -> list[Mapping[str, Any]]:
    """The last of them for which there is room, by name."""
    left, kept = ROOM, []
    for each in sorted(declined, key=lambda each: (each.answered_at or each.first_seen, each.tool), reverse=True):
        told = _told(each)
        left -= len(json.dumps(told))
        if left < 0:
            break
        kept.append(told)
    return sorted(kept, key=lambda each: str(each["tool"]))


def declined_of(told: Mapping[str, Any]) -> Suggestion:
    """Raises KeyError, TypeError or ValueError where it is no such thing."""
    if told["kind"] not in get_args(SuggestionKind):
        raise ValueError("no kind of suggestion")
    return Suggestion(
        tool=told["tool"],
        kind=told["kind"],
        path=tuple(told["path"]),
        first_seen=datetime.fromisoformat(told["first"]),
        answer="no",
        reason=told["reason"],
        answered_by=told["by"],
        answered_at=datetime.fromisoformat(told["at"]),
    )


def _told(each: Suggestion) -> Mapping[str, Any]:
    return {
        "tool": each.tool,
        "kind": each.kind,
        "path": list(each.path),
        "first": each.first_seen.isoformat(),
        "reason": each.reason,
        "by": each.answered_by,
        "at": each.answered_at.isoformat() if each.answered_at else each.first_seen.isoformat(),
    }
