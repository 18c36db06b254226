"""What if GitHub refuses, breaks off, or has no such organization?"""

import pytest

from app.domain.facts import CannotTell, Known
from app.sandbox.server.outsider_verbs import OUTSIDER_VERBS
from app.sandbox.server.vocabulary import Stage
from app.survey.asking import BadToken
from app.survey.found import NotSurveyed, SecurityPolicy
from tests.fake_github import FakeGitHub
from tests.survey.conftest import Repo, Survey, seen, values

REPORTING = "/repos/acme/tool/private-vulnerability-reporting"


@pytest.mark.parametrize(
    ("told", "answers"),
    [("everybody", (True, True)), ("whoever signs in", (None, True)), ("apps", (None, None))],
)
async def test_a_refusal_is_neither_on_nor_off(
    github: FakeGitHub, repo: Repo, survey: Survey, told: str, answers: tuple[bool | None, ...]
) -> None:
    """GitHub does not document whether strangers may read the switch: to a visitor, or to a person with a token."""
    repo("tool", reporting=True)
    token = github.world.add_personal_token("stranger-1")
    OUTSIDER_VERBS["tell-private-reporting"](Stage(world=github.world, faults=github.sandbox.faults), to=told)

    for asked_with, expected in zip((None, token), answers, strict=True):
        fact = seen(await survey.acme(token=asked_with), "tool").private_reporting
        assert (fact.value if isinstance(fact, Known) else None) == expected
        assert expected is not None or isinstance(fact, CannotTell)


@pytest.mark.parametrize("status", [401, 403, 404, 410, 422, 451, 500, 502, 503])
async def test_whatever_is_refused_stops_nothing_else(
    github: FakeGitHub, repo: Repo, survey: Survey, status: int
) -> None:
    """One repository about which GitHub does not answer is *cannot tell*, and the others are told."""
    repo("tool", files=("SECURITY.md",))
    repo("other", reporting=True)
    github.fail("GET", REPORTING, status, times=None)

    found = await survey.acme()

    fact = seen(found, "tool").private_reporting
    assert fact == CannotTell(fact.reason) if isinstance(fact, CannotTell) else False
    assert str(status) in str(fact)
    assert values(found)["tool"][1:] == [SecurityPolicy(paths=("SECURITY.md",)), 0]
    assert values(found)["other"] == [True, None, 0]
    assert not found.all_told


@pytest.mark.parametrize("how", ["garbage", "reset", "timeout", "502"])
async def test_what_passes_by_itself_is_asked_again(github: FakeGitHub, repo: Repo, survey: Survey, how: str) -> None:
    """A hiccup of the network is nobody's private reporting."""
    repo("tool", reporting=True)
    if how == "garbage":
        github.garbage("GET", REPORTING, times=2)
    else:
        github.lose_answer("GET", REPORTING, how=how, times=2)  # type: ignore[arg-type]

    assert isinstance(seen(await survey.acme(), "tool").private_reporting, Known)


async def test_an_answer_of_another_shape_is_no_answer(github: FakeGitHub, repo: Repo, survey: Survey) -> None:
    """JSON that says nothing about the question is not taken for *off*."""
    repo("tool")
    github.garbage("GET", REPORTING, times=None)

    assert seen(await survey.acme(), "tool").private_reporting == CannotTell(
        "GitHub sent something that cannot be read"
    )


async def test_a_repository_that_moves_meanwhile_cannot_be_told(github: FakeGitHub, repo: Repo, survey: Survey) -> None:
    """Whether what its old name leads to is the same one is not the survey's to judge."""
    repo("tool")
    renamed = github.world.repository("acme/tool")
    survey.recorder.after["/orgs/acme/repos"] = lambda: github.world.rename_repository(renamed, "renamed")

    found = await survey.acme()

    moved = CannotTell("GitHub knows it by another name now")
    assert [fact for _, fact in seen(found, "tool").answers()] == [moved] * 3


async def test_an_organization_that_is_not_there_is_said_so(repo: Repo, survey: Survey) -> None:
    """Missing, or somebody's own account; the others are surveyed all the same."""
    repo("tool")

    report = await survey.of("no-such-org", "uv-maintainer-1", "acme")

    assert [each.kind for each in report.not_surveyed] == ["no such account", "not an organization"]
    assert [each.login for each in report.surveyed] == ["acme"]


async def test_an_organization_with_nothing_public_is_empty(repo: Repo, survey: Survey) -> None:
    """Which is an answer."""
    repo("secret", private=True)

    found = await survey.acme()

    assert (found.repositories, found.unlisted) == ((), None)


@pytest.mark.parametrize("status", [401, 403, 451, 500])
async def test_a_list_that_is_refused_is_no_empty_list(
    github: FakeGitHub, repo: Repo, survey: Survey, status: int
) -> None:
    """Nothing is said of an organization whose repositories GitHub does not list."""
    repo("tool")
    github.fail("GET", "/orgs/acme/repos", status, times=None)

    [found] = (await survey.of("acme")).organizations

    assert isinstance(found, NotSurveyed)
    assert (found.kind, str(status) in found.reason) == ("cannot tell", True)


async def test_a_network_that_is_down_is_said_so(github: FakeGitHub, repo: Repo, survey: Survey) -> None:
    """After three attempts, in words."""
    repo("tool")
    github.lose_answer("GET", "/orgs/acme/repos", how="reset", times=None)

    [found] = (await survey.of("acme")).organizations

    assert isinstance(found, NotSurveyed)
    assert found.reason == "the connection to GitHub broke"
    assert len(survey.recorder.sent) == 3


async def test_an_outage_is_not_asked_about_every_repository(
    github: FakeGitHub, repo: Repo, survey: Survey, token: str
) -> None:
    """After ten answers in vain the survey stops, and says so of all the rest."""
    for number in range(30):
        repo(f"tool-{number}")
    github.fail("GET", "/repos/*", 503, times=None)

    found = await survey.acme(token=token)

    assert survey.recorder.paths.count("/graphql") == 1
    assert len(survey.recorder.sent) < 20
    assert {reason for _, _, reason in found.untold()} <= {"GitHub answered 503", "GitHub answered 503, several times"}


async def test_a_token_that_github_does_not_know_ends_the_survey(repo: Repo, survey: Survey) -> None:
    """Asking on without it would hide the mistake."""
    repo("tool")

    with pytest.raises(BadToken, match="expired or revoked"):
        await survey.of("acme", token="ghp_" + "0" * 36)

    assert len(survey.recorder.sent) == 1


async def test_a_token_that_is_revoked_meanwhile_ends_what_is_not_told_yet(
    github: FakeGitHub, repo: Repo, survey: Survey, token: str
) -> None:
    """What was told stays told."""
    repo("tool", reporting=True)
    github.fail("GET", "/repos/acme/tool/security-advisories", 401, times=None)

    found = await survey.acme(token=token)

    assert isinstance(seen(found, "tool").private_reporting, Known)
    assert seen(found, "tool").published_advisories == CannotTell("GitHub does not accept the token any more")
