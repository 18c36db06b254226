"""Is a delivery refused while the webhook secret is rotated? None; and the old secret ends on its day."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from app.prints import of_secret
from app.store import secrets_held
from tests.harness import METRICS_TOKEN, Bot
from tests.rotation.instances import client, deliver, instance

NEW = "c0ffee00" + "5ee5a1f09b3d7c64" * 4
AT_ONCE = 50


async def _send(to: Iterable[httpx.AsyncClient], numbers: range, secrets: list[str]) -> Counter[int]:
    """Each goes to one of these instances, signed with one of these secrets."""
    dice, targets = random.Random(numbers.start), list(to)  # noqa: S311 - a load, not a key
    statuses: Counter[int] = Counter()
    for start in range(numbers.start, numbers.stop, AT_ONCE):
        sent = [deliver(dice.choice(targets), start + each, dice.choice(secrets)) for each in range(AT_ONCE)]
        statuses.update(await asyncio.gather(*sent))
    return statuses


@pytest.mark.slow
async def test_none_of_ten_thousand_deliveries_is_refused_while_the_secret_is_rotated(bot: Bot) -> None:
    """Instances are restarted one after the other, GitHub takes the new secret at some moment, and what it signed

    before is still under way. Each delivery is taken in, by whichever instance it reaches.
    """
    old = bot.github.webhook_secret
    statuses = Counter[int]()
    async with instance(bot) as first, client(first) as one:
        statuses += await _send([one], range(2_000), [old])
        async with instance(bot, webhook_secret=NEW, webhook_secret_previous=old) as second, client(second) as two:
            statuses += await _send([one, two], range(2_000, 4_000), [old])  # half of them were restarted
            await first.holding.end()
            statuses += await _send([two], range(4_000, 8_000), [old, NEW])  # GitHub changes over
            statuses += await _send([two], range(8_000, 9_000), [NEW])
            async with instance(bot, webhook_secret=NEW) as third, client(third) as three:
                statuses += await _send([two, three], range(9_000, 10_000), [NEW])

    assert statuses == {202: 10_000}


async def test_the_old_secret_is_refused_from_its_date_on(bot: Bot) -> None:
    """Somebody who stole it may be waiting for it to be forgotten in the settings."""
    old, until = bot.github.webhook_secret, bot.clock.now() + timedelta(days=1)
    rotated: dict[str, Any] = {
        "webhook_secret": NEW,
        "webhook_secret_previous": old,
        "webhook_secret_previous_until": until,
    }
    async with instance(bot, **rotated) as greenroom, client(greenroom) as here:
        bot.clock.advance(hours=23, minutes=59)
        assert await deliver(here, 1, old) == 202
        bot.clock.advance(minutes=1)
        assert await deliver(here, 2, old) == 401
        assert await deliver(here, 3, NEW) == 202


async def test_the_use_of_the_old_secret_is_a_metric(bot: Bot) -> None:
    """Whoever rotates it wants to see on a graph that it is not used any more, and who sends what nobody signed."""
    old = bot.github.webhook_secret
    async with instance(bot, webhook_secret=NEW, webhook_secret_previous=old) as greenroom, client(greenroom) as here:
        for number, secret in enumerate([old, old, NEW, "somebody else's, who knows none of them"]):
            await deliver(here, number, secret)
        page = (await here.get("/metrics", headers={"authorization": f"Bearer {METRICS_TOKEN}"})).text

    assert 'greenroom_deliveries_signed{secret="previous"} 2.0' in page
    assert 'greenroom_deliveries_signed{secret="current"} 1.0' in page
    assert 'greenroom_deliveries_signed{secret="none"} 1.0' in page


async def test_each_instance_says_which_secrets_it_knows_and_which_were_used(bot: Bot) -> None:
    """Only so can a command tell that each of several instances was restarted, and that the old one is not needed."""
    old = bot.github.webhook_secret
    async with instance(bot, webhook_secret=NEW, webhook_secret_previous=old) as greenroom, client(greenroom) as here:
        await deliver(here, 1, NEW)
        await greenroom.holding.look()
        [held] = await bot.parts.database.read(
            partial(secrets_held.held, kind="webhook-secret", since=bot.clock.now() - timedelta(minutes=5))
        )
        used = await bot.parts.database.read(partial(secrets_held.used, kind="webhook-secret"))

    assert held.prints == (of_secret(NEW), of_secret(old))
    assert used.keys() == {of_secret(NEW)}
    assert NEW not in str(held)
    assert old not in str(held)
