"""Who is meant by the people and teams that policy names?

A login is read before anybody is added to anything: by then it may be another account's. Where nobody is added, an
answer serves for an hour.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from app.clock import Clock
from app.domain.facts import CannotTell, Fact, Known, Roster
from app.domain.ids import Person, Team
from app.github.reader import Reader
from app.reconcile.look import Look
from policies.config import People

SERVES = timedelta(hours=1)


class Rosters:
    """Asks GitHub who people are."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader, self._clock = reader, clock
        self._seen: dict[People, Known[Roster]] = {}

    async def of(self, named: People, present: tuple[Person, ...], look: Look) -> Fact[Roster]:
        """Who they are at this moment. Whoever is present already has proved who they are."""
        inside = {person.id for person in present}
        people = {person for person in named.users if person.id in inside}
        unconfirmed = set()
        for person in set(named.users) - people:
            match await look.ask(partial(self._reader.person, person.login)):
                case Known(value=found) if found is not None and found.id == person.id:
                    people.add(found)
                case Known():
                    unconfirmed.add(person)
                case unclear:
                    return CannotTell(f"who has the login {person.login} now: {unclear.reason}")
        by_team = []
        for team in named.teams:
            members = await self._members(team, look)
            if not isinstance(members, Known):
                return members
            people.update(members.value)
            by_team.append((team, tuple(sorted(members.value))))
        roster = Roster(people=tuple(sorted(people)), unconfirmed=tuple(sorted(unconfirmed)), by_team=tuple(by_team))
        return Known(value=roster, observed_at=self._clock.now())

    async def lately(self, named: People, look: Look) -> Fact[Roster]:
        """Who they are, or were within the last hour. Nobody may be added to anything by this answer."""
        same = People(users=named.users, teams=named.teams)  # an owner is more than its people
        last = self._seen.get(same)
        if last is not None and self._clock.now() - last.observed_at < SERVES:
            return last
        found = await self.of(same, (), look)
        if isinstance(found, Known):
            self._seen[same] = found
        return found

    async def _members(self, team: Team, look: Look) -> Fact[tuple[Person, ...]]:
        return await look.ask(partial(self._reader.team_members, team))
