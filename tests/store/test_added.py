"""Whom we let in is known after requests that never left, too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from app.domain.cases import Participant
from app.domain.ids import Person
from app.store import added, added_teams, cases

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(seconds=10)
ANN, BEN = Person("ann", 7), Person("ben", 8)
FOR_UV = {ANN.id: ("uv",), BEN.id: ("uv",)}


@pytest.fixture
def conn(writing: Connection) -> Connection:
    """Case 1, in which uv takes part."""
    cases.open_case(writing, number=1, links=[], participants=[Participant(tool="uv", why="x")], now=NOW)
    return writing


def test_nobody_is_known_of_a_request_that_never_left(conn: Connection) -> None:
    """Whoever is let in by hand after that is somebody else's guest."""
    added.announce(conn, 1, [ANN], tools=FOR_UV, at=NOW)
    added.unsent(conn, 1, NOW, before=())
    added_teams.announce(conn, 1, "uv", tools=["uv"], at=NOW)
    added_teams.unsent(conn, 1, "uv", NOW, before=())

    assert (added.of_case(conn, 1), added_teams.of_case(conn, 1)) == ((), ())


def test_an_earlier_request_without_an_answer_stays_known_with_its_own_time(conn: Connection) -> None:
    """It may still take effect, and how long that is waited for is counted from then."""
    added.announce(conn, 1, [ANN], tools=FOR_UV, at=NOW)
    added_teams.announce(conn, 1, "uv", tools=["uv"], at=NOW)
    people, teams = added.of_case(conn, 1), added_teams.of_case(conn, 1)
    added.announce(conn, 1, [ANN, BEN], tools={ANN.id: ("pip",), BEN.id: ("pip",)}, at=LATER)
    added_teams.announce(conn, 1, "uv", tools=["pip"], at=LATER)

    added.unsent(conn, 1, LATER, before=people)
    added_teams.unsent(conn, 1, "uv", LATER, before=teams)

    assert [(each.login, each.at, each.tools) for each in added.of_case(conn, 1)] == [("ann", NOW, ("uv",))]
    assert added_teams.of_case(conn, 1) == teams


def test_what_was_seen_meanwhile_is_not_unsaid(conn: Connection) -> None:
    """Somebody whose turn it was by then went on: they are inside because of us."""
    before = added.of_case(conn, 1)
    added.announce(conn, 1, [ANN], tools=FOR_UV, at=NOW)
    added.seen(conn, 1, [ANN.id], LATER)

    added.unsent(conn, 1, NOW, before=before)

    assert [each.is_ours for each in added.of_case(conn, 1)] == [True]


def test_who_was_taken_out_before_stays_so(conn: Connection) -> None:
    """They are no guests of ours because of a request that never left."""
    added.announce(conn, 1, [ANN], tools=FOR_UV, at=NOW)
    added.seen(conn, 1, [ANN.id], NOW)
    added.gone(conn, 1, [ANN.id], NOW)
    before = added.of_case(conn, 1)
    added.announce(conn, 1, [ANN], tools=FOR_UV, at=LATER)

    added.unsent(conn, 1, LATER, before=before)

    assert added.of_case(conn, 1) == before
