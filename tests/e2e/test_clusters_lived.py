"""The clusters as the people outside live them: from the first report to what leaves the case."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.casework import embargoes, opening
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.mirrors import Store
from app.store import cases
from tests.clock import FakeClock
from tests.e2e.cluster_stories import (
    BY,
    OUTSIDE,
    Story,
    answer_suggestions,
    everybody_answers,
    expected_vex,
    first_of,
    had_it,
    people_of,
    reads,
    the_case,
    versions,
    vex,
)
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

OF_TOOLS = (
    pytest.param("C1-entry-point-escape", marks=pytest.mark.slow),
    pytest.param("C2-wheel-member-escape", marks=pytest.mark.slow),
    pytest.param("C4-tar", marks=pytest.mark.slow),
    pytest.param("C6-zip-differential", marks=pytest.mark.slow),
    pytest.param("C8-record-uninstall", marks=pytest.mark.slow),
    pytest.param("", marks=pytest.mark.slow, id="further chains"),
)
OF_LIBRARIES = {"C5-vendored-not-affected": "setuptools", "C10-pipenv-vendored": "pip"}


@pytest.fixture
def github(clock: FakeClock, store: Store) -> FakeGitHub:
    """All of PyPA and the tools around it, under the policy as it is shipped."""
    return FakeGitHub(clock=clock, world="pypa", store=store, copies="case", checks_shapes=False)


async def swept(bot: Bot) -> None:
    await bot.sweep()
    await bot.settle()


async def accepted(github: FakeGitHub, bot: Bot, story: Story) -> FakeAdvisory:
    """A report opens nothing. Its project's own people accept it: that is a case, or a coordinator makes it one."""
    repo = github.repo(story["repository"])
    report = repo.report(story["about"], affects=story["packages"], cwe_ids=story["cwes"], by="reporter-1")
    await swept(bot)
    assert await bot.parts.database.read(cases.all_cases) == ()
    report.accept()
    await swept(bot)
    if not story["opens"]:
        assert await bot.parts.database.read(cases.all_cases) == ()
        link = AdvisoryKey(RepoName.parse(story["repository"]), Ghsa(report.id))
        own = [login for tool in story["named"] for login in people_of(bot, tool)]
        await opening.open_case(bot.parts, tools=set(story["named"]), links=[link], by=BY, agreed_by=own)
        await bot.settle()
    return report


async def people_of_the_case_read_it(github: FakeGitHub, bot: Bot, mirror: FakeAdvisory) -> None:
    """And nobody else: asked of GitHub in the name of each."""
    inside = [each.tool for each in (await the_case(bot)).present]
    assert set(mirror.collaborators) == {login for tool in inside for login in people_of(bot, tool)}
    for tool in inside:
        assert await reads(github, people_of(bot, tool)[0], mirror) == (200, {mirror.id})
    for stranger in (OUTSIDE, "reporter-1"):
        assert await reads(github, stranger, mirror) == (404, set())


@pytest.mark.parametrize("cluster", OF_TOOLS)
@pytest.mark.usefixtures("approved")
async def test_a_cluster_from_its_first_report_to_its_documents(github: FakeGitHub, bot: Bot, cluster: str) -> None:
    """Accepted where it came first, confirmed, answered by everybody, public at the agreed hour, over, and told.

    Who was named for the cluster or ships a copy is let in, where the rule suggests them; nobody else is.
    """
    story = first_of(cluster)
    draft = await accepted(github, bot, story)
    [mirror] = github.coordination.drafts
    assert set(mirror.collaborators) == {login for tool in story["named"] for login in people_of(bot, tool)}
    assert "May be affected, too; a coordinator confirms:" in mirror.body

    await answer_suggestions(bot, story)
    inside = {each.tool for each in (await the_case(bot)).present}
    assert set(story["named"]) | set(story.get("vendored", ())) <= inside <= had_it(cluster)
    await people_of_the_case_read_it(github, bot, mirror)

    answers = await everybody_answers(bot, mirror, story)
    assert "unknown" not in answers.values()
    hour = bot.clock.now() + timedelta(days=1)
    await embargoes.agree(bot.parts, 1, hour, by=BY)
    await bot.later(days=1)
    assert (await the_case(bot)).state == "open"
    draft.edit(vulnerabilities=versions(story)).publish()
    await swept(bot)

    case = await the_case(bot)
    assert (case.state, mirror.state) == ("closed", "closed")
    assert case.disclosure is not None
    assert case.disclosure.by == "published"
    assert await vex(bot) == await expected_vex(bot, fixed=story["packages"])


@pytest.mark.parametrize(
    "cluster", ["C5-vendored-not-affected", pytest.param("C10-pipenv-vendored", marks=pytest.mark.slow)]
)
@pytest.mark.usefixtures("approved")
async def test_a_bug_of_a_library_that_tools_ship_is_a_case_by_hand(github: FakeGitHub, bot: Bot, cluster: str) -> None:
    """No tool's advisory names it, so a coordinator opens it for who ships the library; and who ships that is asked.

    It is public as soon as a coordinator says so, and over when one says so.
    """
    story, first = first_of(cluster), OF_LIBRARIES[cluster]
    await opening.open_case(bot.parts, tools={first}, links=(), by=BY)
    await bot.settle()
    [mirror] = github.coordination.drafts

    await answer_suggestions(bot, story)
    inside = {each.tool for each in (await the_case(bot)).present}
    assert inside == set(story["vendored"])
    await people_of_the_case_read_it(github, bot, mirror)
    answers = await everybody_answers(bot, mirror, story)
    assert set(answers.values()) == {"not-affected", "embedded"}

    await embargoes.disclose(bot.parts, 1, by=BY)
    await opening.close_case(bot.parts, 1, by=BY)
    await swept(bot)

    assert ((await the_case(bot)).state, mirror.state) == ("closed", "closed")
    assert await vex(bot) == await expected_vex(bot)
