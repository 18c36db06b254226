"""Can a person rotate the webhook secret of an instance that runs, with nothing but what the command says?"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Run, RunningSandbox, plain_environment

PATIENCE = 60  # seconds


@contextmanager
def _serving(settings: dict[str, str]) -> Iterator[None]:
    """An instance as a process, until the end; it is told to stop as systemd does."""
    command = [sys.executable, "-m", "app", "serve"]
    environment = plain_environment(**settings, GREENROOM_PORT="0")
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:  # noqa: S603
        try:
            yield
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(PATIENCE)


def _next(greenroom: Run, **changed: str) -> str:
    """The step that waits."""
    shown = json.loads(greenroom("rotate", "webhook-secret", "--json", **changed).stdout)
    return next((each["step"] for each in shown["steps"] if each["state"] in {"next", "cannot tell"}), "")


def _until(greenroom: Run, step: str, **changed: str) -> None:
    end = time.monotonic() + PATIENCE
    while (waits := _next(greenroom, **changed)) != step:
        assert time.monotonic() < end, f"it waits for: {waits}"


@pytest.mark.slow
def test_an_instance_that_runs_is_seen_restarted_and_github_is_told(
    greenroom: Run, sandbox: RunningSandbox, settings: dict[str, str], tmp_path: Path
) -> None:
    """One that was stopped is waited for no longer: it says so itself at its end."""
    old, file = settings["GREENROOM_WEBHOOK_SECRET"], tmp_path / "new"
    with _serving(settings):
        _until(greenroom, "GitHub signs with it")  # no delivery came yet
        assert greenroom("rotate", "webhook-secret", "--new", str(file)).exit_code == 0
        new = {
            "webhook_secret": file.read_text(encoding="utf-8").strip(),
            "webhook_secret_previous": old,
            "webhook_secret_previous_until": "2100-01-01T00:00Z",
        }
        assert _next(greenroom, **new) == "running instances know both"
    assert _next(greenroom, **new) == "running instances know both"  # none runs, so nobody can tell

    with _serving(settings | {f"GREENROOM_{name.upper()}": value for name, value in new.items()}):
        _until(greenroom, "GitHub signs with the new one", **new)
        before = len(sandbox.writes)
        told = json.loads(greenroom("rotate", "webhook-secret", "--apply", "--json", **new).stdout)

    assert told["did"].startswith("GitHub was told")
    assert [f"{each['method']} {each['path']}" for each in sandbox.writes[before:]] == ["PATCH /app/hook/config"]


@pytest.mark.slow
def test_an_instance_with_other_digest_keys_does_not_start(greenroom: Run, settings: dict[str, str]) -> None:
    """Beside one that runs, each would undo what the other does."""
    with _serving(settings):
        _until(greenroom, "GitHub signs with it")  # no delivery came yet
        result = greenroom("serve", digest_keys="k9:" + "5ee5a1f09b3d7c64" * 4, port="0")

    assert result.exit_code == 1
    assert "makes digests with a key that this one does not know" in result.stderr.replace("\n", " ")
