"""Can a coordinator say yes and no to what somebody asked for in a comment?"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.domain.cases import Widening
from app.domain.ids import Person
from app.store import proposals
from tests.cli.conftest import Run
from tests.places import by_hand, place_in

BY = ("--by", "coordinator-1")
SHE = Person("pip-maintainer-1", 7)


@pytest.fixture
def asked(greenroom: Run, tmp_path: Path) -> list[int]:
    """Case 1, in which pip's people asked for uv, and for a Friday."""
    assert greenroom("case", "open", "--tool", "pip", *BY).exit_code == 0
    with by_hand(place_in(tmp_path)) as conn:
        ask = partial(_ask, conn)
        return [ask("invite", "uv"), ask("embargo", "2030-01-04T16:00Z")]


def _ask(conn: Connection, what: Widening, value: str) -> int:
    return proposals.propose(conn, 1, what, value, by=SHE, at=datetime(2026, 12, 1, tzinfo=UTC))


def test_what_waits_is_listed_and_a_yes_does_it(greenroom: Run, asked: list[int]) -> None:
    """As if the coordinator had typed it, under her name; it is not listed any more."""
    first, second = asked
    shown = json.loads(greenroom("case", "show", "1", "--json").stdout)["proposals"]
    assert [(each["id"], each["what"], each["value"]) for each in shown] == [
        (first, "invite", "uv"),
        (second, "embargo", "2030-01-04T16:00Z"),
    ]
    assert "invite uv" in greenroom("case", "show", "1").stdout

    yes = greenroom("case", "confirm", str(first), *BY, "--json")
    friday = greenroom("case", "confirm", str(second), *BY)

    assert "Case 1: invite uv, which" in yes.stderr
    assert [each["tool"] for each in json.loads(yes.stdout)["participants"]] == ["pip", "uv"]
    assert (friday.exit_code, "is a Friday" in friday.output) == (0, True)
    after = json.loads(greenroom("case", "show", "1", "--json").stdout)
    assert (after["proposals"], after["embargo_until"]) == ([], "2030-01-04T16:00:00+00:00")
    assert [each["what"] for each in after["history"]].count("confirmed") == 2


def test_a_no_changes_nothing_and_is_the_last_word(greenroom: Run, asked: list[int]) -> None:
    """Whoever comes later is told who said it."""
    number = str(asked[0])

    for words, right in (
        (("confirm", number), "say with --by which coordinator"),
        (("confirm", number, "--by", "pip-maintainer-1"), "is no coordinator"),
        (("decline", "99", *BY), "there is no proposal 99"),
    ):
        refused = greenroom("case", *words)
        assert (refused.exit_code, right in " ".join(refused.output.split())) == (2, True), refused.output
    assert greenroom("case", "decline", number, *BY).exit_code == 0

    late = greenroom("case", "confirm", number, *BY)
    assert (late.exit_code, f"proposal {number} was declined by coordinator-1 already" in late.output) == (2, True)
    shown = json.loads(greenroom("case", "show", "1", "--json").stdout)
    assert [each["tool"] for each in shown["participants"]] == ["pip"]
