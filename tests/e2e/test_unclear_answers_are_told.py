"""What each kind of answer means, what people are told of it, and when GitHub is asked again.

One row for each answer that GitHub may give instead of what was asked for, as `explain` and `plan` show it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from app.sandbox.registering import HAND, WATCHER
from tests.e2e.answers import recover
from tests.fake_github import FakeGitHub
from tests.harness import Bot

REPO = "pypa/get-pip"
API = f"/repos/{REPO}"
LIST, SWITCH = f"{API}/security-advisories", f"{API}/private-vulnerability-reporting"
OWNED = {"private-reporting", "reports-reach-owner"}  # what is judged where somebody declared who takes reports


@dataclass(frozen=True, slots=True)
class Row:
    """An answer, how a repository stands with both policies then, and words that are in their messages."""

    name: str
    happens: Callable[[FakeGitHub], object]
    state: str
    says: tuple[str, ...]


def _gone(github: FakeGitHub) -> None:
    github.repo(REPO).delete()


def _no_longer_shown(github: FakeGitHub) -> None:
    github.installation(WATCHER, "pypa").remove(REPO)


def _not_found(github: FakeGitHub) -> None:
    for path in (API, f"{API}/*"):
        github.fail("GET", path, 404, times=None)


def _not_granted(github: FakeGitHub) -> None:
    del github.installation(WATCHER, "pypa").state.permissions["repository_advisories"]


ROWS = (
    Row("a repository that we saw before is deleted", _gone, "cannot tell", ("not visible any more", REPO)),
    Row("it is shown to us no longer", _no_longer_shown, "cannot tell", ("not visible any more", REPO)),
    Row(
        "404 to everything about it",
        _not_found,
        "cannot tell",
        ("404", "not visible any more to Greenroom"),
    ),
    Row(
        "404 to its advisories, while it is public and active",
        lambda github: github.fail("GET", LIST, 404, times=None),
        "cannot tell",
        ("404", "public and active"),
    ),
    Row("it is private now", lambda github: github.repo(REPO).make_private(), "not applicable", ("is private",)),
    Row("it is archived now", lambda github: github.repo(REPO).archive(), "not applicable", ("is archived",)),
    Row(
        "a permission that was taken back",
        _not_granted,
        "cannot tell",
        ("pypa has not granted repository_advisories: read to Greenroom",),
    ),
    Row(
        "403 for a permission",
        lambda github: github.refuse_permission("GET", LIST, times=None),
        "cannot tell",
        ("403", "needs repository_advisories: read"),
    ),
    Row(
        "403 for the hourly limit",
        lambda github: github.rate_limit("GET", LIST, seconds=90, times=None),
        "cannot tell",
        ("GitHub asked this installation to wait",),
    ),
    Row(
        "429 for a secondary limit",
        lambda github: github.rate_limit("GET", LIST, seconds=90, status=429, secondary=True, times=None),
        "cannot tell",
        ("GitHub asked this installation to wait",),
    ),
    Row("502", lambda github: github.fail("GET", LIST, 502, times=None), "cannot tell", ("GitHub answered 502",)),
    Row(
        "a timeout",
        lambda github: github.lose_answer("GET", LIST, how="timeout", times=None),
        "cannot tell",
        ("did not answer in time",),
    ),
    Row(
        "a reset",
        lambda github: github.lose_answer("GET", LIST, how="reset", times=None),
        "cannot tell",
        ("connection to GitHub broke",),
    ),
    Row(
        "garbage", lambda github: github.garbage("GET", LIST, times=None), "cannot tell", ("nothing that can be read",)
    ),
    Row("451", lambda github: github.fail("GET", LIST, 451, times=None), "cannot tell", ("GitHub answered 451",)),
)


async def _with_a_known_report(github: FakeGitHub, bot: Bot) -> None:
    """Everything is well: a report came in, its owner's people see it, and the queue is empty."""
    await bot.approve_everything()
    github.installation(HAND, "pypa").add(REPO)
    github.repo(REPO).report("A report", affects=["pip"])
    await bot.sweep()
    await bot.settle()
    for policy in OWNED:
        assert (await bot.standing(REPO, policy)).state == "pass"


QUICK = {"404 to everything about it", "502"}


@pytest.mark.alike
@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row.name, marks=[pytest.mark.slow] * (row.name not in QUICK)) for row in ROWS]
)
async def test_each_answer_is_told_as_what_it_is_and_nothing_is_done(github: FakeGitHub, bot: Bot, row: Row) -> None:
    """An answer that is not what was asked for says nothing about the world, and never that there are no advisories."""
    await _with_a_known_report(github, bot)
    writes = len(github.writes)
    await bot.later(minutes=2)
    row.happens(github)

    await bot.sweep()
    await bot.settle()
    story, plan = await bot.explain(REPO), await bot.plan()

    stands = {each["policy"]: each for each in story["states"] if each["policy"] in OWNED}
    assert {policy: each["state"] for policy, each in stands.items()} == dict.fromkeys(OWNED, row.state)
    for each in stands.values():
        assert all(words in each["message"] for words in row.says), each["message"]
        assert "no advisory" not in each["message"]
    told = [each["reason"] for each in plan["cannot_tell"] if each["key"] == REPO]
    if row.state == "cannot tell":
        unclear = {each["message"] for each in story["states"] if each["state"] == "cannot tell"}
        assert set(told) == set(story["cannot_tell"]) == unclear
    else:
        assert (told, story["cannot_tell"]) == ([], [])
    assert [action for action in plan["actions"] if REPO in action["key"]] == []
    assert len(github.writes) == writes
    github.clear_faults()


@pytest.mark.slow
@pytest.mark.parametrize("how", ["private", "archived"])
async def test_where_there_is_nothing_to_ask_about_little_is_asked(github: FakeGitHub, bot: Bot, how: str) -> None:
    """The switch and the repository itself say that neither reports nor drafts can be there."""
    await _with_a_known_report(github, bot)
    repo = github.repo(REPO)
    repo.make_private() if how == "private" else repo.archive()
    before = len(github.requests)

    await bot.explain(REPO)

    assert [each.path for each in github.requests[before:] if each.path.startswith(API)] == [SWITCH, API]


async def test_nobody_asks_for_a_switch_that_nobody_declared(github: FakeGitHub, bot: Bot) -> None:
    """What would be said of it is *unmanaged* in any case, so a quiet look is one list."""
    await bot.settle()
    before = len(github.requests)

    story = await bot.explain("pypa/wheel")

    asked = [each.path for each in github.requests[before:] if each.path.startswith("/repos/pypa/wheel")]
    assert asked == ["/repos/pypa/wheel/security-advisories"]
    assert {each["state"] for each in story["states"] if each["policy"] in OWNED} == {"unmanaged"}


LIMITS: dict[str, dict[str, Any]] = {
    "retry-after": {"secondary": True},
    "retry-after of a 429": {"secondary": True, "status": 429},
    "the reset of the hourly limit": {},
}


@pytest.mark.slow
@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
async def test_a_limit_is_kept_to_the_second_and_stops_no_other_account(
    github: FakeGitHub, bot: Bot, limit: dict[str, Any]
) -> None:
    """GitHub names a time: nothing is asked in that account before it, and then it is asked again."""
    await _with_a_known_report(github, bot)
    await bot.later(minutes=2)
    github.rate_limit("GET", LIST, seconds=77, **limit)
    await bot.sweep()
    await bot.settle()
    [struck] = [each for each in github.requests if each.arranged]

    for _ in range(75):
        await bot.later(seconds=1)
    after = github.requests[struck.number :]
    waited = [each.path for each in after if each.path.startswith("/repos/pypa/")]
    elsewhere = [each.path for each in after if each.path.startswith("/repos/astral-sh/")]
    await bot.later(seconds=3)

    assert waited == []
    assert elsewhere != []
    assert [each.path for each in github.requests[struck.number :] if each.path == LIST] != []
    assert (await bot.standing(REPO, "reports-reach-owner")).state == "pass"


FAILURES: dict[str, Callable[[FakeGitHub], None]] = {
    "500": lambda github: github.fail("GET", LIST, 500, times=None),
    "503": lambda github: github.fail("GET", LIST, 503, times=None),
    "timeout": lambda github: github.lose_answer("GET", LIST, how="timeout", times=None),
    "reset": lambda github: github.lose_answer("GET", LIST, how="reset", times=None),
    "garbage": lambda github: github.garbage("GET", LIST, times=None),
}
SLOW = {"503", "timeout", "reset"}


@pytest.mark.parametrize(
    "fails", [pytest.param(each, id=name, marks=[pytest.mark.slow] * (name in SLOW)) for name, each in FAILURES.items()]
)
async def test_what_fails_is_asked_again_later_and_later(
    github: FakeGitHub, bot: Bot, fails: Callable[[FakeGitHub], None]
) -> None:
    """15 seconds, half a minute, a minute …, each spread by a fifth: an outage is not made worse by us."""
    await _with_a_known_report(github, bot)
    await bot.later(minutes=2)
    fails(github)
    began = bot.clock.now()
    await bot.sweep()
    await bot.settle()

    for _ in range(44):
        await bot.later(seconds=5)

    looks = _bursts(_asked(github, LIST, since=began))
    gaps = [(after - before).total_seconds() for before, after in itertools.pairwise(looks)]
    assert len(gaps) >= 3
    for gap, wait in zip(gaps, (15, 30, 60, 120), strict=False):
        assert 0.8 * wait - 1 <= gap <= 1.2 * wait + 12  # we look every five seconds, and three attempts take a while
    recover(github)
    await bot.later(minutes=20)
    assert (await bot.standing(REPO, "reports-reach-owner")).state == "pass"


@pytest.mark.slow
async def test_a_write_without_effect_is_blocked_by_a_configuration_with_a_name(github: FakeGitHub, bot: Bot) -> None:
    """204, and it is still on: one attempt, told with the name, and no other until something changes."""
    await _with_a_known_report(github, bot)
    github.repo(REPO).attach_configuration("GitHub recommended", private_reporting="enabled")

    await bot.later(hours=1)
    await bot.later(hours=30)
    story, plan = await bot.explain(f"{REPO}#private-reporting"), await bot.plan()

    sent = [each.status for each in github.writes if each.path == SWITCH]
    assert sent == [204]
    [stands] = story["states"]
    assert stands["state"] == "blocked"
    assert "blocked by configuration “GitHub recommended”" in stands["message"]
    [blocked] = [each for each in plan["blocked"] if each["key"] == f"{REPO}#private-reporting"]
    assert "blocked by configuration “GitHub recommended”" in blocked["reason"]

    github.repo(REPO).detach_configuration()
    await bot.later(minutes=11)
    assert [each.status for each in github.writes if each.path == SWITCH] == [204, 204]
    assert not github.repo(REPO).private_reporting


def _asked(github: FakeGitHub, path: str, *, since: datetime) -> list[datetime]:
    """When was anything under that path asked for, after the one at `since`?"""
    return [each.at for each in github.requests if each.at >= since and each.path.startswith(path)]


def _bursts(times: list[datetime]) -> list[datetime]:
    """The first moment of each look: its attempts follow within seconds."""
    starts = times[:1]
    last = times[0]
    for at in times:
        if (at - last).total_seconds() > 8:
            starts.append(at)
        last = at
    return starts
