"""Whatever becomes of the policy file in its repository, the last good one stays in force, and people are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import pytest

from app.main import Greenroom
from app.sandbox.state.files import LINK, SUBMODULE, File
from app.store import policy_files
from tests.e2e.answers import recover
from tests.e2e.policy_repository import HEAD, PATH, REPOSITORY, SOURCE, half_an_hour, moved_in, observing, text_of, told
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot


@pytest.mark.slow
async def test_a_mistake_is_told_once_and_the_last_good_one_stays(
    github: FakeGitHub, bot: Bot, policy: FakeRepo, said: Callable[[], str]
) -> None:
    """Whatever checks the repository has, we look ourselves: what is not valid is never in force."""
    good, commit = text_of(policy), bot.parts.policy.current().commit
    said()

    policy.push_files({PATH: good.replace("takes_reports: email", "takes_report: email")})
    await bot.later(minutes=1)
    github.repo("pypa/pip").enable_private_reporting()
    await half_an_hour(bot)

    [(severity, text)] = await told(bot)
    assert severity == "warning"
    assert f"{PATH} line " in text
    assert 'report_owners.psrt.takes_report: there is no such key; did you mean "takes_reports"?' in text
    assert said().count("policy.invalid") == 1
    assert bot.parts.policy.current().commit == commit
    assert not github.repo("pypa/pip").private_reporting

    mended = policy.push_files({PATH: good.replace("finish: 90d", "finish: 60d")})
    await bot.later(minutes=1)
    assert await told(bot) == []
    assert bot.parts.policy.current().commit == mended


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of the file, and what people are told in consequence."""

    happens: Callable[[FakeRepo], object]
    words: str
    severity: str = "warning"


STAYS = "; the last good policy stays in force"
TARGET = "elsewhere.yml"
FATES = {
    "deleted": Fate(lambda repo: repo.push_files({PATH: None}), f"{SOURCE} is not on the default branch{STAYS}"),
    "a link to a file": Fate(
        lambda repo: repo.push_files({TARGET: text_of(repo), PATH: File(TARGET.encode(), LINK)}),
        f"{SOURCE} is a symbolic link, not a file{STAYS}",
    ),
    "a link to nowhere": Fate(
        lambda repo: repo.push_files({PATH: File(b"../../etc/passwd", LINK)}),
        f"{SOURCE} is a symbolic link, not a file{STAYS}",
    ),
    "a submodule": Fate(
        lambda repo: repo.push_files({PATH: File(b"a" * 40, SUBMODULE)}), f"{SOURCE} is a submodule, not a file{STAYS}"
    ),
    "a folder": Fate(
        lambda repo: repo.push_files({PATH: None, f"{PATH}/{PATH}": "version: 1"}),
        f"{SOURCE} is a folder, not a file{STAYS}",
    ),
    "5 MB": Fate(
        lambda repo: repo.push_files({PATH: "#" * 5_000_000}),
        f"{SOURCE} has 5,000,000 bytes; a policy file has at most 262,144{STAYS}",
    ),
    "empty": Fate(lambda repo: repo.push_files({PATH: ""}), f"{SOURCE} line 1: "),
    "UTF-16": Fate(
        lambda repo: repo.push_files({PATH: File(text_of(repo).encode("utf-16"))}),
        f"{SOURCE} line 1: not text in UTF-8; save the file as UTF-8",
    ),
    "public": Fate(
        lambda repo: repo.make_public(),
        f"{REPOSITORY} is public, and the file names people and exemptions{STAYS}",
        "page",
    ),
    "out of sight": Fate(
        lambda repo: repo.delete(), f"{REPOSITORY} is not visible any more to Greenroom Hand, or it never was{STAYS}"
    ),
}


QUICK = {"deleted", "empty", "public"}


@pytest.mark.parametrize(
    "fate",
    [pytest.param(fate, id=name, marks=[] if name in QUICK else [pytest.mark.slow]) for name, fate in FATES.items()],
)
async def test_whatever_becomes_of_it_the_last_good_one_stays_and_is_told_within_minutes(
    github: FakeGitHub, bot: Bot, policy: FakeRepo, fate: Fate
) -> None:
    """Not there, out of sight, public, not whole, invalid: each has words of its own, and none means defaults."""
    commit = bot.parts.policy.current().commit

    fate.happens(policy)
    await bot.later(minutes=2)
    github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=2)

    [(severity, text)] = await told(bot)
    assert (severity, text[: len(fate.words)]) == (fate.severity, fate.words)
    assert bot.parts.policy.current().commit == commit
    assert not github.repo("pypa/pip").private_reporting


@pytest.mark.slow
async def test_a_repository_that_is_private_again_is_followed_again(bot: Bot, policy: FakeRepo) -> None:
    """What was changed meanwhile counts then."""
    policy.make_public()
    await bot.later(minutes=1)
    commit = policy.push_files({PATH: observing(text_of(policy))})
    await bot.later(minutes=1)
    assert bot.parts.policy.current().commit != commit

    policy.make_private()
    await bot.later(minutes=1)

    assert bot.parts.policy.current().commit == commit
    assert await told(bot) == []


async def test_a_limit_is_waited_for_and_told_to_nobody(github: FakeGitHub, bot: Bot, policy: FakeRepo) -> None:
    """It passes by itself, and what was good is good meanwhile."""
    github.rate_limit("GET", HEAD, seconds=120)
    commit = policy.push_files({PATH: observing(text_of(policy))})
    await bot.later(seconds=31)
    assert bot.parts.policy.current().commit != commit
    assert await told(bot) == []

    await bot.later(seconds=125)
    await bot.later(seconds=31)

    assert bot.parts.policy.current().commit == commit


@pytest.mark.slow
async def test_that_github_does_not_answer_is_told_after_half_an_hour(
    github: FakeGitHub, bot: Bot, policy: FakeRepo
) -> None:
    """Once, and it is over with the first answer."""
    commit = bot.parts.policy.current().commit
    github.fail("GET", f"/repos/{policy.state.full_name}", 502, times=None)
    await bot.later(minutes=5)
    assert await told(bot) == []
    for _ in range(10):
        await bot.later(minutes=5)

    [(severity, text)] = await told(bot)
    assert severity == "warning"
    assert text.startswith(f"{SOURCE} could not be read since 20")
    assert bot.parts.policy.current().commit == commit

    github.clear_faults()
    await bot.later(minutes=6)
    assert await told(bot) == []


async def test_the_last_good_one_outlives_a_restart_without_github(
    github: FakeGitHub, bot: Bot, policy: FakeRepo
) -> None:
    """A process that comes up in an outage goes on as it went down, not with defaults."""
    commit = bot.parts.policy.current().commit
    bot.clock.advance(minutes=10)
    github.fail("GET", f"/repos/{policy.state.full_name}", 502, times=None)

    await bot.restart()
    github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=1)

    assert bot.parts.policy.current().commit == commit
    assert not github.repo("pypa/pip").private_reporting
    github.clear_faults()


@pytest.mark.slow
async def test_a_file_that_broke_while_nobody_looked_is_not_in_force_after_a_restart(
    bot: Bot, policy: FakeRepo
) -> None:
    """What was good before is."""
    commit = bot.parts.policy.current().commit
    await bot.stop()
    policy.push_files({PATH: "version: 2\n"})
    bot.clock.advance(hours=1)

    await bot.start()
    await bot.settle()

    assert bot.parts.policy.current().commit == commit
    assert [severity for severity, _ in await told(bot)] == ["warning"]


async def test_where_there_was_never_a_file_nothing_is_declared(github: FakeGitHub, bot: Bot) -> None:
    """Naming a place says that the rules are there. Until they are, none hold: not even those that are shipped."""
    policy = await moved_in(github, bot)
    text = text_of(policy)
    policy.push_files({PATH: None})
    await bot.lose_database()
    await bot.approve_everything()
    github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=11)

    assert github.repo("pypa/pip").private_reporting
    assert github.writes == []
    [(_, words)] = await told(bot)
    assert words == (
        f"{SOURCE} is not on the default branch; no policy was ever read, so nothing is declared and nothing is done"
    )

    policy.push_files({PATH: text})
    await bot.later(minutes=2)

    assert await told(bot) == []
    assert not github.repo("pypa/pip").private_reporting


@pytest.mark.slow
async def test_a_name_that_another_repository_took_is_not_believed(
    github: FakeGitHub, bot: Bot, policy: FakeRepo
) -> None:
    """Who may push there could be anybody. People say which one is meant, by its id."""
    commit, text = bot.parts.policy.current().commit, text_of(policy)
    policy.rename("policy-of-old")
    github.world.add_repository(policy.state.owner, "policy", private=True)
    github.installation("greenroom-hand", "packaging-security").add(REPOSITORY)
    stranger = github.repo(REPOSITORY)
    stranger.push_files({PATH: observing(text)})
    await bot.later(minutes=11)

    assert bot.parts.policy.current().commit == commit
    [(_, words)] = await told(bot)
    assert f"GREENROOM_POLICY={REPOSITORY}#{stranger.state.id}:{PATH}" in words

    bot.policy_in = f"{REPOSITORY}#{stranger.state.id}:{PATH}"
    await bot.restart()
    assert bot.parts.policy.current().file.mode_of("private-reporting") == "observe"


async def test_what_only_another_version_can_follow_is_not_said_to_be_in_force(
    github: FakeGitHub, bot: Bot, policy: FakeRepo, said: Callable[[], str]
) -> None:
    """While versions differ one instance keeps a file that another cannot load. That one says so, once."""
    github.fail("GET", HEAD, 502, times=None)
    good = await bot.parts.database.read(partial(policy_files.kept, source=SOURCE))
    assert good is not None
    newer = replace(good, commit="of-a-newer-version", text=f"{text_of(policy)}unheard-of: true\n")
    await bot.parts.database.write(partial(policy_files.keep, policy=newer))
    said()

    for _ in range(4):
        await bot.later(seconds=31)

    assert said().count("policy.invalid") == 1
    [(severity, words)] = await told(bot)
    assert (severity, "unheard-of" in words) == ("warning", True)
    assert bot.parts.policy.mistakes == words
    assert bot.parts.policy.current().commit == good.commit

    await bot.parts.database.write(partial(policy_files.keep, policy=good))
    await bot.later(seconds=31)
    assert await told(bot) == []
    recover(github)


@pytest.mark.slow
async def test_an_instance_does_not_end_what_another_one_told(bot: Bot, policy: FakeRepo, other: Greenroom) -> None:
    """What is wrong with the file is kept beside it, so all of them know."""
    policy.push_files({PATH: "version: 2\n"})
    await bot.later(seconds=31)
    assert len(await told(bot)) == 1

    bot.clock.advance(seconds=31)
    await other.worker.run_due()

    assert len(await told(bot)) == 1
