"""Which issue is ours, where everybody who reads ours can copy it?"""

from __future__ import annotations

from functools import partial

import pytest

from app.store import cases
from tests.e2e.issues import mirrored
from tests.e2e.stores import as_issues
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = as_issues


@pytest.mark.slow
async def test_what_others_copy_is_nobodys_mirror(github: FakeGitHub, bot: Bot) -> None:
    """Everybody who reads the repository can paste our text into an issue. Only what our App opened is ours."""
    advisory, mirror = await mirrored(github, bot)
    fresh = mirror.body.replace('"mirror": "#1"', '"mirror": null')
    copies = [
        github.coordination.open_issue("Case 1", mirror.body, by="pip-maintainer-1"),
        github.coordination.open_issue("Case 1", mirror.history[0], by="uv-maintainer-1"),
        github.coordination.open_issue("Case 7", fresh, by="uv-maintainer-1"),
        github.coordination.open_issue("A fix", mirror.history[0], by="uv-maintainer-2", is_pull_request=True),
    ]
    through_the_app = github.coordination.open_issue("Case 1", mirror.history[0], by="uv-maintainer-2")
    through_the_app.now.via = github.world.app("greenroom-hand").id  # on behalf of a person, as GitHub Apps can
    another_app = github.coordination.open_issue("Case 1", mirror.history[0], by="greenroom[bot]")

    await bot.lose_database()
    await bot.approve_everything()
    advisory.edit(severity="critical")
    await bot.later(minutes=5)

    case = await bot.parts.database.read(partial(cases.case, number=1))
    assert str(case.mirror) == mirror.id
    untouched = [*copies, through_the_app, another_app]
    assert [copy.history for copy in untouched] == [[] for _ in untouched]
    _, kept = (await bot.explain("case/1"))["people_must"]  # that it came back is to be confirmed, too
    assert kept == "the mirror says something else than its source, and is kept: source"


@pytest.mark.slow
async def test_look_alikes_alone_do_not_keep_a_case_from_its_mirror(github: FakeGitHub, bot: Bot) -> None:
    """Somebody copies the text just written, and an owner deletes the issue: it is out of sight, and not replaced."""
    _, mirror = await mirrored(github, bot)
    copy = github.coordination.open_issue("Case 1", mirror.history[0], by="uv-maintainer-1")
    mirror.delete()
    before = len(github.writes)

    await bot.later(minutes=5)

    assert len(github.writes) == before
    assert (copy.history, github.coordination.mirrors) == ([], [])
    assert "410" in (await bot.explain("case/1"))["cannot_tell"][0]


@pytest.mark.slow
async def test_a_look_alike_is_not_found_again_in_place_of_ours(github: FakeGitHub, bot: Bot) -> None:
    """The database is lost, our issue was deleted, and a genuine copy of its first text is there: it is nobody's."""
    _, mirror = await mirrored(github, bot)
    copy = github.coordination.open_issue("Case 1", mirror.history[0], by="uv-maintainer-1")
    mirror.delete()

    await bot.lose_database()
    await bot.approve_everything()
    await bot.later(minutes=11)

    [anew] = github.coordination.mirrors
    assert (anew.title, anew.id) == ("Case 1", "#3")
    assert copy.history == []
    assert (await bot.explain("case/1"))["people_must"] == []


@pytest.mark.slow
async def test_an_issue_among_many_is_found_again(github: FakeGitHub, bot: Bot) -> None:
    """The database was lost. All states and all pages are read, and what people wrote and proposed is none of ours."""
    for number in range(60):
        github.coordination.open_issue(f"Notes {number}", "…", by="pip-maintainer-1").close()
        github.coordination.open_issue(f"Patch {number}", "…", by="uv-maintainer-1", is_pull_request=True)
    advisory, mirror = await mirrored(github, bot)
    before = len(github.writes)

    await bot.lose_database()
    await bot.settle()
    await bot.later(minutes=5)

    assert mirror.id == "#121"
    assert len(github.writes) == before
    case = await bot.parts.database.read(partial(cases.case, number=1))
    assert (str(case.mirror), str(case.links[0].ghsa)) == (mirror.id, advisory.ghsa)
