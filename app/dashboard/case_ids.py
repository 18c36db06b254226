"""What do buttons do about the CVE ids of a case? People ask a CNA for them, and here they write down that they did."""

from __future__ import annotations

from starlette.responses import Response

from app.casework import cve
from app.dashboard.here import Here
from app.dashboard.saying import done, field, mine
from app.halting import NotAllowed


async def request(here: Here) -> Response:
    """They asked the CNA of a tool for an id."""
    tool = field(here, "tool")
    return await done(here, cve.request(here.greenroom, here.number("case"), tool, by=here.by))


async def record(here: Here) -> Response:
    """The id that was assigned."""
    tool = mine(here, field(here, "tool"))
    return await done(here, _record(here, tool, field(here, "id")))


async def _record(here: Here, tool: str, cve_id: str) -> None:
    try:
        await cve.record(here.greenroom, here.number("case"), tool, cve_id, by=here.by)
    except cve.Taken:
        if here.viewer.is_lead:
            raise
        raise NotAllowed("that id cannot be recorded here; ask a coordinator") from None


async def write(here: Here) -> Response:
    """It goes to the linked advisory of its tool, as its own people say."""
    tool = field(here, "tool")
    return await done(here, cve.write(here.greenroom, here.number("case"), tool, by=here.by))


async def drop(here: Here) -> Response:
    what, reason = field(here, "what"), field(here, "reason")
    if not what:
        raise NotAllowed("choose what leads nowhere")
    return await done(here, cve.drop(here.greenroom, here.number("case"), what, reason, by=here.by))
