"""How does it look what somebody asked for in comments, and what waits for a coordinator?"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType

from app.domain.cases import Proposal
from app.shown.terminal import Json, moment, table


def proposals_shown(proposals: Iterable[Proposal]) -> list[Json]:
    """Each with what would be typed."""
    return [
        {
            "id": each.id,
            "what": each.what,
            "value": each.value,
            "asked_by": str(each.asked_by),
            "asked_at": each.asked_at.isoformat(),
        }
        for each in proposals
    ]


def proposals_for_people(shown: list[Json]) -> RenderableType:
    """Those that wait, the oldest first."""
    rows = [
        [str(each["id"]), f"{each['what']} {each['value']}", f"{each['asked_by']}, {moment(each['asked_at'])} UTC"]
        for each in shown
    ]
    return table(
        "Waits for a coordinator; greenroom case confirm NUMBER --by LOGIN", ["", "proposal", "asked by"], rows
    )
