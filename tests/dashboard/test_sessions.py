"""How long is somebody signed in, and what is left of it where others could find it?"""

from __future__ import annotations

import json
from dataclasses import replace
from http.cookies import Morsel, SimpleCookie

from cryptography.fernet import Fernet

from app.dashboard.sessions import BROWSER, SESSION
from app.sandbox import people
from tests.dashboard.visiting import Visitor, sign_in
from tests.harness import ENCRYPTION_KEY, Bot
from tests.places import change, rows

WHO = "uv-maintainer-1"


def _cookies_of(visitor: Visitor) -> dict[str, Morsel[str]]:
    found: SimpleCookie = SimpleCookie()
    for each in visitor.page.headers.get_list("set-cookie"):
        found.load(each)
    return dict(found)


def _tokens(bot: Bot) -> set[str]:
    return {token.person.login for token in bot.github.world.user_tokens.values()}


def _holding(visitor: Visitor, session: str) -> Visitor:
    """A browser that holds this value, however it came by it."""
    visitor.cookies.set(SESSION, session, domain="greenroom.example", path="/")
    return visitor


async def _is_signed_in(visitor: Visitor) -> bool:
    return (await visitor.look("/access")).status == 200


def _flags(cookie: Morsel[str]) -> tuple[object, ...]:
    return cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]


async def test_cookies_are_for_this_host_over_tls_and_for_no_script(bot: Bot) -> None:
    """`__Host-` makes browsers insist on it: no subdomain and no plain HTTP sets or reads them."""
    visitor = Visitor(bot)
    await visitor.look("/login")
    browser = _cookies_of(visitor)[BROWSER]
    back = await visitor.agree(await visitor.leave_for_github(), WHO)
    await visitor.look(back)
    session = _cookies_of(visitor)[SESSION]

    safe = (True, True, "lax", "/", "")
    assert (_flags(browser), _flags(session)) == (safe, safe)
    assert (SESSION.startswith("__Host-"), BROWSER.startswith("__Host-")) == (True, True)
    assert (browser["max-age"], session["max-age"]) == ("600", "28800")


async def test_a_session_ends_with_the_token_after_eight_hours(bot: Bot) -> None:
    """What refreshes a token is not kept, so nobody is signed in for half a year."""
    visitor = await sign_in(bot, WHO)
    bot.clock.advance(hours=7, minutes=59)
    assert await _is_signed_in(visitor)

    bot.clock.advance(minutes=1)

    assert not await _is_signed_in(visitor)


async def test_what_a_browser_held_before_is_never_the_session(bot: Bot) -> None:
    """Whoever planted a value of their own would be signed in along with the victim."""
    visitor = _holding(Visitor(bot), "planted")

    await visitor.sign_in(WHO)

    assert visitor.cookies[SESSION] != "planted"
    stranger = _holding(Visitor(bot), "planted")
    assert not await _is_signed_in(stranger)


async def test_who_signs_in_again_has_one_session(bot: Bot) -> None:
    """The value of before is good for nothing: it may have been what made them sign in again."""
    visitor = await sign_in(bot, WHO)
    former = visitor.cookies[SESSION]
    assert (await visitor.look("/login")).at == "/"  # there is nothing to do there
    other = Visitor(bot)
    back = await other.agree(await other.leave_for_github(), "uv-maintainer-2")

    _holding(other, former)
    await other.get(back)

    assert "uv-maintainer-2" in (await other.get("/access")).html
    assert not await _is_signed_in(_holding(Visitor(bot), former))


async def test_who_signs_out_is_signed_out_here_and_at_github(bot: Bot) -> None:
    """A cookie that somebody copied, and a token that somebody read, are good for nothing afterwards."""
    visitor = await sign_in(bot, WHO)
    copied = visitor.cookies[SESSION]
    assert _tokens(bot) == {WHO}

    await visitor.post("/logout")

    thief = _holding(Visitor(bot), copied)
    assert not await _is_signed_in(thief)
    assert SESSION not in visitor.cookies
    assert _tokens(bot) == set()


async def test_who_signs_out_while_github_is_down_is_signed_out_here(bot: Bot) -> None:
    """The token ends by itself within hours, and nobody has it any more."""
    visitor = await sign_in(bot, WHO)
    bot.github.fail("DELETE", "/applications/*")

    await visitor.post("/logout")

    assert visitor.at == "/login"
    assert not await _is_signed_in(visitor)


async def test_who_takes_their_yes_back_at_github_is_signed_out(bot: Bot) -> None:
    """GitHub tells every App of it, and nobody else is signed out."""
    visitor, other = await sign_in(bot, WHO), await sign_in(bot, "uv-maintainer-2")
    people.revoke_authorization(bot.github.world, bot.github.person(WHO))
    [delivery] = [each for each in bot.github.deliveries if each.event == "github_app_authorization"]

    assert await bot.deliver(delivery) == 202

    assert not await _is_signed_in(visitor)
    assert await _is_signed_in(other)
    assert await bot.deliver(delivery) == 200


async def test_an_unsigned_word_that_somebody_left_signs_nobody_out(bot: Bot) -> None:
    """Or anybody could."""
    visitor = await sign_in(bot, WHO)
    people.revoke_authorization(bot.github.world, bot.github.add_person("somebody-else"))
    [delivery] = [each for each in bot.github.deliveries if each.event == "github_app_authorization"]
    theirs = replace(delivery.installation.app, webhook_secret="not the secret " * 4)
    body = json.dumps({"action": "revoked", "sender": {"id": bot.github.person(WHO).id}}).encode()

    forged = replace(delivery, body=body, installation=replace(delivery.installation, app=theirs))

    assert await bot.deliver(forged) == 401
    assert await _is_signed_in(visitor)


async def test_a_token_that_github_knows_no_more_ends_the_session_though_no_webhook_came(bot: Bot) -> None:
    """Webhooks get lost. What somebody may see is asked anew within five minutes, and then GitHub says 401."""
    visitor = await sign_in(bot, WHO)
    people.revoke_authorization(bot.github.world, bot.github.person(WHO))
    bot.clock.advance(minutes=5)

    assert not await _is_signed_in(visitor)

    assert rows(bot.place, "SELECT count(*) FROM sessions") == [(0,)]


async def test_the_database_makes_nobody_anybody(bot: Bot) -> None:
    """Neither cookies nor tokens are in it, nor what refreshes those."""
    visitor = await sign_in(bot, WHO)
    await bot.stop()

    content = bot.place.content()
    [token] = bot.github.world.user_tokens

    await bot.start()
    assert content.count(b"gAAAA") >= 1  # it is there, encrypted
    for secret in (token, visitor.cookies[SESSION], "ghu_", "ghr_"):
        assert secret.encode() not in content


async def test_a_session_outlives_a_restart(bot: Bot) -> None:
    """Nobody signs in again because a new version was installed, and any instance may answer."""
    visitor = await sign_in(bot, WHO)

    await bot.restart()

    again = _holding(Visitor(bot), visitor.cookies[SESSION])
    assert await _is_signed_in(again)


async def test_keys_are_rotated_without_signing_anybody_out(bot: Bot) -> None:
    """The old key reads what it wrote while it stands second; without it those sessions are over, and that is all."""
    visitor = await sign_in(bot, WHO)
    newer = Fernet.generate_key().decode()
    for keys, signed_in in ((f"{newer},{ENCRYPTION_KEY}", True), (newer, False)):
        bot.encryption_keys = keys
        await bot.restart()
        again = _holding(Visitor(bot), visitor.cookies[SESSION])
        assert await _is_signed_in(again) == signed_in

    assert (await sign_in(bot, WHO)).status == 200


async def test_a_token_that_was_moved_to_another_session_is_not_used(bot: Bot) -> None:
    """Whoever may write to the database, and has no key, would else look through the eyes of others."""
    mine, theirs = await sign_in(bot, "reporter-1"), await sign_in(bot, "coordinator-1")
    await bot.stop()
    change(
        bot.place,
        "UPDATE sessions SET token = (SELECT token FROM sessions WHERE login = 'coordinator-1'), "
        "account = (SELECT account FROM sessions WHERE login = 'coordinator-1') WHERE login = 'reporter-1'",
    )
    await bot.start()

    for visitor, signed_in in ((mine, False), (theirs, True)):
        again = _holding(Visitor(bot), visitor.cookies[SESSION])
        assert await _is_signed_in(again) == signed_in


async def test_an_account_written_over_in_the_database_makes_nobody_somebody_else(bot: Bot) -> None:
    """Who they are is what GitHub says to their token, and no row."""
    visitor = await sign_in(bot, "reporter-1")
    await bot.stop()
    change(bot.place, "UPDATE sessions SET account = :account", account=bot.github.person("coordinator-1").id)
    await bot.start()

    again = _holding(Visitor(bot), visitor.cookies[SESSION])

    assert not await _is_signed_in(again)
