"""Who reads what is open, though nobody named them for it?"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.e2e.issues import mirrored
from tests.e2e.policy_edits import edit_policy
from tests.e2e.stores import as_issues
from tests.e2e.through import Through
from tests.e2e.told import settled, told
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

PIP = ("pypa/pip", "no-unexpected-readers")
CASES = ("packaging-security/cases", "no-unexpected-readers")
PRIVATE_CASES = ("packaging-security/private-cases", "no-unexpected-readers")
LISTED = "/repos/packaging-security/cases/security-advisories"


@pytest.fixture
def listing(github: FakeGitHub) -> Through:
    """Lists of what is in the coordination repository. Ask for it before `bot`, which connects to it."""
    return Through(github, "GET", LISTED)


def seen(who: str, what: str = "an open advisory") -> tuple[str, str]:
    return "finding", f"nobody named them for {what} that they can see: {who}"


async def stands(bot: Bot, policy: tuple[str, str]) -> tuple[str, str]:
    await bot.later(minutes=10)
    standing = await bot.standing(*policy)
    return standing.state, standing.message


def leaves(login: str, tool: str) -> Any:
    """A reviewed change of the policy file takes them out of the tool's list."""

    def change(content: dict[str, Any]) -> None:
        users = content["tools"][tool]["users"]
        users[:] = [each for each in users if not each.startswith(f"{login}:")]

    return change


async def a_case(github: FakeGitHub, bot: Bot) -> FakeAdvisory:
    """Gives its mirror."""
    await settled(bot)
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.later(minutes=10)
    await bot.later(minutes=10)
    [mirror] = github.coordination.drafts
    return mirror


@pytest.mark.slow
async def test_a_maintainer_who_left_still_reads_until_somebody_takes_them_out(github: FakeGitHub, bot: Bot) -> None:
    """GitHub keeps who was let in. We say so, and change nothing ourselves."""
    await settled(bot)
    draft = github.repo("pypa/pip").draft("Found by a maintainer")
    draft.edit(collaborating_users=["psrt-member-1", "psrt-member-2", "pip-maintainer-1"])
    assert await stands(bot, PIP) == ("pass", "only who was named sees 1 open advisory")
    written = len(github.writes)

    await edit_policy(bot, leaves("pip-maintainer-1", "pip"))

    assert await stands(bot, PIP) == seen("pip-maintainer-1")
    assert await stands(bot, PIP) == seen("pip-maintainer-1")
    assert len(github.writes) == written
    draft.edit(collaborating_users=["psrt-member-1", "psrt-member-2"])
    assert await stands(bot, PIP) == ("pass", "only who was named sees 1 open advisory")


async def test_a_stranger_who_was_added_to_a_mirror_by_hand_is_found(github: FakeGitHub, bot: Bot) -> None:
    """Whoever opens it reads all of it."""
    mirror = await a_case(github, bot)
    assert await stands(bot, CASES) == ("pass", "only who was named sees 1 open mirror")
    named = mirror.collaborators

    github.add_person("Stranger")
    mirror.edit(collaborating_users=[*named, "Stranger"])

    assert await stands(bot, CASES) == seen("Stranger", "an open mirror")
    mirror.edit(collaborating_users=named)
    assert await stands(bot, CASES) == ("pass", "only who was named sees 1 open mirror")


@pytest.mark.slow
async def test_a_mirror_that_github_does_not_list_is_no_peace(github: FakeGitHub, bot: Bot) -> None:
    """A case is open, so there is something that somebody may read. Its readers are not seen, so nothing passes."""
    await a_case(github, bot)
    assert await stands(bot, CASES) == ("pass", "only who was named sees 1 open mirror")
    hidden = dict(github.coordination.state.advisories)
    github.coordination.state.advisories.clear()

    assert await stands(bot, CASES) == ("cannot tell", "GitHub does not list the mirror of every open case")

    github.coordination.state.advisories.update(hidden)
    assert await stands(bot, CASES) == ("pass", "only who was named sees 1 open mirror")


@pytest.mark.slow
async def test_teams_of_mirrors_that_could_not_be_read_just_now_are_no_matter_for_people(
    listing: Through, github: FakeGitHub, bot: Bot
) -> None:
    """GitHub asks the Watcher to wait when it would be told them. Nobody has to grant anything for that to pass."""
    await a_case(github, bot)
    assert await stands(bot, CASES) == ("pass", "only who was named sees 1 open mirror")

    async def asks_to_wait(request: httpx.Request) -> None:
        if "state" not in request.url.params:  # the Hand lists state by state
            github.rate_limit("GET", LISTED, seconds=90, secondary=True)

    listing.instead = asks_to_wait
    state, message = await stands(bot, CASES)
    assert (state, "does not say who sees" in message) == ("cannot tell", False)
    assert await told(bot) == []

    listing.instead = None
    assert await stands(bot, CASES) == ("pass", "only who was named sees 1 open mirror")


@pytest.mark.slow
async def test_who_took_another_login_is_who_they_were(github: FakeGitHub, bot: Bot) -> None:
    """An account is its id: policy names the id, and the new login is no stranger's."""
    await a_case(github, bot)

    github.rename_user("uv-maintainer-1", "uv-maintainer-9")

    assert await stands(bot, CASES) == ("pass", "only who was named sees 1 open mirror")


@pytest.mark.slow
async def test_people_of_a_tool_that_takes_no_part_are_unexpected(github: FakeGitHub, bot: Bot) -> None:
    """Being named for pip is no reason to read a case of wheel and uv; being a coordinator is one for each."""
    mirror = await a_case(github, bot)

    mirror.edit(collaborating_users=[*mirror.collaborators, "pip-maintainer-1", "coordinator-1"])

    assert await stands(bot, CASES) == seen("pip-maintainer-1", "an open mirror")


@pytest.mark.slow
async def test_who_reads_what_is_over_is_no_matter(github: FakeGitHub, bot: Bot) -> None:
    """A closed case keeps its readers, and needs no finding for ever."""
    mirror = await a_case(github, bot)
    github.add_person("Stranger")
    mirror.edit(collaborating_users=[*mirror.collaborators, "Stranger"])

    for advisory in github.repo("pypa/wheel").drafts:
        advisory.close()
    await bot.later(minutes=10)

    assert (await stands(bot, CASES))[0] in {"pass", "not applicable"}


@pytest.mark.slow
async def test_who_wrote_an_advisory_reads_it(github: FakeGitHub, bot: Bot) -> None:
    """Nobody has to name a reporter."""
    await settled(bot)
    report = github.repo("pypa/pip").report("From outside", by="reporter-1")

    report.edit(collaborating_users=["reporter-1", "psrt-member-1", "psrt-member-2"])

    assert await stands(bot, PIP) == ("pass", "only who was named sees 1 open advisory")


@pytest.mark.slow
async def test_only_teams_of_its_own_organization_can_be_expected(github: FakeGitHub, bot: Bot) -> None:
    """A slug says nothing without its organization: psrt of python is not psrt of pypa."""
    await settled(bot)
    pypa = github.world.organization("pypa")
    github.world.add_team(pypa, "psrt", ["psrt-member-1"])
    python = github.world.organization("python")
    github.world.add_team(python, "psrt", ["psrt-member-1"])
    draft = github.repo("pypa/pip").draft("Found by a maintainer")
    draft.edit(collaborating_users=["psrt-member-1", "psrt-member-2"], collaborating_teams=["psrt"])

    await edit_policy(bot, lambda content: content["tools"]["pip"].update(teams=["python/psrt"]))
    assert await stands(bot, PIP) == seen("the team psrt")

    await edit_policy(bot, lambda content: content["tools"]["pip"].update(teams=["pypa/psrt"]))
    assert await stands(bot, PIP) == ("pass", "only who was named sees 1 open advisory")


@pytest.mark.slow
async def test_teams_that_look_like_none_are_not_taken_for_none(github: FakeGitHub, bot: Bot) -> None:
    """Without Members: read GitHub answers with no teams at all, whoever reads it."""
    await settled(bot)
    draft = github.repo("pypa/pip").draft("Found by a maintainer")
    draft.edit(collaborating_users=["psrt-member-1", "psrt-member-2"])
    github.installation("greenroom", "pypa").state.permissions.pop("members")

    assert await stands(bot, PIP) == ("cannot tell", "GitHub does not say who sees 1 open advisory")


@pytest.mark.slow
@as_issues
async def test_who_can_read_the_repository_of_issues_reads_every_case(github: FakeGitHub, bot: Bot) -> None:
    """An issue names nobody: the list of the repository is who reads, owners of its organization included."""
    await mirrored(github, bot)
    assert await stands(bot, PRIVATE_CASES) == ("pass", "only who was named can read the repository of every case")

    github.coordination.state.readers.add(github.add_person("Stranger").id)

    assert await stands(bot, PRIVATE_CASES) == seen("Stranger", "the repository of every case")
    github.coordination.state.readers.discard(github.person("Stranger").id)
    assert (await stands(bot, PRIVATE_CASES))[0] == "pass"
    github.world.organization("packaging-security").owners.add(github.add_person("New-Owner").id)
    assert await stands(bot, PRIVATE_CASES) == seen("New-Owner", "the repository of every case")


@pytest.mark.slow
@as_issues
@pytest.mark.parametrize("status", [403, 404])
async def test_a_list_of_readers_that_is_refused_is_no_peace(github: FakeGitHub, bot: Bot, status: int) -> None:
    """Whoever may not see the list does not know that nobody is in it."""
    await mirrored(github, bot)
    github.fail("GET", "/repos/packaging-security/private-cases/collaborators", status, None, because="permission")

    assert (await stands(bot, PRIVATE_CASES))[0] == "cannot tell"
    github.clear_faults()
