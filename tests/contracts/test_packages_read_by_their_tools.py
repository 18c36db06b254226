"""Do systemd and Docker themselves understand what is shipped for them? Asked where there are any; nothing is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADDITIONS = ("sign-in", "hand", "monitoring", "rotate")
of_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here")


def _run(*command: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - their own tools, and files of this tree
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """As operations.md has them installed, with every drop-in."""
    for unit in (*ROOT.glob("greenroom*.service"), *ROOT.glob("greenroom*.timer")):
        shutil.copy(unit, tmp_path)
    shutil.copytree(ROOT / "greenroom.service.d", tmp_path / "greenroom.service.d")
    return tmp_path


@of_systemd
@pytest.mark.parametrize("unit", ["greenroom.service", "greenroom-backup.service", "greenroom-backup.timer"])
def test_systemd_understands_every_line(unit: str, units: Path) -> None:
    """One that it does not is passed over with a warning that nobody reads. The programs are not installed here."""
    done = _run("systemd-analyze", "verify", "--man=no", unit, cwd=units, SYSTEMD_UNIT_PATH=f"{units}:")

    complaints = [line for line in done.stderr.splitlines() if line.strip()]
    assert [line for line in complaints if not re.search(r"(/opt|/usr/local)/\S+ is not executable", line)] == []


@of_systemd
def test_a_line_that_systemd_does_not_understand_is_told(units: Path) -> None:
    """Else the test above would pass with anything."""
    with (units / "greenroom.service.d" / "rotate.conf").open("a", encoding="utf-8") as file:
        file.write("LoadCredentials=a:/b\n")

    done = _run("systemd-analyze", "verify", "--man=no", "greenroom.service", cwd=units, SYSTEMD_UNIT_PATH=f"{units}:")

    assert "LoadCredentials" in done.stderr


@of_systemd
def test_a_backup_is_made_every_day() -> None:
    """When, by systemd's own reading."""
    [when] = re.findall(r"(?m)^OnCalendar=(.+)$", (ROOT / "greenroom-backup.timer").read_text(encoding="utf-8"))
    done = _run("systemd-analyze", "calendar", "--iterations=3", when, LC_ALL="C", TZ="UTC")

    days = re.findall(r"(?:Next elapse|Iter\w*\.? #\d): \w+ (\d{4}-\d\d-\d\d) 03:17:00 UTC", done.stdout)
    first, second, third = map(date.fromisoformat, days)
    assert second - first == third - second == timedelta(days=1), done.stdout


@of_systemd
def test_systemd_itself_calls_the_unit_well_protected() -> None:
    """By its own measure from 0 (none exposed) to 10; the same command names what could still be taken away."""
    done = _run("systemd-analyze", "security", "--offline=true", "--threshold=20", str(ROOT / "greenroom.service"))

    assert done.returncode == 0, done.stdout[-300:]


def _has_compose() -> bool:
    return shutil.which("docker") is not None and _run("docker", "compose", "version").returncode == 0


@pytest.mark.parametrize("added", [(), *((name,) for name in ADDITIONS), ADDITIONS], ids="-and-".join)
def test_docker_understands_every_file_and_all_of_them_together(added: Sequence[str], tmp_path: Path) -> None:
    """What is merged and replaced is said nowhere but in its own tool."""
    if not _has_compose():
        pytest.skip("there is no docker compose here")
    files = ["compose.yml", *(f"compose.{name}.yml" for name in added)]
    for file in files:
        shutil.copy(ROOT / file, tmp_path)
    (tmp_path / "greenroom.env").touch()

    done = _run("docker", "compose", *chain.from_iterable(("-f", each) for each in files), "config", "-q", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
