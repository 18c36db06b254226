"""Does what operations.md has people type do what it says, in both packages? Rotations are played with their files."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import typer
from sqlalchemy.engine import make_url

from app.cli.root import app
from app.prints import Kind
from app.rotating import making
from app.settings import PREFIX, Settings, load_settings
from tests.contracts.packages import ADDED, MAY_BE_EMPTY, PAGE, by_compose, by_systemd, said_in, set_up

NOW = datetime(2027, 1, 25, tzinfo=UTC)
Start: TypeAlias = Callable[[], Settings]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return set_up(tmp_path)


@pytest.fixture(params=[by_systemd, by_compose])
def start(request: Any, folder: Path) -> Start:
    """Settings as the next start has them, of an install with everything."""
    for name in (*MAY_BE_EMPTY["monitoring"], *MAY_BE_EMPTY["rotate"]):
        (folder / "secrets" / name).touch()
    (folder / "exchange").mkdir()
    said = [f"{name}={value}\n" for name, value in said_in(folder, ADDED).items()]
    (folder / "greenroom.env").write_text("".join(said), encoding="utf-8")
    package = request.param

    def started() -> Settings:
        written = dict(line.split("=", 1) for line in (folder / "greenroom.env").read_text("utf-8").splitlines())
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (package(folder, ADDED) | written).items():
                patch.setenv(name, value)
            return load_settings(_env_file=None)

    return started


def _steps(rotation: str) -> list[list[str]]:
    """What is to be typed in each step; of `put A into B` the command that the page's table has for it."""
    _, _, rest = PAGE.partition(f"\n**{rotation}**")
    text = re.sub(r"\s+", " ", rest.partition("\n**")[0])
    text = re.sub(
        r"\bput `(\S+)` into `secrets/(\S+)`", r"`install --mode 0600 \1 secrets/\2`", text, flags=re.IGNORECASE
    )
    steps = re.split(r" (?=\d\. )", text)[1:]
    typed = (r"cp ", r"echo ", r"truncate ", r"sed ", r"install --mode 0600 exchange")
    return [[each for each in re.findall(r"`([^`]+)`", step) if each.startswith(typed)] for step in steps]


def _type(commands: list[str], folder: Path) -> None:
    assert commands, "the page has another way"
    for command in commands:
        subprocess.run(["/bin/sh", "-ec", command], cwd=folder, check=True)  # noqa: S603 - what people type


def _made(kind: Kind, settings: Settings, file: Path) -> str:
    secret = making.new_secret(kind, settings, NOW)
    making.keep(secret, file)
    return secret


def test_a_webhook_secret_is_replaced_by_files(start: Start, folder: Path) -> None:
    """Both are known from the first restart on, and one after the last."""
    before = start().webhook_secret.get_secret_value()
    new = _made("webhook-secret", start(), folder / "exchange" / "webhook_secret")
    first, _, _, last = _steps("Webhook secret")

    _type(first, folder)
    during = start()
    _type(last, folder)
    after = start()

    assert during.webhook_secret.get_secret_value() == after.webhook_secret.get_secret_value() == new
    assert during.webhook_secret_previous is not None
    assert during.webhook_secret_previous.get_secret_value() == before
    assert during.webhook_secret_previous_until is not None
    assert (after.webhook_secret_previous, after.webhook_secret_previous_until) == (None, None)


@pytest.mark.parametrize(("app", "setting"), [("watcher", "private_key"), ("hand", "hand_private_key")])
def test_a_key_of_an_app_is_replaced_by_files(app: str, setting: str, start: Start, folder: Path) -> None:
    """The next one beside the one of now, and then in its place."""
    before = getattr(start(), setting).get_secret_value()
    (folder / "exchange" / "key.pem").write_text("another", encoding="utf-8")
    _, second, _, last = [[each.replace("watcher", app) for each in step] for step in _steps("Keys of the Apps")]

    _type(second, folder)
    during = start()
    _type(last, folder)
    after = start()

    assert getattr(during, setting).get_secret_value() == before
    assert getattr(during, f"{setting}_next").get_secret_value() == "another"
    assert getattr(after, setting).get_secret_value() == "another"
    assert getattr(after, f"{setting}_next") is None


@pytest.mark.parametrize(
    ("rotation", "kind", "setting"),
    [
        ("Encryption keys", "encryption-key", "encryption_keys"),
        ("Digest keys", "digest-key", "digest_keys"),
    ],
)
def test_keys_that_stand_together_are_replaced_by_one_file(
    rotation: str, kind: Kind, setting: str, start: Start, folder: Path
) -> None:
    """What was made is what the next start has: the keys of before and, behind them, a new one."""
    before = getattr(start(), setting).get_secret_value()
    made = _made(kind, start(), folder / "exchange" / setting)

    _type(_steps(rotation)[0], folder)

    assert getattr(start(), setting).get_secret_value() == made
    assert made.startswith(f"{before},")


def test_a_server_s_database_is_named_without_its_password() -> None:
    """`greenroom.env` holds no secret. The driver takes the password from the file that the page installs."""
    [line] = re.findall(r"(?m)^ *GREENROOM_DATABASE_URL=(postgresql\S+)$", PAGE)
    [passwords] = re.findall(r"`install --owner greenroom --group greenroom --mode 0600 secrets/pgpass (\S+)`", PAGE)

    url = make_url(line)

    assert url.password is None
    assert (url.query["passfile"], url.query["sslmode"]) == (passwords, "verify-full")
    assert Path(passwords).parent == Path("/var/lib/greenroom")


def test_every_command_on_the_page_is_one() -> None:
    """With options that it has. Whoever types it at night has no time to guess."""
    wrong = []
    typed = [*re.findall(r"`greenroom ([a-z][^`]*)`", PAGE), *re.findall(r"(?m)^ *greenroom ([a-z].*)$", PAGE)]
    for line in typed:
        words, command = shlex.split(line), typer.main.get_command(app)
        while isinstance(command, typer.core.TyperGroup) and words and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        options = {name for each in command.params for name in (*each.opts, *each.secondary_opts)}
        is_whole = not isinstance(command, typer.core.TyperGroup) or words == ["…"]
        if not is_whole or {each for each in words if each.startswith("--")} - options:
            wrong.append(line)

    assert wrong == []
    assert len(typed) > 40


def test_what_is_new_does_not_name_a_setting_without_its_file() -> None:
    """Both packages say where each secret is, so a setting alone that an operator sets is passed over."""
    _, _, rotations = PAGE.partition("## Rotate keys")
    steps = rotations.partition("## Something leaked")[0]
    secret = {
        f"{PREFIX}{name.upper()}" for name, each in Settings.model_fields.items() if "Secret" in str(each.annotation)
    }
    _, _, told = steps.partition("**Webhook secret**")

    assert {name for name in secret if re.search(rf"\b{name}(_FILE)?\b", told)} == set()
