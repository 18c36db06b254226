"""Does a command that operators type have what the instances have: user, settings, secrets, and database?

With stand-ins for systemctl, which shows the shipped files, and for systemd-run, which writes down what it was given.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest
import yaml

ROOT = Path(__file__).parents[2]
UNITS = [ROOT / "greenroom.service", *sorted((ROOT / "greenroom.service.d").iterdir())]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
# Who runs it, with what; all else of the unit is what a service that listens may not do.
MEANT = ("User", "Group", "UMask", "NoNewPrivileges", "WorkingDirectory", "StateDirectory", "StateDirectoryMode",
         "EnvironmentFile", "Environment", "LoadCredential")  # fmt: skip
Typed: TypeAlias = Callable[..., list[str]]


def _stand_in(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.fixture
def typed(tmp_path: Path) -> Typed:
    """Types a command, and tells what systemd-run was given."""
    shown = shlex.join(["cat", *map(str, UNITS)])
    _stand_in(tmp_path, "systemctl", f'[ "$*" = "cat greenroom.service" ] && exec {shown}')
    _stand_in(tmp_path, "systemd-run", "printf '%s\\0' \"$@\"; exit 3")

    def run(*arguments: str) -> list[str]:
        environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        command = [str(ROOT / "greenroom-as-service"), *arguments]
        done = subprocess.run(  # noqa: S603 - ours
            command, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 3, done.stderr  # what the command says is what its caller gets
        return done.stdout.split("\0")[:-1]

    return run


def _of_units() -> list[str]:
    lines = [line for file in UNITS for line in file.read_text(encoding="utf-8").splitlines()]
    return [line for line in lines if line.partition("=")[0] in MEANT]


def _value(option: str, given: Sequence[str]) -> list[str]:
    return [each.removeprefix(f"--{option}=") for each in given if each.startswith(f"--{option}=")]


def test_a_command_has_what_the_service_has(typed: Typed) -> None:
    """Each line of the unit and of its drop-ins, in their order, as a later one counts more."""
    given = typed("plan")

    [unit] = _value("unit", given)
    assert unit.endswith(".service")
    here = [line.replace("%d/", f"/run/credentials/{unit}/") for line in _of_units()]
    assert _value("property", given) == here
    assert {line.partition("=")[0] for line in here} == {*MEANT}
    assert sum("%" in line for line in _of_units()) == sum(unit in line for line in here) > 9


def test_two_commands_at_a_time_do_not_meet(typed: Typed) -> None:
    """A unit of one name is there once."""
    assert _value("unit", typed("plan")) != _value("unit", typed("plan"))


def test_what_is_typed_arrives_as_it_was_typed(typed: Typed) -> None:
    """Also what systemd would take for a variable; and options of the command are none of systemd-run."""
    given = typed("case", "note", "3", "--by", "a $HOME ${x} b", "--json", "*")

    place = given.index("/opt/greenroom/.venv/bin/greenroom")
    assert all(each.startswith("--") for each in given[:place])
    typed_there = [each.replace("$$", "$") for each in given[place + 1 :]]
    assert typed_there == ["case", "note", "3", "--by", "a $HOME ${x} b", "--json", "*"]
    assert "a $$HOME $${x} b" in given


def test_it_is_waited_for_and_can_be_piped(typed: Typed) -> None:
    """A command of which nobody hears how it ended is no command. What failed leaves nothing behind."""
    given = typed("plan")

    assert {"--wait", "--collect", "--pty", "--pipe", "--quiet"} <= {*given}


@pytest.mark.skipif(shutil.which("systemd-run") is None, reason="there is no systemd-run here")
def test_systemd_has_every_option_that_it_is_given(typed: Typed) -> None:
    """Asked of its own help."""
    said = subprocess.run(["systemd-run", "--help"], capture_output=True, text=True, check=True)  # noqa: S607
    options = {each.partition("=")[0] for each in typed("plan") if each.startswith("--")}

    assert options - {*re.findall(r"--[\w-]+", said.stdout)} == set()


def test_without_the_unit_nothing_is_run(tmp_path: Path) -> None:
    """Rather than as root, with nobody's settings."""
    _stand_in(tmp_path, "systemctl", "echo No files found for greenroom.service. >&2; exit 1")
    _stand_in(tmp_path, "systemd-run", f"touch {tmp_path}/ran")
    environment = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}

    done = subprocess.run(  # noqa: S603 - ours
        [str(ROOT / "greenroom-as-service"), "plan"], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode != 0
    assert "greenroom.service" in done.stderr
    assert not (tmp_path / "ran").exists()


def test_the_page_installs_what_it_has_people_type() -> None:
    """Under the name by which every page calls it; what is run by it is what the unit runs."""
    [start] = re.findall(r"(?m)^ExecStart=(\S+) serve$", UNITS[0].read_text(encoding="utf-8"))
    script = (ROOT / "greenroom-as-service").read_text(encoding="utf-8")

    assert "install --mode 0755 greenroom-as-service /usr/local/sbin/greenroom\n" in PAGE
    assert f"\n  {start} " in script
    assert os.access(ROOT / "greenroom-as-service", os.X_OK)


def test_in_containers_a_command_is_one_more_container_of_the_service() -> None:
    """With files of its own folder, under the same name as with systemd: every other line is for both."""
    [alias] = re.findall(r"(?m)^ *alias greenroom='(.+)'$", PAGE)
    *options, service = shlex.split(alias)
    compose = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
    [folder] = re.findall(r"(?m)^WORKDIR (.+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    [unit_s] = [line.partition("=")[2] for line in _of_units() if line.startswith("WorkingDirectory=")]

    assert options[:5] == ["docker", "compose", "run", "--rm", "--no-deps"]
    assert "command" in compose["services"][service]
    assert "entrypoint" not in compose["services"][service]
    assert f"$PWD/exchange:{folder}/exchange" in options
    assert folder == unit_s


def test_files_go_through_the_folder_that_is_there_for_them() -> None:
    """Elsewhere the user of Greenroom may not write: each file that a command is told to write or to read."""
    named = re.findall(r"`greenroom (?:backup|restore|rotate [\w-]+ --(?:new|key)|policy check) ([^-\s`][^\s`]*)", PAGE)
    made = re.findall(r"(?m)^ *install --directory --owner (\w+) --group \w+ --mode 0700 (.*exchange)$", PAGE)

    assert len(named) > 6
    assert {each for each in named if not each.startswith("exchange/")} <= {"FILE"}
    assert {owner: where.split()[-1] for owner, where in made} == {
        "greenroom": "/var/lib/greenroom/exchange",
        "10001": "exchange",
    }


def test_a_backup_is_pruned_only_after_one_that_is_whole() -> None:
    """And only what the timer made: each by its own name, as a backup never writes over a file."""
    unit = (ROOT / "greenroom-backup.service").read_text(encoding="utf-8")
    [made] = re.findall(r"(?m)^ExecStart=/bin/sh -c 'exec (.+)'$", unit)
    [pruned] = re.findall(r"(?m)^ExecStartPost=/usr/bin/(find .+)$", unit)
    [cron] = re.findall(r"(?m)^17 3 \* \* \* root (.+)$", PAGE)

    assert made.startswith("/usr/local/sbin/greenroom backup /var/backups/greenroom/")
    assert [f"-name {shlex.quote('????-??-??T??????Z.db')} -mtime +30 -delete" in each for each in (pruned, cron)] == [
        True, True
    ]  # fmt: skip
    for date in (made.replace("$$", "$").replace("%%", "%"), cron.replace(r"\%", "%")):
        [name] = re.findall(r"\$\((date [^)]+)\)", date)
        today = subprocess.run(shlex.split(name), capture_output=True, text=True, check=True)  # noqa: S603 - date
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}Z", today.stdout.strip())
    assert " && find " in cron


def test_what_a_killed_backup_left_is_deleted_and_what_is_being_made_is_not(tmp_path: Path) -> None:
    """It holds whole copies, and would fill the disk. Its name is none that a backup has."""
    unit = (ROOT / "greenroom-backup.service").read_text(encoding="utf-8")
    [of_unit] = re.findall(r"(?m)^ExecStartPre=/usr/bin/(find .+)$", unit)
    [of_cron] = re.findall(r"(?m)^7 3 \* \* \* root (find .+)$", PAGE)

    for line in (of_unit, of_cron):
        old, new, backup = (
            tmp_path / name for name in (".greenroom-backup-a1", ".greenroom-check-b2", "2026-12-01.db")
        )
        for folder in (old, new):
            folder.mkdir(exist_ok=True)
            (folder / "scratch.db").touch()
        backup.touch()
        for each in (old, backup):
            os.utime(each, (0, 0))
        command, _, *rest = shlex.split(line)
        subprocess.run([command, str(tmp_path), *rest], check=True)  # noqa: S603 - find
        assert [old.exists(), new.exists(), backup.exists()] == [False, True, True]
