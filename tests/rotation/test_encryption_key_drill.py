"""Is anybody signed out while the encryption key is rotated, and can the old one go at the end?"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from cryptography.fernet import Fernet
from sqlalchemy import select

from app.dashboard.sessions import Sessions
from app.domain.ids import Person
from app.github.sign_in import UserToken
from app.main import Greenroom
from app.prints import Kind
from app.rotating import encryption
from app.rotating.renewing import renew_sessions
from app.store.schema_sign_in import sessions
from tests.harness import ENCRYPTION_KEY, Bot
from tests.rotation.instances import command, instance, stands, waits_for

NEW = Fernet.generate_key().decode()
KIND: Kind = "encryption-key"


def _sessions(greenroom: Greenroom) -> Sessions:
    keys = greenroom.settings.encryption_keys
    assert keys is not None
    return Sessions(greenroom.database, greenroom.clock, keys=keys.get_secret_value())


async def _sign_in(greenroom: Greenroom, number: int) -> str:
    token = UserToken(value=f"token-{number}", expires_at=greenroom.clock.now() + timedelta(hours=8))
    return await _sessions(greenroom).start(Person("somebody", number), token, instead_of="")


async def _tokens(greenroom: Greenroom, values: list[str]) -> list[str | None]:
    found = [await _sessions(greenroom).of(value) for value in values]
    return [each[1] if each else None for each in found]


async def test_the_whole_drill_from_the_first_step_to_the_last(bot: Bot) -> None:
    """Every session is read at every step by every instance, the one that was not restarted yet included."""
    behind, front = f"{ENCRYPTION_KEY},{NEW}", f"{NEW},{ENCRYPTION_KEY}"
    async with instance(bot, "one") as one:
        values = [await _sign_in(one, 1)]
        assert (await stands(bot, KIND)).is_done
        assert waits_for(await stands(bot, KIND, encryption_keys=behind)) == "running instances know both"

        async with instance(bot, "one", encryption_keys=behind) as known:
            assert waits_for(await stands(bot, KIND, encryption_keys=behind)) == "the new one is in front"
            bot.clock.advance(minutes=1)
            assert waits_for(await stands(bot, KIND, encryption_keys=front)) == (
                "running instances make everything with it"
            )
            async with instance(bot, "one", encryption_keys=front) as made:
                values.append(await _sign_in(made, 2))
                assert await _tokens(known, values) == ["token-1", "token-2"]
                drill = await stands(bot, KIND, encryption_keys=front)
                assert waits_for(drill) == "nothing needs the old one"
                assert "1 sessions" in next(each.says for each in drill.steps if each.state == "next")

                async with command(bot, encryption_keys=front) as typed:
                    assert await renew_sessions(typed)
                assert await _tokens(made, values) == ["token-1", "token-2"]
                assert waits_for(await stands(bot, KIND, encryption_keys=front)) == "the old one is taken away"

    async with instance(bot, "one", encryption_keys=NEW) as alone:
        assert await _tokens(alone, values) == ["token-1", "token-2"]
        assert (await stands(bot, KIND, encryption_keys=NEW)).is_done


async def test_thousands_of_sessions_are_encrypted_anew_in_batches(bot: Bot) -> None:
    """Deliveries are taken in between; a session that ends or begins meanwhile is no trouble."""
    before, after = Fernet(ENCRYPTION_KEY), f"{NEW},{ENCRYPTION_KEY}"
    rows = [
        {
            "id": f"{number:05}",
            "account": number,
            "login": "somebody",
            "token": before.encrypt(b"x").decode(),
            "started_at": bot.clock.now(),
            "expires_at": bot.clock.now() + timedelta(hours=8),
        }
        for number in range(2 * encryption.BATCH + 7)
    ]
    database = bot.parts.database
    await database.write(lambda conn: conn.execute(sessions.insert(), rows).rowcount)

    steps = 0
    reached: str | None = ""
    while reached is not None:
        reached = await database.write(partial(encryption.renew, keys=after, after=reached))
        steps += 1

    assert steps == 3
    assert await database.read(partial(encryption.needs, keys=after)) == {}
    tokens = await database.read(lambda conn: conn.execute(select(sessions.c.token)).scalars().all())
    assert {Fernet(NEW).decrypt(each) for each in tokens} == {b"x"}


async def test_what_was_encrypted_with_a_key_that_is_gone_stays_as_it_is(bot: Bot) -> None:
    """It cannot be read by anybody, ends within eight hours, and holds nothing up."""
    lost = Fernet.generate_key().decode()
    async with instance(bot, "one", encryption_keys=lost) as one:
        await _sign_in(one, 1)
    after = f"{NEW},{ENCRYPTION_KEY}"

    assert await bot.parts.database.write(partial(encryption.renew, keys=after)) is None
    assert await bot.parts.database.read(partial(encryption.needs, keys=after)) == {encryption.UNREADABLE: 1}


async def test_nothing_is_encrypted_anew_before_every_instance_makes_with_the_new_key(bot: Bot) -> None:
    """Else what the others make meanwhile is left under the old key when it goes."""
    front = f"{NEW},{ENCRYPTION_KEY}"
    async with (
        instance(bot, "one", encryption_keys=front),
        instance(bot, "two", encryption_keys=f"{ENCRYPTION_KEY},{NEW}"),
    ):
        async with command(bot, encryption_keys=front) as typed:
            assert await renew_sessions(typed) == ""
        assert waits_for(await stands(bot, KIND, encryption_keys=front)) == "running instances make everything with it"


async def test_nobody_knows_what_an_instance_that_fell_silent_makes_things_with(bot: Bot) -> None:
    """What it encrypts with the old key after that was taken away signs somebody out."""
    behind, front = f"{ENCRYPTION_KEY},{NEW}", f"{NEW},{ENCRYPTION_KEY}"
    async with instance(bot, "two", encryption_keys=behind), instance(bot, "one", encryption_keys=front) as one:
        bot.clock.advance(minutes=6)
        await one.holding.look()
        drill = await stands(bot, KIND, encryption_keys=front)

        assert waits_for(drill) == "running instances make everything with it"
        assert drill.cannot_tell

        bot.clock.advance(minutes=55)
        await one.holding.look()
        assert waits_for(await stands(bot, KIND, encryption_keys=front)) == "the old one is taken away"
