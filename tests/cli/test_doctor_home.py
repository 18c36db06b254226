"""What does doctor say of where cases are to be kept?"""

from __future__ import annotations

import pytest

from app.doctor.home import allowed_stores
from app.doctor.judging import judge
from app.doctor.reading import read
from app.domain.facts import CannotTell, CoordinationRepository, Fact, Known, NotApplicable, Repository
from app.domain.ids import RepoName
from app.domain.mirrors import Mirror
from tests.clock import START
from tests.fake_github import FakeGitHub
from tests.harness import Bot

CASES = "packaging-security/cases"
LISTED: Fact[tuple[Mirror, ...]] = Known(value=(), observed_at=START)


def kept_in(*, private: bool) -> CoordinationRepository:
    """Nothing in it keeps it from being what it is for."""
    return CoordinationRepository(
        repository=Repository(id=1, name=RepoName.parse(CASES), private=private, has_issues=private),
        has_commits=False,
        private_reporting=False,
        has_published_advisories=False,
    )


@pytest.mark.parametrize(
    ("private", "drafts", "stores"),
    [
        (True, LISTED, {"issue", "advisory"}),
        (True, CannotTell("GitHub answered 404"), {"issue"}),
        (True, NotApplicable("there is none"), {"issue"}),
        (False, LISTED, {"advisory"}),
    ],
)
def test_a_private_repository_may_have_advisories_where_github_lists_them(
    *, private: bool, drafts: Fact[tuple[Mirror, ...]], stores: set[str]
) -> None:
    """GitHub's plans differ in it, and which plan an account has no App may ask."""
    allowed = allowed_stores(kept_in(private=private), drafts)

    assert {store for store, why_not in allowed.items() if why_not is None} == stores


async def test_where_github_lists_no_advisories_of_it_a_private_one_can_hold_issues(
    github: FakeGitHub, bot: Bot
) -> None:
    """As on most plans. It says what GitHub answered, and which store would do."""
    await bot.settle()
    github.world.repository(CASES).private = True
    github.world.repository(CASES).has_issues = True

    [line] = [each for each in judge(await read(bot.parts)) if each.name == "store"]

    assert (line.state, line.says) == ("problem", f"{CASES} may keep mirrors as: issue; policy says advisory")
    assert "it is private, and GitHub answered 404" in line.do
    assert "say store: issue" in line.do
    github.world.repository(CASES).private = False
    github.world.repository(CASES).has_issues = False
