"""Which valid word was probably meant?"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, valid: Iterable[str]) -> str:
    """The end of a message about a word that is none of these."""
    choices = list(valid)
    if close := difflib.get_close_matches(word, choices, n=1, cutoff=0.5):
        return f'; did you mean "{close[0]}"?'
    return f"; there is {', '.join(choices)}" if choices else ""
