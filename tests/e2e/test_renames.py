"""What keeps a case and its mirror together when repositories get other names and records get copied?"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from app.casework import offering
from app.domain.ids import RepoName
from app.domain.mirrors import Store
from app.sandbox.registering import HAND
from app.store import advisories, cases
from tests.e2e.policy_edits import edit_policy
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")

BOTH = ["wheel", "rust:uv"]
ELSEWHERE = "packaging-security/announcements"


def _is_called_wheel_ng(content: dict[str, Any]) -> None:
    content["tools"]["wheel"]["repositories"] = ["pypa/wheel-ng"]


async def test_a_case_outlives_the_renaming_of_its_repository(github: FakeGitHub, bot: Bot) -> None:
    """The id of an advisory stays when its repository is renamed, so it is the same case and the same mirror."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=BOTH)
    await bot.sweep()
    await bot.settle()

    github.repo("pypa/wheel").rename("wheel-ng")
    await bot.sweep()
    await bot.settle()
    advisory.edit(summary="It is worse under the new name")
    await bot.later(minutes=11)

    [mirror] = github.coordination.mirrors
    assert mirror.summary == "It is worse under the new name"
    assert f"pypa/wheel-ng {advisory.ghsa}: draft" in mirror.description
    [case] = await bot.parts.database.read(cases.open_cases)
    assert [link.repo for link in case.links] == [RepoName("pypa", "wheel-ng")]
    story = await bot.explain("case/1")
    assert (story["people_must"], story["cannot_tell"]) == ([], [])

    advisory.publish()
    await bot.later(minutes=11)
    assert mirror.state == "closed"


@pytest.mark.slow
async def test_a_case_outlives_a_renaming_that_policy_follows(github: FakeGitHub, bot: Bot) -> None:
    """The file is edited days later; the tool is the same, so nobody is invited twice and nothing is opened anew."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=BOTH)
    await bot.sweep()
    await bot.settle()
    github.repo("pypa/wheel").rename("wheel-ng")
    await bot.later(days=1)

    await edit_policy(bot, _is_called_wheel_ng)
    await bot.later(minutes=11)
    advisory.edit(severity="critical")
    await bot.later(minutes=3)

    [mirror] = github.coordination.mirrors
    assert mirror.severity == "critical"
    assert len(mirror.collaborators) == 4
    assert await bot.parts.database.read(partial(advisories.known_open, repo=RepoName("pypa", "wheel"))) == ()


@pytest.mark.slow
@in_both_stores
async def test_a_mirror_is_found_again_after_a_renaming_and_a_lost_database(
    github: FakeGitHub, bot: Bot, store: Store
) -> None:
    """Its record names the repository as it was called then; the id in it is what counts.

    An issue's text names the repository as well. With the database it is forgotten that we wrote the old name there, so
    the text is kept as if people had, and they are told.
    """
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=BOTH)
    github.repo("pypa/pip").draft("Another matter", affects=["pip", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    mine = next(each for each in github.coordination.mirrors if advisory.summary in each.text)
    before = {mirror.id for mirror in github.coordination.mirrors}

    github.repo("pypa/wheel").rename("wheel-ng")
    await bot.lose_database()
    await edit_policy(bot, _is_called_wheel_ng)
    await bot.approve_everything()
    await bot.settle()
    await bot.later(minutes=11)  # until its new name is known nobody can tell what the source says
    for number in (1, 2):
        await offering.restore(bot.parts, number, by="coordinator-1")
    advisory.edit(summary="Another title")
    await bot.later(minutes=11)

    assert {mirror.id for mirror in github.coordination.mirrors} == before
    if store == "advisory":
        assert mine.summary == "Another title"
    else:
        story = await bot.explain(mine.title.lower().replace(" ", "/"))  # Case 2
        [kept] = story["people_must"]
        assert kept == "the mirror says something else than its source, and is kept: source, block"
    opened = await bot.parts.database.read(cases.open_cases)
    assert {str(case.links[0].ghsa): str(case.mirror) for case in opened}[advisory.ghsa] == mine.id


@pytest.mark.slow
async def test_nothing_is_written_to_another_coordination_repository_that_leaks(github: FakeGitHub, bot: Bot) -> None:
    """What was read of the old one a moment ago says nothing about the new one, which has commits and is public."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=BOTH)
    await bot.sweep()
    await bot.settle()
    [old] = github.coordination.mirrors
    other = github.world.add_repository(github.world.organization("packaging-security"), "announcements")
    other.commits = 5
    github.installation(HAND, "packaging-security").add(ELSEWHERE)
    github.repo("pypa/pip").draft("Another matter", affects=["pip", "rust:uv"])
    before = len(github.writes)

    await edit_policy(bot, lambda content: content["coordination"].update(repository=ELSEWHERE))
    await bot.sweep()
    await bot.settle()
    advisory.edit(summary="Another title")
    await bot.later(minutes=11)

    assert github.repo(ELSEWHERE).mirrors == []
    assert [write.path for write in github.writes[before:] if "/packaging-security/" in write.path] == []
    assert (await bot.standing(ELSEWHERE, "coordination-private")).state == "finding"
    linked = {link.repo for case in await bot.parts.database.read(cases.open_cases) for link in case.links}
    assert linked == {RepoName("pypa", "wheel"), RepoName("pypa", "pip")}
    assert old.state == "draft"


@pytest.mark.slow
async def test_a_record_pasted_into_another_draft_does_not_make_it_the_mirror(github: FakeGitHub, bot: Bot) -> None:
    """Somebody copies a mirror's whole description into a draft that is older, and then the database is lost."""
    pasted = github.coordination.draft("Notes of the coordinators", affects=["wheel"])
    bot.clock.advance(minutes=1)
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=BOTH)
    await bot.sweep()
    await bot.settle()
    [mirror] = [each for each in github.coordination.mirrors if each.ghsa != pasted.ghsa]
    pasted.edit(description=mirror.description)
    copied = pasted.description

    await bot.lose_database()
    await bot.approve_everything()
    await bot.settle()
    await offering.restore(bot.parts, 1, by="coordinator-1")
    advisory.edit(summary="Another title")
    await bot.later(minutes=11)

    [case] = await bot.parts.database.read(cases.open_cases)
    assert str(case.mirror) == mirror.ghsa
    assert mirror.summary == "Another title"
    assert (pasted.description, pasted.collaborators) == (copied, [])
