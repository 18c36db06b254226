"""A sweep reads SECURITY.md where somebody declared who takes the reports, and says what people have to know."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.domain.findings import Standing
from app.sandbox.server.graphql import LONGEST_TEXT
from app.store import findings, notices, schema
from tests.e2e.answers import recover
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

ABOUT = "pypa/pip#security-policy-routes"
RIGHT = "Write to security@python.org about vulnerabilities.\n"


@pytest.fixture
def pip(github: FakeGitHub) -> FakeRepo:
    return github.repo("pypa/pip")


async def told(bot: Bot) -> list[tuple[str, str]]:
    """What is open now: kinds, and what they are about."""
    return [(each.kind, each.about) for each in await bot.parts.database.read(notices.open_notices)]


async def ever_told(bot: Bot) -> int:
    return len(await bot.parts.database.read(lambda conn: conn.execute(select(schema.notices)).all()))


async def stands(bot: Bot, repo: str = "pypa/pip") -> Standing:
    standings = await bot.parts.database.read(findings.standings)
    [standing] = [each for each in standings if (str(each.repo), each.policy) == (repo, "security-policy-routes")]
    return standing


def _reports(content: dict[str, Any]) -> None:
    """People are to be told, and not only who asks."""
    content["policies"]["security-policy-routes"] = {"mode": "report"}


async def looks(bot: Bot, count: int) -> None:
    """Time passes, and each time everything is looked at once."""
    for _ in range(count):
        await bot.later(minutes=10)


async def test_nothing_is_told_of_a_file_that_is_right(bot: Bot) -> None:
    """As pip's is."""
    await looks(bot, 1)

    assert (await stands(bot)).state == "pass"
    assert await told(bot) == []


UNREADABLE: dict[str, tuple[str, str | bytes]] = {
    "not text": ("SECURITY.md", b"\x89\x00\xff"),
    "cut off by GitHub": ("SECURITY.md", "x" * (LONGEST_TEXT + 1)),
    "another document says it": ("SECURITY.md", "See https://pip.example/security/ for our security policy.\n"),
    "a name of which nobody knows whether it is shown": ("SECURITY.txt", RIGHT),
}


@pytest.mark.slow
@pytest.mark.parametrize(("path", "content"), UNREADABLE.values(), ids=UNREADABLE)
async def test_what_cannot_be_told_for_good_is_told_once_as_a_matter_for_people(
    bot: Bot, pip: FakeRepo, path: str, content: str | bytes
) -> None:
    """We did see it, so it is no outage; and nobody could end a notice that says that we are blind."""
    await edit_policy(bot, _reports)
    pip.state.files.clear()
    pip.write_file(path, content)

    await looks(bot, 5)

    standing = await stands(bot)
    assert standing.state == "cannot tell"
    assert standing.seen_at == standing.observed_at
    assert await told(bot) == [("people-must", ABOUT)]
    assert await ever_told(bot) == 1

    pip.state.files.clear()
    pip.write_file("SECURITY.md", RIGHT)
    await looks(bot, 1)

    assert (await stands(bot)).state == "pass"
    assert await told(bot) == []


@pytest.mark.slow
async def test_where_policy_only_observes_nobody_is_told(bot: Bot, pip: FakeRepo) -> None:
    """It is counted. And it is no outage either."""
    pip.write_file("SECURITY.md", b"\x89\x00\xff")

    await looks(bot, 5)

    assert (await stands(bot)).state == "cannot tell"
    assert await ever_told(bot) == 0


async def test_what_a_stranger_wrote_is_in_no_notice(bot: Bot, pip: FakeRepo) -> None:
    """A notice goes to rooms where a name in it may call everybody. `explain` says it to whoever asks."""
    await edit_policy(bot, _reports)
    pip.write_file("SECURITY.md", "See https://pip.example/everybody/security/ for our security policy.\n")

    await looks(bot, 1)

    [notice] = await bot.parts.database.read(notices.open_notices)
    assert (
        notice.text == f"{ABOUT} cannot be told until people change what is there; greenroom explain {ABOUT} says what"
    )
    assert "write “Report vulnerabilities by mail to security@python.org" in (await stands(bot)).message


@pytest.mark.slow
async def test_an_outage_ends_no_matter_for_people_and_is_told_beside_it(
    github: FakeGitHub, bot: Bot, pip: FakeRepo
) -> None:
    """Not to see the file is not to see that it was mended."""
    await edit_policy(bot, _reports)
    pip.write_file("SECURITY.md", b"\x89\x00\xff")
    await looks(bot, 1)
    github.fail("POST", "/graphql", 502, times=None)

    await looks(bot, 4)

    assert set(await told(bot)) >= {("people-must", ABOUT), ("cannot-see", "pypa/pip")}
    recover(github)

    await looks(bot, 2)

    assert await told(bot) == [("people-must", ABOUT)]


async def test_a_file_that_is_right_is_a_finding_while_the_button_says_otherwise(bot: Bot, pip: FakeRepo) -> None:
    """Reporters see both, and one of them leads past the owner."""
    pip.enable_private_reporting()

    await looks(bot, 1)

    standing = await stands(bot)
    assert standing.state == "finding"
    assert standing.message.startswith("SECURITY.md is right, but private vulnerability reporting is on")


@pytest.mark.slow
async def test_it_is_over_as_soon_as_another_policy_switched_the_button_off(bot: Bot, pip: FakeRepo) -> None:
    """One cause would otherwise be told in two places, in one of them for ten minutes after it was mended."""
    await bot.settle()
    pip.enable_private_reporting()
    await bot.sweep()
    await bot.approve_everything()

    await bot.settle()

    assert not pip.private_reporting
    assert (await stands(bot)).state == "pass"


async def test_a_repository_without_a_file_is_a_finding_with_a_sentence_to_write(bot: Bot) -> None:
    """Of get-pip nobody wrote one."""
    await looks(bot, 1)

    assert (await stands(bot, "pypa/get-pip")).message == (
        "pypa/get-pip has no SECURITY.md; write “Report vulnerabilities by mail to security@python.org, and not in"
        " public issues.”"
    )
