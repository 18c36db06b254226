"""Who changed a field since both sides last said the same?

Of the last shared value only a keyed digest is kept. A list is compared element by element: what people added to one
side has nothing to do with what was added to the other, and only an element that both sides edited is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from app.domain.records import Baseline
from app.reconcile.digests import Digest, Digests
from app.reconcile.elements import key_of

Outcome = Literal["equal", "adopt", "follow", "diverged", "conflict"]
Values = Mapping[str, str]

LISTS = ("cwes", "vulnerabilities")  # their elements are fields of their own, such as cwes/CWE-22
BY_ELEMENT = "each element by itself"  # the shared value of a list: what has no baseline of its own was on neither side
_NOTHING: Values = {}


def baseline_parts(case: int, field: str, value: str) -> tuple[str, ...]:
    """What the digest of a field's last synced value is made over."""
    return ("baseline", str(case), field, value)


def list_of(field: str) -> str:
    """The list to which a field belongs, or the field itself: fit to be shown and stored where elements are not."""
    return field.partition("/")[0]


def changed(fields: Iterable[str]) -> str:
    """Which fields, for people: a list for all of its elements."""
    return ", ".join(sorted({list_of(field) for field in fields}))


@dataclass(frozen=True, slots=True)
class Memory:
    """The values that both sides of a case last shared, of which we only kept digests."""

    case: int
    baselines: Mapping[str, Baseline]
    digests: Digests

    def was(self, field: str, value: str) -> bool | None:
        """Was it this? None where there is no baseline."""
        baseline = self.baselines.get(field)
        digest = Digest(baseline.key_id, baseline.digest) if baseline else None
        return self.digests.matches(digest, *baseline_parts(self.case, field, value))

    def is_to_renew(self, field: str) -> bool:
        """Is its digest to be made anew, where somebody says that value again?"""
        baseline = self.baselines.get(field)
        return baseline is not None and self.digests.is_to_renew(baseline.key_id)

    def by_element(self, name: str) -> str:
        """The shared value of a list. Whose name was made by a key that is gone is not known to be new."""
        keys = {key for each in _under(name, self.baselines) if (key := key_of(each))}
        gone = sorted(key for key in keys if not self.digests.has(key))
        return f"{BY_ELEMENT}, without those of {', '.join(gone)}" if gone else BY_ELEMENT


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Said:
    """What one side says. `lists` are its lists as one text each, as they were compared in earlier versions."""

    fields: Values
    lists: Values = field(default_factory=dict)

    def of(self, name: str) -> str:
        """An element that is not there says nothing."""
        return self.fields.get(name, "")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Compared:
    """What became of each field, and which shared values are to be remembered."""

    outcomes: Mapping[str, Outcome]
    adopted: Values

    def of(self, wanted: Outcome) -> tuple[str, ...]:
        return tuple(name for name, outcome in self.outcomes.items() if outcome == wanted)

    def but(self, fields: Iterable[str], outcome: Outcome) -> Compared:
        """The same, and this became of these fields."""
        return replace(self, outcomes={**self.outcomes, **dict.fromkeys(fields, outcome)})


def compare(source: Said, mirror: Said, memory: Memory) -> Compared:
    """Hold both sides against each other and against what was shared. Fields are those that the source has."""
    outcomes: dict[str, Outcome] = {}
    adopted: dict[str, str] = {}
    for name in source.fields:
        if name in LISTS:
            elements = _elements(name, source, mirror, memory)
            outcomes |= elements.outcomes
            adopted |= elements.adopted
        elif "/" not in name:
            want, have = source.of(name), mirror.of(name)
            source_same = memory.was(name, want)
            outcomes[name] = _outcome(want, have, source_same, memory.was(name, have))
            if outcomes[name] == "adopt" or (source_same and memory.is_to_renew(name)):
                adopted[name] = want
    return Compared(outcomes=outcomes, adopted=adopted)


def _outcome(want: str, have: str, source_same: bool | None, mirror_same: bool | None) -> Outcome:  # noqa: FBT001
    if want == have:
        return "equal" if source_same else "adopt"
    if source_same or source_same is None:
        return "diverged"
    return "follow" if mirror_same else "conflict"


def _elements(name: str, source: Said, mirror: Said, memory: Memory) -> Compared:
    """Each element of a list by itself."""
    by_element = memory.by_element(name)
    is_by_element = memory.was(name, by_element)
    shared = _NOTHING if is_by_element else _shared_whole(name, source, mirror, memory)
    outcomes: dict[str, Outcome] = {}
    adopted: dict[str, str] = {}
    is_settled = True
    for each in sorted(_names(name, source, mirror, memory)):
        want, have = source.of(each), mirror.of(each)
        source_same, mirror_same = memory.was(each, want), memory.was(each, have)
        if each not in memory.baselines and shared is not None:
            last = shared.get(each, "")
            source_same, mirror_same = want == last, have == last
            if not is_by_element:
                adopted[each] = last
        outcomes[each] = _outcome(want, have, source_same, mirror_same)
        if outcomes[each] == "adopt" or (source_same and memory.is_to_renew(each)):
            adopted[each] = want
        is_settled = is_settled and (want == have or source_same is not None)
    if (is_settled and not is_by_element) or (is_by_element and memory.is_to_renew(name)):
        adopted[name] = by_element
    return Compared(outcomes=outcomes, adopted=adopted)


def _shared_whole(name: str, source: Said, mirror: Said, memory: Memory) -> Values | None:
    """What a list was when it was last compared as a whole: that of the side which is still the same."""
    for side in (source, mirror):
        if memory.was(name, side.lists.get(name, "")):
            return side.fields
    return None


def _names(name: str, source: Said, mirror: Said, memory: Memory) -> set[str]:
    return {each for side in (source.fields, mirror.fields, memory.baselines) for each in _under(name, side)}


def _under(name: str, fields: Mapping[str, object]) -> Iterator[str]:
    return (each for each in fields if each.startswith(f"{name}/"))
