"""Does what `greenroom setup` wrote start as a service and in containers, with and without what either can be given?"""

from __future__ import annotations

import re
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from app.settings import PREFIX, Settings, load_settings
from app.setup.credentials import of_hand, of_ourselves, of_watcher
from app.setup.writing import write
from tests.contracts.packages import (
    ADDED,
    ADDRESS,
    APP,
    DATABASE,
    MAY_BE_EMPTY,
    PAGE,
    ROOT,
    by_compose,
    by_systemd,
    compose,
    said_in,
    set_up,
    unit,
)

OF_SIGN_IN = {"client_secret", "encryption_keys"}
OF_THE_HAND = {"hand_private_key"}
OF_MONITORING = {"notify_urls", "metrics_token", "heartbeat_url"}
OF_ROTATION = {"webhook_secret_previous", "private_key_next", "hand_private_key_next"}
NEEDED = {name for name, field in Settings.model_fields.items() if field.is_required()} - {"app_id"}
CHOICES = [[name for name, is_chosen in zip(("sign-in", "hand"), each, strict=True) if is_chosen]
           for each in product((False, True), repeat=2)]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the wizard leaves, with both Apps registered."""
    return set_up(tmp_path)


@pytest.mark.parametrize("package", [by_systemd, by_compose])
@pytest.mark.parametrize("chosen", CHOICES, ids=lambda each: " and ".join(each) or "the Watcher alone")
def test_what_the_wizard_wrote_is_enough_to_start(
    package: Any, chosen: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but what was chosen has to be there: a secret that is not would stop the start, for good."""
    for path in (folder / "secrets").iterdir():
        is_of = {"hand.pem": "hand", "client_secret": "sign-in", "encryption_keys": "sign-in"}.get(path.name)
        if is_of and is_of not in chosen:
            path.unlink()
    for name, value in (package(folder, chosen) | said_in(folder, chosen)).items():
        monkeypatch.setenv(name, value)

    settings = load_settings(_env_file=None)

    assert settings.private_key.get_secret_value() == APP.private_key
    assert settings.webhook_secret.get_secret_value() == APP.webhook_secret
    assert (settings.missing_for_sign_in == ()) is ("sign-in" in chosen)
    assert (settings.hand_private_key is not None) is ("hand" in chosen)


@pytest.mark.parametrize("package", [by_systemd, by_compose])
def test_out_of_the_box_a_package_takes_only_what_every_install_has(package: Any, folder: Path) -> None:
    """Who observes only has no key of an App that writes."""
    taken = [
        {
            name.removeprefix(PREFIX).removesuffix("_FILE").lower()
            for name in package(folder, chosen)
            if name.endswith("_FILE")
        }
        for chosen in ([], ["sign-in"], ["hand"], ["monitoring"], ["rotate"])
    ]

    assert taken == [
        NEEDED, NEEDED | OF_SIGN_IN, NEEDED | OF_THE_HAND, NEEDED | OF_MONITORING, NEEDED | OF_ROTATION
    ]  # fmt: skip


def test_every_secret_has_a_place_in_both_packages(folder: Path) -> None:
    """Else an operator writes it where everybody at the machine reads it, or builds a package of their own."""
    secret = {name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)}
    for package in (by_systemd, by_compose):
        taken = {name.removeprefix(PREFIX).removesuffix("_FILE").lower() for name in package(folder, ADDED)}
        assert secret - taken == set(), package.__name__


@pytest.mark.parametrize("package", [by_systemd, by_compose])
def test_what_may_be_empty_may_be_empty(package: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not there stops the start, so what is not used, or not rotated now, is one with nothing in it."""
    [touched] = re.findall(r"`(\(umask 077; .*\))`", PAGE)
    subprocess.run(["/bin/sh", "-ec", touched], cwd=folder, check=True)  # noqa: S603 - what the page has people type
    assert {
        (folder / "secrets" / name).stat().st_mode & 0o777 for names in MAY_BE_EMPTY.values() for name in names
    } == {0o600}
    for name, value in (package(folder, ADDED) | said_in(folder, ADDED)).items():
        monkeypatch.setenv(name, value)

    settings = load_settings(_env_file=None)

    assert {name for name in OF_MONITORING | OF_ROTATION if getattr(settings, name) is not None} == set()
    assert settings.hand_private_key is not None


@pytest.mark.parametrize("package", [by_systemd, by_compose])
def test_while_secrets_are_replaced_both_are_known(package: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that the page's rotations name are those that the packages read, each as the setting that it is for."""
    _, _, rotations = PAGE.partition("## Rotate keys")
    rows = re.findall(r"(?m)^\| `(\w+)`(?:, `…(\w+)`)? \| `(\S+)`(?:, `(\S+)`)? \|$", rotations)
    said = {row[0]: row[2] for row in rows} | {row[0] + row[1]: row[3] for row in rows if row[1]}
    for name, file in said.items():
        (folder / file).write_text(f"{name} as it stands in its file, of 32 bytes", encoding="utf-8")
    for name in MAY_BE_EMPTY["monitoring"]:
        (folder / "secrets" / name).touch()
    (folder / "secrets" / "encryption_keys").write_text(f"{'A' * 43}=,{'B' * 43}=", encoding="utf-8")
    for name, value in (package(folder, ADDED) | said_in(folder, ADDED)).items():
        monkeypatch.setenv(name, value)

    settings = load_settings(_env_file=None)

    read = {name: getattr(settings, name.removeprefix(PREFIX).lower()).get_secret_value() for name in said}
    assert read.pop(f"{PREFIX}ENCRYPTION_KEYS").endswith("B=")
    assert {name for name, value in read.items() if not value.startswith(f"{name} as it")} == set()
    assert {name.removeprefix(PREFIX).lower() for name in said} >= OF_ROTATION
    assert len(said) == 8


@pytest.mark.parametrize("name", ADDED)
def test_what_is_added_to_containers_is_secrets_and_nothing_else(name: str) -> None:
    """No right that compose.yml takes away comes back, and each service that reads settings gets them whole."""
    said = yaml.safe_load((ROOT / f"compose.{name}.yml").read_text(encoding="utf-8"))
    readers = {name for name, each in compose([])["services"].items() if "env_file" in each}

    assert {*said["services"]} == readers
    assert [{*each} for each in said["services"].values()] == [{"environment", "secrets"}] * len(readers)
    assert {*said["secrets"]} == {secret for each in said["services"].values() for secret in each["secrets"]}


@pytest.mark.parametrize("name", ADDED)
def test_what_is_added_to_the_unit_is_secrets_and_nothing_else(name: str) -> None:
    """As copies that nobody else sees; no right that the unit takes away comes back."""
    added = unit([name])[len(unit([])) :]

    assert {each for each, _ in added} == {"[Service]", "LoadCredential", "Environment"}
    assert all("=%d/" in value for each, value in added if each == "Environment")


def test_the_page_says_how_what_the_wizard_wrote_gets_there() -> None:
    """Each file that is shipped for it is named, with its secrets, and what is made of `.env`."""
    assert PAGE.count("grep -v -e _FILE= -e DATABASE_URL= .env > greenroom.env\n") == len(("systemd", "containers"))
    assert {path.stem for path in (ROOT / "greenroom.service.d").iterdir()} == {*ADDED}
    assert {path.name.split(".")[1] for path in ROOT.glob("compose.*.yml")} == {*ADDED}
    for name in ADDED:
        [row] = re.findall(rf"(?m)^\| [^|]+ \| `greenroom.service.d/{name}.conf` \| `compose.{name}.yml` \|.*$", PAGE)
        read = {value.split("/")[-1] for each, value in unit([name]) if each == "LoadCredential"}
        named = {*re.findall(r"`(\S+?)`", row.split("|")[5])}
        assert named == read - {value.split("/")[-1] for each, value in unit([]) if each == "LoadCredential"}


def _typed(package: str) -> tuple[list[str], list[str]]:
    """What the page has people type into `greenroom.env`: at the start, in order, and for a Hand that comes later."""
    _, _, start = PAGE.partition("## Start")
    _, _, rest = start.partition(f"**With {package}")
    steps, _, rest = rest.partition("A Hand that comes later")
    parts = steps, re.split(r"(?m)^\*\*With|^## ", rest)[0]
    first, later = (
        re.findall(r"(?:^ *|`)((?:grep|echo) [^`\n]*> greenroom\.env)\b", each, re.MULTILINE) for each in parts
    )
    assert first
    assert later, "the page has another way"
    return first, later


@pytest.mark.parametrize(
    ("package", "policy"), [("systemd", "/srv/greenroom/policy.yml"), ("containers", "OWNER/REPO:PATH")]
)
def test_a_hand_that_comes_later_takes_nothing_away(package: str, policy: str, tmp_path: Path) -> None:
    """The steps of the start, something of the operator's own, and the steps of the Hand, as they stand on the page."""
    write(tmp_path, (ADDRESS, DATABASE, *of_watcher(APP), *of_ourselves(())))
    first, later = _typed(package)
    for line in first:
        subprocess.run(["/bin/sh", "-ec", line], cwd=tmp_path, check=True)  # noqa: S603 - what people type
    with (tmp_path / "greenroom.env").open("a", encoding="utf-8") as file:
        file.write(f"{PREFIX}NOTIFY_QUIET=page=22:00-07:00\n{PREFIX}PUBLIC_URL=https://elsewhere.example\n")
    before = dotenv_values(tmp_path / "greenroom.env")

    write(tmp_path, of_hand(APP))
    for line in later:
        subprocess.run(["/bin/sh", "-ec", line], cwd=tmp_path, check=True)  # noqa: S603 - what people type

    assert (before[f"{PREFIX}APP_ID"], before[f"{PREFIX}POLICY"]) == (str(APP.app_id), policy)
    assert "where-the-wizard-was" not in str(before)
    assert dotenv_values(tmp_path / "greenroom.env") == before | {f"{PREFIX}HAND_APP_ID": str(APP.app_id)}


def test_greenroom_env_says_where_everything_is() -> None:
    """Relative to where a command is typed there is another database each time."""
    typed = "\n".join(_typed("systemd")[0])

    [database] = re.findall(rf"{PREFIX}DATABASE_URL=sqlite:///(\S+)", typed)
    [policy] = re.findall(rf"{PREFIX}POLICY=(\S+)", typed)
    assert Path(database).is_relative_to("/var/lib/greenroom")
    assert Path(policy).is_absolute()
    assert not Path(policy).is_relative_to("/etc/greenroom")
