"""A wrong line of policy can show every accepted advisory to the wrong people. A person is asked first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.domain.actions import MIRROR_SCOPES
from app.domain.mirrors import Store
from app.store.notices import open_notices
from tests.e2e.policy_edits import edit_policy
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.as_shipped

LIBRARY = "pip:shared-library"
WRONG = "uv-newcomer"


def _drafts(github: FakeGitHub, count: int) -> None:
    """So many accepted advisories of wheel that name a library, too."""
    for number in range(count):
        github.repo("pypa/wheel").draft(f"Matter {number}", affects=["wheel", LIBRARY])


def _library_is_uvs(content: dict[str, Any]) -> None:
    """One line under `tools.uv.packages`: whatever names the library is a matter of uv's people."""
    content["tools"]["uv"]["packages"].append(LIBRARY)


def _joins_uv(github: FakeGitHub) -> Callable[[dict[str, Any]], None]:
    """One line under `tools.uv.users`."""
    newcomer = f"{WRONG}:{github.add_person(WRONG).id}"
    return lambda content: content["tools"]["uv"]["users"].append(newcomer)


async def _told(bot: Bot) -> list[str]:
    return [each.text for each in await bot.parts.database.read(open_notices) if each.kind == "capped"]


def _reading(github: FakeGitHub) -> int:
    """How many mirrors does the newcomer read?"""
    return sum(WRONG in mirror.collaborators for mirror in github.coordination.mirrors)


@pytest.mark.slow
@in_both_stores
@pytest.mark.usefixtures("approved")
async def test_a_line_that_makes_five_cases_opens_no_mirror_and_is_told_once(
    github: FakeGitHub, bot: Bot, store: Store
) -> None:
    """Each would be opened by itself, and uv's people let into it. Together they are a mistake."""
    _drafts(github, 5)

    await edit_policy(bot, _library_is_uvs)
    await bot.later(minutes=11)
    await bot.later(minutes=30)

    assert github.writes == []
    [told] = await _told(bot)
    assert told.startswith(
        f"“{MIRROR_SCOPES[store]}” would show 5 cases to more people at once (of 5 that are open); the limit is 3; "
        "greenroom approve PLAN_ID --by LOGIN --wide allows it"
    )


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_three_cases_at_once_are_opened_and_everybody_is_let_in(github: FakeGitHub, bot: Bot) -> None:
    """What may well be meant is not asked for, and an invitation to what was just opened counts once."""
    _drafts(github, 3)

    await edit_policy(bot, _library_is_uvs)

    assert len(github.coordination.open_mirrors) == 3
    assert all("uv-maintainer-1" in mirror.collaborators for mirror in github.coordination.open_mirrors)
    assert await _told(bot) == []


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_one_case_with_many_tools_is_never_asked_about(github: FakeGitHub, bot: Bot) -> None:
    """However many people it is shown to, it is one case."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "pip", "rust:uv"])

    await bot.sweep()
    await bot.settle()

    [mirror] = github.coordination.open_mirrors
    assert {"wheel-maintainer-1", "pip-maintainer-1", "uv-maintainer-1"} <= set(mirror.collaborators)
    assert await _told(bot) == []


async def _open(github: FakeGitHub, bot: Bot, count: int) -> None:
    """So many cases of wheel and uv, one after another."""
    for number in range(count):
        github.repo("pypa/wheel").draft(f"Matter {number}", affects=["wheel", "rust:uv"])
        await bot.sweep()
        await bot.later(minutes=4)
    assert len(github.coordination.open_mirrors) == count
    await bot.later(minutes=15)


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_person_who_would_be_let_into_twenty_cases_is_let_into_none_of_them(
    github: FakeGitHub, bot: Bot
) -> None:
    """The cases are there for long. Which account the line means is asked once, not found out twenty times."""
    await _open(github, bot, 20)

    await edit_policy(bot, _joins_uv(github))
    await bot.later(minutes=11)

    assert _reading(github) == 0
    [told] = await _told(bot)
    assert "would show 20 cases to more people at once (of 20 that are open); the limit is 3" in told
