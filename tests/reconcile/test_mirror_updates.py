"""What is written to a mirror that follows its source, and in which words?"""

from __future__ import annotations

import pytest

from app.domain.actions import MirrorFields
from app.domain.mirrors import Store
from app.reconcile.mirror import opening
from app.reconcile.sources import Sources
from tests.builders import DIGESTS, advisory, case
from tests.reconcile.two_sides import BLOCK, V1, Sides, told


def test_one_write_carries_every_field_that_follows_and_the_cve_goes_on_its_own() -> None:
    """Whether GitHub takes one CVE id for two advisories is not documented: its refusal must not hold back the rest."""
    sides = Sides()
    sides.edit_source(summary="two", severity="low", cwe_ids=("CWE-22",), cve_id="CVE-2026-2")

    rest, cve = sides.look().updates

    assert rest.fields == MirrorFields(summary="two", severity="low", cwe_ids=("CWE-22",))
    assert (cve.fields, cve.synced) == (MirrorFields(cve_id="CVE-2026-2"), {"cve": "CVE-2026-2"})


def test_a_cve_that_was_taken_back_is_taken_back() -> None:
    """A CNA can reject one."""
    sides = Sides(source=advisory(cve_id="CVE-2026-2"))
    assert sides.mirror.cve_id == "CVE-2026-2"
    sides.edit_source(cve_id=None)

    [update] = sides.settle().updates

    assert update.fields == MirrorFields(clears_cve=True)
    assert sides.mirror.cve_id is None


def test_a_vector_that_gives_way_to_a_severity_is_taken_away_with_it() -> None:
    """GitHub refuses a severity while there is a vector, and keeps the vector's severity when it is taken away.

    So these are two writes, each with what is shared after it; and they hold back nothing else.
    """
    sides = Sides(source=advisory(cvss_vector=V1, severity="critical"))
    sides.edit_source(cvss_vector=None, severity="low", summary="two")

    rest, away, word = sides.settle().updates

    assert (rest.fields.summary, rest.fields.names()) == ("two", ("summary",))
    assert (away.fields, away.synced) == (
        MirrorFields(clears_cvss=True, severity="critical"),
        {"severity": "critical"},
    )
    assert (word.fields, word.synced) == (MirrorFields(severity="low"), {"severity": "low"})
    assert (sides.mirror.cvss_vector, sides.mirror.severity) == (None, "low")
    assert told(sides.look()) == ([], set(), set(), set())


@pytest.mark.parametrize("was", [{"severity": "high"}, {"cvss_vector": V1, "severity": "critical"}])
def test_a_rating_that_was_taken_back_is_shown_as_a_divergence(was: dict[str, str]) -> None:
    """GitHub has no way to take a severity back, so saying that it was followed would be untrue."""
    sides = Sides(source=advisory(**was))
    sides.edit_source(cvss_vector=None, severity=None, summary="two")

    assert told(sides.settle()) == (["summary"], set(), {"severity"}, set())
    assert told(sides.look()) == ([], set(), {"severity"}, set())


def test_a_mirror_of_an_advisory_without_anything_is_opened() -> None:
    """A draft needs neither rating nor packages."""
    bare = advisory(summary="", description="", severity=None, vulnerabilities=())

    fields = opening(case(), Sources(linked=(bare,)), BLOCK, DIGESTS, store="advisory").fields

    assert (fields.summary, fields.severity, fields.cvss_vector, fields.cwe_ids) == ("(no title)", None, None, None)
    assert told(Sides(source=bare).look()) == ([], set(), set(), set())


def test_credits_are_shown_as_text() -> None:
    """Whoever reported is named where the text came from, and mentioned nowhere."""
    credited = Sides(source=advisory(credits=(("alice", "reporter"), ("bot[bot]", "tool"))))

    head = credited.body.source.split("\n")[0]
    assert head.replace("\u2060", "").endswith("Credits there: alice (reporter), bot[bot] (tool).")


@pytest.mark.parametrize("store", ["advisory", "issue"])
def test_of_many_credits_the_first_twenty_are_shown(store: Store) -> None:
    """Anybody can be credited, and a mirror must be opened all the same."""
    credited = tuple((f"some-quite-long-login-name-{number:06d}", "analyst") for number in range(1500))

    first = opening(case(), Sources(linked=(advisory(credits=credited),)), "block", DIGESTS, store=store)

    text = first.fields.description or ""
    assert "name-000019 (analyst) and 1480 more.\n" in text
    assert text.count("some-quite-long-login-name") == 20
    exactly = opening(case(), Sources(linked=(advisory(credits=credited[:20]),)), "block", DIGESTS, store=store)
    assert "name-000019 (analyst).\n" in (exactly.fields.description or "")


def test_the_order_of_lists_is_no_change() -> None:
    """GitHub does not promise to keep it."""
    sides = Sides(source=advisory(cwe_ids=("CWE-22", "CWE-59")))
    sides.edit_mirror(cwe_ids=("CWE-59", "CWE-22"), vulnerabilities=sides.source.vulnerabilities[::-1])

    assert told(sides.look()) == ([], set(), set(), set())


def test_blank_lines_around_our_regions_are_no_change() -> None:
    """People tidy up, and GitHub may trim."""
    sides = Sides()
    sides.edit_regions(source=f"\n{sides.body.source}\n\n", block=f"{sides.body.block}\n")

    assert told(sides.look()) == ([], set(), set(), set())


def test_the_longest_source_leaves_room_for_people() -> None:
    """60 kB of report become 48 kB of mirror."""
    sides = Sides(source=advisory(description="A wheel can write anywhere.\n" * 2_500))

    assert len(sides.mirror.description) < 50_000
    assert "[…cut here." in sides.mirror.description
