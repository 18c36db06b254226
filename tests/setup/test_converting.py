"""What is made of GitHub's answers to a code, the good, the bad and the strange?"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from app.sandbox.registering import new_private_key
from app.setup.converting import AnswerLost, CodeIsOver, NotConverted, NotReached, Registered, convert

KEY = new_private_key()
SAID: dict[str, Any] = {
    "id": 12,
    "slug": "greenroom",
    "client_id": "Iv23liabc",
    "client_secret": "c" * 40,
    "webhook_secret": "w" * 40,
    "pem": KEY,
    "owner": {"login": "acme"},
}


async def _converted(status: int, content: bytes, code: str = "a1b2") -> Registered:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=content))
    return await convert(code, api_url="https://api.github.com", transport=transport)


async def test_credentials_are_read_and_never_shown() -> None:
    """Nothing secret is in what a log or a traceback would print of it."""
    app = await _converted(201, json.dumps(SAID).encode())

    assert (app.app_id, app.slug, app.private_key, app.webhook_secret) == (12, "greenroom", KEY, "w" * 40)
    assert not [value for value in ("c" * 40, "w" * 40, "BEGIN") if value in repr(app)]


async def test_an_app_without_a_webhook_has_no_secret() -> None:
    """GitHub says null."""
    assert (await _converted(201, json.dumps(SAID | {"webhook_secret": None}).encode())).webhook_secret is None


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, CodeIsOver),
        (403, NotReached),
        (429, NotReached),
        (422, NotConverted),
        (401, NotConverted),
        (302, NotConverted),
        (500, AnswerLost),
        (502, AnswerLost),
        (200, AnswerLost),
    ],
)
async def test_each_refusal_says_whether_it_is_worth_trying_again(status: int, error: type[NotConverted]) -> None:
    """A code that is over is not sent twice; one that nobody looked at is."""
    with pytest.raises(error) as told:
        await _converted(status, b'{"message": "GitHub\'s own words, with a secret"}')

    assert type(told.value) is error
    assert "own words" not in str(told.value)


@pytest.mark.parametrize(
    "changed",
    [
        {"pem": "not a key"},
        {"pem": KEY + "GREENROOM_WRITES=on\n"},
        {"client_secret": "x\nGREENROOM_WRITES=on"},
        {"client_secret": ""},
        {"client_id": "a b"},
        {"slug": "../settings"},
        {"id": -1},
        {"id": "12"},
        {"webhook_secret": "short"},
    ],
)
async def test_an_answer_that_is_not_as_it_should_be_is_not_written_down(changed: dict[str, Any]) -> None:
    """What goes into files and addresses is looked at first."""
    with pytest.raises(AnswerLost) as told:
        await _converted(201, json.dumps(SAID | changed).encode())

    assert not [value for value in changed.values() if len(str(value)) > 3 and str(value) in str(told.value)]


@pytest.mark.parametrize("content", [b"", b"[]", b"<html>", b"[" * 100_000, b" " * 200_000, b"\xff"])
async def test_garbage_is_a_lost_answer(content: bytes) -> None:
    """The App is there, and its key is not: trying again tells."""
    with pytest.raises(AnswerLost):
        await _converted(201, content)


@pytest.mark.parametrize("code", ["", "../../app", "a/b", "a?b", "a b", "ä", "x" * 201])
async def test_what_is_no_code_is_not_sent(code: str) -> None:
    """It would become part of an address."""

    def never(request: httpx.Request) -> httpx.Response:
        raise AssertionError(request.url)

    with pytest.raises(CodeIsOver):
        await convert(code, api_url="https://api.github.com", transport=httpx.MockTransport(never))


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (httpx.ConnectError("refused"), NotReached),
        (httpx.ConnectTimeout("slow"), NotReached),
        (httpx.ReadTimeout("slow"), AnswerLost),
        (httpx.RemoteProtocolError("odd"), AnswerLost),
    ],
)
async def test_whether_github_was_asked_at_all_is_known(broken: Exception, error: type[NotConverted]) -> None:
    """Nothing is lost where no connection was made; where one broke, it may be."""

    def fail(request: httpx.Request) -> httpx.Response:  # noqa: ARG001 - httpx's signature
        raise broken

    with pytest.raises(error):
        await convert("a1b2", api_url="https://api.github.com", transport=httpx.MockTransport(fail))
