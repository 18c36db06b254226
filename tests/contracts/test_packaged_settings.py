"""Does what `greenroom setup` wrote start as a service and in containers, with and without the Hand and sign-in?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from app.settings import PREFIX, Settings, load_settings
from app.setup.converting import Registered
from app.setup.credentials import Entry, of_hand, of_ourselves, of_watcher
from app.setup.writing import write

ROOT = Path(__file__).parents[2]
OF_SIGN_IN = {"client_secret", "encryption_keys"}
OF_THE_HAND = {"hand_private_key"}
NEEDED = {name for name, field in Settings.model_fields.items() if field.is_required()} - {"app_id"}
APP = Registered(
    app_id=7, slug="greenroom", client_id="Iv1", client_secret="cs", webhook_secret="ws" * 16, private_key="pem"
)
ADDRESS = Entry(setting="public_url", value="https://greenroom.example")
CHOICES = [[name for name, is_chosen in zip(("sign-in", "hand"), each, strict=True) if is_chosen]
           for each in product((False, True), repeat=2)]  # fmt: skip
# What operations.md says to make of `.env`.
WITHOUT_FILES = re.compile(r"^.*_FILE=.*\n", re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the wizard leaves, with both Apps registered."""
    write(tmp_path, (ADDRESS, *of_watcher(APP), *of_hand(APP), *of_ourselves(())))
    return tmp_path


def _said_in(folder: Path, chosen: Sequence[str]) -> dict[str, str]:
    """`greenroom.env`: the wizard's, but for where secrets are, and for the App's numbers of what was not chosen."""
    said = dotenv_values(stream=StringIO(WITHOUT_FILES.sub("", (folder / ".env").read_text(encoding="utf-8"))))
    left_out = {"sign-in": f"{PREFIX}CLIENT_ID", "hand": f"{PREFIX}HAND_APP_ID"}
    return {
        name: value or ""
        for name, value in said.items()
        if name not in {left_out[e] for e in left_out if e not in chosen}
    }


def _unit(chosen: Sequence[str]) -> list[tuple[str, str]]:
    files = [ROOT / "greenroom.service", *(ROOT / "greenroom.service.d" / f"{name}.conf" for name in chosen)]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [(name, value) for line in lines if not line.startswith("#") for name, _, value in [line.partition("=")]]


def _by_systemd(folder: Path, chosen: Sequence[str]) -> dict[str, str]:
    """What the service is started with; copies of its secrets stand where systemd puts them."""
    unit = _unit(chosen)
    copies = dict(value.split(":") for name, value in unit if name == "LoadCredential")
    environment = dict(value.split("=", 1) for name, value in unit if name == "Environment")
    for name, value in environment.items():
        if value.startswith("%d/"):
            environment[name] = copies[value.removeprefix("%d/")].replace("/etc/greenroom", str(folder))
    return environment


def _merged(one: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """As compose does it: mappings and lists grow, and the later word counts."""
    both = dict(one)
    for key, value in other.items():
        before = both.get(key)
        if isinstance(before, dict):
            both[key] = _merged(before, value)
        else:
            both[key] = [*before, *value] if isinstance(before, list) else value
    return both


def _compose(chosen: Sequence[str]) -> dict[str, Any]:
    files = [ROOT / "compose.yml", *(ROOT / f"compose.{name}.yml" for name in chosen)]
    return reduce(_merged, (yaml.safe_load(file.read_text(encoding="utf-8")) for file in files))


def _by_compose(folder: Path, chosen: Sequence[str]) -> dict[str, str]:
    said = _compose(chosen)
    service = said["services"]["greenroom"]
    environment = dict(service["environment"])
    for name, value in environment.items():
        if value.startswith("/run/secrets/"):
            secret = value.removeprefix("/run/secrets/")
            assert secret in service["secrets"]
            environment[name] = str(folder / said["secrets"][secret]["file"])
    return environment


@pytest.mark.parametrize("package", [_by_systemd, _by_compose])
@pytest.mark.parametrize("chosen", CHOICES, ids=lambda each: " and ".join(each) or "the Watcher alone")
def test_what_the_wizard_wrote_is_enough_to_start(
    package: Any, chosen: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but what was chosen has to be there: a secret that is not would stop the start, for good."""
    for path in (folder / "secrets").iterdir():
        is_of = {"hand.pem": "hand", "client_secret": "sign-in", "encryption_keys": "sign-in"}.get(path.name)
        if is_of and is_of not in chosen:
            path.unlink()
    for name, value in (package(folder, chosen) | _said_in(folder, chosen)).items():
        monkeypatch.setenv(name, value)

    settings = load_settings(_env_file=None)

    assert settings.private_key.get_secret_value() == APP.private_key
    assert settings.webhook_secret.get_secret_value() == APP.webhook_secret
    assert (settings.missing_for_sign_in == ()) is ("sign-in" in chosen)
    assert (settings.hand_private_key is not None) is ("hand" in chosen)


@pytest.mark.parametrize("package", [_by_systemd, _by_compose])
def test_out_of_the_box_a_package_takes_only_what_every_install_has(package: Any, folder: Path) -> None:
    """Who observes only has no key of an App that writes."""
    taken = [
        {
            name.removeprefix(PREFIX).removesuffix("_FILE").lower()
            for name in package(folder, chosen)
            if name.endswith("_FILE")
        }
        for chosen in ([], ["sign-in"], ["hand"])
    ]

    assert taken == [NEEDED, NEEDED | OF_SIGN_IN, NEEDED | OF_THE_HAND]


@pytest.mark.parametrize("name", ["sign-in", "hand"])
def test_what_is_added_to_containers_is_secrets_and_nothing_else(name: str) -> None:
    """No right that compose.yml takes away comes back, and each service that reads settings gets them whole."""
    said = yaml.safe_load((ROOT / f"compose.{name}.yml").read_text(encoding="utf-8"))
    readers = {name for name, each in _compose([])["services"].items() if "env_file" in each}

    assert {*said["services"]} == readers
    assert [{*each} for each in said["services"].values()] == [{"environment", "secrets"}] * len(readers)
    assert {*said["secrets"]} == {secret for each in said["services"].values() for secret in each["secrets"]}


@pytest.mark.parametrize("name", ["sign-in", "hand"])
def test_what_is_added_to_the_unit_is_secrets_and_nothing_else(name: str) -> None:
    """As copies that nobody else sees; no right that the unit takes away comes back."""
    added = _unit([name])[len(_unit([])) :]

    assert {each for each, _ in added} == {"[Service]", "LoadCredential", "Environment"}
    assert all("=%d/" in value for each, value in added if each == "Environment")


def test_the_page_says_how_what_the_wizard_wrote_gets_there() -> None:
    """Each file that is shipped for it is named, and what is made of `.env`."""
    said = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    assert "grep -v _FILE= .env > greenroom.env" in said
    for name in ("sign-in", "hand"):
        assert f"greenroom.service.d/{name}.conf" in said
        assert f"compose.{name}.yml" in said
