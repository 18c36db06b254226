"""Is every line that a process logs JSON, with keys that are known? What gathers logs expects nothing else."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import RunningSandbox, plain_environment

ROOT = Path(__file__).parents[2]
ALWAYS = {"event", "level", "timestamp"}


def _keys() -> dict[str, set[str]]:
    text = (ROOT / "docs" / "logs.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.]+)` \|(.*)\| .+ \|$", text, re.MULTILINE)
    return {event: set(re.findall(r"`(\w+)`", keys)) for event, keys in rows}


@pytest.mark.slow
def test_every_line_of_a_process_that_serves_is_one_json_object_with_documented_keys(
    sandbox: RunningSandbox, settings: dict[str, str], tmp_path: Path
) -> None:
    """From its start to its end, and while GitHub does not answer everything."""
    sandbox.do("fail", method="GET", path="/app/hook/*", status=502, times=50)
    lines: list[str] = []
    command = [sys.executable, "-m", "app", "serve"]
    environment = plain_environment(**settings) | {
        "GREENROOM_LOG_LEVEL": "info",
        "GREENROOM_PORT": "0",
        "PYTHONPATH": str(ROOT),
    }
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as child:  # noqa: S603
        assert child.stderr is not None
        for line in child.stderr:
            lines.append(line)
            if '"event": "sweep"' in line:
                break
        child.send_signal(signal.SIGTERM)
        lines += child.stderr.readlines()
        assert child.wait(timeout=60) in {0, -signal.SIGTERM}

    told = [json.loads(line) for line in lines]
    known = _keys()
    assert {"listening", "sweep", "policy.in_force"} <= {each["event"] for each in told}
    assert [each for each in told if each["event"] == "policy.changed"] == []  # nobody changed it
    assert [each for each in told if ALWAYS - set(each)] == []
    assert [each for each in told if set(each) - ALWAYS - known[each["event"]]] == []
