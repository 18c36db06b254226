"""What is an App registered with? GitHub: "REST API endpoints for GitHub Apps", "Get the authenticated app"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.github import parse, routes
from app.github.errors import RetryLater
from app.github.parse import well_formed
from app.github.registration import Registration


class UnknownApp(RetryLater):
    """GitHub knows no App of the id that the key signed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What its owner set: each installation is asked for these permissions, and gets these events."""

    permissions: Mapping[str, str] = field(hash=False)
    events: frozenset[str]
    slug: str | None


async def itself(registration: Registration) -> Registered:
    """Ask GitHub, which proves the key as well.

    Raises RetryLater, Unauthenticated where no key is accepted, or UnknownApp.
    """
    call = routes.APP.call()
    answer = await registration.as_app(lambda access: registration.client.read(call, access))
    if answer.status == 404:  # noqa: PLR2004 - GitHub's way of saying “Integration not found”
        raise UnknownApp(f"GitHub answered 404 to {call}")
    if not answer.ok:
        raise RetryLater(f"GitHub answered {answer.status} to {call}")
    raw = well_formed(parse.app, answer.body)
    return Registered(permissions=raw.permissions, events=frozenset(raw.events), slug=raw.slug)
