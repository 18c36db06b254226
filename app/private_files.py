"""How is something written that only its owner may read?"""

from __future__ import annotations

import os
from pathlib import Path

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)


class NotWritten(Exception):
    """Nothing was written. The message says why."""


def write_new(text: str, file: Path) -> None:
    """Into a file that is not there yet. What is there, or is a link, stays. Raises NotWritten."""
    try:
        descriptor = os.open(file, _NEW, 0o600)
    except FileExistsError:
        raise NotWritten(f"{file} is there already; name a file that is not") from None
    except OSError as error:
        raise NotWritten(f"{file} cannot be written: {error.strerror}") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        file.unlink(missing_ok=True)
        raise NotWritten(f"{file} could not be written: {error.strerror}") from None
