"""Does a broken file reach anything, on the default branch of the policy's repository or in a pull request to it?"""

from __future__ import annotations

import pytest

from app.sandbox.state.files import LINK, SUBMODULE, File
from app.store.notices import open_notices
from policies.config import PolicyFile
from tests.e2e.policy_repository import PATH, moved_in, sent, text_of
from tests.e2e.test_policy_pulls import CHECKS
from tests.e2e.told import ever_told
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot
from tests.policies.broken_table import TABLE

NAMES = (
    "key of the file",
    "key of an exemption",
    "tools as a list",
    "mode off",
    "section written twice",
    "tool written twice",
    "empty",
    "nothing but a comment",
    "unknown policy",
    "exemption for ever",
    "anchor",
    "billion laughs",
    "python object",
    "two documents",
    "merge conflict",
    "a pointer of large files",
    "UTF-16",
    "deep lists",
    "many mistakes",
)
TOO_LARGE = "has 5,000,000 bytes; a policy file has at most 262,144"
SAMPLE: dict[str, tuple[File | None, str]] = {
    **{name: (File(TABLE[name].content), TABLE[name].words) for name in NAMES},
    "deleted": (None, "greenroom.yml"),
    "a link": (File(b"elsewhere.yml", LINK), "is a symbolic link, not a file"),
    "a submodule": (File(b"a" * 40, SUBMODULE), "is a submodule, not a file"),
    "5 MB": (File(b"#" * 5_000_000), TOO_LARGE),
}

pytestmark = pytest.mark.slow


@pytest.fixture
async def policy(github: FakeGitHub, bot: Bot) -> FakeRepo:
    """The repository of the policy file. The coordinators approved everything, and everything was looked at."""
    repo = await moved_in(github, bot)
    await bot.approve_everything()
    await bot.later(minutes=10)
    return repo


async def test_none_that_is_merged_comes_into_force_and_each_is_told_within_five_minutes(
    github: FakeGitHub, bot: Bot, policy: FakeRepo
) -> None:
    """One after the other on the default branch: the last good one stays, never the defaults, and enforces."""
    good, before, told, said = text_of(policy), bot.parts.policy.current(), await ever_told(bot), ""
    assert before.file != PolicyFile(version=1)
    policy.push_files({"elsewhere.yml": good.replace("mode: enforce", "mode: observe")})

    for name, (file, words) in SAMPLE.items():
        policy.push_files({PATH: file})
        await bot.later(minutes=2)
        await bot.later(minutes=2)

        [notice] = await bot.parts.database.read(open_notices)
        assert (notice.kind, words in notice.text) == ("policy-invalid", True), (name, notice.text)
        assert bot.parts.policy.current() == before, name
        told, said = told + (notice.text != said), notice.text  # what is broken in the same words is no news
        assert await ever_told(bot) == told, name
    github.repo("pypa/pip").enable_private_reporting()
    await bot.restart()
    await bot.later(minutes=2)
    assert bot.parts.policy.current().file == before.file
    assert not github.repo("pypa/pip").private_reporting

    mended = policy.push_files({PATH: good.replace("finish: 90d", "finish: 60d")})
    await bot.later(minutes=1)
    assert bot.parts.policy.current().commit == mended
    assert await bot.parts.database.read(open_notices) == ()


async def test_each_that_is_proposed_gets_one_red_check_within_five_minutes(
    github: FakeGitHub, bot: Bot, policy: FakeRepo
) -> None:
    """All of them at once. Nothing else is sent, nobody is told of them elsewhere, and nothing of them is in force."""
    before, told = bot.parts.policy.current(), await ever_told(bot)
    written = len(github.writes)
    pulls = {name: policy.open_pull({PATH: file}, by="stranger-1") for name, (file, _) in SAMPLE.items()}

    for _ in range(10):
        await bot.later(seconds=30)

    for name, (_, words) in SAMPLE.items():
        [run] = pulls[name].checks
        assert (run.conclusion, words in run.output["summary"]) == ("failure", True), name
    for _ in range(20):
        await bot.later(minutes=1)
    await bot.restart()
    await bot.later(minutes=5)
    assert sent(github)[written:] == [CHECKS] * len(SAMPLE)
    assert bot.parts.policy.current() == before
    assert await ever_told(bot) == told
