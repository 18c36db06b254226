"""What was this instance told? Environment and `.env`, validated at the start, with clear words for what is wrong."""

from __future__ import annotations

import base64
import difflib
import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from app.domain.policy_files import RepositoryFile
from app.domain.retention import Retention

PREFIX = "GREENROOM_"
RESERVED = {f"{PREFIX}CI"}  # read by the test suite
_SIGN_IN = ("client_id", "client_secret", "encryption_keys")  # all of them or none
_KEY_BYTES = 32


class InvalidSettings(ValueError):
    """A setting is missing or wrong. The message names each, and never repeats a secret."""


def _http(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ValueError("write a URL that begins with https://, or with http:// where it is this machine")
    return url.rstrip("/")


def _secret_url(url: SecretStr) -> SecretStr:
    _http(url.get_secret_value())
    return url


def _database(url: str) -> str:
    kind, _, place = url.partition("://")
    in_a_file = kind == "sqlite" and place.startswith("/") and place not in {"/", "/:memory:"}
    if not in_a_file and kind not in {"postgresql", "postgresql+psycopg"}:
        raise ValueError("write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
    if not in_a_file and find_spec("psycopg") is None:
        raise ValueError("PostgreSQL needs its driver psycopg, which requirements/app.txt has")
    return url


def _are_keys(text: str) -> bool:
    try:
        return all(len(base64.urlsafe_b64decode(key.strip())) == _KEY_BYTES for key in text.split(","))
    except ValueError:
        return False


def is_origin(url: str) -> bool:
    """Scheme and host alone, with TLS unless it is this machine."""
    parts = urlsplit(url)
    is_here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return (parts.scheme == "https" or is_here) and url == f"{parts.scheme}://{parts.netloc}" and "@" not in url


def _terms(text: str) -> str:
    Retention.parse(text)
    return text


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
    hand_app_id: str | None = Field(None, description="the Hand's App id; the Watcher's again where one App is both")
    hand_private_key: SecretStr | None = Field(None, description="the Hand's private key, PEM")
    hand_private_key_next: SecretStr | None = Field(None, description="a second key of the Hand while keys are rotated")
    webhook_secret: SecretStr = Field(min_length=1, description="what GitHub signs deliveries with, at least 32 bytes")
    webhook_secret_previous: SecretStr | None = Field(None, description="the secret before, while it is rotated")
    webhook_secret_previous_until: AwareDatetime | None = Field(
        None, description="from when the secret before is refused, as 2027-02-01T00:00Z"
    )
    github_web_url: Annotated[str, AfterValidator(_http)] = Field(
        "https://github.com", description="where people sign in; the sandbox's or an Enterprise server's"
    )
    client_id: str | None = Field(None, min_length=1, description="the Watcher's client id, for sign-in to the pages")
    client_secret: SecretStr | None = Field(None, min_length=1, description="the Watcher's client secret")
    encryption_keys: SecretStr | None = Field(
        None, min_length=1, description="KEY[,KEY] for what people sign in with, newest first"
    )
    public_url: Annotated[str, AfterValidator(_http)] | None = Field(
        None, description="where people's browsers find the pages; without it http://HOST:PORT"
    )
    notify_urls: SecretStr | None = Field(
        None,
        description="ROUTE[.SEVERITY]=URL, one after another: over which channels people are told, as Apprise URLs",
    )
    notify_quiet: str = Field("", description="ROUTE=HH:MM-HH:MM[@ZONE]: hours in which only what pages is sent")
    metrics_token: SecretStr | None = Field(
        None, min_length=16, description="what Prometheus sends as a bearer token; without it there is no /metrics"
    )
    heartbeat_url: Annotated[SecretStr, AfterValidator(_secret_url)] | None = Field(
        None, description="where a beat is sent after each sweep that went well, as to a dead man's switch"
    )
    digest_keys: SecretStr = Field(min_length=1, description="ID:HEX[,ID:HEX], newest first; keep it out of backups")
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        "sqlite:///greenroom.db", repr=False, description="where state is kept"
    )
    policy: Annotated[RepositoryFile | Path | None, BeforeValidator(_policy)] = Field(
        None, description="the policy file, a path or OWNER/REPO:PATH; without one the shipped default, which observes"
    )
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    poll_seconds: float = Field(30, gt=0, le=3600, description="how often enforced switches are read")
    sweep_seconds: float = Field(600, gt=0, le=86400, description="how often everything is looked at")
    keep: Annotated[str, AfterValidator(_terms)] = Field(
        "", description="WHAT=DAYS[,WHAT=DAYS]: how long what is kept, where that differs; see greenroom retention"
    )
    writes: Annotated[Literal["on", "off"], BeforeValidator(lambda text: str(text).lower())] = Field(
        "on", description="off is the kill switch: nothing is written to GitHub"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="how much is logged")

    @model_validator(mode="after")
    def _has_a_whole_hand(self) -> Settings:
        if (self.hand_app_id is None) != (self.hand_private_key is None):
            raise ValueError(f"set both {PREFIX}HAND_APP_ID and {PREFIX}HAND_PRIVATE_KEY, or neither")
        if self.hand_private_key_next is not None and self.hand_private_key is None:
            raise ValueError(f"{PREFIX}HAND_PRIVATE_KEY_NEXT is a second key: set {PREFIX}HAND_PRIVATE_KEY, too")
        return self

    @model_validator(mode="after")
    def _signs_in_or_does_not(self) -> Settings:
        if self.missing_for_sign_in and len(self.missing_for_sign_in) < len(_SIGN_IN):
            missing = " and ".join(self.missing_for_sign_in)
            raise ValueError(f"sign-in is set up by halves: set {missing} too, or none of what it needs")
        if self.encryption_keys is not None and not _are_keys(self.encryption_keys.get_secret_value()):
            raise ValueError(
                f"{PREFIX}ENCRYPTION_KEYS: each is 32 bytes in URL-safe base64: openssl rand -base64 32 | tr +/ -_"
            )
        if not self.missing_for_sign_in and not is_origin(self.origin):
            raise ValueError(
                f"{PREFIX}PUBLIC_URL: write where people's browsers find the pages, as in https://greenroom.example: "
                "without TLS browsers keep nobody signed in, but on this machine itself"
            )
        return self

    @property
    def is_one_app(self) -> bool:
        """One registration watches and writes."""
        return self.hand_app_id == self.app_id

    @property
    def missing_for_sign_in(self) -> tuple[str, ...]:
        """What would have to be set so that people can sign in to the pages. Nothing where they can."""
        return tuple(f"{PREFIX}{name.upper()}" for name in _SIGN_IN if getattr(self, name) is None)

    @property
    def retention(self) -> Retention:
        """How long what is kept."""
        return Retention.parse(self.keep)

    @property
    def origin(self) -> str:
        """Where people's browsers find the pages."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 pydantic's signature
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        assert isinstance(dotenv_settings, DotEnvSettingsSource)  # noqa: S101 - pydantic's own
        files = _SecretFiles(settings_cls, env_file=dotenv_settings.env_file)
        return init_settings, env_settings, files, dotenv_settings


class _SecretFiles(DotEnvSettingsSource):
    """Secrets whose value is in a file: GREENROOM_PRIVATE_KEY_FILE=/run/secrets/key, from the environment or `.env`."""

    def __call__(self) -> dict[str, Any]:
        found = {}
        named = told(self.env_file)
        for name, field in self.settings_cls.model_fields.items():
            path = named.get(f"{PREFIX}{name.upper()}_FILE")
            if path and "SecretStr" in str(field.annotation) and (content := _content(name, path)):
                found[name] = content  # an empty file says that there is none
        return found


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"{PREFIX}{name.upper()}_FILE names a file that cannot be read: {error}") from None


def told(file: Any = Settings.model_config["env_file"]) -> dict[str, str]:
    """What the environment and that file say of us, as it stands there; the environment counts more."""
    written = dotenv_values(file) if file else {}
    return {name: value or "" for name, value in {**written, **os.environ}.items() if name.startswith(PREFIX)}


def load_settings(**given: Any) -> Settings:
    """Read the settings. Raises InvalidSettings with a line for each that is missing, wrong or unknown."""
    names = told(given.get("_env_file", Settings.model_config["env_file"]))
    if unknown := [name for name in names if not _is_known(name)]:
        raise InvalidSettings("\n".join(f"there is no setting {name}{_nearest(name)}" for name in sorted(unknown)))
    try:
        return Settings(**given)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
        nowhere = _not_here(given) if any(each["type"] == "missing" for each in mistakes) else []
        raise InvalidSettings("\n".join([*(_line(mistake) for mistake in mistakes), *nowhere])) from None


def _not_here(given: Mapping[str, Any]) -> list[str]:
    """Whoever types a command in another folder than that of the set-up has no settings there."""
    file = given.get("_env_file", Settings.model_config["env_file"])
    if not file or Path(str(file)).exists():
        return []
    return [f"No {Path(str(file)).name} was found in this folder; go to the one that greenroom setup wrote it to."]


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
