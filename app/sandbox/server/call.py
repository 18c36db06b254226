"""What does a route get to know about a request, and which permission does it ask for?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from starlette.responses import Response

from app.sandbox.server.answers import Refusal, not_accessible, not_found
from app.sandbox.state.accounts import Organization, User
from app.sandbox.state.apps import Registration, Token, allows
from app.sandbox.state.outsiders import Outsider
from app.sandbox.state.reading import repository_readers
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World

Permission: TypeAlias = tuple[str, Literal["read", "write"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. Either `token`, `app` or `outsider` is who asks."""

    world: World
    path: dict[str, str]
    query: dict[str, str]
    body: Any = field(default=None, repr=False)
    url_path: str
    needs: Permission | None
    token: Token | None = None
    app: Registration | None = None
    outsider: Outsider | None = None

    @property
    def who(self) -> str:
        """The App that asks, or the login; nobody's where nobody signed in."""
        return self.outsider.login if self.outsider else self.client.slug

    @property
    def client(self) -> Registration:
        """The App that asks, by itself or by one of its installations."""
        return self.token.installation.app if self.token else self.issuer

    @property
    def actor(self) -> User:
        """What an App does is done by its bot."""
        return self.bearer.installation.app.bot

    @property
    def bearer(self) -> Token:
        if self.token is None:
            raise Refusal(401, "Bad credentials")
        return self.token

    @property
    def issuer(self) -> Registration:
        if self.app is None:
            raise Refusal(401, "A JSON web token could not be decoded")
        return self.app

    def repository(self) -> Repository:
        """The repository of the path, if the token may know of it; 301 or 307 where it has moved."""
        repo = self.world.find_repository(f"{self.path['owner']}/{self.path['repo']}")
        if repo is None or not self.sees(repo):
            raise not_found()
        return repo

    def sees(self, repo: Repository) -> bool:
        """What is public, everybody; what is private, an App, and a token that covers it."""
        if not repo.private:
            return True
        if self.outsider:
            return self.outsider.app is not None and self.meets(repo)
        return self.token.covers(repo) if self.token else self.app is not None

    def meets(self, repo: Repository) -> bool:
        """Has the App of a person's token been installed on what they have a role in, with the permission asked for?"""
        who = self.outsider
        if who is None or who.app is None:
            return False
        needs = self.needs or ("metadata", "read")
        installed = any(
            each.app is who.app and each.covers(repo) and allows(each.permissions, *needs) and not each.suspended_at
            for each in self.world.installations.values()
        )
        return installed and self.world.users[who.id].login in repository_readers(self.world, repo)

    def covered_repository(self) -> Repository:
        """The same, but a token that does not cover it is refused though all the world may see it."""
        repo = self.repository()
        if not self.bearer.covers(repo):
            raise not_accessible()
        return repo

    def own_organization(self) -> Organization:
        """The organization of the path, if this is where the App is installed."""
        org = self.world.find_organization(self.path["org"])
        if org is None:
            raise not_found()
        if org is not self.bearer.installation.account:
            raise not_accessible()
        return org


Handler: TypeAlias = Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: who may call it (`jwt` an App, `token` an installation, `any` whoever is known) and with what.

    `needs` is the permission that GitHub's page "Permissions required for GitHub Apps" names for it; `in_public` says
    that people with a token of their own, and visitors without any, may call it too, for what everybody can see;
    `for_people` that people may whose token an App holds.
    """

    method: str
    template: str
    handler: Handler
    by: Literal["jwt", "token", "any"]
    needs: Permission | None = None
    in_public: bool = False
    for_people: bool = False

    def match(self, method: str, path: str) -> dict[str, str] | None:
        if method != self.method:
            return None
        found = _pattern(self.template).fullmatch(path)
        return found.groupdict() if found else None


_PATTERNS: dict[str, re.Pattern[str]] = {}


def _pattern(template: str) -> re.Pattern[str]:
    if template not in _PATTERNS:
        _PATTERNS[template] = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
    return _PATTERNS[template]
