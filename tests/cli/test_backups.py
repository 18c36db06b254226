"""What is typed to keep a copy and to come back from one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.command import DONE, FAILED, FOUND, MISUSED
from tests.cli.conftest import Run
from tests.places import keep_in
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


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The URL of a database on a server, without tables."""
    place = keep_in("postgresql", tmp_path)
    place.make_bare()
    yield place.url
    place.lose()


def test_a_server_s_database_is_kept_in_a_file_and_comes_back_from_it(
    greenroom: Run, server: str, tmp_path: Path
) -> None:
    """The same commands as for a file; what was there is kept beside the backup."""
    backup = tmp_path / "backup.db"
    assert greenroom("migrate", database_url=server).exit_code == DONE
    assert greenroom("writes", "off", database_url=server).exit_code == DONE
    made = json.loads(greenroom("backup", str(backup), "--json", database_url=server).stdout)
    assert (made["file"], made["rows"]) == (str(backup), 1)

    refused = greenroom("restore", str(backup), database_url=server)
    assert (refused.exit_code, refused.stdout) == (FAILED, "")
    assert "--replace" in refused.stderr

    restored = json.loads(greenroom("restore", str(backup), "--replace", "--json", database_url=server).stdout)
    assert Path(restored["replaced"]).parent == tmp_path
    switched = json.loads(greenroom("writes", "--json", database_url=server).stdout)
    assert (switched["switch"], switched["by"]) == ("off", "the command restore")
    assert greenroom("audit", "verify", "--head", made["head"], database_url=server).exit_code == DONE


def test_what_other_tools_put_back_is_distrusted_by_one_command(greenroom: Run, tmp_path: Path) -> None:
    """It is said what that means. A file beside it would mean two things at once, and nothing at all neither."""
    assert greenroom("migrate").exit_code == DONE

    told = greenroom("restore", "--distrust")

    assert (told.exit_code, "every open case waits for a coordinator" in " ".join(told.stdout.split())) == (DONE, True)
    assert json.loads(greenroom("writes", "--json").stdout)["by"] == "the command restore"
    for arguments in ((), (str(tmp_path / "backup.db"), "--distrust")):
        assert greenroom("restore", *arguments).exit_code == MISUSED


def test_a_server_that_is_not_there_is_no_traceback(greenroom: Run, tmp_path: Path) -> None:
    """The message repeats no password."""
    nowhere = "postgresql://greenroom:canary@127.0.0.1:1/greenroom"
    for arguments in (("backup", str(tmp_path / "file")), ("restore", "--distrust")):
        told = greenroom(*arguments, database_url=nowhere)
        assert told.exit_code == FAILED
        assert "canary" not in told.output
