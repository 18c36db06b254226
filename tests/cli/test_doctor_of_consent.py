"""What does doctor say of the accounts of a Hand, and of what an App does not list?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.reading import read
from app.sandbox.registering import HAND, WATCHER
from app.sandbox.state.tokens import install
from tests.fake_github import FakeGitHub
from tests.fake_installations import FakeInstallation
from tests.harness import Bot

LISTS = "/installation/repositories"


async def _lines(bot: Bot, app: str) -> dict[str, Line]:
    return {line.name: line for line in judge(await read(bot.parts)) if line.group == app}


def _unaccepted(found: FakeInstallation) -> None:
    del found.state.permissions["administration"]


def _suspended(found: FakeInstallation) -> None:
    found.suspend()


@pytest.mark.parametrize(
    ("happens", "says"),
    [(_suspended, "suspended"), (_unaccepted, "not accepted: administration: write")],
    ids=["suspended", "unaccepted"],
)
async def test_a_hand_that_cannot_write_where_policy_enforces_is_no_consent(
    github: FakeGitHub, bot: Bot, happens: Callable[[FakeInstallation], None], says: str
) -> None:
    """Somebody consented, and nothing that policy enforces there would be carried out."""
    await bot.settle()
    happens(github.installation(HAND, "pypa"))

    lines = await _lines(bot, "Greenroom Hand")

    assert (lines["pypa"].state, lines["pypa"].says) == ("problem", says)
    assert lines["pypa"].do
    assert "others" not in lines


async def test_a_hand_that_may_write_is_the_consent_of_accounts_that_policy_names(github: FakeGitHub, bot: Bot) -> None:
    """And of others nothing is said but that it is there."""
    await bot.settle()
    stranger = github.world.add_organization("stranger-org", owners=["stranger-1"])
    install(github.world, github.world.app(HAND), stranger)

    lines = await _lines(bot, "Greenroom Hand")

    assert lines["consents"].says == "also installed in pypa, which is their consent to what policy enforces"
    assert lines["others"].says == "also installed in stranger-org, of which policy says nothing"
    assert {lines["consents"].state, lines["others"].state} == {"ok"}


@pytest.mark.parametrize("trouble", [500, 403])
async def test_where_repositories_were_not_listed_nobody_knows_which_it_does_not_see(
    github: FakeGitHub, bot: Bot, trouble: int
) -> None:
    """The check that would miss one was not made, so it did not go well."""
    await bot.settle()
    github.fail("GET", LISTS, trouble, times=None, because="permission" if trouble == 403 else "outage")

    line = (await _lines(bot, "Greenroom"))["pypa"]

    assert line.state == "cannot tell"
    assert line.says.startswith("which repositories it sees: ")
    assert line.do
    github.clear_faults()


async def test_what_is_wrong_is_told_beside_what_cannot_be_told(github: FakeGitHub, bot: Bot) -> None:
    """A list that fails hides no permission that is missing."""
    await bot.settle()
    del github.installation(WATCHER, "pypa").state.permissions["members"]
    github.fail("GET", LISTS, 500, times=None)

    line = (await _lines(bot, "Greenroom"))["pypa"]

    assert line.state == "problem"
    assert line.says.startswith("not accepted: members: read; which repositories it sees: ")
    github.clear_faults()
