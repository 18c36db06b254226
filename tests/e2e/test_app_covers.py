"""What Greenroom does not see is told, though GitHub sends nothing about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.sandbox.registering import HAND, WATCHER
from tests.fake_github import FakeGitHub
from tests.harness import Bot

CASES = "packaging-security/cases"


def _suspended(github: FakeGitHub) -> None:
    github.installation(WATCHER, "pypa").suspend()


def _uninstalled(github: FakeGitHub) -> None:
    github.installation(WATCHER, "pypa").uninstall()


def _not_selected(github: FakeGitHub) -> None:
    installed = github.installation(WATCHER, "pypa")
    installed.state.repository_selection = "selected"
    installed.add("pypa/wheel")


def _not_granted(github: FakeGitHub) -> None:
    del github.installation(WATCHER, "pypa").state.permissions["members"]


def _webhook_elsewhere(github: FakeGitHub) -> None:
    github.world.app(WATCHER).webhook_url = "https://elsewhere.example/webhooks/github/"


def _webhook_of_another(github: FakeGitHub) -> None:
    github.world.app(WATCHER).webhook_url = "https://elsewhere.example/webhooks/github"


def _webhook_gone(github: FakeGitHub) -> None:
    github.world.app(WATCHER).webhook_url = None


def _hand_is_less(github: FakeGitHub) -> None:
    github.installation(HAND, "packaging-security").state.permissions["repository_advisories"] = "read"


def _webhook_unverified(github: FakeGitHub) -> None:
    github.world.app(WATCHER).webhook_verifies = False


def _hand_suspended(github: FakeGitHub) -> None:
    github.installation(HAND, "packaging-security").suspend()


def _hand_gone(github: FakeGitHub) -> None:
    github.installation(HAND, "packaging-security").uninstall()


TABLE = {
    "suspended": (_suspended, "pypa/pip", "the installation of Greenroom in pypa is suspended"),
    "uninstalled": (_uninstalled, "pypa/pip", "Greenroom is not installed in pypa"),
    "not selected": (
        _not_selected,
        "pypa/pip",
        "Greenroom does not see pypa/pip, where repositories are selected one by one",
    ),
    "a permission was not accepted": (_not_granted, "pypa/pip", "Greenroom was not granted members: read in pypa"),
    "the webhook points elsewhere": (
        _webhook_elsewhere,
        CASES,
        "Greenroom's webhook does not point to /webhooks/github of an https address",
    ),
    "the webhook points to another host": (
        _webhook_of_another,
        CASES,
        "Greenroom's webhook points to another host than GREENROOM_PUBLIC_URL",
    ),
    "the webhook has no address": (_webhook_gone, CASES, "Greenroom's webhook has no address"),
    "nobody verifies the webhook's certificate": (
        _webhook_unverified,
        CASES,
        "GitHub does not verify the certificate of Greenroom's webhook",
    ),
    "the Hand is suspended": (
        _hand_suspended,
        CASES,
        "the installation of Greenroom Hand in packaging-security is suspended",
    ),
    "the Hand is gone": (
        _hand_gone,
        CASES,
        "Greenroom Hand is not installed in packaging-security, where mirrors are kept",
    ),
    "the Hand may only read": (
        _hand_is_less,
        CASES,
        "Greenroom Hand was not granted repository_advisories: write in packaging-security",
    ),
}


QUICK = {"uninstalled", "the webhook has no address"}


@pytest.mark.parametrize(
    ("happens", "repo", "told"),
    [pytest.param(*each, id=name, marks=[] if name in QUICK else [pytest.mark.slow]) for name, each in TABLE.items()],
)
async def test_what_is_not_covered_any_more_is_found_by_the_next_sweep(
    github: FakeGitHub, bot: Bot, happens: Callable[[FakeGitHub], None], repo: str, told: str
) -> None:
    """Within a quarter of an hour, with no delivery, and nothing is written meanwhile."""
    await bot.settle()
    assert (await bot.standing(repo, "app-covers")).state == "pass"
    happens(github)
    writes, began = len(github.writes), bot.clock.now()

    for _ in range(15):
        await bot.later(minutes=1)

    assert bot.clock.now() - began == timedelta(minutes=15)
    standing = await bot.standing(repo, "app-covers")
    assert (standing.state, standing.message) == ("finding", told)
    assert len(github.writes) == writes


async def test_where_an_app_is_costs_three_requests_for_each_sweep_however_many_repositories(
    github: FakeGitHub, bot: Bot
) -> None:
    """The lists of both Apps' installations, and the settings of the webhook."""
    await bot.settle()
    start = len(github.requests)

    await bot.later(minutes=10)

    asked = sorted(each.path for each in github.requests[start:] if each.path.startswith("/app"))
    asked = [path for path in asked if path != "/app/hook/deliveries"]  # that log is read at times of its own
    assert asked == ["/app/hook/config", "/app/installations", "/app/installations"]


async def test_a_process_in_which_no_sweep_runs_lists_for_itself_and_not_often(github: FakeGitHub, bot: Bot) -> None:
    """Another instance may sweep; what is seen must not depend on which."""
    await bot.settle()
    reader = bot.parts.reader
    bot.clock.advance(minutes=16)
    start = len(github.requests)
    repos = [repo for repo in bot.parts.policy.current().file.repositories() if repo.owner == "pypa"]

    seen = [await reader.coverage(repo) for repo in (*repos, *repos)]

    assert len(seen) > 4
    assert len(github.requests) - start <= 5  # two lists of installations, one of repositories with its token, one hook
