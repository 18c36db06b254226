"""What do the shipped packages start Greenroom with, out of what `greenroom setup` wrote into a folder?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import reduce
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from dotenv import dotenv_values

from app.settings import PREFIX
from app.setup.converting import Registered
from app.setup.credentials import Entry, of_hand, of_ourselves, of_watcher
from app.setup.writing import write

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
ADDED = ("sign-in", "hand", "monitoring", "rotate")
MAY_BE_EMPTY = {
    "monitoring": ("notify_urls", "metrics_token", "heartbeat_url"),
    "rotate": ("webhook_secret_previous", "watcher_next.pem", "hand_next.pem"),
}
APP = Registered(
    app_id=7, slug="greenroom", client_id="Iv1", client_secret="cs", webhook_secret="ws" * 16, private_key="pem"
)
ADDRESS = Entry(setting="public_url", value="https://greenroom.example")
DATABASE = Entry(setting="database_url", value="sqlite:////where-the-wizard-was/greenroom.db")
# What operations.md says to make of `.env`.
WITHOUT_PLACES = re.compile(r"^.*(?:_FILE|DATABASE_URL)=.*\n", re.MULTILINE)


def set_up(folder: Path) -> Path:
    """What the wizard leaves, with both Apps registered."""
    write(folder, (ADDRESS, DATABASE, *of_watcher(APP), *of_hand(APP), *of_ourselves(())))
    return folder


def said_in(folder: Path, chosen: Sequence[str]) -> dict[str, str]:
    """`greenroom.env`: the wizard's, but for where secrets are, and for the App's numbers of what was not chosen."""
    said = dotenv_values(stream=StringIO(WITHOUT_PLACES.sub("", (folder / ".env").read_text(encoding="utf-8"))))
    left_out = {"sign-in": f"{PREFIX}CLIENT_ID", "hand": f"{PREFIX}HAND_APP_ID"}
    return {
        name: value or ""
        for name, value in said.items()
        if name not in {left_out[e] for e in left_out if e not in chosen}
    }


def unit(chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Each line of the unit with these drop-ins, as name and value."""
    files = [ROOT / "greenroom.service", *(ROOT / "greenroom.service.d" / f"{name}.conf" for name in chosen)]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [(name, value) for line in lines if not line.startswith("#") for name, _, value in [line.partition("=")]]


def by_systemd(folder: Path, chosen: Sequence[str]) -> dict[str, str]:
    """What the service is started with; copies of its secrets stand where systemd puts them."""
    lines = unit(chosen)
    copies = dict(value.split(":") for name, value in lines if name == "LoadCredential")
    environment = dict(value.split("=", 1) for name, value in lines if name == "Environment")
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


def compose(chosen: Sequence[str]) -> dict[str, Any]:
    """`compose.yml` with what these files add."""
    files = [ROOT / "compose.yml", *(ROOT / f"compose.{name}.yml" for name in chosen)]
    return reduce(_merged, (yaml.safe_load(file.read_text(encoding="utf-8")) for file in files))


def by_compose(folder: Path, chosen: Sequence[str]) -> dict[str, str]:
    """The same of its container, where secrets are files of the machine."""
    said = compose(chosen)
    service = said["services"]["greenroom"]
    environment = dict(service["environment"])
    for name, value in environment.items():
        if value.startswith("/run/secrets/"):
            secret = value.removeprefix("/run/secrets/")
            assert secret in service["secrets"]
            environment[name] = str(folder / said["secrets"][secret]["file"])
    return environment
