"""What does a survey find out, whatever GitHub answers?"""

import pytest

from app.domain.facts import CannotTell, Known, NotApplicable
from app.survey.found import SecurityPolicy
from tests.fake_github import FakeGitHub
from tests.survey.conftest import Repo, Survey, seen, values

REPORTING = "/repos/acme/tool/private-vulnerability-reporting"


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


async def test_a_repository_without_commits_has_no_policy(repo: Repo, survey: Survey, token: str) -> None:
    """GitHub's 404 about its root says so, and is told from others."""
    repo("empty", commits=0, files=())

    for each in (None, token):
        assert values(await survey.acme(token=each))["empty"][1] is None


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
