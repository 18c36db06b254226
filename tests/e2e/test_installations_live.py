"""From the day on which an App is installed to the day on which it is gone: nothing stale is written or shown.

None of these stories needs a delivery: GitHub sends one for each, and each may be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.sandbox import people
from app.sandbox.registering import HAND, WATCHER
from app.store import work
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP, CASES = "pypa/pip", "packaging-security/cases"
COVERS, REPORTING = "app-covers", "private-reporting"
PROMISED = timedelta(minutes=15)


async def _within_the_promise(bot: Bot, is_so: Callable[[], object]) -> timedelta:
    """How long it takes until that is so, minute by minute, with no delivery; a quarter of an hour at most."""
    began = bot.clock.now()
    while bot.clock.now() - began < PROMISED:
        await bot.later(minutes=1)
        if await is_so():  # type: ignore[misc]
            return bot.clock.now() - began
    raise AssertionError("not within a quarter of an hour")


def _stands(bot: Bot, repo: str, state: str, says: str = "") -> Callable[[], object]:
    async def is_so() -> bool:
        found = await bot.standing(repo, COVERS)
        return found.state == state and says in found.message

    return is_so


async def test_a_suspension_is_told_and_over_when_it_is_lifted(github: FakeGitHub, bot: Bot) -> None:
    """Nothing is written in that account meanwhile, and what was seen before is not passed off as new."""
    await bot.approve_everything()
    await bot.settle()
    seen = (await bot.standing(PIP, REPORTING)).observed_at
    installed = github.installation(WATCHER, "pypa").suspend()
    github.installation(HAND, "pypa").suspend()
    github.repo(PIP).enable_private_reporting()
    writes = len(github.writes)

    took = await _within_the_promise(bot, _stands(bot, PIP, "finding", "is suspended"))

    assert took <= PROMISED
    assert github.writes[writes:] == []
    standing = await bot.standing(PIP, REPORTING)
    assert standing.state == "cannot tell" or standing.observed_at == seen

    installed.unsuspend()
    github.installation(HAND, "pypa").unsuspend()
    await _within_the_promise(bot, _stands(bot, PIP, "pass"))
    await bot.later(minutes=10)

    assert not github.repo(PIP).state.private_reporting
    assert (await bot.standing(PIP, REPORTING)).state == "pass"


async def test_permissions_that_are_accepted_later_are_used_within_a_quarter_of_an_hour(
    github: FakeGitHub, bot: Bot
) -> None:
    """An owner presses a button; nobody has to start anything anew."""
    del github.installation(WATCHER, "pypa").state.permissions["administration"]
    await bot.settle()
    assert (await bot.standing(PIP, COVERS)).state == "finding"

    github.installation(WATCHER, "pypa").grant("administration", "read")

    await _within_the_promise(bot, _stands(bot, PIP, "pass"))
    assert (await bot.standing(PIP, "configuration-agrees")).state != "cannot tell"


async def test_a_repository_that_is_taken_out_of_the_selection_is_told_and_comes_back(
    github: FakeGitHub, bot: Bot
) -> None:
    """To look like peace while nothing is seen is what no age of a look would show."""
    await bot.approve_everything()
    await bot.settle()
    installed = github.installation(WATCHER, "pypa")
    installed.remove(PIP)
    github.repo(PIP).enable_private_reporting()
    writes = len(github.writes)

    await _within_the_promise(bot, _stands(bot, PIP, "finding", "does not see pypa/pip"))
    assert github.writes[writes:] == []

    installed.add(PIP)
    await _within_the_promise(bot, _stands(bot, PIP, "pass"))


async def test_a_repository_that_policy_names_and_nobody_ever_selected_is_told(github: FakeGitHub, bot: Bot) -> None:
    """Also where nobody declared who takes its reports: else it would be missed by nobody."""
    installed = github.installation(WATCHER, "pypa")
    installed.state.repository_selection = "selected"
    installed.state.repositories = {github.world.repository(PIP).id}
    unseen = "pypa/wheel"

    await bot.settle()
    await _within_the_promise(bot, _stands(bot, unseen, "finding", "repositories are selected one by one"))

    installed.add(unseen)
    await _within_the_promise(bot, _stands(bot, unseen, "pass"))


async def test_an_app_that_is_removed_and_installed_again_goes_on_where_it_was(github: FakeGitHub, bot: Bot) -> None:
    """GitHub gives the installation another number, so whatever was kept under the old one is good for nothing."""
    await bot.approve_everything()
    await bot.settle()
    old = github.installation(WATCHER, "pypa").state
    for slug in (WATCHER, HAND):
        github.installation(slug, "pypa").uninstall()
    github.repo(PIP).enable_private_reporting()
    writes = len(github.writes)

    await _within_the_promise(bot, _stands(bot, PIP, "finding", "Greenroom is not installed in pypa"))

    assert github.writes[writes:] == []
    assert (await bot.standing(PIP, REPORTING)).state != "pass"
    start = len(github.requests)
    owner = github.world.users[min(old.account.owners)]
    for slug in (WATCHER, HAND):
        people.install_app(github.world, github.world.app(slug), old.account, by=owner)

    await _within_the_promise(bot, _stands(bot, PIP, "pass"))
    await bot.later(minutes=10)

    assert github.installation(WATCHER, "pypa").state.id != old.id
    assert [each for each in github.requests[start:] if f"/installations/{old.id}/" in each.path] == []
    assert not github.repo(PIP).state.private_reporting


async def test_a_new_organization_is_covered_within_a_quarter_of_an_hour_of_its_installation(
    github: FakeGitHub, bot: Bot
) -> None:
    """Its delivery may be lost like any other."""
    old = github.installation(WATCHER, "pypa").state
    github.installation(WATCHER, "pypa").uninstall()
    await bot.settle()
    assert (await bot.standing(PIP, COVERS)).state == "finding"

    people.install_app(
        github.world, github.world.app(WATCHER), old.account, by=github.world.users[min(old.account.owners)]
    )

    await _within_the_promise(bot, _stands(bot, PIP, "pass"))


async def test_a_new_repository_is_looked_at_within_a_quarter_of_an_hour_of_its_making(
    github: FakeGitHub, bot: Bot
) -> None:
    """Whether or not policy names it yet."""
    await bot.settle()
    github.world.add_repository(github.world.repository(PIP).owner, "newcomer")
    began = bot.clock.now()

    for _ in range(15):
        await bot.later(minutes=1)

    standing = await bot.standing("pypa/newcomer", REPORTING)
    assert standing.observed_at is not None
    assert standing.observed_at - began <= PROMISED


async def test_the_hand_is_suspended_where_mirrors_are_kept_and_nothing_is_written_until_it_is_lifted(
    github: FakeGitHub, bot: Bot
) -> None:
    """A case that waits is not lost."""
    await bot.approve_everything()
    await bot.settle()
    hand = github.installation(HAND, "packaging-security").suspend()
    github.repo(PIP).draft("Path traversal", affects=["pip", "uv"])

    await _within_the_promise(bot, _stands(bot, CASES, "finding", "the installation of Greenroom Hand"))
    assert github.coordination.mirrors == []

    hand.unsuspend()
    await _within_the_promise(bot, _stands(bot, CASES, "pass"))
    await bot.later(minutes=15)

    assert len(github.coordination.mirrors) == 1


async def test_what_is_left_of_an_account_that_removed_the_app_makes_no_work(github: FakeGitHub, bot: Bot) -> None:
    """Of its repositories GitHub is asked but where they are installed, as of one that was never seen."""
    await bot.settle()
    github.installation(WATCHER, "pypa").uninstall()
    await bot.later(minutes=15)
    start = len(github.requests)

    await bot.later(minutes=10)

    asked = [
        each for each in github.requests[start:] if "/pypa/" in each.path and not each.path.endswith("/installation")
    ]
    assert asked == []
    assert [key for key in await bot.parts.database.read(work.waiting) if "GHSA" in str(key)] == []
