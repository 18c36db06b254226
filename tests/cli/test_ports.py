"""What is told where a port is taken? One sentence, before any work."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.sandbox.registering import new_private_key
from tests.cli.conftest import plain_environment
from tests.e2e.running import DIGEST_KEYS
from tests.webhooks.deliveries import SECRET

ROOT = Path(__file__).parents[2]


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def _typed(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "app", *arguments],
        cwd=folder,
        env=plain_environment(**environment) | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_serve_on_a_port_that_is_taken_says_so_and_touches_nothing(tmp_path: Path, taken: int) -> None:
    """One that cannot listen must not have begun to work on a database that it shares with one that can."""
    ended = _typed(
        tmp_path,
        "serve",
        GREENROOM_APP_ID="1",
        GREENROOM_PRIVATE_KEY=new_private_key(),
        GREENROOM_WEBHOOK_SECRET=SECRET,
        GREENROOM_DIGEST_KEYS=DIGEST_KEYS,
        GREENROOM_DATABASE_URL=f"sqlite:///{tmp_path / 'greenroom.db'}",
        GREENROOM_PORT=str(taken),
        GREENROOM_LOG_LEVEL="info",
        COLUMNS="200",
    )

    assert ended.returncode == 1  # whoever has it now may be the one that is being replaced
    assert ended.stdout == ""
    said = f"port {taken}: Address already in use; choose another one with GREENROOM_PORT\n"
    assert ended.stderr == said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "option"),
    [(("sandbox",), "--port"), (("demo", "--once"), "--port"), (("demo", "--once"), "--sandbox-port")],
)
def test_what_only_tries_things_on_names_the_port_that_is_taken(
    tmp_path: Path, taken: int, arguments: tuple[str, ...], option: str
) -> None:
    """And the option that chooses another one, instead of a file in which a child has logged it."""
    ended = _typed(tmp_path, *arguments, option, str(taken), COLUMNS="200")

    said = f"port {taken}: Address already in use; choose another one with {option}\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", said)
