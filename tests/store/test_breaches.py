"""Which breaches does a look end?"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from app.domain.ids import RepoName
from app.store import breaches
from tests.builders import PIP, WHEEL
from tests.clock import START

LATER = START + timedelta(hours=1)
ONE, OTHER = "private-reporting", "reports-reach-owner"


def _over(conn: Connection, repo: RepoName) -> dict[str, bool]:
    return {each.policy: each.over_at == LATER for each in breaches.breaches(conn, repo, START)}


def test_what_is_right_ends_and_what_is_wrong_beside_it_goes_on(writing: Connection) -> None:
    """A look says of many policies at once that they are right; of other repositories it says nothing."""
    for repo in (PIP, WHEEL):
        for policy in (ONE, OTHER):
            breaches.begin(writing, repo, policy, START)

    breaches.end(writing, [(PIP, ONE), (PIP, "a policy that was never broken")], LATER)

    assert _over(writing, PIP) == {ONE: True, OTHER: False}
    assert _over(writing, WHEEL) == {ONE: False, OTHER: False}


def test_what_ended_keeps_its_end(writing: Connection) -> None:
    """Every look says again that it is right."""
    breaches.begin(writing, PIP, ONE, START)
    breaches.end(writing, [(PIP, ONE)], LATER)

    breaches.end(writing, [(PIP, ONE), (WHEEL, ONE)], LATER + timedelta(hours=1))

    assert _over(writing, PIP) == {ONE: True}


def test_where_nothing_is_right_nothing_ends(writing: Connection) -> None:
    """A look that could tell nothing."""
    breaches.begin(writing, PIP, ONE, START)

    breaches.end(writing, [], LATER)

    assert _over(writing, PIP) == {ONE: False}
