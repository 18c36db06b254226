import json
from pathlib import Path

import pytest

from app.sandbox.pypa import facts
from app.sandbox.worlds import InvalidWorld, build_world
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub

ACME = {
    "organizations": [
        {
            "login": "acme",
            "owners": ["acme-owner-1"],
            "security_managers": ["acme-manager-1"],
            "teams": {"makers": ["acme-maker-1"]},
            "repositories": [{"name": "tool", "private_reporting": True, "admin_teams": ["makers"]}],
        }
    ],
    "hand": ["acme/tool"],
    "people": ["reporter-1"],
}


async def test_the_world_of_pypa_is_complete(github: FakeGitHub) -> None:
    """Every repository and every tool that is known, with its own people."""
    expected = {each["repo"] for each in (*facts()["repos"], *facts()["external_tools"])}
    names = {repo.full_name for repo in github.world.repositories.values()}

    assert expected | {"packaging-security/cases"} <= names
    assert github.person("uv-maintainer-1").id != github.person("uv-maintainer-2").id
    assert github.person("psrt-member-2").id
    assert github.repo("pypa/pipfile").state.archived
    assert not github.repo("pypa/pip").private_reporting
    assert b"security@python.org" in github.repo("pypa/pip").state.files["SECURITY.md"].content
    assert github.repo("pypa/get-pip").state.files == {}


async def test_people_of_the_world_are_obviously_invented(github: FakeGitHub) -> None:
    """Nobody's account is meant."""
    people = [user.login for user in github.world.users.values() if user.type == "User"]

    assert [login for login in people if not login[-1].isdigit()] == []


async def test_the_coordination_repository_is_public_and_empty(github: FakeGitHub) -> None:
    """Public, because only public repositories have drafts; empty, because it is public."""
    cases = github.coordination.state

    assert not cases.private
    assert cases.commits == 0
    assert [cases.has_issues, cases.has_wiki, cases.has_pages, cases.private_reporting] == [False] * 4


async def test_the_hand_is_installed_only_where_it_was_let_in(github: FakeGitHub) -> None:
    """Installing it is the consent."""
    hand = [each for each in github.world.installations.values() if each.app.slug == "greenroom-hand"]
    covered = [repo.full_name for repo in github.world.repositories.values() if any(each.covers(repo) for each in hand)]

    assert sorted(covered) == ["packaging-security/cases", "packaging-security/private-cases", "pypa/pip"]


async def test_an_empty_world_has_the_coordination_repositories(clock: FakeClock) -> None:
    """A public one for drafts and a private one for issues, both Apps, and somebody who reports."""
    github = FakeGitHub(clock=clock, world="empty")

    shown = {repo.full_name: repo.private for repo in github.world.repositories.values()}
    assert shown == {"packaging-security/cases": False, "packaging-security/private-cases": True}
    assert len(github.world.installations) == 2


async def test_a_world_can_come_from_a_file(tmp_path: Path, clock: FakeClock) -> None:
    """For anyone's own organization."""
    path = tmp_path / "world.json"
    path.write_text(json.dumps(ACME))

    world = build_world(str(path), clock=clock)

    repo = world.repository("acme/tool")
    assert (repo.private_reporting, repo.admin_teams, repo.has_issues) == (True, {"makers"}, True)
    assert len(world.installations) == 2
    assert world.person("reporter-1").login == "reporter-1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "line 1: not JSON"),
        ("{}", "organizations: Field required"),
        (json.dumps(ACME | {"hands": []}), "hands: Extra inputs are not permitted"),
        (json.dumps(ACME | {"hand": ["acme/tol"]}), 'did you mean "acme/tool"?'),
        (json.dumps({"organizations": [{"login": "acme"}]}), "organizations.0.owners: Field required"),
    ],
)
async def test_a_wrong_world_file_is_refused_with_what_would_be_right(
    tmp_path: Path, clock: FakeClock, content: str, words: str
) -> None:
    """The file, the place and the reason."""
    path = tmp_path / "world.json"
    path.write_text(content)

    with pytest.raises(InvalidWorld) as refused:
        build_world(str(path), clock=clock)
    assert words in str(refused.value)


async def test_a_world_file_has_to_be_there(clock: FakeClock) -> None:
    """A mistyped name of a world is most likely that."""
    with pytest.raises(InvalidWorld, match='"pypi" is neither pypa nor empty nor a file that can be read'):
        build_world("pypi", clock=clock)
