"""Is any edit of a person lost, whatever happened before?

The model is simple: for each field, and each element of a list, what each side says, what people last wrote into the
mirror, and the value that was last written down as shared. It knows nothing of how the two are compared.
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
from app.reconcile.digests import Digests
from app.reconcile.mirror import Sync
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
ELEMENTS = tuple(f"cwes/{each}" for each in CWES) + tuple(map(mirror_fields.element_of, PACKAGES))


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
    others_too = tuple(each for each in side.vulnerabilities if mirror_fields.element_of(each) != name)
    versions = RANGES[choice % 3]
    if versions is None and not others_too:
        return {}  # GitHub takes no advisory without
    return {"vulnerabilities": (*others_too, *_affected(name, versions))}


def _affected(name: str, versions: str | None) -> tuple[Vulnerability, ...]:
    if versions is None:
        return ()
    return tuple(
        replace(each, vulnerable_version_range=versions) for each in PACKAGES if mirror_fields.element_of(each) == name
    )


def texts(sides: Sides) -> tuple[dict[str, str], dict[str, str]]:
    """What each side says: every field, and every element that is anywhere. What a side lacks says nothing."""
    want = mirror_fields.wanted(1, sides.sources, sides.block, sides.store).fields
    have = mirror_fields.shown(sides.mirror, sides.body).fields
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

    def person_writes(self, name: str, value: str) -> None:
        if name not in self.blurred and value == self.base.get(name, ""):
            self.written.pop(name, None)  # as it was: nobody can tell that from nothing
        else:
            self.written[name] = value

    def forget(self) -> None:
        self.blurred, self.base, self.ever_lost = {*SCALARS, *ELEMENTS}, {}, True

    def equal(self, name: str, value: str, *, remembered: bool = True) -> None:
        self.written.pop(name, None)
        if remembered:
            self.base[name] = value
            self.blurred.discard(name)
            self.unsure.discard(name)


def look(sides: Sides, model: Model, how: str) -> None:
    """A look of the app: it writes, or its request is lost, or GitHub's answer is."""
    want, before = texts(sides)
    notes = sides.body.after
    for name, value in want.items():
        if value == before[name]:
            model.equal(name, value)
    done = settle(sides, how)
    _one_writer(done)
    _, after = texts(sides)
    assert sides.body.after == notes
    for name, value in want.items():
        if name in model.written:
            assert after[name] == model.written[name], f"an edit of {name} was lost"
        elif name in model.blurred | model.unsure or how == "write lost":
            assert after[name] in {before[name], value}
        elif _can_follow(sides, name, value) and not (model.ever_lost and name in ELEMENTS):
            assert after[name] == value, f"{name} did not follow"
        if after[name] == value and before[name] != value:
            model.equal(name, value, remembered=how == "sync")
            if how == "answer lost":
                model.unsure.add(name)  # until the next look finds both sides equal
    if how == "sync":
        assert sides.look().updates == (), "a second look wrote something"
    if want == after:
        assert settle(sides, "sync").updates == (), "equal sides were written to"
        for name, value in want.items():
            model.equal(name, value)


def settle(sides: Sides, how: str) -> Sync:
    """As the app does. What it learned by looking is written down before anything is sent."""
    sync = sides.look()
    sides.remember(dict(sync.adopted))
    for update in sync.updates if how != "write lost" else ():
        sides.mirror = written(sides.mirror, update.fields)
        if how == "sync":
            sides.share(update)
    sides.case = replace(sides.case, sequence=max(sides.case.sequence, sync.sequence))
    return sync


def _one_writer(sync: Sync) -> None:
    ours = [name for update in sync.updates for name in update.synced]
    assert len(ours) == len(set(ours))
    assert not {*ours} & {*sync.diverged, *sync.conflicts}


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
            model.forget()
        elif what in {"new key", "key gone"}:
            _rotate(sides, model, choice, is_gone=what == "key gone")
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


def _rotate(sides: Sides, model: Model, choice: int, *, is_gone: bool) -> None:
    body = sides.body
    number = len(sides.digests._keys) + choice + 1000
    new = f"{number}-{choice}:{number:064x}"
    old = ",".join(f"{name}:{key.hex()}" for name, key in sides.digests._keys)
    known = {name for name, _ in sides.digests._keys}
    if new.partition(":")[0] in known:
        return
    sides.digests = Digests.parse(new if is_gone else f"{new},{old}")
    sides.edit_mirror(description=body.text(sides.digests))  # somebody had it restored
    if is_gone:
        model.forget()


NAME = st.sampled_from((*SCALARS, *ELEMENTS))
EDIT = st.tuples(st.sampled_from(("source", "second source", "mirror")), NAME, st.integers(0, 3))
EVENT = st.tuples(
    st.sampled_from(("sync", "sync", "write lost", "answer lost", "baselines lost", "new key", "key gone")),
    st.just(""),
    st.integers(0, 3),
)
HISTORY = st.lists(st.one_of(EDIT, EDIT, EVENT), max_size=14)
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
    want = mirror_fields.wanted(1, sides.sources, sides.block, "advisory").fields
    sides.mirror = mirror_of(sides.source, description=sides.mirror.description)
    sides.edit_regions(source=want["source"], block=want["block"])

    assert sides.settle().updates == ()
    assert told(sides.look()) == ([], set(), set(), set())
