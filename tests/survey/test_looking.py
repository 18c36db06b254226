"""What does a survey find out, whatever GitHub answers?"""

import pytest

from app.domain.facts import CannotTell, Known, NotApplicable
from app.sandbox.server.outsider_verbs import OUTSIDER_VERBS
from app.sandbox.server.vocabulary import Stage
from app.survey.asking import BadToken
from app.survey.found import NotSurveyed, SecurityPolicy, Surveyed
from tests.fake_github import FakeGitHub
from tests.survey.conftest import Repo, Survey, seen

REPORTING = "/repos/acme/tool/private-vulnerability-reporting"


def values(found: Surveyed) -> dict[str, list[object]]:
    """Each repository with what is known, or the kind of answer."""
    return {
        repo.name.name: [fact.value if isinstance(fact, Known) else type(fact).__name__ for _, fact in repo.answers()]
        for repo in found.repositories
    }


def own(*paths: str) -> SecurityPolicy:
    return SecurityPolicy(paths=paths)


@pytest.mark.parametrize("signed_in", [False, True])
async def test_what_everybody_can_see_is_told(repo: Repo, survey: Survey, token: str, signed_in: bool) -> None:  # noqa: FBT001
    """A small organization is told in full, with a token and without one."""
    repo("reporting", reporting=True)
    repo("root", files=("README.md", "SECURITY.md"))
    repo("hidden", files=(".github/SECURITY.md", "docs/index.md"))
    repo("docs", files=(".github/workflows/ci.yml", "docs/SECURITY.rst"))
    repo("nothing")
    repo("old", archived=True, files=("SECURITY.md",))

    found = await survey.acme(token=token if signed_in else None)

    assert values(found) == {
        "reporting": [True, None, 0],
        "root": [False, own("SECURITY.md"), 0],
        "hidden": [False, own(".github/SECURITY.md"), 0],
        "docs": [False, own("docs/SECURITY.rst"), 0],
        "nothing": [False, None, 0],
        "old": ["NotApplicable", "NotApplicable", 0],
    }
    assert found.all_told


async def test_the_organizations_default_serves_those_without_one(repo: Repo, survey: Survey) -> None:
    """GitHub shows the SECURITY.md of the public repository `.github` wherever there is no other."""
    repo("own", files=("SECURITY.md",))
    repo("none")
    repo(".github", files=("profile/README.md", "SECURITY.md"))

    found = await survey.acme()

    default = SecurityPolicy(paths=("SECURITY.md",), source="organization default")
    assert values(found) == {
        "own": [False, own("SECURITY.md"), 0],
        "none": [False, default, 0],
        ".github": [False, own("SECURITY.md"), 0],
    }


async def test_who_has_the_default_has_a_way_even_if_its_own_file_is_unknown(
    github: FakeGitHub, repo: Repo, survey: Survey
) -> None:
    """Strangers are shown one or the other."""
    repo("tool")
    repo(".github", files=("SECURITY.md",))
    github.fail("GET", "/repos/acme/tool/contents", 403, times=None)

    tool = seen(await survey.acme(), "tool")

    assert isinstance(tool.security_policy, CannotTell)
    assert tool.way == "security policy"


async def test_a_default_that_cannot_be_told_leaves_open_who_has_none(
    github: FakeGitHub, repo: Repo, survey: Survey
) -> None:
    """Nobody may be told to have no SECURITY.md who has the organization's."""
    repo("own", files=("SECURITY.md",))
    repo("none")
    repo(".github", files=("SECURITY.md",))
    github.fail("GET", "/repos/acme/.github/contents*", 500, times=None)

    found = await survey.acme()

    assert isinstance(seen(found, "own").security_policy, Known)
    assert isinstance(seen(found, "none").security_policy, CannotTell)
    assert seen(found, "none").way == "cannot tell"


async def test_what_is_not_public_is_not_there(repo: Repo, survey: Survey, token: str) -> None:
    """Private repositories, and the temporary forks of advisories, whatever somebody called one."""
    repo("tool")
    repo("secret", private=True)
    repo("tool-ghsa-2345-6789-cfgh")

    for each in (None, token):
        assert list(values(await survey.acme(token=each))) == ["tool"]


async def test_drafts_are_never_counted(github: FakeGitHub, repo: Repo, survey: Survey, token: str) -> None:
    """Published ones are; what is under embargo is not even asked for."""
    made = repo("tool")
    github.repo("acme/tool").draft("Path traversal", affects=["tool"])
    published = github.repo("acme/tool").draft("Old news", affects=["tool"])
    published.publish()

    for each in (None, token):
        assert seen(await survey.acme(token=each), "tool").published_advisories == Known(
            value=1, observed_at=survey.clock.now()
        )
    assert len(made.advisories) == 2
    asked = [each.url.params["state"] for each in survey.recorder.sent if each.url.path.endswith("advisories")]
    assert set(asked) == {"published"}


async def test_forks_are_told_apart(repo: Repo, survey: Survey) -> None:
    """What is wrong with a fork is mostly its source's matter."""
    repo("theirs", fork=True)
    repo("ours")

    found = await survey.acme()

    assert [(each.name.name, each.way) for each in found.repositories] == [("ours", "none"), ("theirs", "fork")]


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
    assert values(found)["tool"][1:] == [own("SECURITY.md"), 0]
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


async def test_a_repository_without_commits_has_no_policy(repo: Repo, survey: Survey, token: str) -> None:
    """GitHub's 404 about its root says so, and is told from others."""
    repo("empty", commits=0, files=())

    for each in (None, token):
        assert values(await survey.acme(token=each))["empty"][1] is None


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


async def test_archived_repositories_are_not_asked_whether_they_take_reports(repo: Repo, survey: Survey) -> None:
    """They take none, and a question saved is one for another."""
    repo("old", archived=True)

    found = await survey.acme()

    assert isinstance(seen(found, "old").private_reporting, NotApplicable)
    assert survey.recorder.paths == ["/orgs/acme/repos", "/repos/acme/old/security-advisories"]


async def test_progress_is_told(repo: Repo, survey: Survey) -> None:
    """It only grows, and ends with everything answered."""
    repo("tool")
    repo("other")

    await survey.acme()

    assert [done for done, _ in survey.progress] == list(range(1, len(survey.progress) + 1))
    assert survey.progress[-1][0] == survey.progress[-1][1]
