"""What do buttons do about the advisories of a case: which belong to it, what is copied between them and its mirror?"""

from __future__ import annotations

from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.casework import linking, offering, relaying
from app.dashboard.here import Here
from app.dashboard.own_text import text_of_mirror
from app.dashboard.saying import done, field, told
from app.domain.cases import DIRECTIONS, StoredCase
from app.domain.facts import Known
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.offers import Direction
from app.domain.talks import Way
from app.halting import NotAllowed
from app.store import cases

_EXAMPLE = "pypa/pip GHSA-xxxx-xxxx-xxxx"


async def link(here: Here) -> Response:
    """As a coordinator; somebody who speaks for the advisory's tool has to agree."""
    advisory, agreed_by = _advisory(field(here, "advisory")), field(here, "agreed_by").split()
    change = linking.link(here.greenroom, here.number("case"), advisory, by=here.by, agreed_by=agreed_by)
    return await done(here, change)


async def unlink(here: Here) -> Response:
    """As a coordinator, or as one of the advisory's own people."""
    case = await _case(here)
    advisory = _linked(here, case, field(here, "ghsa"))
    return await done(here, linking.unlink(here.greenroom, case.number, advisory, by=here.by))


async def relay(here: Here) -> Response:
    case = await _case(here)
    advisory = _linked(here, case, field(here, "ghsa"))
    direction = next((each for each in DIRECTIONS if each == field(here, "direction")), None)
    if direction is None:
        raise NotAllowed(f"choose one of {' and '.join(DIRECTIONS)}")
    say = relaying.begin if field(here, "switch") == "on" else relaying.end
    way = Way(case=case.number, ghsa=advisory.ghsa, direction=direction)
    return await done(here, say(here.greenroom, way, by=here.by))


async def offer(here: Here) -> Response:
    """The advisory takes over what the mirror says, as its own people say; or the mirror gives in."""
    direction: Direction = "to-source" if field(here, "direction") == "to-source" else "to-mirror"
    await _reads_it(here)
    change = offering.offer(here.greenroom, here.number("case"), field(here, "field"), direction, by=here.by)
    return await done(here, change)


async def _reads_it(here: Here) -> None:
    """What differs is told by what is refused, too: so it is for coordinators and readers of the mirror only."""
    if not here.viewer.is_lead and not isinstance(await text_of_mirror(here, await _case(here)), Known):
        raise NotAllowed("GitHub does not show you the mirror of this case, so you can say nothing about what it says")


async def _case(here: Here) -> StoredCase:
    found: StoredCase = await told(here.greenroom.database.read(partial(cases.case, number=here.number("case"))))
    return found


def _linked(here: Here, case: StoredCase, ghsa: str) -> AdvisoryKey:
    """One that is theirs to speak of. Others are as those that are not there."""
    rules, wanted = here.greenroom.policy.current().file, Ghsa.parse(ghsa)
    for each in case.links:
        if each.ghsa == wanted and (here.viewer.is_lead or rules.tool_of(each.repo) in here.viewer.tools):
            return each
    raise HTTPException(404)


def _advisory(text: str) -> AdvisoryKey:
    """As OWNER/REPO GHSA-…, or with a slash between them."""
    repo, _, ghsa = text.replace(" ", "/").rpartition("/")
    if not repo:
        raise NotAllowed(f"that is no advisory; write it as {_EXAMPLE}")
    return AdvisoryKey(RepoName.parse(repo), Ghsa.parse(ghsa))
