"""Where does the rotation of one kind of secret stand now? Asks the database and GitHub, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from app import prints
from app.github.client import Unauthenticated
from app.github.credentials import AppCredentials
from app.github.errors import RetryLater
from app.github.itself import itself
from app.github.registration import Registration
from app.holding import LIVE, SILENT
from app.main import Greenroom
from app.prints import Kind
from app.rotating import app_keys, digests, encryption, rings, webhook_secret
from app.rotating.drill import Drill, Seen
from app.store import secrets_held

RENEWED = {
    "encryption-key": "greenroom rotate encryption-key --apply encrypts them anew; else they end within eight hours",
    "digest-key": "greenroom rotate digest-key --apply makes anew what it can; looks do the rest within minutes",
}


class NothingToRotate(Exception):
    """The settings hold no such secret. The message says which."""


async def look(greenroom: Greenroom, kind: Kind) -> Drill:
    """Raises RetryLater and NothingToRotate."""
    seen = await seen_of(greenroom, kind)
    if kind == "webhook-secret":
        return webhook_secret.drill(seen, greenroom.settings.webhook_secret_previous_until)
    if kind in app_keys.SETTING:
        return app_keys.drill(seen, await _answers(greenroom, _keys(greenroom, kind)))
    if len(seen.prints) == 1:
        return rings.drill(seen, {}, RENEWED[kind])
    needs = await (_sessions(greenroom) if kind == "encryption-key" else digests.needs(greenroom, seen))
    return rings.drill(seen, needs, RENEWED[kind])


async def seen_of(greenroom: Greenroom, kind: Kind) -> Seen:
    """What is known of that kind without asking GitHub. Raises NothingToRotate."""
    known, now = prints.of_settings(greenroom.settings), greenroom.clock.now()
    if kind not in known:
        raise NothingToRotate(f"the settings hold no {kind.replace('-', ' ')}; see the settings in docs/reference.md")
    read = greenroom.database.read
    held = await read(partial(secrets_held.held, kind=kind, since=now - SILENT))
    return Seen(
        kind=kind,
        prints=known[kind],
        held=tuple(each for each in held if each.at >= now - LIVE),
        unheard=tuple(each for each in held if each.at < now - LIVE),
        used=await read(partial(secrets_held.used, kind=kind)),
        now=now,
    )


async def answer_to(greenroom: Greenroom, key: AppCredentials) -> str:
    """Does GitHub accept what this key signs? “accepted”, “refused”, or why that is not known."""
    alone = Registration(name="Greenroom", signers=[key], client=greenroom.client, clock=greenroom.clock)
    try:
        await itself(alone)
    except Unauthenticated:
        return "refused"
    except RetryLater as error:
        return str(error)
    return "accepted"


def _keys(greenroom: Greenroom, kind: Kind) -> tuple[AppCredentials, ...]:
    return (prints.app_keys if kind == "app-key" else prints.hand_keys)(greenroom.settings)


async def _answers(greenroom: Greenroom, keys: Iterable[AppCredentials]) -> dict[str, str]:
    return {prints.of_app_key(key): await answer_to(greenroom, key) for key in keys}


async def _sessions(greenroom: Greenroom) -> dict[str, str]:
    keys = greenroom.settings.encryption_keys
    if keys is None:
        return {}
    found = await greenroom.database.read(partial(encryption.needs, keys=keys.get_secret_value()))
    return {name: f"{count} sessions" for name, count in found.items()}
