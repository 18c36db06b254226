"""Who asks without being an App, and how much may they ask?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from app.sandbox.state.apps import Registration

# Whom GitHub tells whether private vulnerability reporting is on. Its pages do not say, so both have to be tried.
Audience = Literal["everybody", "whoever signs in", "apps"]

# Which drafts GitHub shows to a person's token for an App. Its pages do not say, so all have to be tried.
DraftsShown = Literal["as their person", "to administrators", "never"]

_OF_VISITORS, _OF_PEOPLE = 60, 5000  # requests an hour (GitHub: "Rate limits for the REST API")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outsider:
    """A visitor whom nobody knows, or a person who shows a token that reads what is public, and no more.

    Where it `reads_advisories` it reads the unpublished ones that its person may (GitHub: "Get a repository security
    advisory"; the scope is `repo` or `repository_advisories:read`). With `app` it is a token that the person gave to an
    App: it reads what both may.
    """

    id: int
    login: str = ""
    reads_advisories: bool = False
    app: Registration | None = None

    @property
    def requests_an_hour(self) -> int:
        return _OF_PEOPLE if self.login else _OF_VISITORS

    def is_told(self, audience: Audience) -> bool:
        return audience == "everybody" or (audience == "whoever signs in" and bool(self.login))


VISITOR = Outsider(id=0)


def token_text(person: int, number: int, *, fine_grained: bool) -> str:
    """A personal access token, spelled as GitHub spells the two kinds."""
    digits = hashlib.sha512(f"outsider {person} {number}".encode()).hexdigest()
    return f"github_pat_{digits[:22]}_{digits[22:81]}" if fine_grained else f"ghp_{digits[:36]}"
