"""The bugs that several packaging tools had, in a world of all of them: who would have been told of what?"""

from __future__ import annotations

from collections import defaultdict
from functools import partial

import pytest

from app.casework import opening
from app.domain.cases import BY_HAND, NAMED
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.mirrors import Store
from app.store import cases, suggestions
from tests.clock import FakeClock
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.vendoring.clusters import STORIES

BY = "coordinator-1"
CLUSTERS = sorted({story["cluster"] for story in STORIES})


@pytest.fixture
def github(clock: FakeClock, store: Store) -> FakeGitHub:
    """All of PyPA and the tools around it, under the policy as it is shipped."""
    return FakeGitHub(clock=clock, world="pypa", store=store, copies="case", checks_shapes=False)


def link(draft: FakeAdvisory) -> AdvisoryKey:
    return AdvisoryKey(RepoName.parse(draft.repo.full_name), Ghsa(draft.id))


@pytest.mark.slow
@pytest.mark.parametrize("cluster", CLUSTERS, ids=[each or "further chains" for each in CLUSTERS])
async def test_who_is_told_of_a_cluster(github: FakeGitHub, bot: Bot, cluster: str) -> None:
    """Each of its advisories by itself: who takes part, and about whom a coordinator is asked, as people expect it."""
    stories = [story for story in STORIES if story["cluster"] == cluster]
    drafts = [
        github.repo(story["repository"]).draft(story["about"], affects=story["packages"], cwe_ids=story["cwes"])
        for story in stories
    ]
    await bot.sweep()
    await bot.settle()

    for story, draft in zip(stories, drafts, strict=True):
        number = await bot.parts.database.read(partial(cases.case_of, ghsa=link(draft).ghsa))
        assert (number is not None) == story["opens"], story["about"]
        named = story.get("named", {})
        if number is None and named:  # a coordinator wants it to be one
            opened = await opening.open_case(
                bot.parts, tools=set(named), links=[link(draft)], by=BY, agreed_by=_own_people(bot, draft)
            )
            number = opened.number
        if number is not None:
            await bot.settle()
            assert await _told(bot, number) == _expected(story), story["about"]
    assert github.coordination.drafts == []  # nobody approved that mirrors are opened


def _own_people(bot: Bot, draft: FakeAdvisory) -> list[str]:
    rules = bot.parts.policy.current().file
    tool = rules.tool_of(link(draft).repo)
    return [person.login for person in rules.tools[tool].users] if tool else []


async def _told(bot: Bot, number: int) -> dict[str, set[str]]:
    told = defaultdict[str, set[str]](set)
    case = await bot.parts.database.read(partial(cases.case, number=number))
    told["named"] = {each.tool for each in case.participants if each.why in {NAMED, BY_HAND}}
    assert len(told["named"]) == len(case.participants)  # nobody else takes part
    for each in await bot.parts.database.read(partial(suggestions.suggestions_of, number=number)):
        if each.kind != "sibling":  # a guess, whose quality has a test of its own
            told[each.kind].add(each.tool)
    return dict(told)


def _expected(story: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    return {kind: set(story[kind]) for kind in ("named", "vendored", "dependency") if kind in story}
