"""Which versions does an advisory name?

GitHub's syntax is a comparison, or two with a comma: `= 1.0`, `<= 3`, `>= 1.0, < 2.0` (GitHub: "Best practices for
writing repository security advisories"). People can write anything there; what is not in that syntax is not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_VERSION = r"v?[0-9][0-9A-Za-z.!+_-]*"
_COMPARISON = re.compile(rf"(<=|>=|<|=)\s*({_VERSION})")
_PATCHED = re.compile(rf"(?:>=|=)?\s*({_VERSION})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Those from `since` (None: the first one) to `before`, which is not among them, or `through`, which is; or `only`.

    Without an end, all later ones are meant.
    """

    since: str | None = None
    before: str | None = None
    through: str | None = None
    only: str | None = None

    def __str__(self) -> str:
        return ", ".join(f"{sign} {version}" for sign, version in self.bounds) or "all versions"

    @property
    def bounds(self) -> tuple[tuple[str, str], ...]:
        """As GitHub would write them."""
        all_of_them = (("=", self.only), (">=", self.since), ("<", self.before), ("<=", self.through))
        return tuple((sign, version) for sign, version in all_of_them if version is not None)


def versions(text: str | None) -> Versions | None:
    """Read a range. None where there is none, or where it is written in another way than GitHub's."""
    found = [_COMPARISON.fullmatch(part.strip()) for part in (text or "").split(",")]
    signs = {match[1]: match[2] for match in found if match}
    if len(signs) != len(found) or ({"<", "<="} <= signs.keys()) or ("=" in signs and len(signs) > 1):
        return None
    return Versions(since=signs.get(">="), before=signs.get("<"), through=signs.get("<="), only=signs.get("="))


def patched(text: str | None) -> tuple[str, ...] | None:
    """Read in which versions something is mended. None where it is written in a way that we cannot read."""
    if not (text or "").strip():
        return ()
    found = list(_each(text or ""))
    return tuple(dict.fromkeys(filter(None, found))) if all(found) else None


def _each(text: str) -> Iterator[str | None]:
    for part in text.split(","):
        match = _PATCHED.fullmatch(part.strip())
        yield match[1] if match else None
