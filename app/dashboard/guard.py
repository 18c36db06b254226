"""Who may see or do this? Pure, and no by default."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from app.domain.viewers import Viewer

# lead: coordinators whom policy names. anybody: whoever signed in, also those to whom nothing here belongs.
# member: to whom anything belongs. case: leads, and who speaks for a tool that takes part in it.
# repository: leads, and its admins.
Needs = Literal["lead", "anybody", "member", "case", "repository"]


def may(viewer: Viewer, needs: Needs, *, tools: Collection[str] | None = None, repository: int | None = None) -> bool:
    """Is this theirs to see? `tools` take part in the case asked for; `repository` is the id of one that is watched."""
    match needs:
        case "anybody":
            return True
        case "member":
            return not viewer.is_outsider
        case "lead":
            return viewer.is_lead
        case "case":
            return tools is not None and (viewer.is_lead or not viewer.tools.isdisjoint(tools))
        case "repository":
            return repository is not None and (viewer.is_lead or repository in viewer.administers)


def may_know_advisories_of(viewer: Viewer, repository: int) -> bool:
    """Is what is told of unpublished advisories theirs? Admins of a repository read all of its advisories on GitHub."""
    return repository in viewer.administers
