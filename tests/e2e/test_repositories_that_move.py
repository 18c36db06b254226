"""Does policy follow a repository that is renamed, transferred or deleted, for as long as GitHub shows it?"""

from __future__ import annotations

from typing import Any

import pytest

from app.sandbox.registering import HAND
from app.sandbox.state.tokens import install
from app.store import advisories, cases
from tests.e2e.names import BOTH, PVR, moved, standings, swept
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")


@pytest.mark.slow
async def test_pip_keeps_private_reporting_off_under_its_new_name(github: FakeGitHub, bot: Bot) -> None:
    """Policy names pypa/pip. A renaming is no way to make it lapse; people are told once that the file is behind."""
    pip = github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=1)
    assert not pip.private_reporting

    pip.rename("pip-ng").enable_private_reporting()
    await swept(bot)

    assert not pip.private_reporting
    assert (await bot.standing("pypa/pip-ng", PVR)).state == "pass"
    assert await standings(bot, "pypa/pip") == set()
    [notice] = await moved(bot)
    assert notice.about == "pypa/pip-ng"
    assert "write pypa/pip-ng into the policy file" in notice.text


async def test_what_was_done_under_the_old_name_is_told_under_the_new_one(github: FakeGitHub, bot: Bot) -> None:
    """The audit is append-only and keeps the old name; whoever asks for either name reads all of it."""
    pip = github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=1)
    pip.rename("pip-ng")
    await swept(bot)
    pip.enable_private_reporting()
    await bot.later(minutes=1)

    story = await bot.explain("pypa/pip-ng")

    done = [(each["kind"], each["phase"]) for each in story["did"]]
    assert done == [("set-private-reporting", "intend"), ("set-private-reporting", "conclude")] * 2
    assert await bot.explain("pypa/pip") == story
    assert (await bot.explain("pypa/pip-ng#private-reporting"))["did"] == story["did"]


@pytest.mark.slow
async def test_the_notice_ends_when_the_file_names_the_new_name(github: FakeGitHub, bot: Bot) -> None:
    """It is told once, and over when it is mended."""
    github.repo("pypa/pip").rename("pip-ng")
    await swept(bot)
    [notice] = await moved(bot)
    await swept(bot)
    assert await moved(bot) == [notice]

    def rename(content: dict[str, Any]) -> None:
        content["tools"]["pip"]["repositories"] = ["pypa/pip-ng", "pypa/get-pip"]

    await edit_policy(bot, rename)
    await swept(bot)

    assert await moved(bot) == []
    assert (await bot.standing("pypa/pip-ng", PVR)).state == "pass"


@pytest.mark.slow
async def test_a_transfer_out_of_sight_is_lost_access_and_not_peace(github: FakeGitHub, bot: Bot) -> None:
    """The App is not installed there. What we knew of stays known, cases stay open, and nothing is called well."""
    github.world.add_organization("elsewhere", owners=["elsewhere-owner"])
    wheel, pip = github.repo("pypa/wheel"), github.repo("pypa/pip")
    wheel.draft("Path traversal", affects=BOTH)
    report = pip.report("Another matter", affects=["pip", "rust:uv"])
    await bot.deliver(report.reported())
    await swept(bot)
    known = await bot.parts.database.read(advisories.open_advisories)
    assert known

    wheel.transfer("elsewhere")
    pip.transfer("elsewhere")
    await swept(bot)
    await swept(bot)

    standing = await bot.standing("pypa/pip", PVR)
    assert standing.state == "cannot tell"
    assert "not visible any more" in standing.message
    assert {each.ghsa for each in await bot.parts.database.read(advisories.open_advisories)} == {
        each.ghsa for each in known
    }
    [case] = await bot.parts.database.read(cases.open_cases)
    assert (await bot.explain(f"case/{case.number}"))["cannot_tell"]
    [mirror] = github.coordination.mirrors
    assert mirror.state == "draft"


@pytest.mark.slow
async def test_a_deleted_repository_is_lost_access_too(github: FakeGitHub, bot: Bot) -> None:
    """GitHub sends nothing when a repository is deleted, and answers 404 as for one that is hidden from us."""
    report = github.repo("pypa/pip").report("Path traversal", affects=["pip", "rust:uv"])
    await bot.deliver(report.reported())
    await bot.settle()

    github.repo("pypa/pip").delete()
    await swept(bot)

    assert (await bot.standing("pypa/pip", PVR)).state == "cannot tell"
    assert len(await bot.parts.database.read(advisories.open_advisories)) == 1


@pytest.mark.slow
async def test_policy_follows_a_transfer_to_where_the_app_is_installed(github: FakeGitHub, bot: Bot) -> None:
    """A project that moves to another organization is the same project."""
    pip = github.repo("pypa/pip").transfer("astral-sh")
    world = github.world
    install(world, world.app(HAND), world.organization("astral-sh"), repositories=[pip.state])
    pip.enable_private_reporting()

    await swept(bot)
    await bot.later(minutes=1)

    assert not pip.private_reporting
    assert (await bot.standing("astral-sh/pip", PVR)).state == "pass"
