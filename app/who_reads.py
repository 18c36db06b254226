"""Who reads a case at this moment? Asks GitHub."""

from __future__ import annotations

from functools import partial
from typing import Any

from app.domain.facts import CannotTell, Fact, NotApplicable
from app.domain.ids import CaseKey, Person
from app.github.errors import RetryLater
from app.main import Greenroom
from app.reconcile.case_readers import readers_of
from app.reconcile.snapshot import CaseSnapshot
from app.store import timeline

Json = dict[str, Any]


async def readers_of_case(greenroom: Greenroom, number: int) -> Json:
    """The same, looked at anew. Raises NoSuchCase, and RetryLater."""
    snapshot, _ = await greenroom.reconciler.look(CaseKey(number))
    assert isinstance(snapshot, CaseSnapshot)  # noqa: S101 - the key of a case shows a case
    return await readers_shown(greenroom, snapshot)


async def readers_shown(greenroom: Greenroom, snapshot: CaseSnapshot) -> Json:
    """Each reader with the reason, and what cannot be told."""
    events = await greenroom.database.read(partial(timeline.events, number=snapshot.case.number))
    told = readers_of(
        snapshot,
        greenroom.policy.current().file,
        beside=await _beside(greenroom),
        is_rebuilt=any(each.what == "rebuilt" for each in events),
    )
    return {
        "readers": [{"login": each.login, "why": each.why, "let_in_by": each.let_in_by} for each in told.readers],
        "readers_unclear": list(told.unclear),
    }


async def _beside(greenroom: Greenroom) -> Fact[tuple[Person, ...]]:
    coordination = greenroom.policy.current().file.coordination
    if coordination is None:
        return NotApplicable("policy names no coordination repository")
    try:
        if coordination.store == "issue":
            return await greenroom.reader.collaborators(coordination.repository)
        return await greenroom.reader.owners(coordination.repository.owner)
    except RetryLater as error:
        return CannotTell(str(error))
