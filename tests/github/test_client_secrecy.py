"""Does an error or a log show what is under embargo?"""

from __future__ import annotations

import logging
import traceback
from typing import Any

import httpx
import pytest

from app.github.client import Access, Client
from app.github.errors import Ambiguous, Refused, RetryLater
from tests.github.calls import ADVISORY, BROKEN, GHSA, ONE, UPDATE
from tests.github.conftest import Held, Script

TROUBLES: list[Any] = [
    *BROKEN,
    *(httpx.Response(status, text=f"canary {GHSA}") for status in (301, 401, 403, 404, 422, 429, 500)),
    httpx.Response(200, text=f"canary {GHSA}"),
    httpx.Response(302, headers={"location": f"https://evil.example/canary/{GHSA}"}),
]


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_no_error_or_log_shows_an_id_a_body_or_a_token(
    *, client: Client, script: Script, access: Access, lease: Held, caplog: pytest.LogCaptureFixture, trouble: Any
) -> None:
    """Ids of unpublished advisories are under embargo, and errors end in logs."""
    caplog.set_level(logging.DEBUG)
    script.on("GET", ONE, trouble)
    script.on("PATCH", ONE, trouble)
    shown = []
    for send in (client.read(ADVISORY, access), client.write(UPDATE, access, lease=lease)):
        try:
            shown.append(repr(await send))
        except (RetryLater, Refused, Ambiguous) as error:
            shown.append("".join(traceback.format_exception(error)) + repr(error))
    text = "\n".join([*shown, caplog.text, repr(access), repr(UPDATE), str(UPDATE)])
    assert not [secret for secret in ("canary", GHSA, "ghs_secret") if secret in text]
