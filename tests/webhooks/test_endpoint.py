from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.domain.delivery import Delivery, NotDurable
from app.domain.ids import Key, parse_key
from tests.webhooks.deliveries import GUID, REPORTED, SECRET, Remembering, app, deliver, headers
from webhooks.body import LARGE_AT_ONCE, LIMIT, SMALL, Bodies, TooLarge, TooSlow
from webhooks.endpoint import PATH
from webhooks.signature import WebhookSecrets, sign

KEYS = frozenset({parse_key("pypa/pip"), parse_key("pypa/pip/GHSA-2222-3333-4444")})


async def test_a_new_delivery_is_accepted_with_its_names() -> None:
    """202: it is written down, and will be looked at."""
    inbox = Remembering()
    async with app(inbox) as github:
        answer = await deliver(github)

    assert answer.status_code == 202
    expected = Delivery(guid=GUID, event="repository_advisory", action="reported")
    assert inbox.taken == {GUID: (expected, KEYS)}


async def test_the_same_delivery_again_is_a_duplicate() -> None:
    """GitHub redelivers under the same GUID, which is not an error."""
    inbox = Remembering()
    async with app(inbox) as github:
        assert [(await deliver(github)).status_code for _ in range(3)] == [202, 200, 200]

    assert len(inbox.taken) == 1


async def test_what_is_of_no_interest_is_accepted_and_forgotten() -> None:
    """GitHub must not show our indifference as a failure; nor does it fill the database."""
    inbox = Remembering()
    async with app(inbox) as github:
        assert (await deliver(github, {"zen": "Design for failure."}, event="ping")).status_code == 202
        assert (await deliver(github, {"action": "x"}, event="workflow_run")).status_code == 202

    assert inbox.taken == {}


async def test_a_delivery_that_could_not_be_kept_is_not_acknowledged() -> None:
    """503: GitHub shows a failure, and it can be delivered again. Nothing is said about the database."""

    class Broken:
        async def receive(self, delivery: Delivery, keys: frozenset[Key]) -> bool:
            raise NotDurable(f"no space left for {delivery.guid} and {len(keys)} keys")

    async with app(Broken()) as github:
        answer = await deliver(github)

    assert (answer.status_code, answer.json()) == (503, {"error": "try again"})


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"x-github-event": None}, 400),
        ({"x-github-event": ""}, 400),
        ({"x-github-event": "Repository Advisory"}, 400),
        ({"x-github-delivery": None}, 400),
        ({"x-github-delivery": ""}, 400),
        ({"x-github-delivery": "g" * 101}, 400),
        ({"x-hub-signature-256": None}, 401),
        ({"x-hub-signature-256": ""}, 401),
        ({"x-hub-signature-256": sign(REPORTED, SECRET + "x").decode()}, 401),
        ({"x-hub-signature-256": None, "x-hub-signature": "sha1=" + "0" * 40}, 401),
        ({"content-type": None}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-type": "text/plain; a=application/json"}, 415),
        ({"content-length": str(LIMIT + 1)}, 413),
        ({"content-length": "9" * 18}, 413),
        ({"content-type": "application/json; charset=utf-8"}, 202),
    ],
)
async def test_headers_decide_first(changes: dict[str, str | None], status: int) -> None:
    """Each check stands in front of the next one, and each has its own status."""
    inbox = Remembering()
    async with app(inbox) as github:
        answer = await deliver(github, REPORTED, changes=changes)

    assert answer.status_code == status
    assert len(inbox.taken) == (status == 202)


@pytest.mark.parametrize(
    ("name", "status"),
    [("x-hub-signature-256", 401), ("x-github-delivery", 400), ("x-github-event", 400), ("content-type", 415)],
)
async def test_a_header_that_comes_twice_is_refused(name: str, status: int) -> None:
    """A proxy and we could each believe another one."""
    inbox = Remembering()
    sent = list(headers(REPORTED).items())
    twice = [*sent, next(item for item in sent if item[0] == name)]
    async with app(inbox) as github:
        answer = await github.post(PATH, content=REPORTED, headers=twice)

    assert (answer.status_code, inbox.taken) == (status, {})


async def test_malformed_json_is_refused_only_if_github_signed_it() -> None:
    """Strangers do not learn how we parse."""
    async with app(Remembering()) as github:
        assert (await deliver(github, b'{"action"')).status_code == 400
        assert (
            await deliver(github, b'{"action"', changes={"x-hub-signature-256": "sha256=" + "0" * 64})
        ).status_code == 401


async def test_only_post_is_answered() -> None:
    """A browser that looks at the address is told so."""
    async with app(Remembering()) as browser:
        assert (await browser.get(PATH)).status_code == 405


async def test_an_old_secret_is_taken_while_it_is_replaced() -> None:
    """Deliveries that were signed before the change are not lost."""
    secrets = WebhookSecrets(current="zyxwvutsrqponmlkjihgfedcba987654", previous=SECRET)
    async with app(Remembering(), secrets) as github:
        assert (await deliver(github)).status_code == 202


@pytest.mark.slow
async def test_of_10000_forged_signatures_none_is_accepted_and_none_is_an_accident() -> None:
    """Missing, empty, sha1-only, wrong length, non-hex, non-ASCII, duplicate, re-serialised body."""
    dice, inbox, statuses = random.Random(1), Remembering(), set()  # noqa: S311 - a game, not a key
    right = sign(REPORTED, SECRET)
    reserialised = REPORTED.replace(b": ", b":")
    forgeries = (
        list,
        lambda: [b""],
        lambda: [b"sha1=" + dice.randbytes(20).hex().encode()],
        lambda: [right[: dice.randrange(len(right))]],
        lambda: [right + dice.randbytes(dice.randrange(1, 40)).hex().encode()],
        lambda: [b"sha256=" + bytes(dice.choices(b"ghijklmnopqrstuvwxyz", k=64))],
        lambda: [b"sha256=" + dice.randbytes(32).hex().encode()],
        lambda: [b"sha256=" + dice.randbytes(32)],
        lambda: [right.replace(b"sha256", dice.choice([b"SHA256", b"sha512", b"sha1", b" sha256", b"sha256 "]))],
        lambda: [right, right],
        lambda: [right, b"sha256=" + dice.randbytes(32).hex().encode()],
        lambda: [b"sha256=\xc3\xbc" + right[9:]],
    )
    others = [(k, v) for k, v in headers(REPORTED, changes={"x-hub-signature-256": None}).items()]
    async with app(inbox) as stranger:
        for number in range(10_000):
            forged = [("x-hub-signature-256", value) for value in forgeries[number % len(forgeries)]()]
            sent = [(name.encode(), value.encode()) for name, value in others] + [(n.encode(), v) for n, v in forged]
            body = REPORTED if forged else reserialised
            statuses.add((await stranger.post(PATH, content=body, headers=sent)).status_code)
        answer = await stranger.post(PATH, content=reserialised, headers=headers(REPORTED))

    assert (statuses | {answer.status_code}, inbox.taken) == ({401}, {})


async def chunks(size: int, count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * size


@pytest.mark.parametrize("size", [SMALL - 1, SMALL, SMALL + 1, LIMIT - 1, LIMIT])
async def test_bodies_up_to_the_limit_are_read(size: int) -> None:
    """An installation of 6,000 repositories passes 1 MiB, and must not be cut off."""
    body = REPORTED.ljust(size)
    async with app(Remembering()) as github:
        assert (await deliver(github, body)).status_code == 202


@pytest.mark.parametrize("pieces", [1, 2, 1000])
async def test_a_byte_more_is_too_large_however_it_comes(pieces: int) -> None:
    """The limit counts what arrives, not what was announced, before anything is computed from it."""
    size = LIMIT // pieces + 1
    async with app(Remembering()) as stranger:
        answer = await stranger.post(PATH, content=chunks(size, pieces), headers=headers(b""))

    assert answer.status_code == 413


@pytest.mark.parametrize("sizes", [[LIMIT + 1], [SMALL, LIMIT - SMALL + 1], [SMALL + 1, LIMIT - SMALL]])
async def test_a_byte_more_in_the_last_piece_is_too_large(sizes: list[int]) -> None:
    """Servers say with the last piece that it is the last, so nothing comes after it to notice by."""
    pieces = [{"type": "http.request", "body": b" " * size, "more_body": True} for size in sizes]
    pieces[-1]["more_body"] = False

    async def receive() -> dict[str, Any]:
        return pieces.pop(0)

    with pytest.raises(TooLarge):
        await Bodies().read(receive, announced=None)


async def test_small_deliveries_pass_while_strangers_send_large_ones() -> None:
    """Only a few large bodies are held at once; whoever waits for a place does not keep GitHub from delivering."""
    hold = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b" " * (SMALL + 1)
        await hold.wait()

    async with app(Remembering()) as client:
        strangers = [
            asyncio.ensure_future(client.post(PATH, content=endless(), headers=headers(b"")))
            for _ in range(LARGE_AT_ONCE + 3)
        ]
        for _ in range(100):
            await asyncio.sleep(0)

        assert (await deliver(client)).status_code == 202
        assert not any(stranger.done() for stranger in strangers)

        hold.set()
        assert {answer.status_code for answer in await asyncio.gather(*strangers)} == {401}


async def test_only_a_few_large_bodies_are_read_at_once() -> None:
    """The rest of a large body is not even asked for while as many are in memory as we have room for."""
    bodies, hold, asked = Bodies(), asyncio.Event(), [0] * (LARGE_AT_ONCE + 3)

    async def read(number: int) -> int:
        async def receive() -> dict[str, Any]:
            asked[number] += 1
            if asked[number] > 1:
                await hold.wait()
            return {"type": "http.request", "body": b" " * (SMALL + 1), "more_body": asked[number] == 1}

        return len(await bodies.read(receive, announced=None))

    reading = [asyncio.ensure_future(read(number)) for number in range(len(asked))]
    for _ in range(100):
        await asyncio.sleep(0)
    assert sorted(asked) == [1] * 3 + [2] * LARGE_AT_ONCE

    hold.set()
    assert await asyncio.gather(*reading) == [2 * (SMALL + 1)] * len(asked)


async def test_an_unfinished_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After ten seconds GitHub itself has hung up; whoever is slower wants to occupy us."""
    monkeypatch.setattr("webhooks.body.SECONDS", 0.01)

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    async with app(Remembering()) as stranger:
        assert (await stranger.post(PATH, content=slow(), headers=headers(b""))).status_code == 408


async def test_each_unfinished_body_has_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """One timer is for all of them: it ends the late ones, leaves whole ones alone, and comes again for the next."""
    monkeypatch.setattr("webhooks.body.SECONDS", 0.05)
    begun, bodies = asyncio.get_running_loop().time(), Bodies()

    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def whole() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def given_up() -> float:
        with pytest.raises(TooSlow):
            await bodies.read(never, announced=None)
        return asyncio.get_running_loop().time() - begun

    first = asyncio.ensure_future(given_up())
    await asyncio.sleep(0)
    assert await bodies.read(whole, announced=None) == b"{}"
    second = asyncio.ensure_future(given_up())
    waits = [await first, await second, await given_up()]

    assert waits == sorted(waits)
    assert 0.05 <= waits[0] < waits[2] - 0.04
