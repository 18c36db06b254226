"""Policy moves mirrors to the other kind of store while cases are open."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from app.domain.mirrors import Store
from app.sandbox.pypa import CASES, PRIVATE_CASES
from app.store import cases
from tests.e2e.policy_edits import edit_policy
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot

OTHER: dict[Store, Store] = {"advisory": "issue", "issue": "advisory"}
REPOSITORY: dict[Store, str] = {"advisory": CASES, "issue": PRIVATE_CASES}

pytestmark = in_both_stores


def _to(store: Store) -> Any:
    return lambda content: content["coordination"].update(store=store, repository=REPOSITORY[store])


@pytest.fixture
async def advisory(github: FakeGitHub, bot: Bot) -> Any:
    """An advisory with its mirror in the first store."""
    await bot.approve_everything()
    accepted = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    return accepted


@pytest.mark.slow
async def test_an_open_case_is_left_where_it_is_and_says_why(
    github: FakeGitHub, bot: Bot, store: Store, advisory: Any
) -> None:
    """A second mirror would split the talk between two places, so none is opened, and nothing is written or closed."""
    [mirror] = github.coordination.mirrors
    before = len(github.writes)

    await edit_policy(bot, _to(OTHER[store]))
    advisory.edit(severity="critical")
    await bot.sweep()
    await bot.later(hours=1)

    assert len(github.writes) == before
    assert mirror.is_open
    assert github.repo(REPOSITORY[OTHER[store]]).mirrors == []
    assert (await bot.explain("case/1"))["cannot_tell"] == [
        f"case 1 has its mirror in store {store}, and policy says store {OTHER[store]} now, so it is not looked at"
    ]


@pytest.mark.slow
async def test_switched_back_it_goes_on_where_it_was(github: FakeGitHub, bot: Bot, store: Store, advisory: Any) -> None:
    """Nothing was lost meanwhile."""
    await edit_policy(bot, _to(OTHER[store]))
    advisory.edit(severity="critical")
    await bot.later(hours=1)

    await edit_policy(bot, _to(store))
    await bot.later(minutes=3)

    [mirror] = github.coordination.mirrors
    assert "critical" in mirror.text


@pytest.mark.slow
async def test_a_new_case_opens_in_the_new_store(github: FakeGitHub, bot: Bot, store: Store, advisory: Any) -> None:
    """With the next number, and beside the old one."""
    del advisory
    await edit_policy(bot, _to(OTHER[store]))
    github.repo("pypa/pip").draft("Another matter", affects=["pip", "rust:uv"])

    await bot.sweep()
    await bot.settle()

    [mirror] = github.repo(REPOSITORY[OTHER[store]]).mirrors
    assert "## Case 2" in mirror.body
    kept = {case.number: str(case.mirror) for case in await bot.parts.database.read(cases.open_cases)}
    assert kept == {1: github.coordination.mirrors[0].id, 2: mirror.id}
    assert (await bot.parts.database.read(partial(cases.case, number=2))).sequence >= 1
