"""What is waiting, what arrived and what is dead, as people type it; and nothing of an address."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.cli.command import DONE, FAILED, FOUND, MISUSED
from tests.cli.conftest import Run, RunningSandbox, plain_environment
from tests.notify.receiver import receiving
from tests.places import change, place_in

pytestmark = pytest.mark.slow

DEAD = "json://127.0.0.1:9/a-secret-path"
NOTICE = "INSERT INTO notices (at, kind, about, severity, text) VALUES (:at, 'page', :about, 'page', :text)"


def _open_notice(folder: Path) -> None:
    change(
        place_in(folder), NOTICE, at=f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}", about="case/1", text="case/1 is public"
    )


def _channels(greenroom: Run, **changed: str) -> list[dict[str, Any]]:
    result = greenroom("notices", "--json", **changed)
    assert result.stdout, result.output
    shown: list[dict[str, Any]] = json.loads(result.stdout)["channels"]
    return shown


def test_without_a_channel_people_are_told_that_nothing_is_sent(greenroom: Run) -> None:
    """Whoever believes that they would hear of it looks nowhere else."""
    told = greenroom("notices")

    assert told.exit_code == DONE
    assert "Nothing is sent anywhere: GREENROOM_NOTIFY_URLS names no channel." in told.stdout
    assert _channels(greenroom) == []


def test_a_trial_says_whether_it_arrived(greenroom: Run) -> None:
    """Before anybody depends on it, and each channel of a route by itself."""
    with receiving() as receiver:
        urls = f"coordinators={receiver.url} operators={DEAD} operators.page={receiver.url}/2"
        arrived = greenroom("notices", "--test", "coordinators", "--json", notify_urls=urls)
        half = greenroom("notices", "--test", "operators", "--json", notify_urls=urls)
        said = greenroom("notices", "--test", "operators", notify_urls=urls).stdout

    assert arrived.exit_code == DONE
    assert json.loads(arrived.stdout) == {"tried": [{"channel": "coordinators", "delivered": True, "why": None}]}
    assert half.exit_code == FAILED
    assert {each["channel"]: each["why"] for each in json.loads(half.stdout)["tried"]} == {
        "operators": "refused or not reached",
        "operators.page": None,
    }
    assert "it arrived" in said
    assert all(text.startswith("Greenroom: a trial") for text in receiver.texts)
    assert "secret" not in f"{arrived.output}{half.output}{said}"


@pytest.mark.parametrize(
    ("route", "urls", "words"),
    [
        ("operator", f"operators={DEAD}", "did you mean operators?"),
        ("psrt", f"coordinators={DEAD} tool/pip={DEAD}/2", "there are coordinators, tool/pip"),
        ("operators", "", "GREENROOM_NOTIFY_URLS has no such route"),
    ],
)
def test_a_trial_of_a_route_that_there_is_not_is_misuse(greenroom: Run, route: str, urls: str, words: str) -> None:
    """2: nothing was sent."""
    result = greenroom("notices", "--test", route, notify_urls=urls)

    assert result.exit_code == MISUSED
    assert words in " ".join(result.stderr.split())
    assert "secret" not in result.output


def test_a_running_greenroom_sends_and_says_how_channels_do(
    greenroom: Run, sandbox: RunningSandbox, settings: dict[str, str], tmp_path: Path
) -> None:
    """A real process: one channel receives, the other is dead, and nothing of either address is said anywhere."""
    del sandbox
    greenroom("migrate")
    _open_notice(tmp_path)
    with receiving() as receiver:
        urls = f"coordinators={receiver.url} operators={DEAD}"
        before = _channels(greenroom, notify_urls=urls)
        with subprocess.Popen(
            [sys.executable, "-m", "app", "serve"],
            cwd=tmp_path,
            env=plain_environment(
                **settings | {"GREENROOM_NOTIFY_URLS": urls, "GREENROOM_PORT": "0", "GREENROOM_LOG_LEVEL": "debug"}
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as child:
            try:
                assert receiver.arrived.wait(30)
                _until_one_failed(greenroom, urls)
            finally:
                child.terminate()
            logged = child.communicate(timeout=20)[0]
        told = greenroom("notices", notify_urls=urls)
        after = _channels(greenroom, notify_urls=urls)

    assert [(each["state"], each["waiting"]) for each in before] == [("not used yet", 1)] * 2
    assert [(each["state"], each["waiting"]) for each in after] == [("works", 0), ("fails", 1)]
    assert "case/1 is public" in receiver.texts[0]
    assert told.exit_code == FOUND
    assert "refused or not reached since" in " ".join(told.stdout.split())
    assert "notify.not_delivered" in logged
    assert "secret" not in f"{logged}{told.output}{after}"


def _until_one_failed(greenroom: Run, urls: str) -> None:
    """A process of its own writes it down on a clock of its own: asked again and again, for half a minute at most."""
    end = time.monotonic() + 30
    while not any(each["failures"] for each in _channels(greenroom, notify_urls=urls)):
        assert time.monotonic() < end, "no channel failed within 30 s"


def test_a_url_that_apprise_cannot_read_is_refused_at_the_start(greenroom: Run) -> None:
    """2, and not a word of it: whoever misspelt a service would hear nothing, ever."""
    result = greenroom("serve", notify_urls="coordinators=dicsord://a-secret-token/x")

    assert result.exit_code == MISUSED
    assert "Apprise cannot read the URL of coordinators" in " ".join(result.stderr.split())
    assert "secret" not in result.output
