"""Where does the rotation of an App's key stand, for the Watcher and for the Hand?"""

from __future__ import annotations

import pytest

from app.github.credentials import AppCredentials
from app.github.itself import itself
from app.main import Greenroom
from app.prints import Kind, of_app_key
from app.rotating.looking import NothingToRotate, answer_to
from app.sandbox.registering import HAND, WATCHER, _public_key, new_private_key
from tests.harness import Bot
from tests.rotation.instances import instance, stands, waits_for

APPS = [("app-key", WATCHER, "private_key"), ("hand-key", HAND, "hand_private_key")]


@pytest.mark.parametrize(("kind", "slug", "setting"), APPS)
async def test_the_whole_drill_from_the_first_step_to_the_last(bot: Bot, kind: Kind, slug: str, setting: str) -> None:
    """GitHub lets people make and delete keys on its pages only, so each step says what to do there."""
    old, new = getattr(bot.settings(), setting).get_secret_value(), new_private_key()
    registered = bot.github.world.app(slug)
    both = {f"{setting}_next": new}
    async with instance(bot) as one:
        assert (await stands(bot, kind)).is_done
        assert waits_for(await stands(bot, kind, **both)) == "GitHub accepts the new one"
        registered.more_public_keys.append(_public_key(new))
        assert waits_for(await stands(bot, kind, **both)) == "running instances know both"
        await one.watcher.installations()
        await one.hand.installations()
        await one.holding.look()

    async with instance(bot, **both) as one:
        assert waits_for(await stands(bot, kind, **both)) == "the new one signs"
        bot.clock.advance(minutes=1)
        await _sign(one)
        assert waits_for(await stands(bot, kind, **both)) == "the old one signs nothing"
        bot.clock.advance(minutes=15)
        await _sign(one)
        drill = await stands(bot, kind, **both)
        assert waits_for(drill) == "GitHub has forgotten the old one"
        assert of_app_key(AppCredentials("1", old)) in next(each.do for each in drill.steps if each.state == "next")
        registered.public_key = registered.more_public_keys.pop()
        assert waits_for(await stands(bot, kind, **both)) == "the old one is taken away"
        assert waits_for(await stands(bot, kind, **{setting: new})) == "running instances know only it"

    async with instance(bot, **{setting: new}):
        assert (await stands(bot, kind, **{setting: new})).is_done
    bot.secrets = {setting: new}
    await bot.restart()


async def _sign(greenroom: Greenroom) -> None:
    """What an instance does each minute."""
    for app in (greenroom.watcher, greenroom.hand):
        await app.installations()
    await greenroom.holding.look()


async def test_it_is_not_done_while_an_instance_signs_with_the_old_key(bot: Bot) -> None:
    """Whoever deletes that key at GitHub then stops that instance."""
    new = new_private_key()
    bot.github.world.app(WATCHER).more_public_keys.append(_public_key(new))
    both = {"private_key_next": new}
    async with instance(bot, "one", **both) as one, instance(bot, "two") as two:
        for _ in range(3):
            bot.clock.advance(minutes=20)
            await _sign(one)
            await _sign(two)
            assert waits_for(await stands(bot, "app-key", **both)) == "running instances know both"
        await two.holding.end()
        assert waits_for(await stands(bot, "app-key", **both)) == "the old one signs nothing"


async def test_a_key_is_tried_before_it_is_put_anywhere(bot: Bot) -> None:
    """One that was downloaded for another App would stop the instance that starts with it alone."""
    of_the_app, of_another = new_private_key(), new_private_key()
    registered = bot.github.world.app(WATCHER)
    registered.more_public_keys.append(_public_key(of_the_app))
    app_id = bot.github.watcher.app_id

    assert await answer_to(bot.parts, AppCredentials(app_id, of_the_app)) == "accepted"
    assert await answer_to(bot.parts, AppCredentials(app_id, of_another)) == "refused"


async def test_while_github_is_down_it_cannot_tell(bot: Bot) -> None:
    """An outage is no refusal: nobody is told to throw a good key away."""
    bot.github.fail("GET", "/app", status=502, times=3)
    async with instance(bot):
        drill = await stands(bot, "app-key")

    assert drill.cannot_tell
    assert not drill.is_done


async def test_the_prints_of_keys_are_the_fingerprints_that_github_shows(bot: Bot) -> None:
    """So a person finds the right one on the App's page. GitHub: "Managing private keys for GitHub Apps"."""
    print_of_it = of_app_key(AppCredentials("1", bot.github.watcher.private_key))

    assert print_of_it.startswith("SHA256:")
    assert len(print_of_it) == len("SHA256:") + 44
    await itself(bot.parts.watcher)


async def test_without_a_hand_there_is_no_key_of_it_to_rotate(bot: Bot) -> None:
    """The Watcher writes there, with its own key."""
    with pytest.raises(NothingToRotate, match="hand key"):
        await stands(bot, "hand-key", hand_app_id=None, hand_private_key=None)
