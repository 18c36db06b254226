"""The seat of a Registration in pypa/pip, and the tokens that it asked for."""

from __future__ import annotations

import json
from typing import Any

from app.github.client import Access
from app.github.registration import Registration, Seat
from tests.builders import PIP
from tests.github.conftest import Script

MINT = "/app/installations/7/access_tokens"


def bodies(script: Script) -> list[Any]:
    """What each token was asked for with."""
    return [json.loads(request.content) for request in script.sent("POST", MINT)]


async def pip(registration: Registration) -> Seat:
    """Where the App sits for pypa/pip."""
    seat = await registration.seat(PIP)
    assert seat is not None
    return seat


async def nothing(_: Access) -> None:
    """The work of somebody who only wants the token."""
