"""Which start is worth trying again? A service that ends with 2 stays down until somebody comes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.cli.command import FAILED, MISUSED
from tests.cli.conftest import Run
from tests.places import InFile, Place, change
from tests.which_database import about_files, on_both


def test_a_server_that_does_not_answer_yet_is_asked_again(greenroom: Run) -> None:
    """Both hosts were rebooted, and PostgreSQL takes longer."""
    ended = greenroom("serve", database_url="postgresql+psycopg://greenroom@127.0.0.1:1/greenroom", port="0")

    assert ended.exit_code == FAILED
    assert "does not let us in" in " ".join(ended.stderr.split())


def test_a_name_that_nobody_knows_yet_is_asked_for_again(greenroom: Run) -> None:
    """The network came up, and DNS did not."""
    ended = greenroom("serve", database_url="postgresql+psycopg://greenroom@database.invalid/greenroom", port="0")

    assert ended.exit_code == FAILED


@pytest.mark.slow
@about_files
def test_a_file_that_somebody_writes_to_for_long_is_opened_again(greenroom: Run, place: Place) -> None:
    """A copy of it is being put in place, perhaps."""
    assert isinstance(place, InFile)
    with closing(sqlite3.connect(place.file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ended = greenroom("serve", port="0")

    assert ended.exit_code == FAILED
    assert "database is locked" in " ".join(ended.stderr.split())


def test_a_file_that_is_no_database_waits_for_people(greenroom: Run, tmp_path: Path) -> None:
    """It will not become one by itself."""
    (tmp_path / "letter.txt").write_text("To whom it may concern: this is no database. " * 20, encoding="utf-8")

    ended = greenroom("serve", database_url=f"sqlite:///{tmp_path / 'letter.txt'}", port="0")

    assert ended.exit_code == MISUSED
    assert "file is not a database" in " ".join(ended.stderr.split())


@on_both
def test_digest_keys_of_one_that_was_killed_are_waited_for(greenroom: Run, place: Place) -> None:
    """Five minutes later it counts as gone, and nobody has to be there."""
    change(
        place,
        "INSERT INTO held_secrets (instance, kind, prints, at) VALUES ('one:1', 'digest-key', 'another', :at)",
        at=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}",
    )

    ended = greenroom("serve", port="0")

    assert ended.exit_code == FAILED
    assert "the instance one:1 makes digests with a key" in " ".join(ended.stderr.split())


def test_digest_keys_that_cannot_be_read_wait_for_people(greenroom: Run) -> None:
    """Whoever wrote them has to write them otherwise."""
    assert greenroom("serve", digest_keys="2026:short", port="0").exit_code == MISUSED


def test_migrate_that_finds_nobody_says_so_in_a_sentence(greenroom: Run) -> None:
    """What a driver says may hold a password, and a package tries again."""
    ended = greenroom("migrate", database_url="postgresql+psycopg://greenroom:hidden@127.0.0.1:1/greenroom")

    assert ended.exit_code == FAILED
    assert "does not let us in" in " ".join(ended.stderr.split())
    assert "hidden" not in ended.stderr
