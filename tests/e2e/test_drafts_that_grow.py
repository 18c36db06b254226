"""A draft names more tools than when it was accepted, or was taken out of its case: who says what becomes of it?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.casework import linking
from app.store import cases, notices
from tests.e2e.test_cases_opened_by_hand import link_to
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")


async def _tools_of_cases(bot: Bot) -> list[list[str]]:
    found = await bot.parts.database.read(cases.all_cases)
    return [sorted(each.tool for each in case.participants) for case in found]


async def _told(bot: Bot) -> list[str]:
    return [each.kind for each in await bot.parts.database.read(notices.open_notices)]


async def _accepted(github: FakeGitHub, bot: Bot, *, affects: list[str]) -> FakeAdvisory:
    """Pip's people accepted a report as a matter of these."""
    report = github.repo("pypa/pip").report("Path traversal", affects=affects)
    await bot.deliver(report.reported())
    await bot.settle()
    report.accept()
    await bot.later(minutes=11)
    return report


async def test_a_report_that_grew_since_waits_for_people_and_they_are_told(
    github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """Was it its reporter, or the project's own people? Nobody can tell, so nobody is invited, and it is not silent."""
    report = await _accepted(github, bot, affects=["pip"])
    report.edit(affects=["pip", "wheel"])
    await bot.later(minutes=11)
    await bot.later(minutes=2)

    assert await _tools_of_cases(bot) == []
    assert await _told(bot) == ["people-must"]
    matters = [each["matter"] for each in (await bot.plan())["people_must"] if each["key"].endswith(report.id)]
    assert [matter.rpartition("with ")[2] for matter in matters] == [
        f"greenroom case open --link pypa/pip/{report.id} --tool TOOL --by LOGIN"
    ]
    assert report.id not in said()

    report.close()
    await bot.later(minutes=11)
    assert await _told(bot) == []


async def test_a_maintainers_draft_with_its_reporter_in_it_waits_for_people_too(github: FakeGitHub, bot: Bot) -> None:
    """A report that came by mail: whoever collaborates on a draft can edit it."""
    draft = github.repo("pypa/pip").draft("Came by mail", affects=["pip"])
    draft.edit(collaborating_users=[*draft.collaborators, "reporter-1"])
    await bot.later(minutes=11)

    draft.edit(affects=["pip", "wheel"])
    await bot.later(minutes=11)
    await bot.later(minutes=2)

    assert await _tools_of_cases(bot) == []
    assert await _told(bot) == ["people-must"]


@pytest.mark.parametrize("reporter_adds", [[], ["wheel", "poetry"]])
async def test_what_people_take_out_of_a_case_opens_none_by_itself(
    github: FakeGitHub, bot: Bot, reporter_adds: list[str]
) -> None:
    """Pip's people say that it is another bug. Its reporter, who can edit it, cannot have others invited by that."""
    report = await _accepted(github, bot, affects=["pip", "rust:uv"])
    assert await _tools_of_cases(bot) == [["pip", "uv"]]
    report.edit(affects=["pip", "rust:uv", *reporter_adds])
    await bot.later(minutes=11)

    await linking.unlink(bot.parts, 1, link_to(report, "pypa/pip"), by="pip-maintainer-1")
    for _ in range(3):
        await bot.later(minutes=11)

    assert await _tools_of_cases(bot) == [["pip", "uv"]]
    assert "people-must" in await _told(bot)
    assert not {"wheel-maintainer-1", "poetry-maintainer-1"} & {
        login for mirror in github.coordination.mirrors for login in mirror.collaborators
    }
