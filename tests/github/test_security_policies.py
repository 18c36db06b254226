"""Which file does GitHub show to who wants to report a vulnerability?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from app.domain.facts import CannotTell, Fact, Known, NotApplicable, SecurityPolicy
from app.domain.ids import RepoName
from app.github.asking import Asking
from app.github.client import Client
from app.github.credentials import AppCredentials
from app.github.errors import RetryLater
from app.github.registration import Registration
from app.github.security_policies import AT_ONCE, SecurityPolicies
from app.sandbox.server.graphql import LONGEST_TEXT
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.github.calls import may_write
from tests.github.conftest import Script

PIP = RepoName("pypa", "pip")
WHEEL = RepoName("pypa", "wheel")
UV = RepoName("astral-sh", "uv")
TEXT = "Report vulnerabilities to security@python.org.\n"
OTHER = "Report vulnerabilities on GitHub.\n"


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    """A few projects of two organizations, none of which has a file yet."""
    github = FakeGitHub(clock=clock, world="few")
    github.repo("pypa/pip").state.files.clear()
    return github


@pytest.fixture
def pip(github: FakeGitHub) -> FakeRepo:
    return github.repo("pypa/pip")


@pytest.fixture
async def policies(github: FakeGitHub, clock: FakeClock) -> AsyncIterator[SecurityPolicies]:
    async with Client(base_url=github.url, clock=clock, why_not_write=may_write, transport=github.transport) as client:
        signer = AppCredentials(github.watcher.app_id, github.watcher.private_key)
        registration = Registration(name="Greenroom", signers=[signer], client=client, clock=clock)
        yield SecurityPolicies(Asking(registration, clock), clock)
    github.verify()


def defaults(github: FakeGitHub, *, private: bool = False) -> FakeRepo:
    """The repository that holds the defaults of pypa."""
    github.world.add_repository(github.repo("pypa/pip").state.owner, ".github", private=private)
    return github.repo("pypa/.github")


async def of(policies: SecurityPolicies, repo: RepoName = PIP) -> Fact[SecurityPolicy | None]:
    return (await policies.of([repo]))[repo]


async def shown(policies: SecurityPolicies, repo: RepoName = PIP) -> SecurityPolicy | None:
    """What is known to be shown."""
    fact = await of(policies, repo)
    assert isinstance(fact, Known), fact
    return fact.value


def asked(github: FakeGitHub) -> int:
    return sum(each.path == "/graphql" for each in github.requests)


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


async def test_where_the_default_cannot_be_told_only_those_without_a_file_are_unclear(
    policies: SecurityPolicies, github: FakeGitHub, pip: FakeRepo
) -> None:
    """One odd repository must not hide what all others say."""
    defaults(github).write_file("security.md", OTHER)
    pip.write_file("SECURITY.md", TEXT)

    assert await shown(policies, PIP) == SecurityPolicy(path="SECURITY.md", text=TEXT)
    assert await of(policies, WHEEL) == CannotTell(
        "the organization's default: pypa/.github has security.md, and whether GitHub shows a file of that name is not"
        " documented; call it SECURITY.md",
        lasts=True,
    )


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


HIDDEN = {
    "the files are hidden": ({"t1": None}, "GitHub does not show the files of pypa/pip"),
    "the file is hidden": ({"f2": None}, "GitHub names a security policy of pypa/pip and does not show it"),
}


@pytest.mark.parametrize(("hidden", "reason"), HIDDEN.values(), ids=HIDDEN)
async def test_what_is_hidden_without_a_word_is_not_taken_for_absent(
    script: Script, registration: Registration, clock: FakeClock, hidden: dict[str, None], reason: str
) -> None:
    """Nobody knows whether GitHub does so; the sandbox does not."""
    files = {"entries": [{"name": "SECURITY.md", "mode": 0o100644, "type": "blob"}]}
    whole = {"isPrivate": False, "isEmpty": False, "t1": files, "f2": {"text": TEXT, "isTruncated": False}}
    script.on("POST", "/graphql", httpx.Response(200, json={"data": {"r0": whole | hidden, "defaults": whole}}))

    found = await SecurityPolicies(Asking(registration, clock), clock).of([PIP])

    assert found == {PIP: CannotTell(reason)}


async def test_a_file_of_another_shape_is_asked_for_again(
    script: Script, registration: Registration, clock: FakeClock
) -> None:
    """It is garbage, and the next answer may not be."""
    files = {"entries": [{"name": "SECURITY.md", "mode": "file", "type": "blob"}]}
    whole = {"isPrivate": False, "isEmpty": False, "t1": files}
    script.on("POST", "/graphql", httpx.Response(200, json={"data": {"r0": whole, "defaults": whole}}))

    with pytest.raises(RetryLater, match="cannot be read"):
        await SecurityPolicies(Asking(registration, clock), clock).of([PIP])


async def test_two_files_that_differ_cannot_be_told(policies: SecurityPolicies, pip: FakeRepo) -> None:
    """GitHub documents the places and no order for them."""
    pip.write_file("SECURITY.md", TEXT).write_file(".github/SECURITY.md", OTHER)

    assert await of(policies) == CannotTell(
        "pypa/pip has security policies that differ (.github/SECURITY.md, SECURITY.md),"
        " and which of them GitHub shows is not documented; keep one",
        lasts=True,
    )


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


async def test_a_repository_that_is_gone_is_unclear_and_the_others_are_not(
    policies: SecurityPolicies, pip: FakeRepo
) -> None:
    """GitHub answers with what it has, and names what it has not."""
    pip.write_file("SECURITY.md", TEXT)
    gone = RepoName("pypa", "gone")

    found = await policies.of([PIP, gone])

    assert isinstance(found[PIP], Known)
    assert found[gone] == CannotTell("pypa/gone is not visible any more to Greenroom, or it never was")


async def test_a_renamed_repository_is_found_by_its_former_name(
    policies: SecurityPolicies, github: FakeGitHub, pip: FakeRepo
) -> None:
    """As everywhere on GitHub."""
    pip.write_file("SECURITY.md", TEXT)
    github.world.rename_repository(pip.state, "pip-next")

    assert await shown(policies) == SecurityPolicy(path="SECURITY.md", text=TEXT)


async def test_where_the_app_is_not_installed_nothing_is_told(policies: SecurityPolicies, github: FakeGitHub) -> None:
    """Nobody gave us a token that could ask."""
    nowhere = RepoName("somebody-else", "tool")

    assert isinstance((await policies.of([nowhere]))[nowhere], CannotTell)
    assert asked(github) == 0


TROUBLES: dict[str, Callable[[FakeGitHub], None]] = {
    "an outage": lambda github: github.fail("POST", "/graphql", 502, times=3),
    "garbage": lambda github: github.garbage("POST", "/graphql", times=3),
    "a limit": lambda github: github.rate_limit("POST", "/graphql", seconds=60),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
async def test_what_passes_by_itself_is_asked_again(
    policies: SecurityPolicies, github: FakeGitHub, trouble: Callable[[FakeGitHub], None]
) -> None:
    """It is never taken for a repository without a policy."""
    trouble(github)

    with pytest.raises(RetryLater):
        await policies.of([PIP])


async def test_a_refusal_is_no_answer_about_the_repository(policies: SecurityPolicies, github: FakeGitHub) -> None:
    """The App may have lost a permission."""
    github.refuse_permission("POST", "/graphql")

    assert isinstance(await of(policies), CannotTell)
