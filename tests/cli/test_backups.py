"""What is typed to keep a copy and to come back from one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.command import DONE, FAILED, FOUND
from tests.cli.conftest import Run
from tests.which_database import about_files

pytestmark = [pytest.mark.slow, about_files]


def test_a_backup_comes_back_with_writes_off_and_what_was_there_is_kept(greenroom: Run, tmp_path: Path) -> None:
    """The whole way, as somebody types it in a bad night; nothing is replaced before they say so."""
    backup = tmp_path / "backup.db"
    assert greenroom("migrate").exit_code == 0
    assert greenroom("writes", "off").exit_code == 0
    made = json.loads(greenroom("backup", str(backup), "--json").stdout)
    assert (made["file"], made["rows"]) == (str(backup), 1)
    assert greenroom("audit", "verify", "--head", made["head"]).exit_code == 0

    refused = greenroom("restore", str(backup))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "--replace" in refused.stderr

    restored = json.loads(greenroom("restore", str(backup), "--replace", "--json").stdout)
    assert Path(restored["replaced"]).is_file()
    switched = json.loads(greenroom("writes", "--json").stdout)
    assert (switched["switch"], switched["by"]) == ("off", "the command restore")
    assert greenroom("audit", "verify", "--head", made["head"]).exit_code == 0


def test_a_restore_names_the_file_that_was_typed_and_refuses_another_installs(greenroom: Run, tmp_path: Path) -> None:
    """Two installs on one machine have backups side by side; whoever is in a hurry names the wrong one."""
    backup = tmp_path / "backup.db"
    assert greenroom("plan").exit_code in {DONE, FOUND}  # whoever looks at GitHub does so as an App
    assert greenroom("backup", str(backup)).exit_code == DONE

    restored = json.loads(greenroom("restore", str(backup), "--replace", "--json").stdout)
    assert restored["file"] == str(backup)
    Path(restored["replaced"]).unlink()  # named by the second; the next one may come in the same

    refused = greenroom("restore", str(backup), "--replace", app_id="4711")
    assert (refused.exit_code, refused.stdout) == (FAILED, "")
    assert "that of this one is 4711" in " ".join(refused.stderr.split())
    assert greenroom("restore", str(backup), "--replace", "--other-app", app_id="4711").exit_code == DONE


def test_a_backup_is_not_written_over(greenroom: Run, tmp_path: Path) -> None:
    """It exits 1, so that whatever runs it each night says so."""
    assert greenroom("migrate").exit_code == 0
    assert greenroom("backup", str(tmp_path / "backup.db")).exit_code == 0

    assert greenroom("backup", str(tmp_path / "backup.db")).exit_code == 1


def test_for_postgresql_the_server_s_own_tools_are_named(greenroom: Run, tmp_path: Path) -> None:
    """Half a backup would be worse than none. The message repeats no password."""
    for command in ("backup", "restore"):
        told = greenroom(
            command, str(tmp_path / "file"), database_url="postgresql://greenroom:canary@db.example/greenroom"
        )
        assert told.exit_code == 2
        assert "pg_dump" in told.stderr
        assert "canary" not in told.output
