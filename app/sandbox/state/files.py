"""What is a file of a repository here?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["100644", "120000"]


@dataclass(frozen=True, slots=True)
class File:
    """The content of one file on the default branch. Of a symbolic link (mode 120000) it is the path it leads to."""

    content: bytes
    mode: Mode = "100644"

    @property
    def is_binary(self) -> bool:
        """Is it something that GitHub has no text for?"""
        try:
            return "\x00" in self.content.decode()
        except UnicodeDecodeError:
            return True
