"""What do buttons do about the CVE ids of a case? People ask a CNA for them, and here they write down that they did."""

from __future__ import annotations

import re

from starlette.responses import Response

from app.casework import cve
from app.dashboard.here import Here
from app.dashboard.saying import done, field, mine
from app.halting import NotAllowed

_OTHER = re.compile(r"case \d+ already")


async def request(here: Here) -> Response:
    """They asked the CNA of a tool for an id."""
    tool = field(here, "tool")
    return await done(here, cve.request(here.greenroom, here.number("case"), tool, by=here.by))


async def record(here: Here) -> Response:
    """The id that was assigned."""
    tool = mine(here, field(here, "tool"))
    change = cve.record(here.greenroom, here.number("case"), tool, field(here, "id"), by=here.by)
    try:
        return await done(here, change)
    except NotAllowed as error:  # of other cases they are not to know the number
        raise NotAllowed(_OTHER.sub("another case already", str(error))) from None


async def write(here: Here) -> Response:
    """It goes to the linked advisory of its tool, as its own people say."""
    tool = field(here, "tool")
    return await done(here, cve.write(here.greenroom, here.number("case"), tool, by=here.by))


async def drop(here: Here) -> Response:
    what, reason = field(here, "what"), field(here, "reason")
    if not what:
        raise NotAllowed("choose what leads nowhere")
    return await done(here, cve.drop(here.greenroom, here.number("case"), what, reason, by=here.by))
