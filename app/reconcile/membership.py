"""Who is inside a mirror because of us, and who stays there whatever the tools say?

The teams of coordinators and of who reads every case are read only where somebody is to be taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection

from app.domain.access import Everywhere, LetIn, TeamLetIn
from app.domain.cases import StoredCase
from app.domain.facts import Fact, Known, NotApplicable, Roster
from app.domain.ids import Ghsa
from app.domain.mirrors import Mirror
from app.github.reader import Reader
from app.reconcile import access
from app.reconcile.look import Look
from app.reconcile.rosters import Rosters
from app.reconcile.snapshot import Access
from app.reconcile.team_access import wanted
from app.store import added, added_teams, cases
from app.store.database import Database
from policies.config import People, PolicyFile


class Membership:
    """Reads our own memory, and GitHub where somebody would be taken out."""

    def __init__(self, reader: Reader, rosters: Rosters, database: Database) -> None:
        self._reader, self._rosters, self._database = reader, rosters, database

    async def shown(
        self, case: StoredCase, mirror: Fact[Mirror | None], people: Mapping[str, Fact[Roster]], look: Look
    ) -> Fact[Mirror | None]:
        """The mirror, with the teams that read it where that matters.

        It was read in the name of the Hand, which asks for no permission to read members, so it is shown no teams.
        """
        if not isinstance(mirror, Known) or (shown := mirror.value) is None or shown.teams is not None:
            return mirror
        known = await self._database.read(partial(added_teams.of_case, case=case.number))
        if not isinstance(shown.id, Ghsa) or not (known or wanted(people, shown.repo)):
            return mirror
        match await look.ask(partial(self._reader.advisory, shown.repo, shown.id)):
            case Known(value=advisory):
                return Known(value=replace(shown, teams=advisory.teams), observed_at=mirror.observed_at)
            case _:
                return mirror

    async def of(
        self, case: StoredCase, mirror: Fact[Mirror | None], people: Mapping[str, Fact[Roster]], look: Look
    ) -> Access:
        """All that deciding who is inside needs."""
        known, teams, everywhere = await self._database.read(partial(_remembered, case=case, rules=look.rules))
        shown = mirror.value if isinstance(mirror, Known) else None
        out = access.unnamed(case, people, known, shown, look.rules) if shown else ()
        nobody = NotApplicable("nobody is to be taken out")
        staying = await self._staying(look) if out else nobody
        return Access(let_in=known, teams=teams, staying=staying, everywhere=everywhere)

    async def _staying(self, look: Look) -> Fact[Roster]:
        """By name they are known already, so nobody is asked who has their login now."""
        groups = access.groups(look.rules)
        teams = People(teams=tuple(team for group in groups for team in group.teams))
        return await self._rosters.of(teams, (), look)


def _remembered(
    conn: Connection, *, case: StoredCase, rules: PolicyFile
) -> tuple[tuple[LetIn, ...], tuple[TeamLetIn, ...], Everywhere]:
    known, teams = added.of_open_cases(conn), added_teams.of_case(conn, case.number)
    if not known:
        return (), teams, Everywhere()
    mine = tuple(each for each in known if each.case == case.number)
    return mine, teams, access.everywhere(cases.open_cases(conn), known, rules)
