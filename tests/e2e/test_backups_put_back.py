"""What of a database that comes from a backup: the mirrors remember what happened since?"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from app.casework import cve, linking, offering, opening, taking_part
from app.domain.actions import WRITES_CVE
from app.domain.cases import StoredCase
from app.store import cases, copies, switches
from tests.e2e.test_cases_opened_by_hand import BY, link_to
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("approved")]
CVE = "CVE-2026-12345"


async def stored(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(partial(cases.case, number=1))


async def put_back(bot: Bot, saved: Path) -> None:
    """All that is in the database is what was in the backup."""
    await bot.stop()
    bot.place.put_back(saved)
    await bot.start()
    await bot.later(minutes=10)


async def behind_its_mirror(github: FakeGitHub, bot: Bot, saved: Path) -> FakeAdvisory:
    """After the backup uv left, wheel came and answered, and an id was recorded; then the backup was put back."""
    await bot.approve(WRITES_CVE)
    github.repo("pypa/pip").draft("Path traversal", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    await bot.stop()
    bot.place.back_up(saved)
    await bot.start()
    await bot.settle()
    [mirror] = github.coordination.drafts
    await cve.request(bot.parts, 1, "pip", by="psrt-member-1")
    await cve.record(bot.parts, 1, "pip", CVE, by=BY)
    await taking_part.leave(bot.parts, 1, "uv", by=BY)
    await taking_part.invite(bot.parts, 1, "wheel", rsvp=None, by=BY)
    await taking_part.answer(bot.parts, 1, "wheel", "affected", justification=None, by="wheel-maintainer-1")
    await bot.later(minutes=10)
    await put_back(bot, saved)
    return mirror


def readers(mirror: FakeAdvisory) -> set[str]:
    return {login.rpartition("-maintainer")[0] for login in mirror.collaborators}


async def test_a_backup_invites_nobody_again_and_forgets_no_id(github: FakeGitHub, bot: Bot, tmp_path: Path) -> None:
    """Who left must not read what came since, and an id that only the mirror remembers must not be written over."""
    mirror = await behind_its_mirror(github, bot, tmp_path)
    await bot.sweep()
    await bot.later(minutes=10)

    assert (readers(mirror), CVE in mirror.body) == ({"pip", "wheel"}, True)
    assert (await stored(bot)).unconfirmed_since is not None
    [told] = [each for each in (await bot.explain("case/1"))["people_must"] if "frozen" in each]
    assert "newer than what is known here, as after a backup was restored" in told


async def test_a_coordinator_has_a_case_catch_up_with_its_mirror_and_then_confirms_it(
    github: FakeGitHub, bot: Bot, tmp_path: Path
) -> None:
    """What was said since the backup was put back is newer still, and stands."""
    mirror = await behind_its_mirror(github, bot, tmp_path)
    await taking_part.answer(bot.parts, 1, "pip", "fixed", justification=None, by="pip-maintainer-1")

    await offering.restore(bot.parts, 1, by=BY)
    await bot.later(minutes=10)
    case = await stored(bot)
    assert {each.tool: each.status for each in case.present} == {"pip": "fixed", "wheel": "affected"}
    assert [each.cve_id for each in case.cves] == [CVE]
    assert case.unconfirmed_since is not None

    await offering.restore(bot.parts, 1, by=BY)
    await bot.later(minutes=10)
    assert (readers(mirror), CVE in mirror.body) == ({"pip", "wheel"}, True)
    assert not any("frozen" in each or "came back" in each for each in (await bot.explain("case/1"))["people_must"])


async def test_a_backup_that_lacks_nothing_changes_nothing(github: FakeGitHub, bot: Bot, tmp_path: Path) -> None:
    """Its state of the mirror is the last that was written."""
    github.repo("pypa/pip").draft("Path traversal", affects=["pip", "rust:uv"])
    await bot.later(minutes=10)
    await bot.stop()
    bot.place.back_up(tmp_path)
    await put_back_running(bot, tmp_path)

    assert (await stored(bot)).unconfirmed_since is None
    assert (await bot.explain("case/1"))["people_must"] == []


async def put_back_running(bot: Bot, saved: Path) -> None:
    await bot.start()
    await bot.later(minutes=10)
    await put_back(bot, saved)


async def restored(bot: Bot, saved: Path) -> None:
    """As `greenroom restore` does, and then people have the app write again."""
    await bot.stop()
    bot.place.put_back(saved)
    await bot.start()
    await bot.parts.database.write(partial(copies.distrust, now=bot.clock.now()))
    await bot.settle()
    on = partial(switches.switch_writes, is_on=True, by=BY, at=bot.clock.now())
    await bot.parts.database.write(on)
    for _ in range(4):
        await bot.later(minutes=10)


async def opened_since(github: FakeGitHub, bot: Bot, saved: Path) -> tuple[StoredCase, ...]:
    """After the backup one came by mail, and one has more in it than its draft names."""
    await bot.stop()
    bot.place.back_up(saved)
    await bot.start()
    await opening.open_case(bot.parts, tools=("pip", "uv"), links=(), by=BY)
    await bot.later(minutes=10)
    github.repo("pypa/pip").draft("Path traversal", affects=["pip", "wheel"])
    await bot.later(minutes=10)
    wheel = github.repo("pypa/wheel").draft("Path traversal in wheel", affects=["wheel"])
    await linking.link(bot.parts, 2, link_to(wheel, "pypa/wheel"), by=BY, agreed_by=["wheel-maintainer-1"])
    await bot.later(minutes=10)
    return await bot.parts.database.read(cases.all_cases)


def told_apart(found: tuple[StoredCase, ...]) -> list[tuple[object, ...]]:
    return [(each.number, each.links, each.mirror) for each in found]


async def test_cases_that_were_opened_since_the_backup_come_back(github: FakeGitHub, bot: Bot, tmp_path: Path) -> None:
    """Their mirrors remember them, and nothing else does. Who is in a mirror stays there, and nobody else comes."""
    before = await opened_since(github, bot, tmp_path)
    inside = [set(each.collaborators) for each in github.coordination.drafts]

    await restored(bot, tmp_path)

    found = await bot.parts.database.read(cases.all_cases)
    assert told_apart(found) == told_apart(before)
    assert [set(each.collaborators) for each in github.coordination.drafts] == inside
    for each in found:
        told = (await bot.explain(f"case/{each.number}"))["people_must"]
        assert any("came back from its mirror" in matter for matter in told)


async def test_what_a_mirror_names_opens_no_case_before_the_mirrors_were_asked(
    github: FakeGitHub, bot: Bot, tmp_path: Path
) -> None:
    """GitHub shows no mirrors to the first sweep after a restore, and shows them when somebody tells of the draft."""
    before = await opened_since(github, bot, tmp_path)
    await bot.stop()
    bot.place.put_back(tmp_path)
    await bot.start()
    await bot.parts.database.write(partial(copies.distrust, now=bot.clock.now()))
    github.fail("GET", github.mirrors_path, times=None)
    await bot.settle()
    github.clear_faults()
    [*_, (pip, *_)] = [each.links for each in before]
    await bot.parts.reconciler.look(pip)
    assert await bot.parts.database.read(cases.all_cases) == ()

    await bot.later(minutes=10)

    assert told_apart(await bot.parts.database.read(cases.all_cases)) == told_apart(before)
