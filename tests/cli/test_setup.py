"""When does `greenroom setup` open its page, and does an install follow from it that a stranger can run?"""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from app.cli.command import MISUSED
from tests.cli.conftest import Run
from tests.setup.person import Person
from tests.setup.processes import address_in, at, bare_github, typed

PUBLIC = "https://greenroom.example"
APPS = ("app_id", "private_key", "client_id", "client_secret", "webhook_secret", "hand_app_id", "hand_private_key")
NONE: dict[str, str | None] = dict.fromkeys(APPS)


@pytest.fixture
def setup(greenroom: Run) -> Iterator[Run]:
    """On a port that is taken, so that what should have been refused before ends here and serves nobody."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield partial(greenroom, "setup", "--port", str(taken.getsockname()[1]))


def test_where_an_app_is_set_nothing_is_opened(setup: Run, settings: dict[str, str]) -> None:
    """2: which App it is, and how its secrets are replaced instead."""
    result = setup("--public-url", PUBLIC)

    assert result.exit_code == MISUSED
    assert f"App {settings['GREENROOM_APP_ID']} watches" in result.stderr.replace("\n", " ")
    assert "greenroom rotate" in result.stderr
    assert "token=" not in result.output


def test_where_only_the_watcher_is_set_the_hand_can_be_added(setup: Run) -> None:
    """It says so, and begins nothing anew by itself."""
    result = setup("--public-url", PUBLIC, hand_app_id=None, hand_private_key=None)

    assert result.exit_code == MISUSED
    assert "greenroom setup --hand" in result.stderr.replace("\n", " ")


@pytest.mark.parametrize("name", ["app_id", "private_key", "webhook_secret", "client_secret"])
def test_half_an_app_is_one_too(setup: Run, settings: dict[str, str], name: str) -> None:
    """What is set somewhere would win over, or be mixed with, what is written down now. Its value is not repeated."""
    value = settings[f"GREENROOM_{name.upper()}"]

    result = setup("--public-url", PUBLIC, **NONE | {name: value})

    assert result.exit_code == MISUSED
    assert f"GREENROOM_{name.upper()}" in result.stderr
    assert name == "app_id" or value not in result.output


def test_an_app_in_the_folders_dot_env_counts(setup: Run, tmp_path: Path) -> None:
    """Also as a file of a secret, and also where the command is typed elsewhere."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / ".env").write_text("GREENROOM_PRIVATE_KEY_FILE=/run/secrets/key\n", encoding="utf-8")

    result = setup("--public-url", PUBLIC, "--out", "there", **NONE)

    assert result.exit_code == MISUSED
    assert "GREENROOM_PRIVATE_KEY_FILE" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--public-url https://greenroom.example"),
        (["--public-url", "http://greenroom.example"], "with TLS unless it is this machine"),
        (["--public-url", "https://greenroom.example/path"], "a scheme and a host"),
        (["--public-url", "nonsense"], "a scheme and a host"),
        (["--public-url", PUBLIC, "--org", "../pypa"], "no name of an organization"),
        (["--public-url", PUBLIC, "--hand"], "no App that watches yet"),
        (["--public-url", PUBLIC, "--out", "file"], "is no folder"),
    ],
)
@pytest.mark.slow
def test_what_cannot_be_is_told_before_anything_is_opened(
    setup: Run, tmp_path: Path, arguments: list[str], words: str
) -> None:
    """2: with what would be right. Nothing is written."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    before = sorted(tmp_path.iterdir())

    result = setup(*arguments, **NONE)

    assert result.exit_code == MISUSED
    assert words in result.stderr.replace("\n", " ")
    assert [each for each in sorted(tmp_path.iterdir()) if each not in before] == []


@pytest.mark.slow
def test_github_cannot_deliver_to_this_machines_loopback(setup: Run) -> None:
    """A sandbox on the same machine can."""
    result = setup("--public-url", "http://127.0.0.1:8000", **NONE | {"github_web_url": None})

    assert result.exit_code == MISUSED
    assert "loopback" in result.stderr


def test_an_address_that_settings_say_otherwise_is_told(setup: Run) -> None:
    """Two addresses would be half of each."""
    result = setup("--public-url", PUBLIC, **NONE | {"public_url": "https://elsewhere.example"})

    assert result.exit_code == MISUSED
    assert "GREENROOM_PUBLIC_URL" in result.stderr


@pytest.mark.slow
def test_a_port_that_is_taken_is_told(setup: Run) -> None:
    """And how to take another one."""
    result = setup("--public-url", PUBLIC, **NONE)

    assert result.exit_code == MISUSED
    assert "choose another one with --port" in result.stderr.replace("\n", " ")


@pytest.fixture
def person() -> Iterator[Person]:
    person = Person()
    yield person
    person.http.close()


@pytest.fixture
def bare_sandbox(tmp_path: Path) -> Iterator[str]:
    with bare_github(tmp_path) as address:
        yield address


@pytest.mark.slow
def test_a_stranger_sets_it_up_and_it_watches(bare_sandbox: str, person: Person, tmp_path: Path) -> None:
    """Set up, install, doctor, serve: each its own process, with nothing but what was written into the folder."""
    home = tmp_path / "home"
    home.mkdir()
    options = ["--org", "packaging-security", "--public-url", "http://127.0.0.1:8765", "--port", "0"]
    with typed("setup", *options, cwd=home, **at(bare_sandbox)) as running:
        person.open(address_in(running))
        for name in ("Greenroom", "Greenroom Hand"):
            person.click(f"Register {name} on GitHub")
            person.click("Create GitHub App for")
        everything = {"account": "packaging-security"}
        person.http.post(f"{bare_sandbox}/apps/greenroom/installations/new", data=everything)
        chosen = everything | {"repositories": "cases"}
        person.http.post(f"{bare_sandbox}/apps/greenroom-hand/installations/new", data=chosen)
        person.click("Look at everything")
        assert "GitHub accepts it" in person.page.text
        person.click("Finish")
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (0, "")
    assert "GREENROOM_HAND_PRIVATE_KEY GitHub accepts it" in err
    assert "the page is closed" in err
    secrets = [path.read_text().strip() for path in (home / "secrets").iterdir()]
    assert len(secrets) == 6
    assert not [secret for secret in secrets if secret in out + err]

    with typed("doctor", "--json", cwd=home) as doctor:
        told = json.loads(doctor.communicate(timeout=100)[0])
    keys = [line["says"] for line in told["lines"] if line["name"].endswith("PRIVATE_KEY")]
    assert keys == ["GitHub accepts it", "GitHub accepts it"]
    assert sorted(path.name for path in home.iterdir()) == [".env", "secrets"]  # looking made no database

    with typed("serve", cwd=home, GREENROOM_PORT="0") as serving:
        assert serving.stderr is not None
        assert any('"event": "listening"' in line for line in serving.stderr)
        assert _switched_from_elsewhere(home, tmp_path / "elsewhere") == str(home / "greenroom.db")
        serving.send_signal(signal.SIGTERM)
        serving.communicate(timeout=60)
    with typed("setup", *options, cwd=home) as again:
        refused = again.communicate(timeout=60)[1]
    assert again.returncode == MISUSED
    assert "This Greenroom is set up" in refused
    written = httpx.get(f"{bare_sandbox}/_sandbox/requests", trust_env=False).json()
    assert [each for each in written if each["write"]] == []


def _switched_from_elsewhere(home: Path, folder: Path) -> str:
    """With a copy of these settings in another folder the switch is that of the service. Says which database it is."""
    folder.mkdir()
    (folder / ".env").write_text((home / ".env").read_text(encoding="utf-8"), encoding="utf-8")
    with typed("writes", "off", "--by", "me", "--json", cwd=folder) as switching:
        out, err = switching.communicate(timeout=60)
    assert (switching.returncode, err) == (0, "")  # an instance is heard of there
    assert sorted(path.name for path in folder.iterdir()) == [".env"]
    return str(json.loads(out)["database"])


@pytest.mark.slow
def test_stopped_in_the_middle_it_says_how_far_it_is(bare_sandbox: str, person: Person, tmp_path: Path) -> None:
    """The Watcher is written down, so it may watch; `--hand` goes on from there."""
    home = tmp_path / "home"
    home.mkdir()
    options = ["--org", "packaging-security", "--public-url", "http://127.0.0.1:8765", "--port", "0"]
    with typed("setup", *options, cwd=home, **at(bare_sandbox)) as running:
        person.open(address_in(running))
        person.click("Register Greenroom on GitHub")
        person.click("Create GitHub App for")
        running.send_signal(signal.SIGINT)
        stopped = running.communicate(timeout=60)[1]
    assert "greenroom setup --hand adds the Hand" in stopped

    with typed("setup", "--hand", "--org", "packaging-security", "--port", "0", cwd=home) as running:
        person.open(address_in(running))
        person.click("Register Greenroom Hand on GitHub")
        person.click("Create GitHub App for")
        assert "Install Greenroom Hand" in person.page.text
        person.click("Finish")
        running.communicate(timeout=60)

    assert running.returncode == 0
    assert (home / "secrets" / "hand.pem").exists()
