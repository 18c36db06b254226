"""What concerns those who look on from outside? More verbs, as those of `vocabulary`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.sandbox.server.vocabulary import Stage, Verb
from app.sandbox.state.outsiders import Audience


def make_token(stage: Stage, *, login: str, fine_grained: bool = False, advisories: bool = False) -> dict[str, Any]:
    """Somebody makes a personal access token that reads what is public, and with `advisories` the drafts they may."""
    return {"token": stage.world.add_personal_token(login, fine_grained=fine_grained, advisories=advisories)}


def tell_private_reporting(stage: Stage, *, to: Audience = "everybody") -> None:
    """Whom GitHub tells whether private reporting is on: `everybody`, `whoever signs in`, or `apps` alone."""
    stage.world.private_reporting_told_to = to


OUTSIDER_VERBS: Mapping[str, Verb] = {
    function.__name__.replace("_", "-"): function for function in (make_token, tell_private_reporting)
}
