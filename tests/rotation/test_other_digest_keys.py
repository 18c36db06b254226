"""Do instances run beside each other that would undo each other's digests?"""

from __future__ import annotations

import pytest

from app.reconcile.digests import InvalidKeys
from tests.harness import DIGEST_KEYS, Bot
from tests.rotation.instances import command, instance

NEW = "k9:" + "5ee5a1f09b3d7c64" * 4


@pytest.mark.parametrize(
    ("there", "here"),
    [
        pytest.param(DIGEST_KEYS, NEW, id="another key"),
        pytest.param(DIGEST_KEYS, f"{NEW},{DIGEST_KEYS}", id="a new one in front that the other does not know"),
        pytest.param(f"{NEW},{DIGEST_KEYS}", DIGEST_KEYS, id="without the one that the other makes digests with"),
    ],
)
async def test_an_instance_that_would_undo_what_another_does_is_not_started(bot: Bot, there: str, here: str) -> None:
    """Each would take the other's mirrors for changed by people, close what it told them, and tell it again."""
    async with instance(bot, "one", digest_keys=there), command(bot, digest_keys=here) as two:
        with pytest.raises(InvalidKeys) as refusal:
            await two.holding.begin()

        assert "one:" in str(refusal.value)
        bot.clock.advance(minutes=5, seconds=1)
        await two.holding.begin()  # the other said nothing for so long that it does not run
        await two.holding.end()


@pytest.mark.parametrize(
    ("there", "here"),
    [
        pytest.param(DIGEST_KEYS, DIGEST_KEYS, id="nothing changed"),
        pytest.param(DIGEST_KEYS, f"{DIGEST_KEYS},{NEW}", id="a new one comes in behind"),
        pytest.param(f"{DIGEST_KEYS},{NEW}", f"{NEW},{DIGEST_KEYS}", id="it goes to the front"),
        pytest.param(f"{NEW},{DIGEST_KEYS}", NEW, id="the old one is taken away"),
    ],
)
async def test_each_step_of_a_rotation_starts_beside_the_one_before(bot: Bot, there: str, here: str) -> None:
    """Instances are restarted one after the other."""
    async with instance(bot, "one", digest_keys=there), command(bot, digest_keys=here) as two:
        await two.holding.begin()
        await two.holding.end()
