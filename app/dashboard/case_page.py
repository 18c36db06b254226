"""One case: who takes part, what did they answer, how long is it secret, and what waits for somebody?"""

from __future__ import annotations

import asyncio
from functools import partial

from sqlalchemy import Connection
from starlette.responses import Response

from app.dashboard.case_glance import Glance, glance
from app.dashboard.case_view import Kept, case_view
from app.dashboard.case_words import WHY_NOT_AFFECTED
from app.dashboard.here import Here
from app.dashboard.mirror_text import pieces
from app.dashboard.own_text import text_of_mirror
from app.dashboard.sight import Sight
from app.domain.cases import CVE_ENDS, REFUSALS, SHOWN, StoredCase
from app.domain.facts import Known
from app.domain.ids import Ghsa, IssueNumber, RepoName
from app.domain.offers import Difference
from app.store import cases, proposals, relays, repositories, suggestions, timeline
from policies.config import PolicyFile


async def show(here: Here) -> Response:
    number, rules = here.number("case"), here.greenroom.policy.current().file
    read = partial(_read, number=number, administers=here.viewer.administers)
    kept, theirs = await here.greenroom.database.read(read)
    text, seen = await asyncio.gather(text_of_mirror(here, kept.case), glance(here, number))
    sight = Sight.of(here.viewer, kept.case, administers=theirs, reads_mirror=isinstance(text, Known))
    view = case_view(kept, sight, rules, here.now)
    return here.page(
        "case.html",
        title=f"Case {number}",
        case=view,
        it=kept.case,
        of=view.countdown,
        seen=seen,
        text=text.value if isinstance(text, Known) else None,
        pieces=pieces(text.value.body) if isinstance(text, Known) else (),
        no_text="" if isinstance(text, Known) else text.reason,
        differences=_differences(seen, sight, rules),
        mirror=_address(here, kept.case),
        web=here.greenroom.settings.github_web_url,
        statuses=SHOWN,
        justifications=WHY_NOT_AFFECTED,
        refusals=REFUSALS,
        cve_ends=CVE_ENDS,
    )


def _differences(seen: Glance, sight: Sight, rules: PolicyFile) -> list[tuple[Difference, bool]]:
    """Each, and whether they are of those who may let the advisory take it over: only its own people are."""
    if not sight.knows_all_ids:
        return []
    return [
        (each, each.target is not None and not each.why_not and rules.tool_of(each.target.repo) in sight.tools)
        for each in seen.differences
    ]


def _address(here: Here, case: StoredCase) -> str:
    """Where its mirror is on GitHub; empty where there is none."""
    coordination = here.greenroom.policy.current().file.coordination
    if case.mirror is None or coordination is None:
        return ""
    place = f"{here.greenroom.settings.github_web_url}/{coordination.repository}"
    match case.mirror:
        case Ghsa():
            return f"{place}/security/advisories/{case.mirror}"
        case IssueNumber(number=number):
            return f"{place}/issues/{number}"


def _read(conn: Connection, *, number: int, administers: frozenset[int]) -> tuple[Kept, frozenset[RepoName]]:
    kept = Kept(
        case=cases.case(conn, number),
        events=timeline.events(conn, number),
        proposals=proposals.open_ones(conn, number),
        suggestions=suggestions.suggestions_of(conn, number),
        relays=relays.of_case(conn, number),
    )
    if not administers:
        return kept, frozenset()
    # Advisories are linked by name: those of a name that changed hands may be of whoever had it before.
    theirs = administers - repositories.changed_hands(conn, since=kept.case.opened_at)
    return kept, repositories.named(conn, theirs)
