"""GitHub's id is who a repository is. What becomes of rules, reports and cases when names and visibility change?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from app.domain.ids import RepoName, parse_key
from app.domain.records import Notice
from app.sandbox import people
from app.sandbox.registering import HAND
from app.sandbox.state.tokens import install
from app.store import advisories, cases, findings, notices, repositories, work
from tests.e2e.policy_edits import edit_policy
from tests.e2e.through import Through
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

PVR = "private-reporting"
BOTH = ["wheel", "rust:uv"]


@pytest.fixture(autouse=True)
async def _approved(bot: Bot) -> None:
    """The coordinators approved everything, and the first sweep is over."""
    await bot.approve_everything()
    await bot.settle()


async def _moved(bot: Bot) -> list[Notice]:
    """What people are told of names."""
    return [each for each in await bot.parts.database.read(notices.open_notices) if each.kind == "moved"]


async def _standings(bot: Bot, repo: str) -> set[str]:
    found = await bot.parts.database.read(partial(findings.standings, repo=RepoName.parse(repo)))
    return {each.state for each in found}


async def _swept(bot: Bot) -> None:
    """It is time for a sweep, which nobody asked for."""
    bot.clock.advance(minutes=11)
    await bot.settle()


def _made_anew(github: FakeGitHub, name: str) -> FakeRepo:
    """Somebody makes a repository of a name that was used before."""
    parsed = RepoName.parse(name)
    owner = github.world.users[min(github.world.organization(parsed.owner).owners)]
    people.create_repository(github.world, parsed, by=owner)
    return github.repo(name)


async def test_pip_keeps_private_reporting_off_under_its_new_name(github: FakeGitHub, bot: Bot) -> None:
    """Policy names pypa/pip. A renaming is no way to make it lapse; people are told once that the file is behind."""
    pip = github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=1)
    assert not pip.private_reporting

    pip.rename("pip-ng").enable_private_reporting()
    await _swept(bot)
    assert not pip.private_reporting
    pip.enable_private_reporting()
    await bot.later(seconds=60)

    assert not pip.private_reporting
    assert (await bot.standing("pypa/pip-ng", PVR)).state == "pass"
    assert await _standings(bot, "pypa/pip") == set()
    [notice] = await _moved(bot)
    assert notice.about == "pypa/pip-ng"
    assert "write pypa/pip-ng into the policy file" in notice.text


async def test_what_was_done_under_the_old_name_is_told_under_the_new_one(github: FakeGitHub, bot: Bot) -> None:
    """The audit is append-only and keeps the old name; whoever asks for either name reads all of it."""
    pip = github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=1)
    pip.rename("pip-ng")
    await _swept(bot)
    pip.enable_private_reporting()
    await bot.later(minutes=1)

    story = await bot.explain("pypa/pip-ng")

    done = [(each["kind"], each["phase"]) for each in story["did"]]
    assert done == [("set-private-reporting", "intend"), ("set-private-reporting", "conclude")] * 2
    assert await bot.explain("pypa/pip") == story
    assert (await bot.explain("pypa/pip-ng#private-reporting"))["did"] == story["did"]


async def test_the_notice_ends_when_the_file_names_the_new_name(github: FakeGitHub, bot: Bot) -> None:
    """It is told once, and over when it is mended."""
    github.repo("pypa/pip").rename("pip-ng")
    await _swept(bot)
    [notice] = await _moved(bot)
    await _swept(bot)
    assert await _moved(bot) == [notice]

    def rename(content: dict[str, Any]) -> None:
        content["tools"]["pip"]["repositories"] = ["pypa/pip-ng", "pypa/get-pip"]

    await edit_policy(bot, rename)
    await _swept(bot)

    assert await _moved(bot) == []
    assert (await bot.standing("pypa/pip-ng", PVR)).state == "pass"


async def test_nothing_is_done_to_a_stranger_who_takes_the_old_name(github: FakeGitHub, bot: Bot) -> None:
    """What policy says of pypa/pip holds for the repository that it was written for, wherever that is now."""
    pip = github.repo("pypa/pip").rename("pip-ng")
    await _swept(bot)
    stranger = _made_anew(github, "pypa/pip")
    github.installation(HAND, "pypa").add("pypa/pip")
    stranger.enable_private_reporting()
    pip.enable_private_reporting()
    report = stranger.report("Path traversal", affects=["pip", "rust:uv"])

    await bot.deliver(report.reported())
    await bot.later(minutes=1)
    await _swept(bot)

    assert stranger.private_reporting
    assert not pip.private_reporting
    assert (await bot.standing("pypa/pip", PVR)).state == "unmanaged"
    report.accept()
    await _swept(bot)
    assert github.coordination.mirrors == []


async def test_a_stranger_who_takes_the_name_before_the_sweep_gets_nothing_either(github: FakeGitHub, bot: Bot) -> None:
    """Between two sweeps nobody has told us. Tokens are for ids, so what we send to the name reaches no stranger."""
    pip = github.repo("pypa/pip").rename("pip-ng")
    stranger = _made_anew(github, "pypa/pip")
    github.installation(HAND, "pypa").add("pypa/pip")
    stranger.enable_private_reporting()
    before = len(github.writes)

    await bot.later(seconds=31)
    await bot.later(seconds=31)

    assert stranger.private_reporting
    assert [each.path for each in github.writes[before:] if each.had_effect] == []
    await _swept(bot)
    assert stranger.private_reporting
    assert not pip.private_reporting


async def test_nor_does_an_app_that_starts_before_it_sweeps_mistake_the_stranger(github: FakeGitHub, bot: Bot) -> None:
    """It has listed nothing yet, so its tokens would be for the stranger's id. The id behind the name is read first."""
    github.repo("pypa/pip").rename("pip-ng")
    stranger = _made_anew(github, "pypa/pip").enable_private_reporting()
    github.installation(HAND, "pypa").add("pypa/pip")
    before = len(github.writes)

    await bot.restart()
    asked = partial(
        work.mark, keys=[parse_key("pypa/pip#private-reporting")], due=bot.clock.now(), priority=work.PROMPT
    )
    await bot.parts.database.write(asked)
    await bot.later(minutes=1)

    assert stranger.private_reporting
    assert github.writes[before:] == []


@pytest.mark.slow
async def test_a_repository_that_is_made_anew_stands_cannot_tell_until_people_say_that_it_is_meant(
    github: FakeGitHub, bot: Bot
) -> None:
    """Deleted and made again by its people, or by somebody else: we cannot know, so they say it by its id."""
    report = github.repo("pypa/pip").report("Path traversal", affects=["pip", "rust:uv"])
    await bot.deliver(report.reported())
    await bot.settle()
    github.repo("pypa/pip").delete()
    again = _made_anew(github, "pypa/pip")
    github.installation(HAND, "pypa").add("pypa/pip")
    again.enable_private_reporting()
    before = len(github.writes)

    await _swept(bot)
    await bot.later(minutes=1)

    assert github.writes[before:] == []
    standing = await bot.standing("pypa/pip", PVR)
    assert standing.state == "cannot tell"
    assert f"pypa/pip: {again.state.id}" in standing.message
    assert await bot.parts.database.read(partial(advisories.known_open, repo=RepoName("pypa", "pip"))) == ()
    [notice] = await _moved(bot)
    assert (notice.about, notice.text) == ("pypa/pip", standing.message)
    plan = await bot.plan()
    assert {"key": "pypa/pip", "reason": standing.message} in plan["cannot_tell"]

    await edit_policy(bot, lambda content: content.update(repository_ids={"pypa/pip": again.state.id}))
    await _swept(bot)

    assert not again.private_reporting
    assert (await bot.standing("pypa/pip", PVR)).state == "pass"
    assert await _moved(bot) == []


def _reports_by_mail(name: str, meant: int | None = None) -> Callable[[dict[str, Any]], None]:
    """A new tool, whose repository has that name and, where people wrote it down, that id."""

    def add(content: dict[str, Any]) -> None:
        owned = [{"from": "2024-01-01", "owner": "psrt"}]
        content["tools"]["newcomer"] = {"repositories": [name], "packages": ["pip:newcomer"], "report_owner": owned}
        content["repository_ids"] = {name: meant} if meant else {}

    return add


async def test_a_name_that_was_never_met_gets_nothing_where_policy_says_that_another_is_meant(
    github: FakeGitHub, bot: Bot
) -> None:
    """The poll reads a new name before any sweep does. Whoever has it is not the one whose id people wrote."""
    stranger = _made_anew(github, "pypa/newcomer").enable_private_reporting()
    github.installation(HAND, "pypa").add("pypa/newcomer")

    await edit_policy(bot, _reports_by_mail("pypa/newcomer", meant=stranger.state.id + 1))
    await bot.poll()
    await bot.later(minutes=3)
    await _swept(bot)

    assert stranger.private_reporting
    assert [each for each in github.writes if "newcomer" in each.path] == []


@pytest.mark.slow
async def test_a_repository_that_no_sweep_has_met_waits_for_one(github: FakeGitHub, bot: Bot) -> None:
    """Of a name without an id nobody knows yet who has it, so nothing is written before the sweep that asks."""
    switching = Through(github, "DELETE", "/repos/pypa/newcomer/*")
    await bot.restart()
    await bot.settle()
    new = _made_anew(github, "pypa/newcomer").enable_private_reporting()
    github.installation(HAND, "pypa").add("pypa/newcomer")
    known: list[int | None] = []

    async def was_it_met(request: httpx.Request) -> None:
        del request
        known.append(await bot.parts.database.read(partial(repositories.id_of, repo=RepoName("pypa", "newcomer"))))

    switching.instead = was_it_met
    await edit_policy(bot, _reports_by_mail("pypa/newcomer"))
    await bot.poll()
    await bot.later(minutes=3)

    assert known == [new.state.id]
    assert not new.private_reporting


@pytest.mark.slow
async def test_nothing_is_written_to_a_coordination_repository_that_is_made_anew(github: FakeGitHub, bot: Bot) -> None:
    """Whoever made it can read every draft in it. Cases stay open, and wait for people."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=BOTH)
    await _swept(bot)
    [_] = github.coordination.mirrors
    name = github.coordination.state.full_name
    github.coordination.delete()
    again = _made_anew(github, name)
    github.installation(HAND, "packaging-security").add(name)
    advisory.edit(summary="Another title")
    github.repo("pypa/wheel").draft("Another matter", affects=BOTH)

    await _swept(bot)
    await _swept(bot)

    assert again.mirrors == []
    assert (await bot.standing(name, "coordination-private")).state == "cannot tell"
    assert len(await bot.parts.database.read(cases.open_cases)) == 2
    [notice] = await _moved(bot)
    assert (notice.about, notice.severity) == (name, "page")
    await bot.later(minutes=15)
    await bot.later(minutes=15)
    assert (await bot.explain("case/1"))["cannot_tell"] == ["policy names no coordination repository that we can tell"]
    told = await bot.parts.database.read(notices.open_notices)
    assert {"case/1", "case/2"} <= {each.about for each in told if each.kind == "cannot-see"}


@pytest.mark.slow
async def test_a_transfer_out_of_sight_is_lost_access_and_not_peace(github: FakeGitHub, bot: Bot) -> None:
    """The App is not installed there. What we knew of stays known, cases stay open, and nothing is called well."""
    github.world.add_organization("elsewhere", owners=["elsewhere-owner"])
    wheel, pip = github.repo("pypa/wheel"), github.repo("pypa/pip")
    wheel.draft("Path traversal", affects=BOTH)
    report = pip.report("Another matter", affects=["pip", "rust:uv"])
    await bot.deliver(report.reported())
    await _swept(bot)
    known = await bot.parts.database.read(advisories.open_advisories)
    assert known

    wheel.transfer("elsewhere")
    pip.transfer("elsewhere")
    await _swept(bot)
    await _swept(bot)

    standing = await bot.standing("pypa/pip", PVR)
    assert standing.state == "cannot tell"
    assert "not visible any more" in standing.message
    assert {each.ghsa for each in await bot.parts.database.read(advisories.open_advisories)} == {
        each.ghsa for each in known
    }
    [case] = await bot.parts.database.read(cases.open_cases)
    assert (await bot.explain(f"case/{case.number}"))["cannot_tell"]
    [mirror] = github.coordination.mirrors
    assert mirror.state == "draft"


async def test_a_deleted_repository_is_lost_access_too(github: FakeGitHub, bot: Bot) -> None:
    """GitHub sends nothing when a repository is deleted, and answers 404 as for one that is hidden from us."""
    report = github.repo("pypa/pip").report("Path traversal", affects=["pip", "rust:uv"])
    await bot.deliver(report.reported())
    await bot.settle()

    github.repo("pypa/pip").delete()
    await _swept(bot)

    assert (await bot.standing("pypa/pip", PVR)).state == "cannot tell"
    assert len(await bot.parts.database.read(advisories.open_advisories)) == 1


@pytest.mark.slow
async def test_policy_follows_a_transfer_to_where_the_app_is_installed(github: FakeGitHub, bot: Bot) -> None:
    """A project that moves to another organization is the same project."""
    pip = github.repo("pypa/pip").transfer("astral-sh")
    world = github.world
    install(world, world.app(HAND), world.organization("astral-sh"), repositories=[pip.state])
    pip.enable_private_reporting()

    await _swept(bot)
    await bot.later(minutes=1)

    assert not pip.private_reporting
    assert (await bot.standing("astral-sh/pip", PVR)).state == "pass"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pypa/wheel", "pypa/pip"])
@pytest.mark.parametrize("how", ["archived", "private"])
async def test_an_archived_or_private_repository_is_not_applicable_until_it_is_back(
    github: FakeGitHub, bot: Bot, name: str, how: str
) -> None:
    """GitHub has neither reports nor drafts there, so the last standing is no longer so; afterwards it is read anew."""
    repo = github.repo(name)
    before = (await bot.standing(name, PVR)).state
    away, back = (repo.archive, repo.unarchive) if how == "archived" else (repo.make_private, repo.make_public)

    away()
    await _swept(bot)

    standing = await bot.standing(name, PVR)
    assert standing.state == "not applicable"
    assert how in standing.message

    back()
    await _swept(bot)
    assert (await bot.standing(name, PVR)).state == before


async def test_a_quiet_repository_costs_no_request_while_it_is_archived(github: FakeGitHub, bot: Bot) -> None:
    """The list of an installation says it already."""
    github.repo("pypa/wheel").archive()
    await _swept(bot)
    before = len(github.requests)

    await _swept(bot)

    assert [each.path for each in github.requests[before:] if each.path.startswith("/repos/pypa/wheel/")] == []


@pytest.mark.slow
async def test_a_new_repository_is_covered_by_the_next_sweep(github: FakeGitHub, bot: Bot) -> None:
    """The event about it may be lost. Its first draft that names two tools opens a case like any other's."""
    new = _made_anew(github, "pypa/newcomer")

    await _swept(bot)

    assert (await bot.standing("pypa/newcomer", PVR)).state == "unmanaged"
    new.draft("Path traversal", affects=BOTH)
    await edit_policy(bot, lambda content: content["tools"]["wheel"]["repositories"].append("pypa/newcomer"))
    await _swept(bot)
    assert len(github.coordination.mirrors) == 1


@pytest.mark.slow
async def test_a_fork_is_a_repository_like_any_other(github: FakeGitHub, bot: Bot) -> None:
    """Only the private forks that GitHub makes for an advisory are nobody's project."""
    _made_anew(github, "pypa/forked").state.fork = True

    await _swept(bot)

    assert (await bot.standing("pypa/forked", PVR)).state == "unmanaged"


@pytest.mark.slow
async def test_the_temporary_private_fork_of_an_advisory_is_ignored_everywhere(github: FakeGitHub, bot: Bot) -> None:
    """Integrations see nothing in it: no list of ours has it, a delivery leads nowhere, and explain says why."""
    name = "pypa/pip-ghsa-2222-3333-4444"
    _made_anew(github, name)
    before = len(github.requests)

    assert await bot.deliver(github.deliveries[-1]) == 202
    await bot.settle()
    await _swept(bot)

    assert [each.path for each in github.requests[before:] if name in each.path] == []
    assert await _standings(bot, name) == set()
    [state] = (await bot.explain(name))["states"]
    assert state["state"] == "not applicable"
    assert "temporary private fork" in state["message"]
