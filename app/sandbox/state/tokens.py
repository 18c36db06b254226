"""Which token does GitHub give to an installation, and how long is it good?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from app.sandbox.state.accounts import Organization
from app.sandbox.state.advisories import Unprocessable
from app.sandbox.state.apps import Installation, Registration, Token, allows
from app.sandbox.state.repositories import Repository
from app.sandbox.state.world import World

LIFETIME = timedelta(hours=1)
MOST_REPOSITORIES = 500
_LENGTH = 520  # GitHub's stateless tokens are about that long, and no longer 40 characters


def install(
    world: World, app: Registration, account: Organization, *, repositories: Iterable[Repository] | None = None
) -> Installation:
    """Install an App; None selects all repositories, those to come included."""
    selected = None if repositories is None else {repository.id for repository in repositories}
    installation = Installation(
        id=world.next_id(),
        app=app,
        account=account,
        repository_selection="all" if selected is None else "selected",
        repositories=selected or set(),
        permissions=dict(app.permissions),
        created_at=world.now(),
    )
    world.installations[installation.id] = installation
    return installation


def mint(
    world: World,
    installation: Installation,
    *,
    permissions: dict[str, str] | None = None,
    repositories: frozenset[int] | None = None,
) -> Token:
    """A token that can be less than the installation, never more. Raises Unprocessable."""
    for permission, level in (permissions or {}).items():
        if not allows(installation.permissions, permission, level):
            raise Unprocessable("The permissions requested are not granted to this installation.")
    token = Token(
        text=_text(installation, world.next_token()),
        installation=installation,
        permissions=dict(installation.permissions) if permissions is None else {"metadata": "read"} | permissions,
        repositories=repositories,
        expires_at=world.now() + LIFETIME,
    )
    world.tokens[token.text] = token
    return token


def _text(installation: Installation, number: int) -> str:
    seed = f"{installation.id} {number} {installation.app.private_key}".encode()
    digits = "".join(hashlib.sha512(seed + bytes([part])).hexdigest() for part in range(5))
    return f"ghs_{installation.app.id}_{digits}"[:_LENGTH]
