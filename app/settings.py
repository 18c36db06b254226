"""What was this instance told? Environment and `.env`, validated at the start, with clear words for what is wrong."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from app.domain.policy_files import RepositoryFile

PREFIX = "GREENROOM_"
# Named in the documentation of a part that is not there yet, or read by the test suite.
RESERVED = {
    f"{PREFIX}{name}"
    for name in ("GITHUB_WEB_URL", "CLIENT_ID", "CLIENT_SECRET", "ENCRYPTION_KEYS", "NOTIFY_URLS", "CI")
}


class InvalidSettings(ValueError):
    """A setting is missing or wrong. The message names each, and never repeats a secret."""


def _http(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("write a URL that begins with https://")
    return url.rstrip("/")


def _database(url: str) -> str:
    kind, _, place = url.partition("://")
    in_a_file = kind == "sqlite" and place.startswith("/") and place not in {"/", "/:memory:"}
    if not in_a_file and not kind.startswith("postgresql"):
        raise ValueError("write sqlite:///PATH")
    return url


def _policy(where: Any) -> Any:
    """A path, or a file of a repository."""
    return RepositoryFile.parse(where) if isinstance(where, str) and RepositoryFile.is_meant(where) else where


class Settings(BaseSettings):
    """Every setting is read from GREENROOM_<NAME>, secrets also from the file named by GREENROOM_<NAME>_FILE."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", hide_input_in_errors=True, arbitrary_types_allowed=True
    )

    github_url: Annotated[str, AfterValidator(_http)] = Field(
        "https://api.github.com", description="GitHub's REST root; the sandbox's or an Enterprise server's"
    )
    app_id: str = Field(min_length=1, description="the Watcher's App id or client id")
    private_key: SecretStr = Field(min_length=1, description="the Watcher's private key, PEM")
    private_key_next: SecretStr | None = Field(None, description="a second key of the Watcher while keys are rotated")
    hand_app_id: str | None = Field(None, description="the Hand's App id; without it the Watcher writes where it may")
    hand_private_key: SecretStr | None = Field(None, description="the Hand's private key, PEM")
    webhook_secret: SecretStr = Field(min_length=1, description="what GitHub signs deliveries with, at least 32 bytes")
    webhook_secret_previous: SecretStr | None = Field(None, description="the secret before, while it is rotated")
    digest_keys: SecretStr = Field(min_length=1, description="ID:HEX[,ID:HEX], newest first; keep it out of backups")
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        "sqlite:///greenroom.db", description="where state is kept"
    )
    policy: Annotated[RepositoryFile | Path | None, BeforeValidator(_policy)] = Field(
        None, description="the policy file, a path or OWNER/REPO:PATH; without one the shipped default, which observes"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    poll_seconds: float = Field(30, gt=0, le=3600, description="how often enforced switches are read")
    sweep_seconds: float = Field(600, gt=0, le=86400, description="how often everything is looked at")
    writes: Annotated[Literal["on", "off"], BeforeValidator(lambda text: str(text).lower())] = Field(
        "on", description="off is the kill switch: nothing is written to GitHub"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="how much is logged")

    @model_validator(mode="after")
    def _has_a_whole_hand(self) -> Settings:
        if (self.hand_app_id is None) != (self.hand_private_key is None):
            raise ValueError(f"set both {PREFIX}HAND_APP_ID and {PREFIX}HAND_PRIVATE_KEY, or neither")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _SecretFiles(settings_cls), dotenv_settings


class _SecretFiles(DotEnvSettingsSource):
    """Secrets whose value is in a file: GREENROOM_PRIVATE_KEY_FILE=/run/secrets/key."""

    def __call__(self) -> dict[str, Any]:
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            path = os.environ.get(f"{PREFIX}{name.upper()}_FILE")
            if path and "SecretStr" in str(field.annotation):
                found[name] = _content(name, path)
        return found


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"{PREFIX}{name.upper()}_FILE names a file that cannot be read: {error}") from None


def load_settings(**given: Any) -> Settings:
    """Read the settings. Raises InvalidSettings with a line for each that is missing, wrong or unknown."""
    file = given.get("_env_file", Settings.model_config["env_file"])
    names = {*os.environ, *(dotenv_values(file) if file else ())}
    if unknown := [name for name in names if name.startswith(PREFIX) and not _is_known(name)]:
        raise InvalidSettings("\n".join(f"there is no setting {name}{_nearest(name)}" for name in sorted(unknown)))
    try:
        return Settings(**given)
    except ValidationError as error:
        raise InvalidSettings("\n".join(_line(mistake) for mistake in error.errors(include_url=False))) from None


def _is_known(name: str) -> bool:
    return name in RESERVED or name.removeprefix(PREFIX).removesuffix("_FILE").lower() in Settings.model_fields


def _nearest(name: str) -> str:
    close = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), Settings.model_fields, n=1)
    return f"; did you mean {PREFIX}{close[0].upper()}?" if close else ""


def _line(mistake: Any) -> str:
    if not mistake["loc"]:
        return str(mistake["msg"]).removeprefix("Value error, ")
    name = str(mistake["loc"][0])
    meaning = Settings.model_fields[name].description
    if mistake["type"] == "missing":
        return f"{PREFIX}{name.upper()} is not set: {meaning}"
    return f"{PREFIX}{name.upper()}: {mistake['msg']} ({meaning})"
