"""Who can make Greenroom open a case? Neither strangers who install the App, nor reporters who edit a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from app.casework import embargoes
from app.domain.ids import Ghsa, RepoName
from app.sandbox.registering import WATCHER
from app.sandbox.state.tokens import install
from app.store import advisories, cases, findings, repositories
from tests.e2e.answers import named, recover
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

pytestmark = [pytest.mark.as_shipped, pytest.mark.usefixtures("approved")]

MIRRORS = "/repos/packaging-security/cases/security-advisories"


def _strangers(github: FakeGitHub, org: str = "strangers") -> FakeRepo:
    """Somebody whom policy does not know installs the App, which is public, on everything they have."""
    account = github.world.add_organization(org, owners=["stranger-1"])
    github.world.add_repository(account, "lure")
    install(github.world, github.world.app(WATCHER), account)
    return github.repo(f"{org}/lure")


async def test_a_stranger_who_installed_the_app_is_warned_of_once(
    github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """They stay for years, and a warning every ten minutes hides the others."""
    said()
    _strangers(github)

    for _ in range(3):
        await bot.later(minutes=10)

    assert said().count("installation.unknown") == 1
    _strangers(github, "others")
    await bot.later(minutes=10)
    assert said().count("installation.unknown") == 1


async def test_a_stranger_who_comes_back_is_warned_of_again(
    github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """It is another installation, on which somebody decided anew."""
    _strangers(github)
    await bot.later(minutes=10)
    strangers = github.installation(WATCHER, "strangers")
    strangers.uninstall()
    await bot.later(minutes=10)
    said()

    install(github.world, github.world.app(WATCHER), strangers.state.account)
    await bot.later(minutes=10)

    assert said().count("installation.unknown") == 1


@pytest.mark.parametrize(
    "tells",
    [pytest.param(False, id="without deliveries", marks=pytest.mark.slow), pytest.param(True, id="with deliveries")],
)
async def test_a_stranger_who_installs_the_app_gets_nothing_by_it(github: FakeGitHub, bot: Bot, *, tells: bool) -> None:
    """They write a draft that names our tools: nobody is invited, nothing is opened, and nothing is remembered."""
    lure = _strangers(github)
    lure.enable_private_reporting()
    lure.draft("Buy this", affects=["pip", "rust:uv"])
    told = lure.report("And this", affects=["pip", "rust:uv"])
    before = len(github.requests)

    if tells:
        assert await bot.deliver(told.reported()) == 202
        await bot.settle()
    told.accept().publish()
    if tells:
        assert await bot.deliver(told.published()) == 202
    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=11)

    assert github.coordination.mirrors == []
    assert await bot.parts.database.read(cases.open_cases) == ()
    assert "strangers" not in str(await bot.plan())
    assert [each.path for each in github.requests[before:] if "strangers" in each.path] == []
    assert "strangers" not in str(await bot.parts.database.read(findings.standings))
    assert await bot.parts.database.read(advisories.open_advisories) == ()
    known = await bot.parts.database.read(repositories.present)
    assert "strangers" not in {name.owner for name in known.values()}
    mine = {each.id for each in github.world.installations.values() if each.account.login == "strangers"}
    assert {token.installation.id for token in github.world.tokens.values()}.isdisjoint(mine)


@pytest.mark.slow
async def test_nothing_is_asked_in_the_name_of_a_stranger_whom_github_lists_first(github: FakeGitHub, bot: Bot) -> None:
    """Who has a login and what is in the global database is asked all day, and their limits are theirs to use up."""
    _strangers(github)
    world = github.world
    others = [*world.installations.items()]
    world.installations.clear()
    world.installations.update(reversed(others))
    await bot.restart()
    await bot.settle()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv", "pip"])
    await bot.later(minutes=10)
    before = len(github.requests)

    await embargoes.agree(bot.parts, 1, bot.clock.now() + timedelta(days=7), by="coordinator-1")
    await bot.later(minutes=11)

    assert any(each.path.startswith("/advisories") for each in github.requests[before:])
    askers = {token.installation.account.login for token in world.tokens.values()}
    assert "strangers" not in askers
    assert "packaging-security" in askers


@pytest.mark.slow
async def test_a_repository_of_ours_that_policy_does_not_name_opens_nothing(github: FakeGitHub, bot: Bot) -> None:
    """Whoever may make repositories in an organization does not speak for its tools."""
    github.world.add_repository(github.world.organization("pypa"), "playground")
    github.repo("pypa/playground").draft("Buy this", affects=["pip", "rust:uv"])

    await bot.sweep()
    await bot.settle()

    assert github.coordination.mirrors == []
    assert await bot.parts.database.read(cases.open_cases) == ()


@pytest.mark.slow
async def test_strangers_whom_policy_comes_to_know_are_looked_at(github: FakeGitHub, bot: Bot) -> None:
    """A new tool installs the App first, and is merged into the policy file afterwards."""
    _strangers(github, "new-tool").draft("Path traversal", affects=["pip"])
    await bot.sweep()
    await bot.settle()
    assert github.coordination.mirrors == []

    await edit_policy(bot, lambda content: content["tools"].update(new={"repositories": ["new-tool/lure"]}))
    await bot.sweep()
    await bot.settle()

    assert len(github.coordination.drafts) == 1


@pytest.mark.slow
async def test_an_owner_with_an_underscore_is_read(github: FakeGitHub, bot: Bot) -> None:
    """Accounts that an enterprise manages have one in their name (GitHub: "Username considerations")."""
    _strangers(github, "tool_acme").draft("Path traversal", affects=["pip"])

    await edit_policy(bot, lambda content: content["tools"].update(acme={"repositories": ["tool_acme/lure"]}))
    await bot.sweep()
    await bot.settle()

    [case] = await bot.parts.database.read(cases.open_cases)
    assert case.links[0].repo == RepoName("tool_acme", "lure")
    assert len(github.coordination.drafts) == 1


@pytest.mark.slow
async def test_an_accepted_report_that_its_reporter_enlarges_opens_nothing(github: FakeGitHub, bot: Bot) -> None:
    """uv, of which nobody ships copies, accepted a matter. Its reporter can edit the draft, and names wheel, too."""
    report = github.repo("astral-sh/uv").report("Path traversal", affects=["rust:uv"])
    await bot.deliver(report.reported())
    await bot.settle()
    report.accept()
    await bot.sweep()
    await bot.settle()

    report.edit(affects=["wheel", "rust:uv"])
    for _ in range(3):
        await bot.later(minutes=11)

    assert github.coordination.mirrors == []
    assert await bot.parts.database.read(cases.open_cases) == ()


@pytest.mark.slow
async def test_a_maintainers_own_draft_that_grows_is_mirrored(github: FakeGitHub, bot: Bot) -> None:
    """Nobody but the project's people wrote it."""
    draft = github.repo("astral-sh/uv").draft("Path traversal", affects=["rust:uv"])
    await bot.sweep()
    await bot.settle()
    assert github.coordination.mirrors == []

    draft.edit(affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()

    assert len(github.coordination.drafts) == 1


@pytest.mark.slow
async def test_a_report_that_grew_before_it_was_accepted_is_mirrored(github: FakeGitHub, bot: Bot) -> None:
    """The project's people read both names before they said yes."""
    report = github.repo("astral-sh/uv").report("Path traversal", affects=["rust:uv"])
    await bot.deliver(report.reported())
    await bot.settle()

    report.edit(affects=["wheel", "rust:uv"]).accept()
    await bot.sweep()
    await bot.settle()

    assert len(github.coordination.drafts) == 1


@pytest.mark.slow
@pytest.mark.parametrize("answer", [pytest.param("403 permission", marks=pytest.mark.slow), "502"])
@pytest.mark.parametrize(
    "was_seen",
    [pytest.param(False, id="first seen as a draft", marks=pytest.mark.slow), pytest.param(True, id="seen in triage")],
)
async def test_a_case_that_could_not_be_numbered_is_opened_when_it_can(
    github: FakeGitHub, bot: Bot, answer: str, *, was_seen: bool
) -> None:
    """Case numbers are read from the mirrors. While those cannot be read, the yes must not be forgotten."""
    report = github.repo("pypa/wheel").report("Path traversal", affects=["wheel", "rust:uv"])
    if was_seen:
        await bot.deliver(report.reported())
        await bot.settle()
    named(answer).to(github, MIRRORS)
    report.accept()
    for _ in range(3):
        await bot.later(minutes=11)
    assert await bot.parts.database.read(cases.open_cases) == ()

    recover(github)
    await bot.later(minutes=20)
    await bot.later(minutes=3)

    assert len(github.coordination.drafts) == 1
    number = await bot.parts.database.read(partial(cases.case_of, ghsa=Ghsa(report.now.ghsa)))
    assert number == 1


@pytest.mark.parametrize("does", ["renames a repository", "suspends the App and lets it in again"])
async def test_what_a_stranger_does_all_day_uses_up_nothing(github: FakeGitHub, bot: Bot, does: str) -> None:
    """A sweep lists everything of ours. GitHub's limits are there for other things."""
    lure = _strangers(github)
    await bot.settle()
    start = len(github.requests)

    for number in range(10):
        told = len(github.deliveries)
        if does == "renames a repository":
            lure.rename(f"lure-{number}")
        elif number % 2:
            github.installation(WATCHER, "strangers").unsuspend()
        else:
            github.installation(WATCHER, "strangers").suspend()
        assert [await bot.deliver(delivery) for delivery in github.deliveries[told:]] == [202]
        await bot.later(seconds=30)

    assert "/app/installations" not in [each.path for each in github.requests[start:]]


async def test_what_owners_of_ours_do_to_the_app_is_seen_at_once(github: FakeGitHub, bot: Bot) -> None:
    """What may be seen has changed, perhaps all of it."""
    await bot.settle()
    start, told = len(github.requests), len(github.deliveries)

    github.installation(WATCHER, "pypa").suspend()
    assert [await bot.deliver(delivery) for delivery in github.deliveries[told:]] == [202]
    await bot.settle()

    assert "/app/installations" in [each.path for each in github.requests[start:]]
