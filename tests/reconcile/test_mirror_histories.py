"""Is any edit of a person lost, whatever happened before?

The model is simple: for each field, and each element of a list, what each side says, what people last wrote into the
mirror, the value that was last written down as shared, and what people said of it. It knows nothing of how the two are
compared. Nothing is kept in memory between two looks, so every look is one after a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.facts import Advisory, Vulnerability
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.mirrors import Mirror, Store
from app.reconcile import mirror_fields
from app.reconcile.body import BLOCK, SOURCE, Tampered
from app.reconcile.digests import Digests
from app.reconcile.mirror import Sync, written_anew
from tests.builders import LINK, advisory, affects, case, mirror_of
from tests.reconcile.two_sides import V1, V2, Sides, told, written

UV = RepoName("astral-sh", "uv")
OTHER = Ghsa("GHSA-5555-6666-7777")
TEXTS = ("one", "two", "three @somebody")
RATINGS = [(None, "low"), (V1, "critical"), (V2, "critical"), (None, None)]
CVES = (None, "CVE-2026-1", "CVE-2026-2")
CWES = ("CWE-22", "CWE-59")
PACKAGES = affects("wheel", "uv", "pdm")
RANGES = (None, "< 1", "< 2")  # None: not affected
FIRST, ANY = "first", "any"

SCALARS = ("summary", "severity", "cve", "source")
ELEMENTS = tuple(f"cwes/{each}" for each in CWES) + tuple(f"vulnerabilities/pip:{each.package}" for each in PACKAGES)


def edited(side: Advisory | Mirror, name: str, choice: int) -> dict[str, Any]:
    """What a person changes on one side."""
    if name == "summary":
        return {"summary": TEXTS[choice % 3]}
    if name == "severity":
        vector, severity = RATINGS[choice % 4]
        return {"cvss_vector": vector, "severity": severity}
    if name == "cve":
        return {"cve_id": CVES[choice % 3]}
    if name.startswith("cwes/"):
        others = tuple(each for each in side.cwe_ids if f"cwes/{each}" != name)
        return {"cwe_ids": (*others, name.partition("/")[2]) if choice % 2 else others}
    others_too = tuple(each for each in side.vulnerabilities if _plain(each) != name)
    versions = RANGES[choice % 3]
    if versions is None and not others_too:
        return {}  # GitHub takes no advisory without
    return {"vulnerabilities": (*others_too, *_affected(name, versions))}


def _plain(each: Vulnerability) -> str:
    return f"vulnerabilities/{each.ecosystem}:{each.package}"


def _affected(name: str, versions: str | None) -> tuple[Vulnerability, ...]:
    if versions is None:
        return ()
    return tuple(replace(each, vulnerable_version_range=versions) for each in PACKAGES if _plain(each) == name)


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
    """A look of the app: it writes, or its request is lost, or GitHub's answer is."""
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
        model.equal(name, value, remembered=before.how == "sync")
        if before.how == "answer lost":
            model.unsure.add(name)  # until the next look finds both sides equal


def settle(sides: Sides, how: str) -> Sync:
    """As the app does. What it learned by looking is written down before anything is sent."""
    sync = sides.look()
    sides.remember(dict(sync.adopted))
    for update in sync.updates if how != "write lost" else ():
        sides.mirror = written(sides.mirror, update.fields)
        if how == "sync":
            sides.share(update)
    for source in sync.to_source if how != "write lost" else ():
        sides.write_source(source)
    for name, _ in sync.over.fields if sync.over else ():
        del sides.offers[name]
    sides.case = replace(sides.case, sequence=max(sides.case.sequence, sync.sequence))
    return sync


def _one_writer(sides: Sides, sync: Sync, takes_over: set[str]) -> None:
    """Nothing is written to both sides, nor twice to one, nor while people are still to settle it."""
    ours = [name for update in sync.updates for name in update.synced]
    assert len(ours) == len(set(ours))
    assert not {*ours} & {*sync.diverged, *sync.conflicts}
    assert not {*ours} & takes_over
    assert len(sync.to_source) <= len(takes_over), f"{[*sides.offers]} do not hold, and a source was written to"


def _can_follow(sides: Sides, name: str, value: str) -> bool:
    """GitHub can take back neither a rating nor the last affected package."""
    if name == "severity":
        return bool(value)
    return not name.startswith("vulnerabilities/") or len(sides.mirror.vulnerabilities) > 1 or bool(value)


def two_links() -> tuple[Advisory, tuple[Advisory, ...], Any]:
    first, second = advisory(summary="one", description="one"), advisory(repo=UV, ghsa=OTHER, description="of uv")
    return first, (second,), case(links=(LINK, AdvisoryKey(UV, OTHER)))


def happened(history: list[tuple[str, str, int]], store: Store, *, linked: int) -> Sides:
    """Live through it, and hold every look against the model."""
    first, others, of_two = two_links()
    sides = (
        Sides(source=first, store=store)
        if linked == 1
        else Sides(source=first, others=others, store=store, case=of_two)
    )
    model = Model(base=dict(texts(sides)[1]))
    for what, name, choice in [*history, ("sync", "", 0)]:
        if what in {"sync", "write lost", "answer lost"}:
            look(sides, model, what)
        elif what == "baselines lost":
            sides.forget()
            sides.offers = {}
            model.forget()
        elif what in {"new key", "key gone"}:
            _rotate(sides, model, choice, is_gone=what == "key gone")
        elif what == "broken":
            _break(sides, model, choice)
        elif what in {"to-source", "to-mirror"}:
            _people_agree(sides, model, what, name)
        elif what == "mirror":
            _person_edits_mirror(sides, model, name, choice)
        elif name == "source":
            sides.edit_source(description=TEXTS[choice % 3])
        elif what == "source" or not sides.others:
            sides.edit_source(**edited(sides.source, name, choice))
        else:
            [other] = sides.others
            sides.others = (replace(other, **edited(other, name, choice)),)
    return sides


def _person_edits_mirror(sides: Sides, model: Model, name: str, choice: int) -> None:
    if name == "source":
        sides.edit_regions(source=TEXTS[choice % 3], after=f"{sides.body.after}{choice}\r\n")
    elif sides.store == "advisory":
        sides.edit_mirror(**edited(sides.mirror, name, choice))
    else:
        return
    model.person_writes(name, texts(sides)[1][name])


def _people_agree(sides: Sides, model: Model, way: Any, name: str) -> None:
    if sides.say(name, way):
        want, have = texts(sides)
        model.agreed[name] = (way, want[name], have[name])


def _break(sides: Sides, model: Model, choice: int) -> None:
    """Somebody breaks our part of the mirror: nothing is written, until a coordinator has it written anew."""
    lines = sides.mirror.description.split("\n")
    ours = [index for index, line in enumerate(lines) if line in {*SOURCE, *BLOCK} or "greenroom:record" in line]
    del lines[ours[choice]]
    _restore(sides, model, "\n".join(lines))


def _restore(sides: Sides, model: Model, text: str) -> None:
    edit, kept = model.written.get("source"), sides.body
    sides.edit_mirror(description=text)
    with pytest.raises(Tampered):
        sides.look()
    update = written_anew(
        sides.case, sides.sources, sides.mirror, sides.block, digests=sides.digests, baselines=sides.baselines
    )
    sides.mirror = written(sides.mirror, update.fields)
    sides.share(update)
    rest = f"{sides.body.before}{sides.body.after}"
    assert kept.after.strip() in rest, "what people wrote below was lost"
    assert edit is None or kept.source.strip() in rest, "what people wrote into our part was lost"
    model.equal("source", texts(sides)[1]["source"])


def _rotate(sides: Sides, model: Model, choice: int, *, is_gone: bool) -> None:
    body = sides.body
    number = len(sides.digests._keys) + choice + 1000
    new = f"{number}-{choice}:{number:064x}"
    old = ",".join(f"{name}:{key.hex()}" for name, key in sides.digests._keys)
    known = {name for name, _ in sides.digests._keys}
    if new.partition(":")[0] in known:
        return
    if not is_gone:
        sides.digests = Digests.parse(f"{new},{old}")
        sides.edit_mirror(description=body.text(sides.digests))
        return
    text = sides.mirror.description
    sides.edit_mirror(description=body.text(Digests.parse(new)))
    sides.digests = Digests.parse(new)
    model.forget()
    if choice % 2:  # nobody has signed anew what nobody can read any more
        _restore(sides, model, text)


NAME = st.sampled_from((*SCALARS, *ELEMENTS))
EDIT = st.tuples(st.sampled_from(("source", "second source", "mirror")), NAME, st.integers(0, 3))
EVENT = st.tuples(
    st.sampled_from(("sync", "sync", "write lost", "answer lost", "baselines lost", "new key", "key gone", "broken")),
    st.just(""),
    st.integers(0, 3),
)
YES = st.tuples(st.sampled_from(("to-source", "to-mirror")), NAME, st.just(0))
HISTORY = st.lists(st.one_of(EDIT, EDIT, EVENT, YES), max_size=14)
STORES = st.sampled_from(("advisory", "advisory", "issue"))
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(quick, max_examples=200)
@given(HISTORY, STORES, st.integers(1, 2))
def test_no_edit_of_a_person_is_ever_lost(history: list[tuple[str, str, int]], store: Store, linked: int) -> None:
    """Edits on both sides, outages, lost answers, lost databases, rotated keys, one source or two."""
    happened(history, store, linked=linked)


@pytest.mark.slow
@settings(quick, max_examples=5_000)
@given(HISTORY, STORES, st.integers(1, 2))
def test_no_edit_of_a_person_is_lost_in_five_thousand_histories(
    history: list[tuple[str, str, int]], store: Store, linked: int
) -> None:
    """The same, as often as it takes to meet what nobody thought of."""
    happened(history, store, linked=linked)


@settings(quick, max_examples=60)
@given(HISTORY)
def test_sides_that_say_the_same_need_no_write(history: list[tuple[str, str, int]]) -> None:
    """Whatever happened before: once people have made both sides equal, there is peace."""
    sides = happened(history, "advisory", linked=1)
    want = mirror_fields.wanted(sides.sources, sides.block, "advisory", sides.elements).fields
    sides.mirror = mirror_of(sides.source, description=sides.mirror.description)
    sides.edit_regions(source=want["source"], block=want["block"])

    assert sides.settle().updates == ()
    assert told(sides.look()) == ([], set(), set(), set())
