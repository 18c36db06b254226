"""How is a new secret made, and where does it go? Into a file that only its owner reads, which is never overwritten."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from pathlib import Path

from app.prints import Kind, ring
from app.private_files import NotWritten, write_new
from app.settings import Settings

SIZE = 32  # bytes


class NotMade(Exception):
    """Nothing was written. The message says why."""


def new_secret(kind: Kind, settings: Settings, now: datetime) -> str:
    """What its setting is to hold next: of keys that stand together all of them, the new one behind."""
    if kind == "webhook-secret":
        return secrets.token_hex(SIZE)
    if kind == "encryption-key":
        new = base64.urlsafe_b64encode(secrets.token_bytes(SIZE)).decode()
        held = settings.encryption_keys.get_secret_value() if settings.encryption_keys else ""
    else:
        held = settings.digest_keys.get_secret_value()
        new = f"{_free_id(now, {each.partition(':')[0] for each in ring(held)})}:{secrets.token_hex(SIZE)}"
    return ",".join((*ring(held), new))


def keep(secret: str, file: Path) -> None:
    """Write it, for its owner alone. What is there, or is a link, stays. Raises NotMade."""
    try:
        write_new(f"{secret}\n", file)
    except NotWritten as error:
        raise NotMade(str(error)) from None


def read_private(file: Path) -> str:
    """A key that somebody downloaded. Raises NotMade where others may read it, or nobody can."""
    try:
        if file.stat().st_mode & 0o077:
            raise NotMade(f"others may read {file}: chmod 600 {file}")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotMade(f"{file} cannot be read: {error}") from None


def _free_id(now: datetime, taken: set[str]) -> str:
    day = f"{now:%Y-%m-%d}"
    return next(name for name in (day, *(f"{day}.{number}" for number in range(2, 100))) if name not in taken)
