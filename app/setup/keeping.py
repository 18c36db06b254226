"""What becomes of credentials: files, or lines for whoever keeps secrets elsewhere?"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from app.setup.credentials import Entry
from app.setup.writing import ENV, SECRETS, as_text, check, write


@dataclass(frozen=True, slots=True)
class InFiles:
    """A `.env` and a folder of secrets beside it."""

    folder: Path

    def check(self, files: Collection[str]) -> None:
        check(self.folder, files)

    def keep(self, entries: Collection[Entry]) -> str:
        write(self.folder, entries)
        return f"Credentials are in {self.folder / SECRETS}, and {self.folder / ENV} names them."


@dataclass(frozen=True, slots=True)
class Printed:
    """Shown once, in the terminal alone, and kept in memory for the doctor."""

    show: Callable[[str], None]
    given: dict[str, str] = field(default_factory=dict, repr=False)

    def check(self, files: Collection[str]) -> None:
        """A terminal takes everything."""

    def keep(self, entries: Collection[Entry]) -> str:
        self.show(as_text(entries))
        self.given.update({each.setting: each.value for each in entries})
        return "Its credentials are in this terminal, and nowhere else: put them into your secret manager now."
