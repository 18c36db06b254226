"""Plans: what would be done, who said yes to what, what is frozen, and may anything be written at all?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app import halting, planning
from app.dashboard.here import Here, see
from app.dashboard.plan_view import PlanView, knows, link_of, plan_view
from app.dashboard.planmaking import make, making
from app.dashboard.saying import field, on_pages
from app.domain.ids import Key, RepoName, TimerKey, parse_key
from app.domain.records import Approval, Freeze
from app.halting import NotAllowed, NotFrozen
from app.planning import CannotApprove
from app.store import approvals, freezes, repositories, switches
from app.store.approvals import StoredPlan
from app.store.switches import Switch

KEPT = 10  # plans that the page lists
NOTHING_FROZEN = "nothing of that name is frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """What is left alone under one key, and since when."""

    key: str
    link: str
    freezes: tuple[Freeze, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """All of it as it is at one moment. `veils` something frozen that is not theirs to know."""

    plans: tuple[StoredPlan, ...]
    approved: dict[str, Approval]
    frozen: tuple[Frozen, ...]
    veils: bool
    switch: Switch | None
    theirs: frozenset[RepoName]


async def show(here: Here) -> Response:
    at = making(here)
    goes_on = at.goes_on  # before the plans are read: one that ends meanwhile is among them or told as going on
    kept = await _kept(here)
    views = [plan_view(each, kept.approved, kept.theirs) for each in kept.plans]
    return here.page(
        "plans.html",
        title="Plans",
        newest=views[0] if views else None,
        earlier=views[1:],
        kept=kept,
        at=at,
        goes_on=goes_on,
        setting=here.greenroom.settings.writes,
        why_not=_why_not(here, kept.plans[0]) if views else None,
    )


async def show_one(here: Here) -> Response:
    stored, kept = await _stored(here), await _kept(here)
    view = plan_view(stored, kept.approved, kept.theirs)
    why_not = _why_not(here, stored)
    return here.page(
        "plan.html",
        title=f"Plan {stored.id}",
        plan=view,
        why_not=why_not,
        why_not_wide=_why_not_wide(here, stored, view),
    )


async def ask_wide(here: Here) -> Response:
    """A yes to more at once than usual is asked for on a page of its own, which names everything that it reaches."""
    stored, kept = await _stored(here), await _kept(here)
    view = plan_view(stored, kept.approved, kept.theirs)
    if reason := _why_not_wide(here, stored, view):
        raise NotAllowed(reason)
    return here.page("plan_wide.html", title=f"Say yes to all of plan {stored.id}?", plan=view)


async def make_one(here: Here) -> Response:
    """Looks at everything, as a sweep does, and writes nothing to GitHub."""
    plan = await make(here)
    return see(f"/plans/{plan}", "") if plan else see("/plans", "planning")


async def approve(here: Here) -> Response:
    """Nothing is written by it here: whoever works on what is due does it next."""
    return await _approved(here, await _stored(here), wide=False)


async def approve_wide(here: Here) -> Response:
    """To all that they were shown, and with a tick that is theirs."""
    stored, kept = await _stored(here), await _kept(here)
    if reason := _why_not_wide(here, stored, plan_view(stored, kept.approved, kept.theirs)):
        raise NotAllowed(reason)
    if field(here, "wide") != "yes":
        raise NotAllowed("say with the tick that you looked at each of them")
    return await _approved(here, stored, wide=True)


async def _approved(here: Here, stored: StoredPlan, *, wide: bool) -> Response:
    try:
        await planning.approve(here.greenroom, stored.id, here.by, wide=wide)
    except CannotApprove as error:
        raise NotAllowed(on_pages(str(error))) from error
    return see(f"/plans/{stored.id}", "approved")


async def withdraw(here: Here) -> Response:
    try:
        await planning.withdraw(here.greenroom, field(here, "scope"), here.by, signed_in=True)
    except CannotApprove as error:
        raise NotAllowed(str(error)) from error
    return see("/plans", "withdrawn")


async def thaw(here: Here) -> Response:
    """Settle first who is right: what was frozen is written again."""
    key = parse_key(field(here, "key"))
    if isinstance(key, TimerKey) or not knows(key, await _administered(here)):
        raise NotAllowed(NOTHING_FROZEN)
    try:
        await halting.thaw(here.greenroom, key, here.by)
    except NotFrozen:  # it names all that is frozen, also what is not theirs to know
        raise NotAllowed(NOTHING_FROZEN) from None
    return see("/plans", "thawed")


async def switch(here: Here) -> Response:
    """Off is for any coordinator, at once; on is too, and looks at everything first."""
    if field(here, "to") == "on":
        await halting.let_write(here.greenroom, by=here.by)
        return see("/plans", "writes-on")
    await halting.stop_writes(here.greenroom.database, by=here.by, now=here.now, signed_in=True)
    return see("/plans", "writes-off")


def _why_not_wide(here: Here, stored: StoredPlan, view: PlanView) -> str | None:
    """Why can nobody say yes here to all that it reaches? None where they can."""
    if view.hidden:
        hidden = ", ".join(f"“{each}”" for each in view.hidden)
        return f"not all of this plan is yours to see ({hidden}), so nor is a yes to all of it at once"
    if not view.too_many:
        return "nothing in this plan is more at once than usual, so an ordinary yes is enough"
    return _why_not(here, stored, wide=True)


def _why_not(here: Here, stored: StoredPlan, *, wide: bool = False) -> str | None:
    reason = planning.why_not(here.greenroom, stored, wide=wide)
    return on_pages(reason) if reason else None


async def _stored(here: Here) -> StoredPlan:
    wanted = str(here.request.path_params["plan"])
    stored = await here.greenroom.database.read(partial(approvals.plan, plan_id=wanted))
    if stored is None:
        raise HTTPException(404)
    return stored


async def _administered(here: Here) -> frozenset[RepoName]:
    return await here.greenroom.database.read(partial(repositories.named, ids=here.viewer.administers))


async def _kept(here: Here) -> Kept:
    return await here.greenroom.database.read(partial(_read, administers=here.viewer.administers))


def _read(conn: Connection, *, administers: frozenset[int]) -> Kept:
    theirs, frozen = repositories.named(conn, administers), freezes.freezes(conn)
    known = [each for each in frozen if knows(each.key, theirs)]
    return Kept(
        plans=approvals.latest_plans(conn, KEPT),
        approved=approvals.approvals(conn),
        frozen=_frozen(known),
        veils=len(known) < len(frozen),
        switch=switches.writes(conn),
        theirs=theirs,
    )


def _frozen(known: list[Freeze]) -> tuple[Frozen, ...]:
    by_key: dict[Key, list[Freeze]] = {}
    for each in known:
        by_key.setdefault(each.key, []).append(each)
    return tuple(Frozen(key=str(key), link=link_of(str(key)), freezes=tuple(each)) for key, each in by_key.items())
