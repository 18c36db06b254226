"""Which settings follow from an App that was registered, and which of them are secret?"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import make_url

from app.settings import PREFIX, Settings
from app.setup.converting import Registered
from app.setup.manifests import Places
from app.store.engines import file_of

# What tells that an App is there already: none of it may be written over.
OF_APPS = (
    "app_id",
    "private_key",
    "private_key_next",
    "client_id",
    "client_secret",
    "webhook_secret",
    "webhook_secret_previous",
)
OF_THE_HAND = ("hand_app_id", "hand_private_key", "hand_private_key_next")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One setting. Where `file` is named, its value is a secret that stands there and nowhere else."""

    setting: str
    value: str = field(repr=False)
    file: str = ""

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.setting.upper()}"


def addresses(places: Places, api: str, written: Collection[str]) -> tuple[Entry, ...]:
    """Where everything is, but for what GitHub's own addresses are and what is written down already."""
    known = {
        "github_url": (api, Settings.model_fields["github_url"].default),
        "github_web_url": (places.github, Settings.model_fields["github_web_url"].default),
        "public_url": (places.public, None),
    }
    return tuple(
        Entry(setting=name, value=value)
        for name, (value, usual) in known.items()
        if value != usual and f"{PREFIX}{name.upper()}" not in written
    )


def database(folder: Path | None, held: Mapping[str, str], written: Collection[str]) -> tuple[Entry, ...]:
    """Which file it is, wherever a command is typed with these settings. A server's address may hold a password."""
    name = "database_url"
    if f"{PREFIX}{name.upper()}" in written:
        return ()
    said = held.get(f"{PREFIX}{name.upper()}", "")
    if said.startswith("sqlite:///"):
        file = file_of(make_url(said))
    else:
        file = folder / "greenroom.db" if folder and not said else None
    return (Entry(setting=name, value=f"sqlite:///{file}"),) if file else ()


def of_watcher(app: Registered) -> tuple[Entry, ...]:
    """GitHub makes the webhook's secret; where it made none, ours has to be typed there."""
    return (
        Entry(setting="app_id", value=str(app.app_id)),
        Entry(setting="client_id", value=app.client_id),
        Entry(setting="private_key", value=app.private_key, file="watcher.pem"),
        Entry(setting="client_secret", value=app.client_secret, file="client_secret"),
        Entry(setting="webhook_secret", value=app.webhook_secret or secrets.token_hex(32), file="webhook_secret"),
    )


def of_hand(app: Registered) -> tuple[Entry, ...]:
    """It takes no deliveries and lets nobody sign in, so its other secrets are not kept."""
    return (
        Entry(setting="hand_app_id", value=str(app.app_id)),
        Entry(setting="hand_private_key", value=app.private_key, file="hand.pem"),
    )


def of_ourselves(held: Collection[str]) -> tuple[Entry, ...]:
    """Keys that nobody gives us. One that there is already stays: what was written with it needs it."""
    made = (
        Entry(
            setting="encryption_keys",
            value=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            file="encryption_keys",
        ),
        Entry(setting="digest_keys", value=f"1:{secrets.token_hex(32)}", file="digest_keys"),
    )
    return tuple(each for each in made if not {each.name, f"{each.name}_FILE"} & set(held))


def holding(settings: Iterable[str], held: Collection[str]) -> list[str]:
    """Which of these settings are there, by themselves or as a file."""
    names = [f"{PREFIX}{setting.upper()}{ending}" for setting in settings for ending in ("", "_FILE")]
    return [name for name in names if name in held]
