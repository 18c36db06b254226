"""What may a look at two sides do, and what must it keep of what people wrote?

The model is simple: for each field, and each element of a list, what each side says, what people last wrote into the
mirror, the value that was last written down as shared, and what people said of it. It knows nothing of how the two are
compared.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.reconcile import mirror_fields
from app.reconcile.mirror import Sync
from tests.builders import affects
from tests.reconcile.two_sides import Sides, written

CWES = ("CWE-22", "CWE-59")
PACKAGES = affects("wheel", "uv", "pdm")
SCALARS = ("summary", "severity", "cve", "source")
ELEMENTS = tuple(f"cwes/{each}" for each in CWES) + tuple(f"vulnerabilities/pip:{each.package}" for each in PACKAGES)


def texts(sides: Sides) -> tuple[dict[str, str], dict[str, str]]:
    """What each side says: every field, and every element that is anywhere. What a side lacks says nothing."""
    want = mirror_fields.wanted(sides.sources, sides.block, sides.store, sides.elements).fields
    have = mirror_fields.shown(sides.mirror, sides.body, sides.elements).fields
    names = (SCALARS if sides.store == "advisory" else ("source",)) + (ELEMENTS if sides.store == "advisory" else ())
    return {name: want.get(name, "") for name in names}, {name: have.get(name, "") for name in names}


@dataclass
class Model:
    """What people wrote into the mirror, and what the app wrote down as shared last."""

    base: dict[str, str]
    written: dict[str, str] = field(default_factory=dict)
    blurred: set[str] = field(default_factory=set)  # nobody knows what was shared
    unsure: set[str] = field(default_factory=set)  # the answer to our own write was lost; docs/known-flaws.md
    ever_lost: bool = False
    keys: int = 1000  # that were made
    agreed: dict[str, tuple[str, str, str]] = field(default_factory=dict)  # the way to go, and what both sides said

    def holding(self, way: str, want: dict[str, str], have: dict[str, str]) -> set[str]:
        """What people said and what still stands as they saw it."""
        return {name for name, said in self.agreed.items() if said == (way, want[name], have[name])}

    def person_writes(self, name: str, value: str) -> None:
        if name not in self.blurred and value == self.base.get(name, ""):
            self.written.pop(name, None)  # as it was: nobody can tell that from nothing
        else:
            self.written[name] = value

    def forget(self) -> None:
        """The database is gone, or the key of what is in it: also what people said."""
        self.blurred, self.base, self.ever_lost = {*SCALARS, *ELEMENTS}, {}, True
        self.agreed = {}

    def equal(self, name: str, value: str, *, remembered: bool = True) -> None:
        self.written.pop(name, None)
        if remembered:
            self.base[name] = value
            self.blurred.discard(name)
            self.unsure.discard(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What both sides said before a look, and what of people's word held then."""

    how: str
    want: dict[str, str]
    have: dict[str, str]
    takes_over: set[str]
    gives_in: set[str]


def look(sides: Sides, model: Model, how: str) -> None:
    """A look of the app: it writes, or its request is lost or the second of two, or GitHub's answer is."""
    want, have = texts(sides)
    notes = sides.body.after
    for name, value in want.items():
        if value == have[name]:
            model.equal(name, value)
    before = Before(
        how=how,
        want=want,
        have=have,
        takes_over=model.holding("to-source", want, have),
        gives_in={name for name in model.holding("to-mirror", want, have) if have[name] != want[name]},
    )
    for name in before.gives_in if how != "write lost" else ():
        model.written.pop(name, None)
    done = settle(sides, how)
    assert sides.body.after == notes
    _one_writer(sides, done, before.takes_over)
    _sources_are_their_peoples(sides, before)
    if how == "half written" and any(update.fields.clears_cvss for update in done.updates):
        model.equal("severity", texts(sides)[1]["severity"])  # what is left without the vector is shared
        want = {name: value for name, value in want.items() if name != "severity"}
    for name, value in want.items():
        _mirror_is_its_peoples(sides, model, before, name, value)
    if how == "sync":
        assert sides.look().updates == (), "a second look wrote something"
    want, have = texts(sides)
    if want == have:
        assert settle(sides, "sync").updates == (), "equal sides were written to"
        for name, value in want.items():
            model.equal(name, value)
    model.agreed = {name: said for name, said in model.agreed.items() if name in sides.offers}


def _sources_are_their_peoples(sides: Sides, before: Before) -> None:
    """What is copied as text is left out: it names the credits and all else in the store that has nothing else."""
    said, _ = texts(sides)
    for name in {*before.want} - {"source"}:
        if name not in before.takes_over or before.how == "write lost":
            assert said[name] == before.want[name], f"{name} of a source was changed, and nobody of its people said so"
        elif name in SCALARS:
            assert said[name] == before.have[name], f"{name} was not taken over"


def _mirror_is_its_peoples(sides: Sides, model: Model, before: Before, name: str, value: str) -> None:
    was, now = before.have[name], texts(sides)[1][name]
    if name in model.written:
        assert now == model.written[name], f"an edit of {name} was lost"
    elif name in before.gives_in and before.how != "write lost":
        assert now == value or not _can_follow(sides, name, value), f"{name} did not give in"
    elif name in model.blurred | model.unsure or before.how == "write lost":
        assert now in {was, value}
    elif _can_follow(sides, name, value) and not (model.ever_lost and name in ELEMENTS):
        assert now == value, f"{name} did not follow"
    if now == value and was != value:
        model.equal(name, value, remembered=before.how in {"sync", "half written"})
        if before.how == "answer lost":
            model.unsure.add(name)  # until the next look finds both sides equal


def settle(sides: Sides, how: str) -> Sync:
    """As the app does. What it learned by looking is written down before anything is sent."""
    sync = sides.look()
    sides.remember(dict(sync.adopted))
    is_half = False
    for update in sync.updates if how != "write lost" else ():
        if is_half and update.fields.severity:
            continue
        is_half = how == "half written" and update.fields.clears_cvss
        sides.mirror = written(sides.mirror, update.fields)
        if how in {"sync", "half written"}:
            sides.share(update)
    for source in sync.to_source if how != "write lost" else ():
        sides.write_source(source)
    for name, _ in sync.over.fields if sync.over else ():
        del sides.offers[name]
    sides.case = replace(sides.case, sequence=max(sides.case.sequence, sync.sequence))
    return sync


def _one_writer(sides: Sides, sync: Sync, takes_over: set[str]) -> None:
    """Nothing is written to both sides, nor twice to one but in turn, nor while people are still to settle it."""
    ours = [name for update in sync.updates if not update.fields.clears_cvss for name in update.synced]
    assert len(ours) == len(set(ours))
    assert not {*ours} & {*sync.diverged, *sync.conflicts}
    assert not {*ours} & takes_over
    assert len(sync.to_source) <= len(takes_over), f"{[*sides.offers]} do not hold, and a source was written to"


def _can_follow(sides: Sides, name: str, value: str) -> bool:
    """GitHub can take back neither a rating nor the last affected package."""
    if name == "severity":
        return bool(value)
    return not name.startswith("vulnerabilities/") or len(sides.mirror.vulnerabilities) > 1 or bool(value)
