"""Which commands bring a database to another shape, and what do they say where somebody works with it?

There is no way back, and an instance of the version before cannot go on with the new shape.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.cli.command import DONE, FAILED, MISUSED
from tests.cli.conftest import Run
from tests.places import Engine, Place, change, keep_in, rows
from tests.store.test_migrating_data import shaped
from tests.which_database import on_both

pytestmark = on_both
BEFORE = "0007"


@pytest.fixture
def older(engine: Engine, tmp_path: Path) -> Iterator[Place]:
    """The database of an install of the version before."""
    folder = tmp_path / "older"
    folder.mkdir()
    place = keep_in(engine, folder)
    place.make_bare()
    with shaped(place.url, BEFORE):
        pass
    yield place
    place.lose()


def _shape(place: Place) -> str:
    [(found,)] = rows(place, "SELECT version_num FROM alembic_version")
    return str(found)


def _one_runs(place: Place, ago: timedelta) -> None:
    change(
        place,
        "INSERT INTO held_secrets (instance, kind, prints, at) VALUES ('one:1', 'app-key', 'print', :at)",
        at=f"{datetime.now(UTC) - ago:%Y-%m-%d %H:%M:%S.%f}",
    )


@pytest.mark.parametrize("typed", ["writes off --by me", "notices", "plan", "backup copy.db"])
def test_a_command_that_is_typed_in_between_changes_no_shape(greenroom: Run, older: Place, typed: str) -> None:
    """The new program is there, and the old instance still runs: who looks, or stops writes, must not stop that."""
    refused = greenroom(*typed.split(), database_url=older.url)

    if "backup" not in typed or refused.exit_code != DONE:  # a file is copied as it is
        told = " ".join(refused.stderr.split())
        assert refused.exit_code in {MISUSED, FAILED}
        assert "run: greenroom migrate" in told
        assert "stop every instance" in told
    assert _shape(older) == BEFORE


def test_migrate_refuses_while_an_instance_is_heard_of(greenroom: Run, older: Place) -> None:
    """It would be left with tables that it does not know."""
    _one_runs(older, timedelta(minutes=4))

    refused = greenroom("migrate", database_url=older.url)

    assert refused.exit_code == FAILED
    assert "stop every instance first" in " ".join(refused.stderr.split())
    assert "of one that was killed wait five minutes" in " ".join(refused.stderr.split())
    assert _shape(older) == BEFORE


def test_migrate_goes_on_once_all_are_silent(greenroom: Run, older: Place) -> None:
    """One that was killed is not waited for longer than it takes to know; afterwards commands work."""
    _one_runs(older, timedelta(minutes=5, seconds=1))

    assert greenroom("migrate", database_url=older.url).exit_code == DONE

    assert _shape(older) != BEFORE
    assert json.loads(greenroom("writes", "--json", database_url=older.url).stdout)["writes"] == "on"


def test_migrate_beside_an_instance_is_fine_where_nothing_is_to_be_done(greenroom: Run, place: Place) -> None:
    """A second instance is started with the same packages, whose first step it is."""
    _one_runs(place, timedelta(minutes=1))

    assert greenroom("migrate").exit_code == DONE
