"""Is anything done to a repository that has the name, but is not the one that policy means?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from app.domain.ids import PolicyKey, RepoName, parse_key
from app.domain.records import Notice, NoticeKind
from app.sandbox.registering import HAND
from app.store import advisories, cases, notices, repositories, work
from policies.policy import about_advisories
from tests.e2e.names import BOTH, PVR, made_anew, moved, swept
from tests.e2e.policy_edits import edit_policy
from tests.e2e.through import Through
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")


async def test_nothing_is_done_to_a_stranger_who_takes_the_old_name(github: FakeGitHub, bot: Bot) -> None:
    """What policy says of pypa/pip holds for the repository that it was written for, wherever that is now."""
    pip = github.repo("pypa/pip").rename("pip-ng")
    await swept(bot)
    stranger = made_anew(github, "pypa/pip")
    github.installation(HAND, "pypa").add("pypa/pip")
    stranger.enable_private_reporting()
    pip.enable_private_reporting()
    report = stranger.report("Path traversal", affects=["pip", "rust:uv"])

    await bot.deliver(report.reported())
    await bot.later(minutes=1)
    await swept(bot)

    assert stranger.private_reporting
    assert not pip.private_reporting
    assert (await bot.standing("pypa/pip", PVR)).state == "unmanaged"
    report.accept()
    await swept(bot)
    assert github.coordination.mirrors == []


@pytest.mark.slow
async def test_a_stranger_who_takes_the_name_before_the_sweep_gets_nothing_either(github: FakeGitHub, bot: Bot) -> None:
    """Between two sweeps nobody has told us. Tokens are for ids, so what we send to the name reaches no stranger."""
    pip = github.repo("pypa/pip").rename("pip-ng")
    stranger = made_anew(github, "pypa/pip")
    github.installation(HAND, "pypa").add("pypa/pip")
    stranger.enable_private_reporting()
    before = len(github.writes)

    await bot.later(seconds=31)
    await bot.later(seconds=31)

    assert stranger.private_reporting
    assert [each.path for each in github.writes[before:] if each.had_effect] == []
    await swept(bot)
    assert stranger.private_reporting
    assert not pip.private_reporting


@pytest.mark.slow
async def test_nor_does_an_app_that_starts_before_it_sweeps_mistake_the_stranger(github: FakeGitHub, bot: Bot) -> None:
    """It has listed nothing yet, so its tokens would be for the stranger's id. The id behind the name is read first."""
    github.repo("pypa/pip").rename("pip-ng")
    stranger = made_anew(github, "pypa/pip").enable_private_reporting()
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
    again = made_anew(github, "pypa/pip")
    github.installation(HAND, "pypa").add("pypa/pip")
    again.enable_private_reporting()
    before = len(github.writes)

    await swept(bot)
    await bot.later(minutes=1)

    assert github.writes[before:] == []
    standing = await bot.standing("pypa/pip", PVR)
    assert standing.state == "cannot tell"
    assert f"pypa/pip: {again.state.id}" in standing.message
    assert await bot.parts.database.read(partial(advisories.known_open, repo=RepoName("pypa", "pip"))) == ()
    [notice] = await moved(bot)
    assert (notice.about, notice.text) == ("pypa/pip", standing.message)
    plan = await bot.plan()
    assert {"key": "pypa/pip", "reason": standing.message, "embargoed": False} in plan["cannot_tell"]

    await edit_policy(bot, lambda content: content.update(repository_ids={"pypa/pip": again.state.id}))
    await swept(bot)

    assert not again.private_reporting
    assert (await bot.standing("pypa/pip", PVR)).state == "pass"
    assert await moved(bot) == []


def _reports_by_mail(name: str, meant: int | None = None) -> Callable[[dict[str, Any]], None]:
    """A new tool, whose repository has that name and, where people wrote it down, that id."""

    def add(content: dict[str, Any]) -> None:
        owned = [{"from": "2024-01-01", "owner": "psrt"}]
        content["tools"]["newcomer"] = {"repositories": [name], "packages": ["pip:newcomer"], "report_owner": owned}
        content["repository_ids"] = {name: meant} if meant else {}

    return add


@pytest.mark.slow
async def test_a_name_that_was_never_met_gets_nothing_where_policy_says_that_another_is_meant(
    github: FakeGitHub, bot: Bot
) -> None:
    """The poll reads a new name before any sweep does. Whoever has it is not the one whose id people wrote."""
    stranger = made_anew(github, "pypa/newcomer").enable_private_reporting()
    github.installation(HAND, "pypa").add("pypa/newcomer")

    await edit_policy(bot, _reports_by_mail("pypa/newcomer", meant=stranger.state.id + 1))
    await bot.poll()
    await bot.later(minutes=3)
    await swept(bot)

    assert stranger.private_reporting
    assert [each for each in github.writes if "newcomer" in each.path] == []


@pytest.mark.slow
async def test_a_repository_that_no_sweep_has_met_waits_for_one(github: FakeGitHub, bot: Bot) -> None:
    """Of a name without an id nobody knows yet who has it, so nothing is written before the sweep that asks."""
    switching = Through(github, "DELETE", "/repos/pypa/newcomer/*")
    await bot.restart()
    await bot.settle()
    new = made_anew(github, "pypa/newcomer").enable_private_reporting()
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
    await swept(bot)
    [_] = github.coordination.mirrors
    name = github.coordination.state.full_name
    github.coordination.delete()
    again = made_anew(github, name)
    github.installation(HAND, "packaging-security").add(name)
    advisory.edit(summary="Another title")
    github.repo("pypa/wheel").draft("Another matter", affects=BOTH)

    await swept(bot)
    await swept(bot)

    assert again.mirrors == []
    assert (await bot.standing(name, "coordination-private")).state == "cannot tell"
    assert len(await bot.parts.database.read(cases.open_cases)) == 2
    [notice] = await moved(bot)
    assert (notice.about, notice.severity) == (name, "page")
    await bot.later(minutes=15)
    await bot.later(minutes=15)
    assert (await bot.explain("case/1"))["cannot_tell"] == ["policy names no coordination repository that we can tell"]
    told = await bot.parts.database.read(notices.open_notices)
    assert {"case/1", "case/2"} <= {each.about for each in told if each.kind == "cannot-see"}


@pytest.mark.parametrize("its_own_is_listed", [True, False])
async def test_what_was_told_of_the_one_before_is_not_told_of_whoever_has_the_name(
    github: FakeGitHub,
    bot: Bot,
    its_own_is_listed: bool,  # noqa: FBT001 - a case
) -> None:
    """Its people would read on its page what was so of another's advisories. What is left alone follows its own."""
    await swept(bot)
    pip, digests, now = RepoName("pypa", "pip"), bot.parts.digests, bot.clock.now()
    policy = min(about_advisories())
    hidden = digests.pseudonym(PolicyKey(pip, policy))
    kinds: tuple[NoticeKind, ...] = ("blocked", "contested")
    told = [
        Notice(kind=kind, about=about, severity="warning", text=f"{about}: before", since=now)
        for kind in kinds
        for about in (hidden, f"{pip}#private-reporting", str(pip))
    ]
    for each in told:
        await bot.parts.database.write(partial(notices.tell, notice=each))

    if its_own_is_listed:
        github.repo("pypa/pip").rename("pip-ng")
    else:
        github.repo("pypa/pip").delete()
    made_anew(github, "pypa/pip")
    await swept(bot)

    left = [each for each in await bot.parts.database.read(notices.open_notices) if "before" in each.text]
    names = {str(pip), hidden, f"{pip}#private-reporting"}
    assert [each.about for each in left if each.about in names] == []
    new = digests.pseudonym(PolicyKey(RepoName("pypa", "pip-ng"), policy))
    followed = [each for each in left if each.about == new]
    assert [(each.kind, each.text) for each in followed] == [("contested", f"{new}: before")] * its_own_is_listed
