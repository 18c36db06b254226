"""Does a request fail while the keys of the Watcher and of the Hand are replaced? None, whatever is done first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from app.github.itself import itself
from app.github.registration import Registration
from app.sandbox.registering import HAND, WATCHER, _public_key, new_private_key
from app.sandbox.state.apps import Registration as Registered
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.rotation.instances import instance

AT_ONCE = 20


def _registered(github: FakeGitHub, app: str) -> Registered:
    return github.world.app(app)


async def _ask(*apps: Registration, rounds: int = 5) -> int:
    """Requests that need a signature, many at once. Gives how many were answered; one that fails raises."""
    answered = 0
    for _ in range(rounds):
        answered += len(await asyncio.gather(*(itself(app) for app in apps for _ in range(AT_ONCE))))
        for app in apps:
            await app.installations()
            answered += 1
    return answered


@pytest.mark.parametrize("slug", [WATCHER, HAND])
async def test_no_request_fails_while_a_key_is_replaced(bot: Bot, slug: str) -> None:
    """A second key at GitHub, both here, the old one deleted at GitHub, the new one alone here: the runbook."""
    setting = "private_key" if slug == WATCHER else "hand_private_key"
    old, new = getattr(bot.settings(), setting).get_secret_value(), new_private_key()
    registered, answered = _registered(bot.github, slug), 0

    async with instance(bot) as before:
        answered += await _ask(before.watcher, before.hand)
        registered.more_public_keys.append(_public_key(new))
        answered += await _ask(before.watcher, before.hand)
        async with instance(bot, **{setting: old, f"{setting}_next": new}) as both:
            answered += await _ask(before.watcher, before.hand, both.watcher, both.hand)
            await before.holding.end()
            registered.public_key = registered.more_public_keys.pop()
            answered += await _ask(both.watcher, both.hand)
            async with instance(bot, **{setting: new}) as after:
                answered += await _ask(both.watcher, both.hand, after.watcher, after.hand)

    bot.secrets = {setting: new}
    await bot.restart()
    assert answered == 14 * 5 * (AT_ONCE + 1)


def _orders() -> Iterator[tuple[str, ...]]:
    """What a person may do first: restart, make the new key at GitHub, delete the old one. The old one goes last."""
    return (order for order in permutations(("make", "restart", "delete")) if order[-1] == "delete")


@pytest.mark.parametrize("order", list(_orders()), ids=" then ".join)
async def test_no_order_of_the_steps_fails_a_request(bot: Bot, order: tuple[str, ...]) -> None:
    """A key may stand here before GitHub knows it, and be gone there before it is gone here."""
    old, new = bot.github.watcher.private_key, new_private_key()
    registered = _registered(bot.github, WATCHER)
    async with instance(bot) as before, instance(bot, private_key=old, private_key_next=new) as after:
        running = before
        for step in order:
            match step:
                case "make":
                    registered.more_public_keys.append(_public_key(new))
                case "restart":
                    running = after
                case _:
                    registered.public_key = _public_key(new)
            await _ask(running.watcher, rounds=2)
    bot.secrets = {"private_key": new}
    await bot.restart()


async def test_a_key_that_github_refuses_is_not_tried_before_each_request(bot: Bot) -> None:
    """Each refusal is a request, too, and GitHub looks at who sends many that are not authenticated."""
    wrong = new_private_key()
    async with instance(bot, private_key_next=wrong) as greenroom:
        before = len(bot.github.requests)
        for _ in range(10):
            await itself(greenroom.watcher)
        asked = bot.github.requests[before:]
        bot.clock.advance(minutes=10)
        await itself(greenroom.watcher)
        later = bot.github.requests[before + len(asked) :]

    assert [each.status for each in asked] == [401] + [200] * 10
    assert [each.status for each in later] == [401, 200]


@dataclass(frozen=True)
class FakeKms:
    """Signs, and gives its key to nobody. A real one does so over the network: hence the turn it takes."""

    app_id: str
    _key: RSAPrivateKey

    async def sign(self, message: bytes) -> bytes:
        await asyncio.sleep(0)
        return RSAAlgorithm(RSAAlgorithm.SHA256).sign(message, self._key)


@pytest.mark.parametrize("slug", [WATCHER, HAND])
async def test_a_key_management_service_can_sign_instead(bot: Bot, slug: str) -> None:
    """The key need not be on this machine: whatever has an App id and signs is a signer, also beside a file."""
    registered = _registered(bot.github, slug)
    key = RSAAlgorithm(RSAAlgorithm.SHA256).prepare_key(new_private_key())
    assert isinstance(key, RSAPrivateKey)
    kms = FakeKms(str(registered.id), key)
    app = Registration(name="Greenroom", signers=[kms], client=bot.parts.client, clock=bot.clock)
    registered.more_public_keys.append(_pem_of(key))

    await _ask(app)

    assert len(app.keys.accepted) == 1


def _pem_of(key: RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
