"""What does a rotation write itself, when a person says so? Each may be said again, and does nothing twice."""

from __future__ import annotations

from functools import partial

from app.github.webhook_secret import tell
from app.main import Greenroom
from app.rotating import encryption
from app.rotating.drill import Drill
from app.rotating.looking import look


def next_of(drill: Drill) -> str:
    """The step that is not done, empty where there is none."""
    return next((each.name for each in drill.steps if each.state in {"next", "cannot tell"}), "")


async def tell_github(greenroom: Greenroom) -> str:
    """Only what every running instance knows: else GitHub would sign with what some of them refuse.

    Raises RetryLater and HasNoWebhook.
    """
    if next_of(await look(greenroom, "webhook-secret")) != "GitHub signs with the new one":
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
