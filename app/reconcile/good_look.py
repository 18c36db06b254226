"""Could a look tell everything that it asked of GitHub?

Only such a look is a good one, by whose age people learn that something is not seen any more. What does not apply and
what needs no question neither helps nor harms. Nor does what will not be told until people change what is there: they
are told of it by itself. Nor what an account chose not to grant, as far as its reports are seen without it: that is a
finding of `app-covers`, and a problem of `/readyz`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from app.domain.facts import CannotTell, Coverage, Fact, Known, NotApplicable, RepositoryFacts
from app.reconcile.snapshot import AdvisorySnapshot, CaseSnapshot, RepositorySnapshot, Snapshot

DISPENSABLE = frozenset({"administration", "members"})  # what guards a switch, and who is in a team


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Did GitHub answer, did it tell everything that was asked, and how the reporting switch is?"""

    answered: bool
    whole: bool
    switch: bool


def told_by(snapshot: Snapshot) -> Told:
    """What one look told."""
    answered = snapshot.unanswered is None
    switch = isinstance(snapshot, RepositorySnapshot) and not _is_missing(snapshot.facts.private_reporting)
    return Told(answered=answered, whole=answered and not any(map(_is_missing, _asked(snapshot))), switch=switch)


def _is_missing(fact: Fact[Any]) -> bool:
    return isinstance(fact, CannotTell) and not fact.lasts and fact.lacks not in DISPENSABLE


def _asked(snapshot: Snapshot) -> Iterator[Fact[Any]]:
    match snapshot:
        case RepositorySnapshot():
            yield from _of_repository(snapshot.facts)
        case AdvisorySnapshot():
            yield snapshot.advisory
        case CaseSnapshot():
            yield from _of_case(snapshot)


def _of_repository(facts: RepositoryFacts) -> Iterator[Fact[Any]]:
    yield from (getattr(facts, field.name) for field in fields(facts) if field.name != "name")
    if isinstance(facts.embargoes, Known):
        yield from (each.public for each in facts.embargoes.value)
    if isinstance(facts.coverage, Known) and not isinstance(facts.coordination, NotApplicable):
        yield from _of_the_app(facts.coverage.value)


def _of_the_app(coverage: Coverage) -> Iterator[Fact[Any]]:
    """What is judged where mirrors are kept, and nowhere else."""
    yield coverage.hand
    yield coverage.webhook


def _of_case(snapshot: CaseSnapshot) -> Iterator[Fact[Any]]:
    yield from snapshot.sources
    yield from snapshot.people.values()
    yield from (snapshot.coordination.coordination, snapshot.mirror, snapshot.doubles, snapshot.always_readers)
    yield from (snapshot.access.staying, snapshot.discussion.comments, snapshot.discussion.coordinators)
    yield from (snapshot.listed, snapshot.talk.mirror, *snapshot.talk.sources.values())
