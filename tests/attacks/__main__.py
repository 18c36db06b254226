"""Do the tests notice when the product is broken on purpose? `make attack`, or `make attack ARGS="NAME NAME"`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from tests.attacks.breaks import ROOT, Break, all_breaks

LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", ".*_cache", "__pycache__", "node_modules", "*.db*")
_RED = re.compile(r"^(?:FAILED|ERROR) (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)


def attack(each: Break) -> list[str]:
    """The first tests that turned red. Raises RuntimeError where they did not run to an end."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "greenroom"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        each.make(copy)
        # From inside the copy, whose packages then come before those that are installed.
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--maxfail=3", "--no-header", *each.tests]
        ran = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)  # noqa: S603 our own list
    red = list(dict.fromkeys(_RED.findall(ran.stdout)))
    if ran.returncode and not red:
        raise RuntimeError(f"{each.name}: the tests did not run to an end\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}")
    return red


def main(names: list[str]) -> int:
    """Make every break, or those named. 1 where one was not noticed."""
    told, survived = Console(), 0
    for each in all_breaks():
        if names and each.name not in names:
            continue
        red = attack(each)
        survived += not red
        told.print(f"[bold]{each.name}[/]: {', '.join(red) if red else '[red]nobody noticed[/]'}", soft_wrap=True)
    return 1 if survived else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
