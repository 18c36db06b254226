"""Which file does GitHub show to who wants to report a vulnerability?"""

from __future__ import annotations

import pytest

from app.domain.facts import CannotTell, Known, NotApplicable, SecurityPolicy
from app.domain.ids import RepoName
from app.github.security_policies import AT_ONCE, SecurityPolicies
from app.sandbox.server.graphql import LONGEST_TEXT
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.github.security_policies import OTHER, PIP, TEXT, UV, WHEEL, asked, defaults, of, shown


async def test_a_repository_without_any_file_has_no_policy(policies: SecurityPolicies) -> None:
    """That is known, and not the same as not knowing."""
    assert await shown(policies) is None


@pytest.mark.parametrize(
    "path", ["SECURITY.md", ".github/SECURITY.md", "docs/SECURITY.md", "SECURITY.rst", "docs/SECURITY.rst"]
)
async def test_each_place_is_looked_at(policies: SecurityPolicies, pip: FakeRepo, path: str) -> None:
    """GitHub: "Adding a security policy to your repository" names three of them."""
    pip.write_file(path, TEXT).write_file("README.md", "pip").write_file("docs/index.md", "docs")

    assert await shown(policies) == SecurityPolicy(path=path, text=TEXT)


async def test_one_request_asks_for_all_repositories_of_an_organization(
    policies: SecurityPolicies, github: FakeGitHub, pip: FakeRepo
) -> None:
    """Hundreds of requests in each sweep would be for files that hardly ever change."""
    pip.write_file("SECURITY.md", TEXT)
    github.repo("astral-sh/uv").write_file(".github/SECURITY.md", OTHER)

    found = await policies.of([PIP, WHEEL, UV])

    assert {
        repo: fact.value.text if isinstance(fact, Known) and fact.value else None for repo, fact in found.items()
    } == {
        PIP: TEXT,
        WHEEL: None,
        UV: OTHER,
    }
    assert asked(github) == 2
    assert github.writes == []


async def test_more_than_a_hundred_are_asked_for_in_turns(
    policies: SecurityPolicies, github: FakeGitHub, pip: FakeRepo
) -> None:
    """A query may not grow without end, and nobody is left out."""
    names = [f"tool-{number}" for number in range(AT_ONCE + 1)]
    for name in names:
        github.world.add_repository(pip.state.owner, name)
        github.repo(f"pypa/{name}").write_file("SECURITY.md", name)

    found = await policies.of(RepoName("pypa", name) for name in names)

    texts = {repo.name: fact.value.text for repo, fact in found.items() if isinstance(fact, Known) and fact.value}
    assert texts == {name: name for name in names}
    assert asked(github) == 2


async def test_the_organizations_default_holds_where_there_is_none(
    policies: SecurityPolicies, github: FakeGitHub, pip: FakeRepo
) -> None:
    """GitHub: "Creating a default community health file". A repository's own file comes first."""
    defaults(github).write_file("docs/SECURITY.md", OTHER)
    pip.write_file("SECURITY.md", TEXT)

    assert await shown(policies, PIP) == SecurityPolicy(path="SECURITY.md", text=TEXT)
    assert await shown(policies, WHEEL) == SecurityPolicy(
        path="docs/SECURITY.md", text=OTHER, source="organization default"
    )


async def test_a_private_repository_of_defaults_holds_for_nobody(
    policies: SecurityPolicies, github: FakeGitHub
) -> None:
    """GitHub asks for a public one."""
    defaults(github, private=True).write_file("SECURITY.md", OTHER)

    assert await shown(policies) is None


async def test_a_link_to_a_file_that_is_read_is_followed(policies: SecurityPolicies, pip: FakeRepo) -> None:
    """Projects keep the text in `docs` and link to it, and git stores the link as the path."""
    pip.write_file("docs/SECURITY.md", TEXT).link_file(".github/SECURITY.md", "../docs/SECURITY.md")

    assert await shown(policies) == SecurityPolicy(path=".github/SECURITY.md", text=TEXT)


@pytest.mark.parametrize("target", ["docs/security.rst", "../../elsewhere.md", "/etc/passwd", "SECURITY.md", ""])
async def test_a_link_to_anything_else_is_a_link(policies: SecurityPolicies, pip: FakeRepo, target: str) -> None:
    """Into a file that was not asked for, out of the repository, or in a circle."""
    pip.link_file("SECURITY.md", target)

    assert await shown(policies) == SecurityPolicy(path="SECURITY.md", text=target, symlink_target=target)


async def test_a_file_that_only_says_a_path_is_no_link(policies: SecurityPolicies, pip: FakeRepo) -> None:
    """GitHub shows its words, which are not what the other file says."""
    pip.write_file("SECURITY.md", ".github/SECURITY.md").write_file(".github/SECURITY.md", TEXT)

    assert isinstance(await of(policies), CannotTell)


async def test_a_folder_of_that_name_is_no_policy(policies: SecurityPolicies, pip: FakeRepo) -> None:
    """Some keep one file for each vulnerability there."""
    pip.write_file("security/2026.md", TEXT)
    pip.write_file("docs/SECURITY.md/index.md", TEXT)

    assert await shown(policies) is None


async def test_two_files_that_agree_are_one(policies: SecurityPolicies, pip: FakeRepo) -> None:
    """Whichever is shown, it says the same."""
    pip.write_file("SECURITY.md", TEXT).write_file("docs/SECURITY.md", TEXT)

    assert await shown(policies) == SecurityPolicy(path="SECURITY.md", text=TEXT)


async def test_what_is_no_text_has_none(policies: SecurityPolicies, pip: FakeRepo) -> None:
    """GitHub gives no text of a binary file."""
    pip.write_file("SECURITY.md", "Sécurité".encode("latin-1"))

    assert await shown(policies) == SecurityPolicy(path="SECURITY.md", text=None)


async def test_what_github_cuts_off_says_so(policies: SecurityPolicies, pip: FakeRepo) -> None:
    """The end of the text may say the opposite."""
    pip.write_file("SECURITY.md", "x" * (LONGEST_TEXT + 1))

    policy = await shown(policies)
    assert policy is not None
    assert policy.truncated


async def test_an_empty_repository_has_no_policy(policies: SecurityPolicies, pip: FakeRepo) -> None:
    """It has no files at all, which is not the same as files that are hidden from us."""
    pip.state.commits = 0

    assert await shown(policies) is None


async def test_a_private_repository_is_not_asked_about(policies: SecurityPolicies, pip: FakeRepo) -> None:
    """Strangers cannot see it."""
    pip.state.private = True

    assert await of(policies) == NotApplicable("pypa/pip is private, so that strangers report nothing to it")


async def test_a_renamed_repository_is_found_by_its_former_name(
    policies: SecurityPolicies, github: FakeGitHub, pip: FakeRepo
) -> None:
    """As everywhere on GitHub."""
    pip.write_file("SECURITY.md", TEXT)
    github.world.rename_repository(pip.state, "pip-next")

    assert await shown(policies) == SecurityPolicy(path="SECURITY.md", text=TEXT)
