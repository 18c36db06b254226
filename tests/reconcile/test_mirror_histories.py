"""Is any edit of a person lost, whatever happened before?

Histories of what people do on both sides, and of what goes wrong; every look is held against the model in
`tests.reconcile.kept_edits`. Nothing is kept in memory between two looks, so every look is one after a restart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.domain.facts import Advisory, Vulnerability
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.mirrors import Mirror, Store
from app.reconcile import mirror_fields
from app.reconcile.body import BLOCK, SOURCE, Tampered
from app.reconcile.digests import Digests
from app.reconcile.mirror import written_anew
from tests.builders import LINK, advisory, case, mirror_of
from tests.reconcile.kept_edits import ELEMENTS, PACKAGES, SCALARS, Model, look, texts
from tests.reconcile.two_sides import V1, V2, Sides, told, written

UV = RepoName("astral-sh", "uv")
OTHER = Ghsa("GHSA-5555-6666-7777")
TEXTS = ("one", "two", "three @somebody")
RATINGS = [(None, "low"), (V1, "critical"), (V2, "critical"), (None, None)]
CVES = (None, "CVE-2026-1", "CVE-2026-2")
LOOKS = ("sync", "sync", "write lost", "half written", "answer lost")
RANGES = (None, "< 1", "< 2")  # None: not affected


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
        if what in LOOKS:
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
    model.keys += 1  # one that is gone does not come back: what was said under it would hold again
    new = f"{model.keys}:{model.keys:064x}"
    old = ",".join(f"{name}:{key.hex()}" for name, key in sides.digests._keys)
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
    st.sampled_from((*LOOKS, "baselines lost", "new key", "key gone", "broken")),
    st.just(""),
    st.integers(0, 3),
)
YES = st.tuples(st.sampled_from(("to-source", "to-mirror")), NAME, st.just(0))
HISTORY = st.lists(st.one_of(EDIT, EDIT, EVENT, YES), max_size=14)
STORES = st.sampled_from(("advisory", "advisory", "issue"))
# What is left in the mirror alone cannot leave it, until a yes brings another package back beside it.
LAST_BUT_FOR_A_YES = [
    ("source", "vulnerabilities/pip:wheel", 0),
    ("mirror", "vulnerabilities/pip:uv", 0),
    ("to-mirror", "vulnerabilities/pip:uv", 0),
]
quick = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(quick, max_examples=200)
@given(HISTORY, STORES, st.integers(1, 2))
@example(LAST_BUT_FOR_A_YES, "advisory", 1)
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
