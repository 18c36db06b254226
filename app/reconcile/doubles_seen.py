"""Which other open mirrors does a case have, and did anybody do something with them?"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from app.domain.cases import StoredCase
from app.domain.facts import Fact, Known, NotApplicable
from app.domain.mirrors import Mirror
from app.github.reader import Reader
from app.reconcile.body import Record, record_of
from app.reconcile.case_record import opened_at
from app.reconcile.digests import Digests
from app.reconcile.look import Look
from app.reconcile.snapshot import Double

AT_ONCE = timedelta(seconds=1)  # as GitHub tells whole seconds, what is created may be a second older than its change


class Doubles:
    """Looks for them, where a mirror was asked for more than once."""

    def __init__(self, reader: Reader, digests: Digests) -> None:
        self._reader, self._digests = reader, digests

    async def of(self, case: StoredCase, openings: int, look: Look) -> Fact[tuple[Double, ...]]:
        """Of a case whose mirror was asked for so often."""
        coordination = look.rules.coordination
        if coordination is None or case.mirror is None or openings <= 1:
            return NotApplicable("its mirror was opened once")
        found = await look.ask(partial(self._reader.mirrors, coordination.repository, coordination.store))
        if not isinstance(found, Known):
            return found
        others = [each for each in found.value if each.state == "open" and each.id != case.mirror]
        mine = [each for each in others if belongs_to(each, case, self._digests)]
        doubles = [Double(mirror=each.id, is_untouched=await self._is_untouched(each, look)) for each in mine]
        return Known(value=tuple(doubles), observed_at=found.observed_at)

    async def _is_untouched(self, mirror: Mirror, look: Look) -> bool:
        """Did nobody change it, say anything in it, or let anybody in? What cannot be told counts as if somebody did.

        Which teams are inside GitHub may hide from the Hand. Who was let in reads a closed mirror as well.
        """
        if mirror.people or mirror.hides_people or mirror.teams:
            return False
        if mirror.created_at is None or mirror.updated_at is None or mirror.updated_at - mirror.created_at > AT_ONCE:
            return False
        said = await look.ask(partial(self._reader.comments.of, mirror.repo, mirror.id))
        return isinstance(said, Known) and not said.value


def belongs_to(mirror: Mirror, case: StoredCase, digests: Digests) -> bool:
    """Does it say so, with a record that we signed for it?

    A number may have been given twice, where mirrors could not be read after the database was lost: so it has to be of
    the same matter, too. What is linked may have changed since, and when a case was opened never does.
    """
    record = record_of(mirror, digests)
    if record is None or record.mirror not in {None, str(mirror.id)}:  # not ours, or pasted from another
        return False
    return record.case == case.number and _is_the_same(record, case)


def _is_the_same(record: Record, case: StoredCase) -> bool:
    links = {str(link.ghsa) for link in case.links}
    if not record.ghsas.isdisjoint(links):
        return True
    opened = opened_at(record)
    return record.ghsas == links if opened is None else opened == case.opened_at
