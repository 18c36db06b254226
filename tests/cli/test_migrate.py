"""What is somebody told who takes along what there is?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.command import DONE, FAILED, MISUSED
from tests.cli.conftest import Run
from tests.places import Engine, InFile, change, keep_in
from tests.which_database import on_both

pytestmark = on_both


@pytest.fixture
def target(engine: Engine, tmp_path: Path) -> Iterator[str]:
    """An empty database elsewhere."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    place = keep_in(engine, folder)
    place.make_bare()
    yield place.url
    place.lose()


@pytest.fixture
def source(greenroom: Run, tmp_path: Path) -> str:
    """What somebody has who ran it on SQLite."""
    place = InFile(tmp_path)
    assert greenroom("migrate", database_url=place.url).exit_code == DONE
    change(
        place,
        "INSERT INTO repositories (id, name, observed_at) VALUES (7, 'pypa/pip', '2026-12-01 09:00:00.000000')",
    )
    return place.url


def test_everything_is_taken_along_once(greenroom: Run, source: str, target: str) -> None:
    """How much it was is said. A second time is refused with what to do, and changes nothing."""
    copied = greenroom("migrate", "--from", source, database_url=target)
    again = greenroom("migrate", "--from", source, database_url=target)

    assert copied.exit_code == DONE
    assert "rows of" in copied.stderr
    assert "the audit is the same" in copied.stderr
    assert again.exit_code == FAILED
    assert "there is something in the database of GREENROOM_DATABASE_URL already" in " ".join(again.stderr.split())
    assert "copy into an empty database" in " ".join(again.stderr.split())


def test_what_is_not_there_is_said(greenroom: Run, target: str, tmp_path: Path) -> None:
    """A mistyped path is no empty history, and it is not made."""
    missing = greenroom("migrate", "--from", f"sqlite:///{tmp_path}/mistyped.db", database_url=target)

    assert missing.exit_code == FAILED
    assert "there is no database to copy from" in " ".join(missing.stderr.split())
    assert not (tmp_path / "mistyped.db").exists()


def test_going_back_to_an_older_version_is_refused(greenroom: Run, source: str, tmp_path: Path, target: str) -> None:
    """Neither a start nor `migrate` touches what a newer version made, and what to do is said."""
    assert greenroom("migrate", "--from", source, database_url=target).exit_code == DONE
    change(InFile(tmp_path), "UPDATE alembic_version SET version_num = '9999'")

    typed = greenroom("migrate", database_url=source)

    assert typed.exit_code == MISUSED
    assert "newer version of Greenroom" in " ".join(typed.stderr.split())
    assert "Traceback" not in typed.output


def test_what_was_copied_is_used_by_nobody_before_somebody_says_so(greenroom: Run, source: str, target: str) -> None:
    """An instance that starts with the settings of before would go on beside the other."""
    assert greenroom("migrate", "--from", source, database_url=target).exit_code == DONE

    for command in ("plan", "notices"):
        refused = greenroom(command, database_url=source)
        assert refused.exit_code == MISUSED
        assert "was copied into another database" in " ".join(refused.stderr.split())
        assert "greenroom migrate --back" in " ".join(refused.stderr.split())
    assert greenroom("notices", database_url=target).exit_code == DONE

    assert greenroom("migrate", "--back", database_url=source).exit_code == DONE
    assert greenroom("notices", database_url=source).exit_code == DONE
