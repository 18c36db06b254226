"""Is it really they who signed in, and is nobody else taken for them?"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.dashboard.sessions import BROWSER, SESSION
from tests.dashboard.visiting import Visitor, sign_in
from tests.harness import HERE, Bot
from tests.places import rows

CALLBACK = f"{HERE}/login/callback"


def _asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def _rows(bot: Bot, table: str) -> int:
    return int(rows(bot.place, f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - names of ours


def _is_signed_in(visitor: Visitor) -> bool:
    return SESSION in visitor.cookies


async def test_who_signs_in_with_github_is_who_they_are(looked: Bot) -> None:
    """The whole way: our button, GitHub's page, back with a code, and a page with their name."""
    visitor = await sign_in(looked, "uv-maintainer-1")

    assert (visitor.status, visitor.at) == (200, "/access")
    assert "uv-maintainer-1" in visitor.html


async def test_who_wanted_to_see_a_page_sees_it_after_signing_in(looked: Bot) -> None:
    """A link from a notice leads to the case, and not to the front door."""
    visitor = await sign_in(looked, "uv-maintainer-1", "/access?said=done")

    assert visitor.at == "/access?said=done"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example/",
        "/x\\..\\..\\evil",
        "javascript:alert(1)",
        "access",
        "/login/callback?code=theirs",
        "/" + "x" * 600,
    ],
)
async def test_nobody_is_led_to_another_site_by_signing_in(bot: Bot, elsewhere: str) -> None:
    """An address with a `back` of somebody else's is as good as any bait."""
    visitor = Visitor(bot)
    await visitor.get(str(httpx.URL("/login", params={"back": elsewhere})))
    await visitor.post("/login", back=elsewhere)
    back = await visitor.agree(str(visitor.page.headers["location"]), "reporter-1")

    await visitor.look(back)

    assert visitor.page.headers["location"] == "/"


async def test_github_is_asked_with_a_challenge_and_told_the_secret_only_at_the_exchange(bot: Bot) -> None:
    """Who reads the code on its way has nothing: GitHub gives a token to who knows what the challenge was made of."""
    visitor = Visitor(bot)
    asked = _asked(address := await visitor.leave_for_github())
    code = _asked(await visitor.agree(address, "uv-maintainer-1"))["code"]
    known = {"client_id": bot.github.watcher.client_id, "client_secret": bot.github.watcher.client_secret}

    async with httpx.AsyncClient(transport=bot.github.transport) as thief:
        answer = await thief.post(
            "https://github.com/login/oauth/access_token",
            data={**known, "code": code, "redirect_uri": CALLBACK, "code_verifier": asked["code_challenge"]},
        )

    assert asked["code_challenge_method"] == "S256"
    assert (asked["redirect_uri"], len(asked["state"]), len(asked["code_challenge"])) == (CALLBACK, 43, 43)
    assert answer.json()["error"] == "bad_verification_code"


async def test_no_two_sign_ins_share_a_secret(bot: Bot) -> None:
    """Whoever learned that of one would know that of the next."""
    visitor, other = Visitor(bot), Visitor(bot)
    asked = [_asked(await each.leave_for_github()) for each in (visitor, visitor, other)]

    for name in ("state", "code_challenge"):
        assert len({each[name] for each in asked}) == len(asked)


async def test_a_state_is_good_once(bot: Bot) -> None:
    """The address with which somebody came back may lie in a history: it opens nothing again."""
    visitor = Visitor(bot)
    back = await visitor.agree(await visitor.leave_for_github(), "uv-maintainer-1")
    browser = visitor.cookies[BROWSER]
    await visitor.get(back)
    await visitor.post("/logout")

    visitor.cookies.set(BROWSER, browser, domain="greenroom.example", path="/")
    await visitor.get(back)

    assert visitor.status == 400
    assert not _is_signed_in(visitor)
    assert _rows(bot, "sessions") == 0


@pytest.mark.parametrize("state", ["", "another", "x" * 43, "ü" * 43])
async def test_a_state_that_we_did_not_give_opens_nothing(bot: Bot, state: str) -> None:
    """GitHub sends back what it was given, so anything else is from somebody else."""
    visitor = Visitor(bot)
    code = _asked(await visitor.agree(await visitor.leave_for_github(), "uv-maintainer-1"))["code"]

    await visitor.get(str(httpx.URL("/login/callback", params={"state": state, "code": code})))

    assert visitor.status == 400
    assert not _is_signed_in(visitor)


async def test_nobody_is_signed_in_as_somebody_else_by_an_address(bot: Bot) -> None:
    """Whoever opens the address of another person's sign-in would work under that person's name without knowing."""
    attacker, victim = Visitor(bot), Visitor(bot)
    back = await attacker.agree(await attacker.leave_for_github(), "reporter-1")
    await victim.leave_for_github()

    await victim.get(back)
    assert victim.status == 400
    assert not _is_signed_in(victim)
    assert [each for each in bot.github.requests if each.path.endswith("/access_token")] == []  # not even tried

    await attacker.get(back)
    assert not _is_signed_in(attacker)  # it was tried, so it is over


@pytest.mark.parametrize(("minutes", "status"), [(9.9, 200), (10, 400)])
async def test_a_sign_in_waits_ten_minutes(bot: Bot, minutes: float, status: int) -> None:
    """Long enough for a second factor, and no longer."""
    visitor = Visitor(bot)
    address = await visitor.leave_for_github()
    bot.clock.advance(minutes=minutes)

    await visitor.get(await visitor.agree(address, "uv-maintainer-1"))

    assert visitor.status == status


async def test_who_does_not_agree_is_not_signed_in(bot: Bot) -> None:
    """GitHub says `access_denied` where somebody presses the other button."""
    visitor = Visitor(bot)
    state = _asked(await visitor.leave_for_github())["state"]

    await visitor.get(f"/login/callback?error=access_denied&state={state}")

    assert visitor.status == 400
    assert "did not agree" in visitor.html


async def test_a_code_that_github_does_not_take_signs_nobody_in(bot: Bot) -> None:
    """GitHub answers 200 to that too, and says in the body what is wrong."""
    visitor = Visitor(bot)
    state = _asked(await visitor.leave_for_github())["state"]

    await visitor.get(f"/login/callback?code=never-given&state={state}")

    assert visitor.status == 400
    assert not _is_signed_in(visitor)


@pytest.mark.parametrize(
    ("method", "path", "times"), [("POST", "/login/oauth/access_token", 1), ("GET", "/user", 3)], ids=["token", "user"]
)
async def test_while_github_is_down_nobody_is_signed_in_and_told_so(
    bot: Bot, method: str, path: str, times: int
) -> None:
    """A token without a person, and a person without a token, are nobody."""
    visitor = Visitor(bot)
    back = await visitor.agree(await visitor.leave_for_github(), "uv-maintainer-1")
    bot.github.fail(method, path, times=times)

    await visitor.get(back)

    assert visitor.status == 503
    assert _rows(bot, "sessions") == 0


async def test_garbage_of_githubs_signs_nobody_in(bot: Bot) -> None:
    """What cannot be read is no token."""
    visitor = Visitor(bot)
    back = await visitor.agree(await visitor.leave_for_github(), "uv-maintainer-1")
    bot.github.garbage("POST", "/login/oauth/access_token")

    await visitor.get(back)

    assert visitor.status == 503


async def test_looking_at_the_sign_in_page_changes_nothing(bot: Bot) -> None:
    """What is remembered is remembered by the button, as crawlers and previews of links look at pages too."""
    visitor = Visitor(bot)
    await visitor.get("/login")
    assert _rows(bot, "sign_ins") == 0

    await visitor.post("/login")
    assert _rows(bot, "sign_ins") == 1


async def test_who_did_not_come_back_is_forgotten(bot: Bot) -> None:
    """Strangers may press the button as often as they like."""
    for _ in range(3):
        await Visitor(bot).leave_for_github()
    bot.clock.advance(minutes=10)

    await Visitor(bot).leave_for_github()

    assert _rows(bot, "sign_ins") == 1


async def test_a_login_that_was_named_is_suggested_to_github(bot: Bot) -> None:
    """Who has several accounts, and who tries the sandbox, comes by a link that names one."""
    visitor = Visitor(bot)
    await visitor.get("/login?login=uv-maintainer-2")
    assert "as uv-maintainer-2" in visitor.html

    await visitor.post("/login", login="uv-maintainer-2")

    assert _asked(visitor.at)["login"] == "uv-maintainer-2"


async def test_without_its_settings_sign_in_says_which_are_missing(bot: Bot) -> None:
    """Whoever set it up reads what is left to do, and all else works."""
    bot.encryption_keys = bot.client_secret = None
    await bot.restart()
    visitor = Visitor(bot)

    await visitor.get("/access")

    assert visitor.status == 503
    assert "GREENROOM_ENCRYPTION_KEYS" in visitor.html
    assert "GREENROOM_CLIENT_SECRET" in visitor.html
    for path in ("/login", "/logout"):
        assert (await visitor.look(path, "POST")).status in {401, 404}
    assert (await visitor.look("/login/callback?state=x&code=y")).status == 404
