"""Which breaks of the product must turn a test red?

Each is one edit that a tired person could make, in the words of the code as it stands. `make attack` makes them one
after another in a copy of the tree and says which tests noticed. docs/attacks.md tells what was found so far.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("breaks.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One edit: in `path`, `find` (which stands there exactly once) becomes `put`. `tests` are what to run."""

    name: str
    path: str
    find: str
    put: str
    tests: tuple[str, ...]

    def is_possible(self, root: Path) -> bool:
        """Does the text still stand there, once?"""
        return (root / self.path).read_text(encoding="utf-8").count(self.find) == 1

    def make(self, root: Path) -> None:
        path = root / self.path
        path.write_text(path.read_text(encoding="utf-8").replace(self.find, self.put), encoding="utf-8")


def all_breaks() -> tuple[Break, ...]:
    """The list, in the order in which it is written."""
    with LIST.open("rb") as file:
        entries = tomllib.load(file)["break"]
    return tuple(Break(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries)
