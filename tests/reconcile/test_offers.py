"""Which way does a field go in which both sides differ, once people said so, and when does their yes lapse?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.domain.actions import MirrorFields
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from tests.builders import GHSA, LINK, OTHER_DIGESTS, ROTATED, WHEEL, advisory, affects, case
from tests.reconcile.two_sides import V1, Sides

ON_WHEEL, ON_UV, ON_PDM = affects("wheel", "uv", "pdm")
WORSE = replace(ON_UV, vulnerable_version_range="< 3")
UV = AdvisoryKey(RepoName("astral-sh", "uv"), Ghsa("GHSA-5555-6666-7777"))
NOTHING: tuple[str, ...] = ()

# field → what people change in the mirror, and what then is sent to the advisory
TAKEN_OVER: dict[str, tuple[dict[str, Any], MirrorFields]] = {
    "summary": ({"summary": "Worse: see @\u2060alice"}, MirrorFields(summary="Worse: see @alice")),
    "severity": ({"severity": "critical"}, MirrorFields(severity="critical")),
    "severity by CVSS": ({"cvss_vector": V1, "severity": "critical"}, MirrorFields(cvss_vector=V1)),
    "cve": ({"cve_id": "CVE-2026-2"}, MirrorFields(cve_id="CVE-2026-2")),
    "cwes/CWE-22": ({"cwe_ids": ("CWE-22",)}, MirrorFields(cwe_ids=("CWE-22",))),
    "vulnerabilities/pip:uv": (
        {"vulnerabilities": (ON_WHEEL, WORSE)},
        MirrorFields(vulnerabilities=(ON_WHEEL, WORSE)),
    ),
    "vulnerabilities/pip:pdm": (
        {"vulnerabilities": (ON_WHEEL, ON_UV, ON_PDM)},
        MirrorFields(vulnerabilities=(ON_WHEEL, ON_UV, ON_PDM)),
    ),
}
EACH = pytest.mark.parametrize("name", TAKEN_OVER)


def differing(name: str) -> tuple[Sides, str]:
    sides = Sides()
    sides.edit_mirror(**TAKEN_OVER[name][0])
    return sides, name.split(maxsplit=1)[0]


def of_two(**said: Any) -> Sides:
    """A case with wheel's advisory, and with one of uv that names uv only."""
    boring: dict[str, Any] = {"repo": UV.repo, "ghsa": UV.ghsa, "vulnerabilities": (ON_UV,)}
    return Sides(
        source=advisory(vulnerabilities=(ON_WHEEL,)),
        others=(advisory(**(boring | said)),),
        case=case(links=(LINK, UV)),
    )


def test_nothing_to_say() -> None:
    """Both sides say the same, so nobody is asked anything."""
    assert Sides().look().differences == ()


@EACH
def test_the_advisory_takes_over_exactly_one_field_and_then_there_is_peace(name: str) -> None:
    """Its own people said so. The rest of it is not sent, and the next look has nothing to do."""
    sides, field = differing(name)
    assert sides.say(field, "to-source")

    [sent] = sides.settle().to_source

    assert (sent.repo, sent.ghsa, sent.fields) == (WHEEL, GHSA, TAKEN_OVER[name][1])
    assert len(sent.fields.names()) == 1
    after = sides.settle()
    assert (after.updates, after.to_source, after.diverged) == ((), (), NOTHING)
    assert after.over is not None
    assert after.over.fields == ((field, "done"),)
    assert sides.look().over is None


@EACH
def test_the_mirror_gives_in_where_a_coordinator_says_so(name: str) -> None:
    """And follows again from then on."""
    sides, field = differing(name)
    assert sides.say(field, "to-mirror")

    sides.settle()

    assert sides.settle().diverged == NOTHING
    assert sides.offers == {}


CHANGES: dict[str, Callable[[Sides], None]] = {
    "the source changed": lambda sides: sides.edit_source(severity="low"),
    "the mirror changed": lambda sides: sides.edit_mirror(severity="medium"),
}


@pytest.mark.parametrize("direction", ["to-source", "to-mirror"])
@pytest.mark.parametrize("what", CHANGES)
def test_a_yes_lapses_where_a_side_changed_since(what: str, direction: Any) -> None:
    """It was a yes to what they saw."""
    sides, field = differing("severity")
    sides.say(field, direction)
    CHANGES[what](sides)

    sync = sides.settle()

    assert (sync.updates, sync.to_source) == ((), ())
    assert sync.over is not None
    assert sync.over.fields == (("severity", "lapsed"),)
    assert sides.offers == {}


def test_a_yes_outlives_a_new_key_and_not_the_loss_of_its_own() -> None:
    """Nobody can tell any more what it was said to."""
    for digests, holds in ((ROTATED, True), (OTHER_DIGESTS, False)):
        sides, field = differing("severity")
        sides.say(field, "to-source")
        body = sides.body
        sides.digests = digests
        sides.edit_mirror(description=body.text(digests))

        assert bool(sides.look().to_source) == holds


def test_what_both_edited_goes_where_people_say() -> None:
    """A conflict is settled as a divergence is."""
    sides, field = differing("severity")
    sides.edit_source(severity="low")
    assert [each.both_edited for each in sides.look().differences] == [True]
    sides.say(field, "to-source")

    sides.settle()

    assert (sides.source.severity, sides.mirror.severity) == ("critical", "critical")
    assert sides.settle().conflicts == NOTHING


def test_an_element_goes_to_the_advisory_that_has_it_and_a_new_one_to_the_first() -> None:
    """What versions of uv are affected is said by its own people."""
    sides = of_two()
    sides.edit_mirror(vulnerabilities=(ON_WHEEL, WORSE, ON_PDM))
    assert {each.field: each.target for each in sides.look().differences} == {
        "vulnerabilities/pip:pdm": LINK,
        "vulnerabilities/pip:uv": UV,
    }
    for field in ("vulnerabilities/pip:pdm", "vulnerabilities/pip:uv"):
        sides.say(field, "to-source")

    sides.settle()

    assert sides.source.vulnerabilities == (ON_WHEEL, ON_PDM)
    assert [each.vulnerabilities for each in sides.others] == [(WORSE,)]
    assert sides.settle().diverged == NOTHING


def test_what_two_advisories_say_is_taken_back_by_each_of_them() -> None:
    """A yes of wheel's people is none of uv's."""
    sides = of_two(cwe_ids=("CWE-22",))
    sides.edit_source(cwe_ids=("CWE-22",))
    sides.settle()
    sides.edit_mirror(cwe_ids=())
    sides.say("cwes/CWE-22", "to-source")

    sides.settle()
    after = sides.settle()

    assert (sides.source.cwe_ids, sides.others[0].cwe_ids) == ((), ("CWE-22",))
    assert after.over is not None
    assert [each.target for each in sides.look().differences] == [UV]


@pytest.mark.parametrize(
    ("name", "said", "why"),
    [
        ("severity", {"severity": None}, "no way to take back a severity"),
        ("source", None, "its own people change it in the advisory itself"),
        ("block", None, "Greenroom's own"),
    ],
)
def test_what_no_advisory_can_take_over_says_why(name: str, said: dict[str, Any] | None, why: str) -> None:
    """So that nobody waits for it. The mirror can still give in."""
    sides = Sides()
    sides.edit_regions(**{name: "three"}) if said is None else sides.edit_mirror(**said)

    [difference] = sides.look().differences

    assert (difference.target, why in difference.why_not) == (None, True)
    assert sides.say(name, "to-mirror")
    assert sides.settle().updates


def test_a_vector_is_not_given_up_for_a_word() -> None:
    """GitHub takes that in two requests only, and where the second one fails the advisory has lost its vector."""
    sides = Sides(source=advisory(cvss_vector=V1, severity="critical"))
    sides.edit_mirror(cvss_vector=None, severity="low")

    [difference] = sides.look().differences

    assert (difference.target, "CVSS vector" in difference.why_not) == (None, True)
    assert not sides.say("severity", "to-source")
    assert sides.say("severity", "to-mirror")
    sides.settle()
    assert sides.mirror.cvss_vector == V1


@pytest.mark.parametrize("state", ["published", "closed"])
def test_an_advisory_that_is_over_is_not_written_to(state: Any) -> None:
    """What is public is its people's to change, and nobody else's."""
    sides, field = differing("severity")
    sides.say(field, "to-source")
    sides.edit_source(state=state)

    assert sides.look().to_source == ()
    assert not sides.say(field, "to-source")


def test_the_last_package_of_an_advisory_stays() -> None:
    """GitHub takes none without. uv's advisory names uv only."""
    sides = of_two()
    sides.edit_mirror(vulnerabilities=(ON_WHEEL,))

    [difference] = sides.look().differences

    assert "without an affected package" in difference.why_not


def test_what_differs_tells_nothing_of_what_it_is() -> None:
    """It is stored and printed; the texts are under embargo."""
    sides = Sides()
    sides.edit_mirror(summary="Remote code execution by a crafted wheel")
    sides.say("summary", "to-source")

    told = f"{sides.look().differences} {sides.offers} {sides.look().to_source}"

    assert "crafted" not in told
    assert "Path" not in told
