"""Which valid word was probably meant?"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass

MOST_CHOICES = 30  # that are listed
MOST_COMPARED = 500
LONGEST = 100  # characters of a word that are compared


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word that is none of the valid ones. What was meant is looked up where somebody reads it: that takes time."""

    message: str
    word: str
    valid: Collection[str]

    @property
    def meant(self) -> str | None:
        """The valid word that comes nearest, if any does."""
        word = self.word[:LONGEST]
        # Words of which one is more than three times as long cannot be half alike.
        alike = [each for each in self.valid if len(each) <= 3 * len(word) and len(word) <= 3 * len(each)]
        close = difflib.get_close_matches(word, alike[:MOST_COMPARED], n=1, cutoff=0.5)
        return close[0] if close else None

    def __str__(self) -> str:
        if meant := self.meant:
            return f'{self.message}; did you mean "{meant}"?'
        listed = ", ".join(list(self.valid)[:MOST_CHOICES])
        more = ", …" if len(self.valid) > MOST_CHOICES else ""
        return f"{self.message}; there is {listed}{more}" if listed else self.message
