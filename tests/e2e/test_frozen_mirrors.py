"""How does a mirror go on whose own parts were broken?"""

from __future__ import annotations

import pytest

from app.casework import linking, offering, taking_part
from app.halting import NotAllowed
from app.store import cases
from tests.e2e.stores import in_both_stores
from tests.e2e.test_cases_opened_by_hand import BY, link_to
from tests.e2e.test_lost_databases import case_1
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def opened(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    draft = github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    return draft


def break_record(github: FakeGitHub) -> None:
    """Somebody raises a number in it, and writes something below."""
    [mirror] = github.coordination.open_mirrors
    altered = mirror.body.replace('"seq": 2', '"seq": 20')
    assert altered != mirror.body
    mirror.rewrite(f"{altered}\n\nWe release on Monday.")


async def matters(bot: Bot) -> str:
    return " ".join((await bot.explain("case/1"))["people_must"])


@in_both_stores
@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_coordinator_has_our_part_written_anew(github: FakeGitHub, bot: Bot) -> None:
    """Until then nothing is written there; afterwards all of people's words are there, and it is followed again."""
    draft = await opened(github, bot)
    break_record(github)
    draft.edit(description="It is worse.")
    await bot.later(minutes=10)
    assert "greenroom case restore N --by LOGIN" in await matters(bot)
    [mirror] = github.coordination.open_mirrors
    assert "It is worse." not in mirror.body
    with pytest.raises(NotAllowed, match="is no coordinator"):
        await offering.restore(bot.parts, 1, by="pip-maintainer-1")

    await offering.restore(bot.parts, 1, by=BY)
    await bot.later(minutes=10)

    [mirror] = github.coordination.open_mirrors
    assert ("It is worse." in mirror.body, mirror.body.count("We release on Monday.")) == (True, 1)
    assert await matters(bot) == ""
    with pytest.raises(NotAllowed, match="is not frozen"):
        await offering.restore(bot.parts, 1, by=BY)


@in_both_stores
@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_after_a_lost_database_a_broken_mirror_is_a_frozen_case_and_no_second_one_opens(
    github: FakeGitHub, bot: Bot
) -> None:
    """Nobody vouches for what it says of itself: that holds the draft back, and does nothing else."""
    draft = await opened(github, bot)
    break_record(github)
    await bot.lose_database()
    await bot.approve_everything()
    await bot.later(minutes=10)

    case = await case_1(bot)
    assert (case.links, case.participants, len(github.coordination.mirrors)) == ((), (), 1)
    assert "its record could not be read when the database was lost" in await matters(bot)
    with pytest.raises(NotAllowed, match="nobody takes part in case 1 yet"):
        await offering.restore(bot.parts, 1, by=BY)
    await taking_part.invite(bot.parts, 1, "uv", rsvp=None, by=BY)
    with pytest.raises(NotAllowed, match=f"its broken record names {draft.id}"):
        await offering.restore(bot.parts, 1, by=BY)

    await linking.link(bot.parts, 1, link_to(draft, "pypa/pip"), by=BY, agreed_by=["pip-maintainer-1"])
    await bot.later(minutes=10)
    [mirror] = github.coordination.open_mirrors
    assert '"seq": 20' in mirror.body, "written before a coordinator said so"
    await offering.restore(bot.parts, 1, by=BY)
    await bot.later(minutes=10)

    [mirror] = github.coordination.mirrors
    assert (mirror.body.count("We release on Monday."), await matters(bot)) == (1, "")
    assert {each.tool for each in (await case_1(bot)).present} == {"pip", "uv"}


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_case_is_as_it_was_once_somebody_brings_back_the_text_that_we_signed(
    github: FakeGitHub, bot: Bot
) -> None:
    """GitHub keeps what a text was before. The case still waits for a coordinator's word."""
    await opened(github, bot)
    await taking_part.answer(bot.parts, 1, "uv", "fixed", justification=None, by="uv-maintainer-1")
    await bot.later(minutes=10)
    [mirror] = github.coordination.open_mirrors
    before, good = await case_1(bot), mirror.body
    mirror.rewrite(good.replace('"mac": "', '"mac": "0'))
    await bot.lose_database()
    await bot.approve_everything()
    await bot.later(minutes=10)
    mirror.rewrite(good)
    await bot.later(minutes=10)
    assert (await case_1(bot)).links == ()

    await offering.restore(bot.parts, 1, by=BY)
    await bot.later(minutes=10)

    after = await case_1(bot)
    assert (after.links, after.participants) == (before.links, before.participants)
    assert len(github.coordination.mirrors) == 1
    assert "came back from its mirror" in await matters(bot)  # nobody had seen yet what the text would bring back
    await offering.restore(bot.parts, 1, by=BY)
    await bot.later(minutes=10)
    assert await matters(bot) == ""


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_number_that_is_claimed_twice_goes_to_whoever_can_prove_it(github: FakeGitHub, bot: Bot) -> None:
    """A mirror was copied as a note of people, and its record altered."""
    await opened(github, bot)
    [mirror] = github.coordination.open_mirrors
    copied = mirror.body.replace('"mac": "', '"mac": "0')
    github.coordination.draft("A note of people", affects=["pip"], description=copied)
    await bot.lose_database()
    await bot.approve_everything()
    await bot.later(minutes=10)

    proven, claimed = await bot.parts.database.read(cases.all_cases)
    assert (proven.number, str(proven.mirror), bool(proven.links)) == (1, str(mirror.id), True)
    assert (claimed.number, claimed.links) == (2, ())
