"""What of a case in which one tool publishes, and the others have no advisory of their own?"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from app.casework import embargoes, opening, taking_part
from app.casework.exporting import exported
from app.domain.cases import StoredCase
from app.halting import NotAllowed
from app.store import cases
from tests.e2e.test_disclosed_early import BY, EARLY, pages, proposed
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("approved")]


async def stored(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(partial(cases.case, number=1))


async def pip_is_affected(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    """The advisory of uv names pip, whose people say that pip is affected, and have no advisory of their own."""
    draft = github.repo("astral-sh/uv").draft("Path traversal", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    await taking_part.answer(bot.parts, 1, "pip", "affected", justification=None, by="pip-maintainer-1")
    return draft


async def test_who_publishes_early_ends_nothing_for_the_others_and_lets_no_answer_out(
    github: FakeGitHub, bot: Bot
) -> None:
    """That pip is affected, and has no fix, would be read by everybody six weeks before the agreed hour."""
    draft = await pip_is_affected(github, bot)
    hour = bot.clock.now() + timedelta(days=42)
    await embargoes.agree(bot.parts, 1, hour, by=BY)
    await bot.later(minutes=4)

    draft.publish()
    await bot.later(minutes=20)

    [mirror] = github.coordination.mirrors
    assert ((await stored(bot)).state, mirror.state) == ("open", "draft")
    assert [each.text for each in await pages(bot)] == [EARLY]
    [(_, what, value)] = await proposed(bot)
    assert (what, embargoes.hour(value) < hour) == ("embargo", True)
    assert any("waits for pip (affected)" in each for each in (await bot.explain("case/1"))["people_must"])
    for form in ("openvex", "csaf-vex", "osv"):
        with pytest.raises(NotAllowed, match="the hour that is agreed for case 1 has not come"):
            await exported(bot.parts, 1, form, confirmed=False, by="")
    asked = await exported(bot.parts, 1, "csaf-vex", confirmed=True, by=BY)
    assert "AMBER" in str(asked)

    await bot.later(days=42)
    assert ((await stored(bot)).state, mirror.state) == ("closed", "closed")
    assert "WHITE" in str(await exported(bot.parts, 1, "csaf-vex", confirmed=False, by=""))


async def test_without_an_hour_a_case_waits_for_who_is_affected_until_they_say_that_it_is_fixed(
    github: FakeGitHub, bot: Bot
) -> None:
    """Nobody agreed that all may be public now."""
    draft = await pip_is_affected(github, bot)
    draft.publish()
    await bot.later(minutes=20)

    assert (await stored(bot)).state == "open"
    assert len(await proposed(bot)) == 1
    with pytest.raises(NotAllowed, match="case 1 waits for pip, and no hour is agreed"):
        await exported(bot.parts, 1, "csaf-vex", confirmed=False, by="")

    await taking_part.answer(bot.parts, 1, "pip", "fixed", justification=None, by="pip-maintainer-1")
    await bot.later(minutes=4)
    assert (await stored(bot)).state == "closed"
    assert "WHITE" in str(await exported(bot.parts, 1, "csaf-vex", confirmed=False, by=""))


async def test_a_coordinator_ends_a_case_for_which_nobody_answers_any_more(github: FakeGitHub, bot: Bot) -> None:
    """But not while an advisory is open: that would leave its people alone with it."""
    draft = await pip_is_affected(github, bot)
    with pytest.raises(NotAllowed, match="case 1 ends when the advisories that are linked to it"):
        await opening.close_case(bot.parts, 1, by=BY)
    draft.publish()
    await bot.later(minutes=10)

    await opening.close_case(bot.parts, 1, by=BY)
    await bot.later(minutes=4)
    assert ((await stored(bot)).state, github.coordination.open_mirrors) == ("closed", [])
