"""Who is inside a mirror because of us, and who stays there whatever the tools say?

The teams of coordinators and of who reads every case are read only where somebody is to be taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sqlalchemy import Connection

from app.domain.access import Everywhere, LetIn
from app.domain.cases import StoredCase
from app.domain.facts import Fact, Known, NotApplicable, Roster
from app.domain.mirrors import Mirror
from app.reconcile import access
from app.reconcile.look import Look
from app.reconcile.rosters import Rosters
from app.reconcile.snapshot import Access
from app.store import added, cases
from app.store.database import Database
from policies.config import People, PolicyFile


class Membership:
    """Reads our own memory, and GitHub where somebody would be taken out."""

    def __init__(self, rosters: Rosters, database: Database) -> None:
        self._rosters, self._database = rosters, database

    async def of(
        self, case: StoredCase, mirror: Fact[Mirror | None], people: Mapping[str, Fact[Roster]], look: Look
    ) -> Access:
        """All that deciding who is inside needs."""
        known, everywhere = await self._database.read(partial(_remembered, case=case, rules=look.rules))
        shown = mirror.value if isinstance(mirror, Known) else None
        out = access.unnamed(case, people, known, shown, look.rules) if shown else ()
        nobody = NotApplicable("nobody is to be taken out")
        staying = await self._staying(look) if out else nobody
        return Access(let_in=known, staying=staying, everywhere=everywhere)

    async def _staying(self, look: Look) -> Fact[Roster]:
        """By name they are known already, so nobody is asked who has their login now."""
        groups = access.groups(look.rules)
        teams = People(teams=tuple(team for group in groups for team in group.teams))
        return await self._rosters.of(teams, (), look)


def _remembered(conn: Connection, *, case: StoredCase, rules: PolicyFile) -> tuple[tuple[LetIn, ...], Everywhere]:
    known = added.of_open_cases(conn)
    if not known:
        return (), Everywhere()
    mine = tuple(each for each in known if each.case == case.number)
    return mine, access.everywhere(cases.open_cases(conn), known, rules)
