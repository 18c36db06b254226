"""Where does the rotation of the webhook secret stand, and is it never called done while the old one is used?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.prints import Kind
from app.rotating.looking import look, seen_of
from app.rotating.renewing import NotGone, let_go, tell_github
from app.sandbox.registering import WATCHER
from tests.harness import Bot
from tests.rotation.instances import client, command, deliver, instance, stands, waits_for

NEW = "c0ffee00" + "5ee5a1f09b3d7c64" * 4
KIND: Kind = "webhook-secret"


def _both(bot: Bot, old: str) -> dict[str, Any]:
    until = bot.clock.now() + timedelta(days=7)
    return {"webhook_secret": NEW, "webhook_secret_previous": old, "webhook_secret_previous_until": until}


async def test_the_whole_drill_from_the_first_step_to_the_last(bot: Bot) -> None:
    """As the runbook has it, told by the command alone: nothing of where it stands is kept anywhere."""
    old = bot.github.webhook_secret
    both = _both(bot, old)
    async with instance(bot, "one") as one, client(one) as here:
        await deliver(here, 1, old)
        await one.holding.look()
        assert (await stands(bot, KIND)).is_done

        assert waits_for(await stands(bot, KIND, **both | {"webhook_secret_previous_until": None})) == (
            "the old one has an end"
        )
        drill = await stands(bot, KIND, **both)
        assert waits_for(drill) == "running instances know both"
        assert any("one" in each.says for each in drill.steps)

    async with instance(bot, "one", **both) as one, client(one) as here:
        assert waits_for(await stands(bot, KIND, **both)) == "GitHub signs with the new one"
        async with command(bot, **both) as typed:
            assert await tell_github(typed)
        assert bot.github.world.app(WATCHER).webhook_secret == NEW

        await deliver(here, 2, old)  # was under way
        await deliver(here, 3, NEW)
        await one.holding.look()
        assert waits_for(await stands(bot, KIND, **both)) == "nothing is signed with the old one"
        bot.clock.advance(hours=1)
        await deliver(here, 4, NEW)
        await one.holding.look()
        assert waits_for(await stands(bot, KIND, **both)) == "the old one is taken away"
        assert waits_for(await stands(bot, KIND, webhook_secret=NEW)) == "running instances know only it"

    async with instance(bot, "one", webhook_secret=NEW):
        assert (await stands(bot, KIND, webhook_secret=NEW)).is_done
    bot.secrets = {"webhook_secret": NEW}
    bot.github.webhook_secret = NEW
    await bot.restart()


async def test_it_is_not_done_while_the_old_one_is_used(bot: Bot) -> None:
    """Whoever takes it away then has deliveries refused."""
    old = bot.github.webhook_secret
    both = _both(bot, old)
    async with instance(bot, "one", **both) as one, client(one) as here:
        for number in range(10):
            bot.clock.advance(minutes=30)
            await deliver(here, 2 * number, NEW)
            await deliver(here, 2 * number + 1, old)
            await one.holding.look()
            drill = await stands(bot, KIND, **both)
            assert waits_for(drill) == "nothing is signed with the old one"
            assert not drill.is_done


async def _rotated_and_used(bot: Bot, old: str) -> None:
    """Months ago GitHub signed with the old one, and a month ago with the new one."""
    async with instance(bot, "one", **_both(bot, old)) as one, client(one) as here:
        await deliver(here, 1, old)
        await one.holding.look()
        bot.clock.advance(days=30)
        await deliver(here, 2, NEW)
        await one.holding.look()
    bot.clock.advance(days=30)


async def test_the_way_back_to_a_former_secret_is_as_long(bot: Bot) -> None:
    """That GitHub signed with it once, months ago, does not show that it does so again."""
    former = bot.github.webhook_secret
    await _rotated_and_used(bot, former)
    bot.github.world.app(WATCHER).webhook_secret = NEW

    back: dict[str, Any] = {"webhook_secret": former, "webhook_secret_previous": NEW} | {
        "webhook_secret_previous_until": bot.clock.now() + timedelta(days=7)
    }
    async with instance(bot, "one", **back) as one, client(one) as here, command(bot, **back) as typed:
        assert waits_for(await stands(bot, KIND, **back)) == "GitHub signs with the new one"
        assert await tell_github(typed)
        assert bot.github.world.app(WATCHER).webhook_secret == former
        await deliver(here, 3, former)
        await one.holding.look()
        assert waits_for(await stands(bot, KIND, **back)) == "the old one is taken away"


async def test_one_that_stands_alone_and_was_used_before_another_is_not_the_one_github_signs_with(bot: Bot) -> None:
    """Whoever went back to it and forgot the other one refuses every delivery from now on."""
    former = bot.github.webhook_secret
    await _rotated_and_used(bot, former)

    async with instance(bot, "one"):
        drill = await stands(bot, KIND)

    assert waits_for(drill) == "GitHub signs with it"
    assert not drill.is_done


async def test_github_is_told_again_while_the_old_one_is_still_used(bot: Bot) -> None:
    """Somebody may have written another one into the App's settings since; what else is typed then?"""
    both = _both(bot, old := bot.github.webhook_secret)
    async with instance(bot, "one", **both) as one, client(one) as here, command(bot, **both) as typed:
        await deliver(here, 1, old)
        await deliver(here, 2, NEW)
        await one.holding.look()
        assert waits_for(await stands(bot, KIND, **both)) == "nothing is signed with the old one"

        assert await tell_github(typed)

    assert bot.github.world.app(WATCHER).webhook_secret == NEW


async def test_github_is_not_told_before_every_instance_knows_the_new_one(bot: Bot) -> None:
    """Else the one that was forgotten refuses what GitHub signs."""
    old = bot.github.webhook_secret
    both = _both(bot, old)
    async with instance(bot, "one", **both), instance(bot, "two"), command(bot, **both) as typed:
        assert await tell_github(typed) == ""
        drill = await look(typed, KIND)

    assert bot.github.world.app(WATCHER).webhook_secret == old
    [step] = [each for each in drill.steps if each.state == "next"]
    assert "two:" in step.says
    assert "one:" not in step.says


async def test_without_an_instance_that_runs_it_cannot_tell(bot: Bot) -> None:
    """Nobody said what they know, which is not the same as that all know it."""
    drill = await stands(bot, KIND, **_both(bot, bot.github.webhook_secret))

    assert drill.cannot_tell
    assert not drill.is_done


async def test_nobody_knows_of_an_instance_that_fell_silent_for_an_hour(bot: Bot) -> None:
    """It may be paused, or have lost the database for a while, and then refuses what GitHub signs from now on."""
    both = _both(bot, old := bot.github.webhook_secret)
    async with instance(bot, "one", **both) as one, instance(bot, "two"), command(bot, **both) as typed:
        bot.clock.advance(minutes=6)
        await one.holding.look()

        assert await tell_github(typed) == ""
        drill = await look(typed, KIND)
        assert drill.cannot_tell
        assert any("two:" in each.says for each in drill.steps)
        assert bot.github.world.app(WATCHER).webhook_secret == old

        bot.clock.advance(minutes=55)
        await one.holding.look()
        assert waits_for(await stands(bot, KIND, **both)) == "GitHub signs with the new one"


async def test_an_instance_that_fell_silent_and_knows_both_is_not_waited_for(bot: Bot) -> None:
    """Whether it runs makes no difference."""
    both = _both(bot, bot.github.webhook_secret)
    async with instance(bot, "one", **both) as one, instance(bot, "two", **both):
        bot.clock.advance(minutes=6)
        await one.holding.look()

        assert waits_for(await stands(bot, KIND, **both)) == "GitHub signs with the new one"


async def test_a_person_who_knows_says_that_an_instance_is_gone(bot: Bot) -> None:
    """Nobody has to wait for an hour for one that was killed. One that runs is not talked away."""
    both = _both(bot, bot.github.webhook_secret)
    async with instance(bot, "one", **both) as one, instance(bot, "dead"), command(bot, **both) as typed:
        [dead] = [each.instance for each in (await seen_of(typed, KIND)).held if each.instance.startswith("dead:")]
        with pytest.raises(NotGone):
            await let_go(typed, dead)
        with pytest.raises(NotGone):
            await let_go(typed, "nobody:1")
        assert waits_for(await look(typed, KIND)) == "running instances know both"

        bot.clock.advance(minutes=6)
        await one.holding.look()
        assert dead in await let_go(typed, dead)

        assert waits_for(await look(typed, KIND)) == "GitHub signs with the new one"


async def test_what_is_told_holds_no_secret(bot: Bot) -> None:
    """It ends up in terminals, tickets and logs."""
    old = bot.github.webhook_secret
    async with instance(bot, "one", **_both(bot, old)):
        drill = await stands(bot, KIND, **_both(bot, old))

    assert old not in repr(drill)
    assert NEW not in repr(drill)


async def test_github_is_told_also_while_writes_are_off(bot: Bot) -> None:
    """A secret that leaked is replaced first of all, and then writes are off."""
    both = _both(bot, bot.github.webhook_secret) | {"writes": "off"}
    async with instance(bot, "one", **both), command(bot, **both) as typed:
        assert await tell_github(typed)

    assert bot.github.world.app(WATCHER).webhook_secret == NEW


async def test_before_the_first_delivery_nobody_can_tell_what_github_signs_with(bot: Bot) -> None:
    """On a fresh install: it is neither done nor wrong, and the first delivery tells."""
    async with instance(bot, "one") as one, client(one) as here:
        [_, before] = (await stands(bot, KIND)).steps
        await deliver(here, 1, bot.github.webhook_secret)
        await one.holding.look()
        [_, after] = (await stands(bot, KIND)).steps

    assert (before.state, before.says) == ("cannot tell", "not seen yet: no delivery came")
    assert "Redeliver" in before.do
    assert after.state == "done"
    assert "never" not in after.says
