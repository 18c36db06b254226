"""What does a rotation write itself, when a person says so? Each may be said again, and does nothing twice."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from app.domain.ids import SWEEP, CaseKey
from app.github.webhook_secret import tell
from app.holding import LIVE
from app.main import Greenroom
from app.reconcile.digests import Digests, renewal
from app.rotating import encryption
from app.rotating.drill import Drill, when
from app.rotating.looking import look
from app.rotating.webhook_secret import MAY_TELL
from app.store import cases, moments, secrets_held, work


class NotGone(Exception):
    """No instance of that name fell silent. The message says what is known of it."""


def next_of(drill: Drill) -> str:
    """The step that is not done, empty where there is none."""
    return next((each.name for each in drill.steps if each.state in {"next", "cannot tell"}), "")


async def tell_github(greenroom: Greenroom) -> str:
    """Only what every running instance knows: else GitHub would sign with what some of them refuse.

    It may be told again later, where somebody told it another one meanwhile. Raises RetryLater and HasNoWebhook.
    """
    if next_of(await look(greenroom, "webhook-secret")) not in MAY_TELL:
        return ""
    await tell(greenroom.watcher, greenroom.settings.webhook_secret.get_secret_value())
    return "GitHub was told the new secret; the next delivery shows whether it signs with it"


async def renew_sessions(greenroom: Greenroom) -> str:
    """Only once every running instance makes new ones with the new key: else there would be no end to it."""
    keys = greenroom.settings.encryption_keys
    if keys is None or next_of(await look(greenroom, "encryption-key")) != "nothing needs the old one":
        return ""
    after: str | None = ""
    while after is not None:
        after = await greenroom.database.write(partial(encryption.renew, keys=keys.get_secret_value(), after=after))
    return "sessions were encrypted anew"


async def renew_digests(greenroom: Greenroom) -> str:
    """From now on looks make anew what an older key made. Mirrors are written once more, each by its next look.

    Only once every running instance makes new ones with the new key: else they would undo each other's.
    """
    if next_of(await look(greenroom, "digest-key")) != "nothing needs the old one":
        return ""
    await greenroom.database.write(partial(_ask, digests=greenroom.digests, now=greenroom.clock.now()))
    return "looks make anew what they see again; open cases are looked at now"


async def let_go(greenroom: Greenroom, instance: str) -> str:
    """A person knows that an instance ended that could not say so. Raises NotGone.

    Should it run all the same, it says so itself within a minute.
    """
    since = greenroom.clock.now() - LIVE
    await greenroom.database.write(partial(_let_go, instance=instance, since=since))
    return f"{instance} is not waited for any more"


def _let_go(conn: Connection, *, instance: str, since: datetime) -> None:
    heard = secrets_held.heard_at(conn, instance)
    if heard is None:
        raise NotGone(f"no instance is called {instance}; this command names those that it waits for")
    if heard >= since:
        raise NotGone(f"{instance} said at {when(heard)} what it knows, so it runs: stop it first")
    secrets_held.forget_instance(conn, instance)


def _ask(conn: Connection, *, digests: Digests, now: datetime) -> None:
    moments.note(conn, name=renewal(digests), at=now)
    work.mark(conn, [SWEEP, *(CaseKey(each.number) for each in cases.all_cases(conn) if each.state == "open")], due=now)
