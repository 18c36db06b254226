"""Which strings must appear nowhere but on GitHub?"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from app.sandbox import people
from app.sandbox.state.advisories import Vulnerability

_TELLING = 12  # characters; a shorter text occurs elsewhere by chance


class Canaries:
    """Strings that were put into advisories. Found in a log, a file or an answer, each says that something leaked."""

    def __init__(self) -> None:
        self.all: set[str] = set()
        self._numbers = itertools.count(1)

    def new(self, place: str) -> str:
        """A string that nobody else has, fit to be a login."""
        text = f"canary-{place}-{next(self._numbers)}-embargoed"
        self.all.add(text)
        return text

    def unheard_of(self) -> dict[str, Any]:
        """What a stranger says is affected: each of its texts is a canary."""
        return {
            "package": {"ecosystem": "pip", "name": self.new("package")},
            "vulnerable_version_range": f"< {self.new('range')}",
            "patched_versions": self.new("patched"),
        }

    def affected(self, names: Iterable[str]) -> list[Vulnerability]:
        """Packages of which everything but their names is a canary. `rust:uv`; the ecosystem is *pip* unless named."""
        return [
            replace(
                each,
                vulnerable_version_range=f"< {self.new('range')}",
                patched_versions=self.new("patched"),
                vulnerable_functions=[self.new("function")],
            )
            for each in people.affected(names)
        ]

    def watch(self, fields: Mapping[str, Any]) -> None:
        """Texts that a test wrote itself are under embargo as well."""
        texts = [fields.get(name) for name in ("summary", "description")]
        for each in fields.get("vulnerabilities") or ():
            texts += [each.get("vulnerable_version_range"), each.get("patched_versions")]
            texts += each.get("vulnerable_functions") or ()
        self.all.update(text for text in texts if isinstance(text, str) and len(text) >= _TELLING)
