"""Whose eyes read the text of a mirror? Those of whoever looks, and no others."""

from __future__ import annotations

import pytest

from app.domain.mirrors import Store
from app.sandbox import people
from tests.dashboard.visiting import Visitor, sign_in
from tests.harness import Bot

TITLE = "Sdists escape through a symlink"
BODY = "A symlink in an sdist leads out of the folder it is unpacked into."


async def _open_case(bot: Bot) -> str:
    """A case whose mirror has this text. Gives its id."""
    await bot.sweep()
    await bot.settle()
    await bot.approve_everything()
    bot.github.repo("pypa/pip").draft(TITLE, affects=["pip", "uv"]).edit(description=BODY)
    await bot.sweep()
    await bot.settle()
    [mirror] = bot.github.coordination.open_mirrors
    return str(mirror.id)


def _reads(bot: Bot, mirror: str) -> list[tuple[str, int | None]]:
    """Which people asked GitHub for the mirror, since the page was asked for?"""
    asked = [each for each in bot.github.requests if each.path.endswith(f"/{mirror}")]
    return [(each.who, each.status) for each in asked if not each.who.startswith("greenroom")]


async def _look(bot: Bot, visitor: Visitor) -> Visitor:
    bot.github.requests.clear()
    return await visitor.get("/cases/1")


async def test_who_takes_part_reads_the_text_with_a_token_of_their_own(bot: Bot) -> None:
    """One request, in their name: GitHub decides what they may read, each time."""
    mirror = await _open_case(bot)
    visitor = await _look(bot, await sign_in(bot, "uv-maintainer-1"))

    assert TITLE in visitor.html
    assert BODY in visitor.html
    assert _reads(bot, mirror) == [("uv-maintainer-1", 200)]


async def test_whom_github_refuses_the_page_shows_number_state_and_link(bot: Bot) -> None:
    """Policy names them, the Hand reads the mirror, and yet the text is not theirs while GitHub says no."""
    mirror = await _open_case(bot)
    bot.github.world.drafts_shown_to_user_tokens = "to administrators"

    visitor = await _look(bot, await sign_in(bot, "uv-maintainer-1"))

    assert visitor.status == 200
    assert BODY not in visitor.html
    assert TITLE not in visitor.html
    assert mirror in visitor.html
    assert _reads(bot, mirror) == [("uv-maintainer-1", 404)]


async def test_what_one_person_read_is_shown_to_no_other(bot: Bot) -> None:
    """Nothing is kept between two people, nor between two looks of one."""
    mirror = await _open_case(bot)
    uv, lead = await sign_in(bot, "uv-maintainer-1"), await sign_in(bot, "coordinator-1")
    await uv.get("/cases/1")
    bot.github.world.drafts_shown_to_user_tokens = "to administrators"

    assert BODY not in (await uv.get("/cases/1")).html
    assert BODY in (await lead.get("/cases/1")).html
    assert (await _look(bot, uv)).status == 200
    assert _reads(bot, mirror) == [("uv-maintainer-1", 404)]


async def test_where_github_shows_no_drafts_to_such_tokens_the_page_works_without(bot: Bot) -> None:
    """Whether it does is written nowhere."""
    mirror = await _open_case(bot)
    bot.github.world.drafts_shown_to_user_tokens = "never"
    visitor = await sign_in(bot, "coordinator-1", "/cases/1")

    assert visitor.status == 200
    assert BODY not in visitor.html
    assert mirror in visitor.html


@pytest.mark.parametrize("how", ["down", "garbage", "limited"])
async def test_while_github_does_not_answer_the_page_comes_without_the_text(bot: Bot, how: str) -> None:
    """Whoever has to decide something sees the rest of the case at once."""
    mirror = await _open_case(bot)
    visitor = await sign_in(bot, "uv-maintainer-1")
    path = f"/repos/*/security-advisories/{mirror}"
    match how:
        case "down":
            bot.github.fail("GET", path, times=3)
        case "garbage":
            bot.github.garbage("GET", path, times=3)
        case _:
            bot.github.rate_limit("GET", path, seconds=60)

    await visitor.get("/cases/1")

    assert visitor.status == 200
    assert BODY not in visitor.html
    assert "pip" in visitor.html
    if how == "limited":  # and nothing more is asked in their name until then
        assert BODY not in (await _look(bot, visitor)).html
        assert _reads(bot, mirror) == []
        bot.clock.advance(minutes=1)
    assert BODY in (await visitor.get("/cases/1")).html


async def test_a_token_that_is_over_ends_the_session_and_shows_nothing(bot: Bot) -> None:
    """GitHub says 401 to a page in the middle of the five minutes: then they are signed out."""
    await _open_case(bot)
    visitor = await sign_in(bot, "uv-maintainer-1")
    people.revoke_authorization(bot.github.world, bot.github.person("uv-maintainer-1"))

    await visitor.get("/cases/1")

    assert visitor.at.startswith("/login")
    assert BODY not in visitor.html
    assert (await visitor.look("/access")).status == 303


class TestIssues:
    """Mirrors that are issues of a private repository."""

    @pytest.fixture
    def store(self) -> Store:
        return "issue"

    async def test_the_watcher_reads_no_issues_so_the_page_shows_number_and_link(self, bot: Bot) -> None:
        """Sign-in is by the registration that only reads advisories; asking all organizations for more is no help."""
        mirror = await _open_case(bot)
        visitor = await sign_in(bot, "uv-maintainer-1", "/cases/1")

        assert visitor.status == 200
        assert BODY not in visitor.html
        assert f"/issues/{mirror.removeprefix('#')}" in visitor.html
