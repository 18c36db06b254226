"""Does a survey stay inside GitHub's limits, and say what it left out?"""

from datetime import timedelta

import httpx
import pytest

from app.domain.facts import CannotTell, Known
from app.survey.allowance import Allowance
from app.survey.found import NotSurveyed, Surveyed
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.survey.conftest import Repo, Survey, seen

REPORTING = "/repos/acme/tool/private-vulnerability-reporting"
VISITORS = "GitHub's limit for unknown visitors (60 requests an hour; more from 10:00 UTC); try with a token"


def told(found: Surveyed, question: str) -> int:
    return sum(isinstance(dict(repo.answers())[question], Known) for repo in found.repositories)


async def test_a_visitor_asks_what_matters_most_and_leaves_three_requests(repo: Repo, survey: Survey) -> None:
    """40 repositories are more than 60 questions: all switches are read, then SECURITY.md where the switch is off."""
    for number in range(30):
        repo(f"on-{number}", reporting=True)
    for number in range(10):
        repo(f"off-{number}")

    found = await survey.acme()

    assert told(found, "private_reporting") == 40
    assert {repo.name.name for repo in found.repositories if isinstance(repo.security_policy, Known)} >= {
        f"off-{number}" for number in range(10)
    }
    assert len(survey.recorder.sent) == 57
    assert {reason for _, _, reason in found.untold()} == {VISITORS}
    assert "cannot tell" not in {repo.way for repo in found.repositories}


async def test_more_switches_than_requests(repo: Repo, survey: Survey) -> None:
    """Those in which something happened lately come first, and of the others nothing is said."""
    for number in range(80):
        repo(f"tool-{number}")

    found = await survey.acme()

    assert told(found, "private_reporting") == 56
    assert [isinstance(each.private_reporting, Known) for each in found.repositories] == [True] * 56 + [False] * 24
    assert {each.way for each in found.repositories} == {"cannot tell"}


@pytest.mark.slow
async def test_a_token_is_enough_for_all(repo: Repo, survey: Survey, token: str) -> None:
    """A hundred repositories: two pages of them, two queries for SECURITY.md, two questions about each."""
    for number in range(101):
        repo(f"tool-{number}", reporting=number % 2 == 0)

    found = await survey.acme(token=token)

    assert found.all_told
    assert survey.recorder.paths.count("/graphql") == 3
    assert len(survey.recorder.sent) == 2 + 3 + 202
    assert not any(path.endswith("/contents") for path in survey.recorder.paths)


async def test_what_a_query_does_not_tell_is_asked_one_by_one(
    github: FakeGitHub, repo: Repo, survey: Survey, token: str
) -> None:
    """GraphQL is refused to some tokens, and times out for others."""
    repo("tool", files=("docs/SECURITY.md",))
    for status in (403, 502):
        github.fail("POST", "/graphql", status)
        policy = seen(await survey.acme(token=token), "tool").security_policy
        assert isinstance(policy, Known)
        assert policy.value is not None
        assert policy.value.paths == ("docs/SECURITY.md",)


async def test_who_has_asked_already_gets_what_is_left(github: FakeGitHub, repo: Repo, survey: Survey) -> None:
    """The limit is that of the address, not of the survey."""
    repo("tool", reporting=True)
    headers = {"accept": "application/json", "x-github-api-version": "2022-11-28"}
    async with httpx.AsyncClient(transport=github.transport, base_url=github.url, headers=headers) as somebody:
        for _ in range(55):
            await somebody.get("/users/reporter-1")

    found = await survey.acme()

    assert isinstance(seen(found, "tool").private_reporting, Known)
    assert seen(found, "tool").security_policy == CannotTell(VISITORS)


async def test_a_limit_that_is_used_up_is_no_missing_organization(
    github: FakeGitHub, repo: Repo, survey: Survey
) -> None:
    """The first answer says so, and it is the last question."""
    repo("tool")
    github.rate_limit("GET", "/orgs/acme/repos", seconds=1800)

    [found] = (await survey.of("acme")).organizations

    assert isinstance(found, NotSurveyed)
    assert found.kind == "cannot tell"
    assert "more from 09:30 UTC" in found.reason
    assert len(survey.recorder.sent) == 1


@pytest.mark.parametrize("seconds", [1, 60, 90])
async def test_a_short_wait_is_waited(
    github: FakeGitHub, repo: Repo, survey: Survey, clock: FakeClock, seconds: int
) -> None:
    """GitHub names the seconds; until then nothing is sent, and then the question is asked again."""
    repo("tool", reporting=True)
    github.rate_limit("GET", REPORTING, seconds=seconds, secondary=True)
    before = clock.now()

    found = await survey.acme()

    assert found.all_told
    assert clock.now() - before >= timedelta(seconds=seconds)


async def test_a_long_wait_ends_the_survey(github: FakeGitHub, repo: Repo, survey: Survey) -> None:
    """Nobody sits before a terminal for ten minutes; what was told stays told."""
    repo("tool", files=("SECURITY.md",))
    github.rate_limit("GET", "/repos/acme/tool/contents", seconds=600, secondary=True)

    found = await survey.acme()

    assert isinstance(seen(found, "tool").private_reporting, Known)
    assert seen(found, "tool").security_policy == CannotTell("GitHub asked to wait until 09:10 UTC")
    assert survey.recorder.paths[-1] == "/repos/acme/tool/contents"


async def test_who_is_sent_away_again_and_again_stops(github: FakeGitHub, repo: Repo, survey: Survey) -> None:
    """Twice is waited for; going on for ever could end in a ban."""
    repo("tool")
    github.rate_limit("GET", REPORTING, seconds=30, secondary=True, times=None)

    found = await survey.acme()

    assert survey.recorder.paths.count(REPORTING) == 3
    assert isinstance(seen(found, "tool").private_reporting, CannotTell)
    assert survey.recorder.paths[-1] == REPORTING


async def test_a_second_page_that_is_missing_is_told(
    github: FakeGitHub, repo: Repo, survey: Survey, token: str
) -> None:
    """What was listed is told, with the reason why there may be more: the default may be among them."""
    for number in range(120):
        repo(f"tool-{number}")
    github.fail("GET", "/organizations/*/repos", 502, times=None)

    found = await survey.acme(token=token)

    assert len(found.repositories) == 100
    assert found.unlisted == CannotTell("GitHub answered 502")
    assert told(found, "private_reporting") == 100
    assert told(found, "security_policy") == 0
    assert {each.way for each in found.repositories} == {"cannot tell"}


@pytest.mark.parametrize("to", ["host", "scheme", "userinfo", "port", "loop"])
async def test_a_list_that_goes_on_elsewhere_is_not_followed(
    github: FakeGitHub, repo: Repo, survey: Survey, token: str, to: str
) -> None:
    """The token goes to GitHub's own root and nowhere else."""
    repo("tool")
    github.hostile_link("/orgs/acme/repos", to=to)  # type: ignore[arg-type]

    found = await survey.acme(token=token)

    assert {(each.url.scheme, each.url.netloc, each.url.userinfo) for each in survey.recorder.sent} == {
        ("https", b"api.github.com", b"")
    }
    assert [each.name.name for each in found.repositories] == ["tool"]
    assert (found.unlisted is None) == (to == "loop")


def _headers(limit: int, left: int, reset: int) -> dict[str, str]:
    names = ("limit", "remaining", "reset")
    return {f"x-ratelimit-{name}": str(value) for name, value in zip(names, (limit, left, reset), strict=True)}


@pytest.mark.parametrize(("limit", "left", "allowed"), [(60, 4, 1), (60, 3, 0), (5000, 251, 1), (5000, 250, 0)])
def test_a_little_is_left_over(clock: FakeClock, limit: int, left: int, allowed: int) -> None:
    """Three requests, or a twentieth of the hour."""
    allowance = Allowance(clock)
    allowance.learn(_headers(limit, left, int(clock.now().timestamp()) + 60))

    assert [allowance.take() for _ in range(2)] == [bool(allowed), False]


def test_an_answer_that_comes_late_gives_nothing_back(clock: FakeClock) -> None:
    """Several questions are under way at once, and GitHub counted them in another order."""
    allowance, reset = Allowance(clock), int(clock.now().timestamp()) + 60
    allowance.learn(_headers(60, 5, reset))
    assert allowance.take()
    allowance.learn(_headers(60, 20, reset))

    assert [allowance.take() for _ in range(2)] == [True, False]


def test_the_next_hour_is_another_one(clock: FakeClock) -> None:
    """And what GitHub does not say is no limit, as on a server without any."""
    allowance = Allowance(clock)
    allowance.learn({"x-ratelimit-limit": "60"})
    assert allowance.take()
    allowance.learn(_headers(60, 0, int(clock.now().timestamp()) + 60))
    assert not allowance.take()
    clock.advance(seconds=60)
    assert allowance.take()
