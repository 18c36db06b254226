"""What does Greenroom do while GitHub is down or asks it to wait, and what does it say of itself meanwhile?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from app.github.client import READ_ATTEMPTS as TRIES
from tests.e2e.answers import named, recover
from tests.e2e.many import many
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.as_shipped

LISTED = "/installation/repositories"


async def _readyz(bot: Bot) -> int:
    await bot.parts.vitals.look()
    transport = httpx.ASGITransport(app=bot.parts.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        return (await client.get("/readyz")).status_code


@pytest.mark.slow
async def test_an_outage_is_not_hammered_at_and_ends_within_a_sweep(github: FakeGitHub, bot: Bot) -> None:
    """Ten minutes of 502 for everything about repositories: each key backs off, and then all is as it was."""
    await bot.approve_everything()
    await bot.settle()
    github.fail("GET", "/repos/*", 502, times=None)
    before = len(github.requests)

    await bot.sweep()
    for _ in range(60):
        await bot.later(seconds=10)

    asked = Counter(each.path for each in github.requests[before:])
    lists = {path: count for path, count in asked.items() if path.endswith("/security-advisories")}
    assert len(lists) == 7
    assert max(lists.values()) <= 8 * TRIES  # at most eight looks each; without waiting longer each time it were forty
    assert asked.total() < 600  # a fifth of it are polls of the two switches that policy enforces
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "cannot tell"
    recover(github)
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    await bot.later(minutes=10)
    assert not github.repo("pypa/pip").private_reporting
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "pass"


async def test_it_is_ready_after_a_sweep_that_listed_everything(github: FakeGitHub, bot: Bot) -> None:
    """And not before: whoever asks wants to know whether it sees anything."""
    assert await _readyz(bot) == 503

    await bot.settle()

    assert await _readyz(bot) == 200
    assert github.writes == []


@pytest.mark.slow
async def test_it_is_not_ready_while_one_installation_cannot_be_listed(github: FakeGitHub, bot: Bot) -> None:
    """Its repositories may be the very ones that are reported to."""
    await bot.settle()

    for _ in range(4):
        github.refuse_permission("GET", LISTED)
        await bot.later(minutes=10)
    assert await _readyz(bot) == 503

    await bot.later(minutes=10)
    assert await _readyz(bot) == 200


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["403 permission", "502", "garbage"])
async def test_it_is_not_ready_while_it_cannot_see_what_there_is(github: FakeGitHub, bot: Bot, answer: str) -> None:
    """Nothing is readable: the sweep has nothing to look at, and nothing is not peace."""
    await bot.settle()
    named(answer).to(github, LISTED)

    for _ in range(4):
        await bot.later(minutes=10)
    assert await _readyz(bot) == 503

    recover(github)
    await bot.later(minutes=15)
    assert await _readyz(bot) == 200


@pytest.mark.slow
async def test_it_is_not_ready_while_it_is_installed_nowhere(github: FakeGitHub, bot: Bot) -> None:
    """Every owner suspended it: a sweep goes well and sees nothing."""
    await bot.settle()
    watched = [each for each in github.world.installations.values() if each.app.slug == github.watcher.slug]
    for each in watched:
        github.installation(github.watcher.slug, each.account.login).suspend()

    for _ in range(4):
        await bot.later(minutes=10)
    assert await _readyz(bot) == 503

    for each in watched:
        github.installation(github.watcher.slug, each.account.login).unsuspend()
    await bot.later(minutes=15)
    assert await _readyz(bot) == 200


LIST_OF_WHEEL = "/repos/pypa/wheel/security-advisories"


def _asked_by(github: FakeGitHub, account: str, since: int) -> list[str]:
    return [each.path for each in github.requests[since:] if each.account == account]


@pytest.mark.parametrize(
    ("status", "secondary"),
    [
        (403, True),
        pytest.param(403, False, marks=pytest.mark.slow),
        pytest.param(429, True, marks=pytest.mark.slow),
        pytest.param(429, False, marks=pytest.mark.slow),
    ],
)
async def test_nothing_is_asked_until_the_second_that_github_named(
    github: FakeGitHub, bot: Bot, *, secondary: bool, status: int
) -> None:
    """Neither by the sweep nor by the poll nor for a delivery. Other installations go on meanwhile."""
    await bot.settle()
    github.rate_limit("GET", LIST_OF_WHEEL, seconds=90, status=status, secondary=secondary)
    await bot.sweep()
    await bot.settle()
    told = len(github.requests)
    bot.clock.advance(seconds=89)

    await bot.deliver(github.repo("pypa/wheel").report("Escape").reported())
    await bot.sweep()
    await bot.settle()

    assert _asked_by(github, "pypa", told) == []
    assert "/repos/astral-sh/uv/security-advisories" in _asked_by(github, "astral-sh", told)
    await bot.later(seconds=1)
    assert LIST_OF_WHEEL in _asked_by(github, "pypa", told)
    assert github.inside_limits == []


@pytest.mark.slow
async def test_graphql_is_not_asked_before_its_own_limit_ends(github: FakeGitHub, bot: Bot) -> None:
    """It says so with 200. All else goes on, and once it answers again security policies are seen as before."""
    await bot.settle()
    github.rate_limit("POST", "/graphql", seconds=1500, status=200)
    await bot.later(minutes=10)
    limited = next(each for each in github.requests if each.path == "/graphql")
    before = len(github.requests)
    for _ in range(4):
        await bot.sweep()
        await bot.later(minutes=5)

    asked = _asked_by(github, limited.account, before)
    assert "/graphql" not in asked
    assert asked.count("/repos/pypa/pip/security-advisories") >= 4
    await bot.later(minutes=6)
    assert (await bot.standing("pypa/pip", "security-policy-routes")).state == "pass"
    assert github.inside_limits == []


@pytest.mark.slow
async def test_a_limit_without_a_time_is_a_minute_and_then_twice_as_long(github: FakeGitHub, bot: Bot) -> None:
    """GitHub: "wait for at least one minute", and "wait for an exponentially increasing amount of time"."""
    await bot.settle()
    github.fail("GET", "/repos/pypa/*", 403, times=3, because="secondary-limit")
    await bot.sweep()
    await bot.settle()

    for minutes in (1, 2):
        told = len(github.requests)
        await bot.later(seconds=60 * minutes - 1)
        assert _asked_by(github, "pypa", told) == []
        await bot.later(seconds=1)
        assert len(_asked_by(github, "pypa", told)) == 1  # it is told to wait again
    told = len(github.requests)
    await bot.later(seconds=4 * 60 - 1)
    assert _asked_by(github, "pypa", told) == []
    await bot.later(seconds=1)
    assert len(_asked_by(github, "pypa", told)) >= 6


@pytest.mark.slow
async def test_a_refusal_that_is_no_limit_is_not_repeated(github: FakeGitHub, bot: Bot) -> None:
    """403 for want of a permission is an answer: cannot tell, until the next sweep."""
    await bot.settle()
    github.refuse_permission("GET", LIST_OF_WHEEL, times=None)
    before = len(github.requests)

    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=9)

    assert _asked_by(github, "pypa", before).count(LIST_OF_WHEEL) == 1
    await bot.later(minutes=2)
    assert _asked_by(github, "pypa", before).count(LIST_OF_WHEEL) == 2


@pytest.mark.slow
async def test_a_sweep_that_was_cut_short_goes_on_where_it_was(github: FakeGitHub, bot: Bot) -> None:
    """What was looked at before the limit is not looked at again after it."""
    many(github, 30)
    await bot.settle()
    bot.clock.advance(minutes=5)
    github.rate_limit("GET", "/repos/pypa/project-7/security-advisories", seconds=120)
    before = len(github.requests)

    await bot.sweep()
    await bot.settle()
    seen = Counter(_asked_by(github, "pypa", before))
    assert seen["/repos/pypa/project-0/security-advisories"] == 1
    assert seen["/repos/pypa/project-9/security-advisories"] == 0
    await bot.later(seconds=120)

    asked = Counter(path for path in _asked_by(github, "pypa", before) if path.endswith("/security-advisories"))
    assert asked.pop("/repos/pypa/project-7/security-advisories") == 2  # refused, then answered
    assert len(asked) == 29
    assert set(asked.values()) == {1}
    assert github.inside_limits == []


@pytest.mark.slow
async def test_the_last_request_of_the_hour_is_the_last(github: FakeGitHub, bot: Bot) -> None:
    """GitHub says that none remains: the next one is not sent to see whether that is true."""
    many(github, 30)
    await bot.settle()
    bot.clock.advance(minutes=10)
    installation = github.installation(github.watcher.slug, "pypa").state
    github.sandbox.limits.use_up(installation, but=20)
    before = len(github.requests)

    await bot.sweep()
    await bot.settle()
    assert len(_asked_by(github, "pypa", before)) == 20
    await bot.later(minutes=49)
    assert len(_asked_by(github, "pypa", before)) == 20
    await bot.later(minutes=1)
    assert len(_asked_by(github, "pypa", before)) > 20
    assert {each.status for each in github.requests[before:] if each.account == "pypa"} <= {200, 204}


@pytest.mark.slow
async def test_a_token_that_ends_within_a_sweep_is_renewed(github: FakeGitHub, bot: Bot) -> None:
    """One answer came so late that the hour of every token was over. Nothing of it is seen from outside."""
    await bot.settle()
    github.slow("GET", "/repos/astral-sh/uv/security-advisories", seconds=3700)
    before = len(github.requests)

    await bot.sweep()
    await bot.settle()

    of_pypa = [each for each in github.requests[before:] if each.account == "pypa"]
    assert {each.at.hour for each in of_pypa} == {9, 10}  # some were asked before it, and some after it
    assert {each.status for each in of_pypa} <= {200, 204}  # no 401: nobody tried the old one
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "pass"
    assert (await bot.standing("astral-sh/uv", "private-reporting")).state != "cannot tell"


@pytest.mark.slow
async def test_tokens_have_any_length_and_are_in_no_log(github: FakeGitHub, bot: Bot, said: Callable[[], str]) -> None:
    """GitHub's stateless tokens have some 520 characters. Nobody counts them, and nobody prints them."""
    await bot.approve_everything()
    github.repo("pypa/wheel").draft("Escape", affects=["pip", "uv"])
    github.repo("pypa/pip").enable_private_reporting()

    await bot.settle()

    assert {len(text) for text in github.world.tokens} == {520}
    assert len(github.coordination.mirrors) == 1
    output = said()
    assert output != ""
    assert [text for text in github.world.tokens if text[4:40] in output] == []
    stored = bot.place.content()
    assert [text for text in github.world.tokens if text[4:40].encode() in stored] == []


@pytest.mark.slow
async def test_a_token_that_writes_lives_for_the_seconds_of_its_write(github: FakeGitHub, bot: Bot) -> None:
    """It is made for one repository and one permission, and revoked when that is done."""
    await bot.approve_everything()
    github.repo("pypa/wheel").draft("Escape", affects=["pip", "uv"])
    github.repo("pypa/pip").enable_private_reporting()
    await bot.settle()

    assert len(github.writes) >= 2
    left = [token for token in github.world.tokens.values() if "write" in token.permissions.values()]
    assert left == []
    for write in github.writes:
        after = next(each for each in github.requests[write.number :] if each.path == "/installation/token")
        assert (after.method, after.account) == ("DELETE", write.account)
        assert after.at - write.at < timedelta(seconds=5)
