"""A yes to more cases at once than usual: to which?"""

from __future__ import annotations

from typing import Any

import pytest

from app import planning
from app.store.notices import open_notices
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.as_shipped

LIBRARY = "pip:shared-library"


def _drafts(github: FakeGitHub, count: int) -> None:
    """So many accepted advisories of wheel that name a library, too."""
    for number in range(count):
        github.repo("pypa/wheel").draft(f"Matter {number}", affects=["wheel", LIBRARY])


def _library_is_uvs(content: dict[str, Any]) -> None:
    """One line under `tools.uv.packages`: whatever names the library is a matter of uv's people."""
    content["tools"]["uv"]["packages"].append(LIBRARY)


async def _told(bot: Bot) -> list[str]:
    return [each.text for each in await bot.parts.database.read(open_notices) if each.kind == "capped"]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_yes_to_the_cases_of_a_plan_is_none_to_others(github: FakeGitHub, bot: Bot) -> None:
    """Whoever said it looked at five. A sixth is found a moment later, and waits until few are shown at once."""
    _drafts(github, 5)
    await edit_policy(bot, _library_is_uvs)
    plan = await bot.plan()
    [reach] = [each for each in plan["reach"] if "cases" in each]
    assert (reach["cases"], reach["watched"], reach["limit"]) == (5, 5, 3)

    narrow = await planning.approve(bot.parts, plan["plan_id"], "coordinator-1")
    await bot.settle()
    assert narrow["too_many"] == [reach["too_many"]]
    assert github.writes == []
    _drafts(github, 1)
    await bot.sweep()
    await bot.settle()
    await planning.approve(bot.parts, plan["plan_id"], "coordinator-1", wide=True)
    await bot.later(minutes=3)

    assert len(github.coordination.open_mirrors) == 5
    assert all("uv-maintainer-1" in mirror.collaborators for mirror in github.coordination.open_mirrors)
    assert "would show 6 cases" in " ".join(await _told(bot))
    await bot.later(minutes=11)
    assert len(github.coordination.open_mirrors) == 6
    await bot.later(minutes=2)
    assert await _told(bot) == []
