"""To which case does a mirror belong, by its own word?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.cases import StoredCase
from app.reconcile.body import Body
from app.reconcile.doubles_seen import belongs_to
from tests.builders import DIGESTS, LINK, NOW, OTHER_DIGESTS, case
from tests.reconcile.cases import LINKS
from tests.reconcile.two_sides import Sides

OTHER = (LINKS[1],)
LATER: dict[str, Any] = {"opened_at": NOW + timedelta(days=1)}

FOUND: dict[str, tuple[StoredCase, StoredCase, bool]] = {
    "as it was": (case(), case(), True),
    "something was linked since": (case(), case(links=LINKS), True),
    "something was taken out since": (case(links=LINKS), case(), True),
    "all that is linked changed since": (case(), case(links=OTHER), True),
    "it came by mail, and something was linked since": (case(links=()), case(), True),
    "it was opened anew, of the same draft": (case(), case(**LATER), True),
    "another number": (case(), case(number=2), False),
    "the same number of another matter": (case(), case(links=OTHER, **LATER), False),
    "the same number of another matter by mail": (case(links=()), case(links=(), **LATER), False),
}


@pytest.mark.parametrize(("then", "now", "belongs"), FOUND.values(), ids=FOUND)
def test_a_mirror_belongs_to_the_case_of_which_its_record_tells(
    then: StoredCase, now: StoredCase, *, belongs: bool
) -> None:
    """It says what the case was when it was written, and cases change. A number may have been given twice."""
    assert belongs_to(Sides(case=then).mirror, now, DIGESTS) is belongs


@pytest.mark.parametrize(("links", "belongs"), [((LINK,), True), (OTHER, False)])
def test_a_record_of_before_belongs_by_what_it_links(links: Any, *, belongs: bool) -> None:
    """It does not say when its case was opened."""
    mirror = Sides().mirror
    body = Body.parse(mirror.description, DIGESTS)
    body = replace(body, record=replace(body.record, told=""))

    assert belongs_to(replace(mirror, description=body.text(DIGESTS)), case(links=links), DIGESTS) is belongs


def test_what_we_did_not_sign_belongs_to_nobody() -> None:
    """Anybody can write the words of a record."""
    assert not belongs_to(Sides().mirror, case(), OTHER_DIGESTS)
    assert not belongs_to(replace(Sides().mirror, is_ours=False), case(), DIGESTS)
