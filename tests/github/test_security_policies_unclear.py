"""When can nobody tell which security policy GitHub shows?"""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from app.domain.facts import CannotTell, Known, SecurityPolicy
from app.domain.ids import RepoName
from app.github.asking import Asking
from app.github.errors import RetryLater
from app.github.registration import Registration
from app.github.security_policies import SecurityPolicies
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.github.conftest import Script
from tests.github.security_policies import OTHER, PIP, TEXT, WHEEL, asked, defaults, of, shown


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


async def test_a_repository_that_is_gone_is_unclear_and_the_others_are_not(
    policies: SecurityPolicies, pip: FakeRepo
) -> None:
    """GitHub answers with what it has, and names what it has not."""
    pip.write_file("SECURITY.md", TEXT)
    gone = RepoName("pypa", "gone")

    found = await policies.of([PIP, gone])

    assert isinstance(found[PIP], Known)
    assert found[gone] == CannotTell("pypa/gone is not visible any more to Greenroom, or it never was")


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
