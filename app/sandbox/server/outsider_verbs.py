"""What concerns those who look on from outside? More verbs, as those of `vocabulary`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.sandbox import people
from app.sandbox.registering import WATCHER
from app.sandbox.server.vocabulary import Stage, Verb
from app.sandbox.state.outsiders import Audience, DraftsShown


def make_token(stage: Stage, *, login: str, fine_grained: bool = False, advisories: bool = False) -> dict[str, Any]:
    """Somebody makes a personal access token that reads what is public, and with `advisories` the drafts they may."""
    return {"token": stage.world.add_personal_token(login, fine_grained=fine_grained, advisories=advisories)}


def tell_private_reporting(stage: Stage, *, to: Audience = "everybody") -> None:
    """Whom GitHub tells whether private reporting is on: `everybody`, `whoever signs in`, or `apps` alone."""
    stage.world.private_reporting_told_to = to


def revoke_authorization(stage: Stage, *, login: str) -> None:
    """Somebody takes back what they gave to Apps when they signed in. GitHub sends `github_app_authorization`."""
    people.revoke_authorization(stage.world, stage.world.person(login))


def show_drafts_to_user_tokens(stage: Stage, *, to: DraftsShown = "as their person") -> None:
    """Which drafts GitHub shows to people's tokens for Apps: `as their person`, `to administrators`, or `never`."""
    stage.world.drafts_shown_to_user_tokens = to


def switch_webhook(stage: Stage, *, app: str = WATCHER, on: bool = True) -> None:
    """Whoever registered the App switches its webhook on, or with `on: false` off: nothing is sent, and none logged."""
    people.switch_webhook(stage.world.app(app), on=on)


OUTSIDER_VERBS: Mapping[str, Verb] = {
    function.__name__.replace("_", "-"): function
    for function in (
        make_token,
        tell_private_reporting,
        revoke_authorization,
        show_drafts_to_user_tokens,
        switch_webhook,
    )
}
