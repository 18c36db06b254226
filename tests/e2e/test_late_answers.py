"""Can a tool still answer when its case is over?"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from app.casework import embargoes, exporting, taking_part
from app.halting import NotAllowed
from app.store import cases
from tests.e2e.test_cases_opened_by_hand import BY
from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def told_of_uv(bot: Bot) -> list[str]:
    """What the document for everybody says that uv answered."""
    exported = await exporting.exported(bot.parts, 1, "openvex", confirmed=False, by="")
    [document] = exported.documents
    assert not isinstance(document.content, str)
    notes = [each["status_notes"] for each in document.content["statements"]]
    return [note.partition(".")[0] for note in notes if note.startswith("uv ")]


async def a_published_case(github: FakeGitHub, bot: Bot) -> None:
    """One tool published its fix at the agreed hour, and the other is affected still."""
    pip = github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    await taking_part.answer(bot.parts, 1, "uv", "affected", justification=None, by="uv-maintainer-1")
    await embargoes.agree(bot.parts, 1, bot.clock.now() + timedelta(hours=1), by=BY)
    await bot.later(hours=1)
    pip.publish()
    await bot.later(minutes=10)
    assert (await bot.parts.database.read(partial(cases.case, number=1))).state == "closed"


@pytest.mark.usefixtures("approved")
async def test_a_tool_whose_fix_comes_after_publication_says_so(github: FakeGitHub, bot: Bot) -> None:
    """A case ends within minutes of publication; those whose fix takes longer would be called affected for ever."""
    await a_published_case(github, bot)
    assert await told_of_uv(bot) == ["uv answered: affected"]
    writes = len(github.writes)

    await taking_part.answer(bot.parts, 1, "uv", "fixed", justification=None, by="uv-maintainer-1")
    await bot.later(minutes=10)

    assert await told_of_uv(bot) == ["uv answered: fixed"]
    assert len(github.writes) == writes  # its mirror is closed and stays as it was


@pytest.mark.usefixtures("approved")
@pytest.mark.slow
async def test_nothing_else_of_a_closed_case_changes(github: FakeGitHub, bot: Bot) -> None:
    """Nobody is let into what is over, and a stranger answers as little as before."""
    await a_published_case(github, bot)

    with pytest.raises(NotAllowed, match="closed"):
        await taking_part.invite(bot.parts, 1, "wheel", rsvp=None, by=BY)
    with pytest.raises(NotAllowed, match="not known to speak for uv"):
        await taking_part.answer(bot.parts, 1, "uv", "fixed", justification=None, by="wheel-maintainer-1")
