"""The commands that outside checkers rely on: the sandbox's ready line, and the demo."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import RunningSandbox, plain_environment

pytestmark = pytest.mark.slow

STEPS = ["pvr-reverted", "mirror-opened", "edit-followed", "webhooks-lost", "crash-recovered", "write-blocked"]


def test_the_ready_line_points_a_greenroom_at_the_sandbox(shared_sandbox: RunningSandbox) -> None:
    """One line of JSON with the address, the settings and the installations."""
    ready = shared_sandbox.ready

    assert ready["env"]["GREENROOM_GITHUB_URL"] == ready["url"]
    assert all(isinstance(value, str) for value in ready["env"].values())
    assert {"GREENROOM_APP_ID", "GREENROOM_PRIVATE_KEY", "GREENROOM_WEBHOOK_SECRET", "GREENROOM_DIGEST_KEYS"} <= set(
        ready["env"]
    )
    assert {"id", "account"} <= set(ready["installations"][0])
    assert "verbs" in httpx.get(f"{ready['url']}/_sandbox", trust_env=False).json()


@pytest.mark.slow
@pytest.mark.parametrize("world", ["no-such-file.json", "."])
def test_a_world_that_is_none_is_misuse(world: str, tmp_path: Path) -> None:
    """2: pypa, empty, or a file that can be read."""
    command = [sys.executable, "-m", "app", "sandbox", "--world", world, "--json"]

    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=tmp_path, env=plain_environment(), capture_output=True, text=True, check=False, timeout=30
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "pypa nor empty" in done.stderr


@pytest.mark.slow
def test_the_demo_plays_six_steps_and_says_so_in_one_object(tmp_path: Path) -> None:
    """`greenroom demo --once --json`: the shape that others rely on, and exit code 0 only if all steps went well."""
    command = [sys.executable, "-m", "app", "demo", "--once", "--json"]

    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=tmp_path, env=plain_environment(), capture_output=True, text=True, check=False, timeout=400
    )

    shown = json.loads(done.stdout)
    assert done.stdout.count("\n") == 1
    assert [step["id"] for step in shown["steps"]] == STEPS
    assert [step["id"] for step in shown["steps"] if not step["ok"]] == [], shown["steps"]
    assert (done.returncode, shown["ok"]) == (0, True)
    assert set(shown) == {"ok", "seconds", "steps", "writes", "findings", "mirrors"}
    assert all(set(step) == {"id", "ok", "seconds", "observed"} for step in shown["steps"])
    assert all(set(write) == {"method", "path", "status"} for write in shown["writes"])
    assert all(set(each) == {"policy", "repository", "state"} for each in shown["findings"])
    assert all(set(each) == {"store", "repository", "number", "state", "readers"} for each in shown["mirrors"])
    assert len(shown["mirrors"]) == 3
    assert all(isinstance(reader, str) for mirror in shown["mirrors"] for reader in mirror["readers"])
    assert list(tmp_path.iterdir()) == []
