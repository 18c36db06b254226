"""Does one list for a whole organization show everything that sixty lists would?"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from app.domain.facts import Known
from app.domain.ids import RepoName
from app.store import advisories
from tests.e2e.answers import named, recover
from tests.e2e.many import LIST, only_pypa, own_lists, sweep_later
from tests.e2e.rewriting import Rewriting
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("organization_lists")

WHEEL = RepoName.parse("pypa/wheel")


def _note(drafts: list[str], page: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the ids of the drafts that GitHub lists, in its order."""
    drafts += [each["ghsa_id"] for each in page if each["state"] == "draft"]
    return page


async def test_what_is_open_anywhere_is_found(github: FakeGitHub, bot: Bot) -> None:
    """A draft that nobody tells us of is mirrored, though its repository was never asked."""
    await bot.approve_everything()
    await bot.settle()
    github.repo("pypa/wheel").draft("Escape", affects=["pip", "uv"])

    before = await sweep_later(bot)

    assert len(github.coordination.mirrors) == 1
    assert own_lists(github, before) == []


@pytest.mark.slow
async def test_every_page_is_read(github: FakeGitHub, organization_lists: Rewriting, bot: Bot) -> None:
    """In both states; the oldest of them is on the last page."""
    await bot.approve_everything()
    await bot.settle()
    breach = github.repo("pypa/wheel").draft("Escape", affects=["pip", "uv"])
    bot.clock.advance(seconds=1)  # GitHub lists what is newest first
    drafts: list[str] = []
    organization_lists.rewrite("*/security-advisories", partial(_note, drafts))
    for number in range(101):
        github.repo("pypa/wheel").draft(f"Small {number}", affects=["wheel"])
        github.repo("pypa/wheel").report(f"Noise {number}", affects=["wheel"])

    before = await sweep_later(bot)

    [mirror] = github.coordination.mirrors
    assert mirror.summary == breach.summary
    assert drafts.index(breach.ghsa) == 101
    asked = [each for each in github.requests[before:] if each.path.endswith("/security-advisories")]
    assert len([each for each in asked if each.path == LIST or each.path.startswith("/organizations/")]) == 4


@pytest.mark.slow
async def test_the_lists_token_is_for_these_repositories_and_ends_with_it(github: FakeGitHub, bot: Bot) -> None:
    """The list needs a permission to write, which no token keeps for longer than the list takes."""
    await bot.settle()

    before = await sweep_later(bot)

    of_pypa = [each for each in github.requests[before:] if each.account == "pypa"]
    numbers = [each.number for each in of_pypa if each.path == LIST]
    [revoked] = [each.number for each in of_pypa if each.path == "/installation/token"]
    assert len(numbers) == 2
    assert revoked == numbers[-1] + 1
    assert all(token.permissions["repository_advisories"] == "read" for token in github.world.tokens.values()
               if token.installation.account.login == "pypa" and token.installation.app.slug == "greenroom"
               and "repository_advisories" in token.permissions)  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    ["404", *(pytest.param(name, marks=pytest.mark.slow) for name in ("403 permission", "502", "timeout", "garbage"))],
)
async def test_where_the_list_is_refused_or_broken_each_repository_is_asked(
    github: FakeGitHub, bot: Bot, answer: str
) -> None:
    """As if it did not exist. Nothing is missed."""
    await bot.approve_everything()
    await bot.settle()
    github.repo("pypa/wheel").draft("Escape", affects=["pip", "uv"])
    named(answer).to(github, LIST)

    before = await sweep_later(bot)

    assert sorted(own_lists(github, before)) == ["get-pip", "pip", "wheel"]
    assert len(github.coordination.mirrors) == 1
    recover(github)
    before = await sweep_later(bot)
    assert own_lists(github, before) == []


@pytest.mark.slow
async def test_a_limit_on_the_list_is_no_reason_to_ask_each_repository(github: FakeGitHub, bot: Bot) -> None:
    """They share the limit. Afterwards the list is asked again."""
    await bot.settle()
    github.rate_limit("GET", LIST, seconds=60, secondary=True)

    before = await sweep_later(bot)
    assert own_lists(github, before) == []
    await bot.later(seconds=60)

    assert own_lists(github, before) == []
    assert [each.status for each in github.requests[before:] if each.path == LIST] == [403, 200, 200]


@pytest.mark.slow
async def test_what_is_open_no_more_is_looked_at_by_itself(github: FakeGitHub, bot: Bot) -> None:
    """The list has what is open. What was, and is in it no more, may be closed, published or hidden."""
    await bot.settle()
    report = github.repo("pypa/wheel").report("Escape", affects=["wheel"])
    await sweep_later(bot)
    known = await bot.parts.database.read(partial(advisories.known_open, repo=WHEEL))
    assert [str(each.ghsa) for each in known] == [report.ghsa]
    report.close()

    before = await sweep_later(bot)

    assert [each.path for each in github.requests[before:] if each.path.endswith(report.ghsa)] != []
    assert await bot.parts.database.read(partial(advisories.known_open, repo=WHEEL)) == ()


@pytest.mark.slow
async def test_a_delivery_gets_the_repositorys_own_list(github: FakeGitHub, bot: Bot) -> None:
    """Somebody says that something changed since: what was listed before is no answer to that."""
    await bot.settle()
    before = await sweep_later(bot)

    await bot.deliver(github.repo("pypa/wheel").report("Escape", affects=["pip"]).reported())
    await bot.settle()

    assert own_lists(github, before) == ["wheel"]


async def test_archived_repositories_are_asked_by_themselves(github: FakeGitHub, bot: Bot) -> None:
    """What GitHub answers there says what has no meaning; an empty list would say that all is well."""
    await bot.settle()
    get_pip = RepoName.parse("pypa/get-pip")
    github.repo("pypa/get-pip").archive()
    [installation] = [each for each in await bot.parts.reader.installations() if each.account == "pypa"]
    await bot.parts.reader.repositories(installation)
    before = len(github.requests)

    await bot.parts.reader.advisories(get_pip)

    assert own_lists(github, before) == ["get-pip"]
    await sweep_later(bot)
    assert (await bot.standing("pypa/get-pip", "private-reporting")).state == "not applicable"


async def test_a_repository_renamed_since_is_not_taken_for_an_empty_one(github: FakeGitHub, bot: Bot) -> None:
    """The list knows the new name only, so then each one is asked, and GitHub redirects the old one."""
    await bot.settle()
    wheel = github.repo("pypa/wheel")
    draft = wheel.draft("Escape", affects=["wheel"])
    [installation] = [each for each in await bot.parts.reader.installations() if each.account == "pypa"]
    await bot.parts.reader.repositories(installation)
    wheel.rename("wheels")

    found = await bot.parts.reader.advisories(WHEEL)

    assert isinstance(found, Known)
    assert [str(each.ghsa) for each in found.value if each.is_open] == [draft.ghsa]


async def test_many_that_ask_at_once_cause_one_list(github: FakeGitHub, bot: Bot) -> None:
    """Five workers look at five repositories of the organization."""
    only_pypa(github, 20)
    await bot.settle()
    [installation] = [each for each in await bot.parts.reader.installations() if each.account == "pypa"]
    listed = await bot.parts.reader.repositories(installation)
    before = len(github.requests)

    found = await asyncio.gather(*(bot.parts.reader.advisories(each.name) for each in listed))

    assert all(isinstance(each, Known) for each in found)
    assert len([each for each in github.requests[before:] if each.path == LIST]) == 2
    assert own_lists(github, before) == []


async def test_an_old_list_is_made_anew(github: FakeGitHub, bot: Bot) -> None:
    """A sweep may take long: an answer is at most half a minute old."""
    only_pypa(github, 20)
    await bot.settle()
    [installation] = [each for each in await bot.parts.reader.installations() if each.account == "pypa"]
    listed = await bot.parts.reader.repositories(installation)
    reader = bot.parts.reader
    for each in listed:
        if each.name != WHEEL:
            await reader.advisories(each.name)
    github.repo("pypa/wheel").draft("Escape", affects=["wheel"])

    bot.clock.advance(seconds=31)

    found = await reader.advisories(WHEEL)
    assert isinstance(found, Known)
    assert len(found.value) == 1


async def test_an_installation_on_selected_repositories_has_no_such_list(github: FakeGitHub, bot: Bot) -> None:
    """It would show what the installation was not given, or hide it: nobody knows."""
    github.installation(github.watcher.slug, "pypa").add("pypa/pip", "pypa/get-pip", "pypa/wheel")
    github.installation(github.watcher.slug, "pypa").state.repository_selection = "selected"
    await bot.settle()

    before = await sweep_later(bot)

    assert sorted(own_lists(github, before)) == ["get-pip", "pip", "wheel"]
    assert [each for each in github.requests if each.path == LIST] == []
