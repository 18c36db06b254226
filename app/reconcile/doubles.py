"""What becomes of other open mirrors that a case has?

GitHub has no key against doing something twice, and may receive a request when nobody waits for its answer any more.
The case keeps the mirror in which its people are. Another one is closed where nobody did anything with it, and people
are told to close it where somebody did. A case does not end before that, as nobody looks at one that is closed.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.actions import CloseMirror
from app.domain.facts import CannotTell, Known
from app.domain.ids import MirrorId
from app.reconcile.matter import Matter
from app.reconcile.plan import Step
from app.reconcile.snapshot import CaseSnapshot

WHY = "a request reached GitHub minutes late, and the case has another mirror"


def closing(matter: Matter) -> Iterator[Step]:
    """Of those that nobody did anything with."""
    for mirror in _doubles(matter.snapshot, untouched=True):
        repo, number = matter.coordination.repository, matter.snapshot.case.number
        yield matter.step(CloseMirror(case=number, repo=repo, mirror=mirror, reason=WHY))


def may_be_open(snapshot: CaseSnapshot) -> bool:
    """Is there another one, or cannot that be told?"""
    fact = snapshot.doubles
    return bool(fact.value) if isinstance(fact, Known) else isinstance(fact, CannotTell)


def unclear(snapshot: CaseSnapshot) -> Iterator[str]:
    """Why can nobody tell whether there is another one?"""
    if isinstance(snapshot.doubles, CannotTell):
        yield f"whether case {snapshot.case.number} has another open mirror: {snapshot.doubles.reason}"


def for_people(snapshot: CaseSnapshot, *, is_ended: bool = False) -> Iterator[str]:
    """What is said of the others, beside its own mirror or after that was closed."""
    touched = _doubles(snapshot, untouched=False)
    if touched and is_ended:
        yield (
            f"another mirror of case {snapshot.case.number} is open, as a request reached GitHub minutes late, and the "
            "one in which its people are is closed: close the other on GitHub"
        )
    elif touched:
        yield (
            f"case {snapshot.case.number} has {len(touched) + 1} open mirrors, as a request reached GitHub minutes "
            "late; only the one in which its people are is kept in step: close the other on GitHub"
        )


def _doubles(snapshot: CaseSnapshot, *, untouched: bool) -> list[MirrorId]:
    fact = snapshot.doubles
    if not isinstance(fact, Known):
        return []
    return [each.mirror for each in fact.value if each.is_untouched == untouched]
