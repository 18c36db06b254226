"""Does any broken file ever come into force, or the shipped defaults instead of it?"""

from __future__ import annotations

from functools import partial

import pytest

from app.store import policy_files
from app.store.notices import open_notices
from tests.e2e.told import ever_told
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.places import InFile
from tests.policies.broken_table import TABLE

pytestmark = pytest.mark.usefixtures("approved")


@pytest.mark.slow
async def test_no_broken_file_is_ever_in_force_and_each_is_told_once(github: FakeGitHub, bot: Bot) -> None:
    """One after the other, each for a minute; what was good before stays, enforces, and is kept."""
    good, policy = bot.policy.read_bytes(), bot.parts.policy
    before, told, said = policy.current(), 0, ""
    for name, broken in TABLE.items():
        bot.policy.write_bytes(broken.content)
        await bot.later(seconds=31)
        await bot.later(seconds=31)

        [notice] = [each for each in await bot.parts.database.read(open_notices) if each.kind == "policy-invalid"]
        assert broken.words in notice.text, name
        assert (policy.current().file, policy.current().commit) == (before.file, before.commit), name
        told, said = told + (notice.text != said), notice.text  # the same mistake is no news
        assert await ever_told(bot) == told, name
    github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=1)
    assert not github.repo("pypa/pip").private_reporting

    bot.policy.write_bytes(good.replace(b"finish: 90d", b"finish: 60d"))
    await bot.later(minutes=1)

    assert policy.current().commit != before.commit
    assert await bot.parts.database.read(open_notices) == ()


@pytest.mark.parametrize(
    "name",
    [
        "empty",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("key of the file", "a web page", "5 MB of comments")),
    ],
)
async def test_a_file_that_broke_is_not_in_force_after_a_restart_either(bot: Bot, name: str) -> None:
    """A machine that comes up with a broken file goes on as it went down."""
    commit = bot.parts.policy.current().commit
    bot.policy.write_bytes(TABLE[name].content)

    await bot.restart()
    await bot.settle()

    assert bot.parts.policy.current().commit == commit
    [notice] = [each for each in await bot.parts.database.read(open_notices) if each.kind == "policy-invalid"]
    assert TABLE[name].words in notice.text


async def test_nothing_of_a_broken_file_is_kept(bot: Bot) -> None:
    """The database holds the last good text, and words about the present one."""
    bot.policy.write_text("version: 1\nzebra: {okapi: quagga}\n", encoding="utf-8")
    await bot.later(minutes=1)

    source = f"file:{bot.policy.absolute()}"
    kept = await bot.parts.database.read(partial(policy_files.kept, source=source))

    assert kept is not None
    assert "okapi" not in (kept.text or "")
    if isinstance(bot.place, InFile):
        assert bot.place.file.stat().st_mode & 0o777 == 0o600
