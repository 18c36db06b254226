"""One repository: what is observed of it, how it stands and why, what would be done, and what was done?

The page asks GitHub nothing: it tells what the last looks left, with their age. A button asks for another look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.dashboard.grid import Pace
from app.dashboard.guard import may_know_advisories_of
from app.dashboard.here import Here, see
from app.dashboard.permissions_seen import seats
from app.dashboard.repository_view import Did, Observed, Row, View, done, notices, observed, rows, wrongs
from app.domain.ids import Key, PolicyKey, RepoName, RepositoryKey
from app.domain.records import Breach, Called, Notice
from app.explaining import LATELY, declared
from app.reconcile.digests import Digests
from app.remembered import remembered
from app.store import approvals, freezes, repositories, rounds, switches, work
from app.store.work import Place
from policies.config import PolicyFile
from policies.policy import about_advisories, all_policies

SHOWN = 50  # writes


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the page tells of one moment. What `hidden` policies say is not theirs. Of `many` writes some are shown.

    A look may be as old as `allowed`.
    """

    repo: RepoName
    rows: tuple[Row, ...]
    hidden: tuple[str, ...]
    observed: tuple[Observed, ...]
    did: tuple[Did, ...]
    many: int
    wrongs: tuple[tuple[Breach, str], ...]
    notices: tuple[Notice, ...]
    called: tuple[Called, ...]
    looked_at: datetime | None
    next_look: Place | None
    allowed: timedelta


async def show(here: Here) -> Response:
    greenroom = here.greenroom
    rules, number = greenroom.policy.current().file, await _id(here)
    page = await greenroom.database.read(
        partial(
            read,
            number=number,
            may_know=may_know_advisories_of(here.viewer, number),
            rules=rules,
            sweep=timedelta(seconds=greenroom.settings.sweep_seconds),
            writes=greenroom.settings.writes == "on",
            digests=greenroom.digests,
            now=here.now,
        )
    )
    return here.page(
        "repository.html",
        title=str(page.repo),
        it=page,
        declared=declared(rules, page.repo, here.now),
        seats=seats(
            greenroom.reader.coverage_seen(page.repo),
            page.repo.owner,
            may_know=not page.hidden,
            allowed=page.allowed,
            now=here.now,
        ),
        web=greenroom.settings.github_web_url,
    )


async def look_again(here: Here) -> Response:
    """Whoever works on what is due looks at it next."""
    key = RepositoryKey(_named(here))
    await here.greenroom.database.write(partial(work.mark, keys=[key], due=here.now, priority=work.PROMPT))
    return see(f"/repositories/{key.repo}", "looking")


def read(
    conn: Connection,
    *,
    number: int,
    may_know: bool,
    rules: PolicyFile,
    sweep: timedelta,
    writes: bool,
    digests: Digests,
    now: datetime,
) -> Page:
    """What is kept of the repository of that id, as far as it is theirs."""
    [repo] = repositories.named(conn, [number])
    hidden = frozenset() if may_know else about_advisories()
    known = (PolicyKey(repo, each.name) for each in all_policies() if each.name not in hidden)
    keys: list[Key] = [RepositoryKey(repo), *known]
    why_off = (switches.why_off(conn) or "") if writes else "GREENROOM_WRITES is off"
    view = View(
        repo=repo,
        may_know=may_know,
        rules=rules,
        allowed=Pace(sweep=sweep, rounds=rounds.lengths(conn)).allows(str(repo)),
        writes_off=why_off,
        approved=approvals.approvals(conn),
        frozen=freezes.freezes(conn, keys),
        now=now,
    )
    return _page(conn, view, keys, hidden, digests)


def _page(conn: Connection, view: View, keys: list[Key], hidden: frozenset[str], digests: Digests) -> Page:
    repo, may_know = view.repo, view.may_know
    memory = remembered(conn, keys=keys, repos=[repo], digests=digests, since=view.now - LATELY)
    did = done(memory, may_know=may_know)
    return Page(
        repo=repo,
        rows=rows(view, memory.standings),
        hidden=tuple(sorted(hidden)),
        observed=observed(view, memory.standings),
        did=did[:SHOWN],
        many=len(did),
        wrongs=wrongs(memory, may_know=may_know),
        notices=tuple(notices(memory, digests, repo, may_know=may_know)),
        called=tuple(each for each in repositories.names_of(conn, repo) if each.name != repo),
        looked_at=max((each.observed_at for each in memory.standings), default=None),
        next_look=work.place(conn, keys[0]),
        allowed=view.allowed,
    )


def _named(here: Here) -> RepoName:
    return RepoName.parse(f"{here.request.path_params['owner']}/{here.request.path_params['repo']}")


async def _id(here: Here) -> int:
    """Of the repository that has this name now; it was there when `site` asked."""
    found = await here.greenroom.database.read(partial(repositories.id_of, repo=_named(here)))
    if found is None:
        raise HTTPException(404)
    return found
