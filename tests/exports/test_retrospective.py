from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from app.domain.cases import CaseEvent, Disclosure
from app.exports.retrospective import retrospective
from tests.builders import NOW
from tests.exports.matters import answer, answered, days, line, of_pip, of_uv, told


def figures(**said: Any) -> dict[str, str]:
    page = retrospective(told(answer("pip", "fixed"), **said))
    return dict(item[2:].split(": ", 1) for item in page.splitlines() if item.startswith("- ") and ": " in item)


@pytest.mark.parametrize(
    ("until", "told_as"),
    [
        (None, "no hour was agreed"),
        (NOW + days(7), "kept until 2026-12-08 09:00; public at once"),
        (NOW + days(6.5), "kept until 2026-12-07 21:00; public 12.0 hours later"),
        (NOW + days(2), "kept until 2026-12-03 09:00; public 5.0 days later"),
        (NOW + days(8), "broken, 24.0 hours before 2026-12-09 09:00"),
        (NOW + days(20), "broken, 13.0 days before 2026-12-21 09:00"),
    ],
)
def test_an_embargo_was_kept_or_it_was_not(until: datetime | None, told_as: str) -> None:
    """By how long is what one learns from."""
    assert figures(embargo_until=until)["Embargo"] == told_as


def test_what_somebody_said_to_be_public_ended_the_embargo_too() -> None:
    """A blog post five days before pip's advisory."""
    found = figures(embargo_until=NOW + days(7), disclosed_at=NOW + days(2))
    assert found["Embargo"] == "broken, 5.0 days before 2026-12-08 09:00"
    assert found["First public"] == "2026-12-03 09:00"


def test_what_was_seen_in_public_counts_from_when_it_was_public() -> None:
    """The CVE record was published elsewhere, four days before pip's advisory, and noticed a day later."""
    listed = Disclosure(by="listed", since=NOW + days(3), seen_at=NOW + days(4))
    assert figures(embargo_until=NOW + days(7), disclosure=listed)["First public"] == "2026-12-04 09:00"


def test_the_skew_runs_from_the_first_that_was_public_to_the_last_that_was_fixed() -> None:
    """The entry-point escape was public in one tool 13 days before the next one's release."""
    late = of_pip(published_at=NOW + days(20))
    page = retrospective(told(answer("pip", "fixed"), answer("uv", "fixed"), advisories=(late, of_uv())))
    assert "- From first public to last fixed: 14.0 days" in page  # uv on day 6, pip on day 20


def test_a_fix_that_its_people_told_before_their_advisory_counts_from_then() -> None:
    """The release was out; the advisory came later. An advisory without a fixed version is no fix."""
    late = of_pip(published_at=NOW + days(20))
    told_early = told(answer("pip", "fixed"), advisories=(late, of_uv()), events=(answered("pip", "fixed", after=8),))
    assert "last fixed: 2.0 days" in retrospective(told_early)
    unfixed = of_pip(vulnerabilities=(line("pip", "< 26.1"),))
    assert "last fixed" not in retrospective(told(answer("pip", "affected"), advisories=(unfixed,)))
    before = told(answer("pip", "fixed"), events=(answered("pip", "fixed", after=1),))
    assert "last fixed: nothing: all that are fixed were so before" in retrospective(before)


def test_silence_and_what_is_left_to_do_are_named() -> None:
    """Silence is told as silence, and not as an answer."""
    page = retrospective(told(answer("conda", "unknown"), answer("pip", "affected"), answer("virtualenv", "embedded")))
    assert "- Silent: conda" in page
    assert "- Not fixed yet: pip, virtualenv" in page
    assert "| conda | 2026-12-01 09:00 | – | – | – | unknown |" in page


def test_the_timeline_names_neither_people_nor_what_may_never_be_published() -> None:
    """A link, a coordinator and a proposal are for those who took part."""
    page = retrospective(
        told(
            answer("pip", "fixed"),
            events=(
                CaseEvent(at=NOW, what="linked", detail="pypa/wheel/GHSA-9999-9999-9999", by="carol"),
                CaseEvent(at=NOW, what="coordinator", detail="carol:3", by="carol"),
                CaseEvent(at=NOW, what="exported", detail="openvex", by="carol"),
                CaseEvent(at=NOW, what="embargo", detail="nothing is public before 2026-12-15T16:00Z", by="carol"),
                CaseEvent(at=NOW, what="left", tool="pipenv", by="carol"),
            ),
        )
    )
    assert not any(each in page for each in ("GHSA-9999", "carol", "pipenv", "openvex"))
    assert "An advisory was linked" in page
    assert "Embargo: nothing is public before 2026-12-15T16:00Z" in page
