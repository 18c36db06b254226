"""Does code run that lies in the one folder which an instance may write to? It may not, whoever put it there."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PYTHON = "/opt/venv/bin/python"


def _started() -> list[str]:
    """What the image's command `greenroom` hands over to."""
    [line] = re.findall(rf"exec {PYTHON} (.*?) \"\$@\"", DOCKERFILE)
    return shlex.split(line)


def _health_check() -> list[str]:
    [check] = re.findall(r"(?m)^HEALTHCHECK .*\\\n\s+CMD (.*)$", DOCKERFILE)
    python, *arguments = json.loads(check)
    assert python == PYTHON
    return list(arguments)


@pytest.mark.parametrize(
    "arguments", [pytest.param(_started(), id="greenroom"), pytest.param(_health_check(), id="check")]
)
def test_modules_of_the_working_folder_are_not_taken_for_ours(tmp_path: Path, arguments: list[str]) -> None:
    """Python looks first where it was started. A restored archive, or whoever could write one file, would become us."""
    theirs = "open('ran', 'w').close()\n"  # imports nothing, which could be another of these
    for name in ("app", "policies", "json", "typer", "urllib", "socket"):
        (tmp_path / f"{name}.py").write_text(theirs, encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "GREENROOM_PORT": "1"}

    subprocess.run(  # noqa: S603 - what the image would run
        [sys.executable, *arguments, *(["--help"] if "app" in arguments else [])],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )

    assert not (tmp_path / "ran").exists()


def test_a_service_runs_the_program_that_was_installed() -> None:
    """It looks for modules beside itself, and `python -m` would beside the database."""
    units = [*ROOT.glob("greenroom*.service"), *ROOT.glob("greenroom.service.d/*.conf"), ROOT / "greenroom-as-service"]
    told = [
        line for unit in units for line in unit.read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]

    assert [line for line in told if re.search(r"\bpython", line) and "PYTHONDONTWRITEBYTECODE" not in line] == []
    assert "ExecStart=/opt/greenroom/.venv/bin/greenroom serve" in told
