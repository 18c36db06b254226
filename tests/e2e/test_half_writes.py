"""A CVSS vector gives way to a severity in two requests: what if only the first of them arrives?"""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.e2e.through import Through
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"


class Half:
    """What goes wrong with the request that takes a mirror's vector away, or with the one after it."""

    def __init__(self, github: FakeGitHub) -> None:
        self._github = github
        self._line = Through(github, "PATCH", f"{github.mirrors_path}/*")
        self._line.instead = self._look_at
        self.first: Callable[[str, str], None] | None = None
        self.second: Callable[[str, str], None] | None = None
        self.then: Callable[[], object] | None = None

    async def _look_at(self, request: httpx.Request) -> None:
        self._line.afterwards = None
        if b'"cvss_vector_string":null' not in request.content.replace(b" ", b""):
            return
        if self.first:
            self.first("PATCH", request.url.path)
            self.first = None
        self._line.afterwards = lambda: self._happens(request.url.path)

    def _happens(self, path: str) -> None:
        if self.second:
            self.second("PATCH", path)
        if self.then:
            self.then()


@pytest.fixture
async def half(github: FakeGitHub, bot: Bot, approved: None) -> Half:
    """On the line of an app that may write."""
    del approved
    found = Half(github)
    await bot.restart()
    return found


async def mirrored(github: FakeGitHub, bot: Bot) -> tuple[FakeAdvisory, FakeAdvisory]:
    """A draft of pip with a vector, and its mirror."""
    draft = github.repo("pypa/pip").draft("Entry points escape", affects=["pip", "rust:uv"])
    draft.edit(cvss_vector_string=VECTOR)
    await bot.later(minutes=10)
    [mirror] = github.coordination.drafts
    assert rating(mirror) == ("critical", VECTOR)
    return draft, mirror


def rating(advisory: FakeAdvisory) -> tuple[str | None, str | None]:
    return advisory.now.severity, advisory.now.cvss_vector


def rated_low(draft: FakeAdvisory) -> None:
    """Its people replace the vector by a word, as GitHub lets them: in two steps."""
    draft.edit(cvss_vector_string=None)
    draft.edit(severity="low", summary="Entry points escape, a little")


async def told(bot: Bot) -> list[str]:
    return [str(each) for each in (await bot.explain("case/1"))["people_must"]]


@pytest.mark.parametrize("lost", ["second", pytest.param("answer of the second", marks=pytest.mark.slow)])
async def test_the_next_look_completes_a_rating_of_which_half_was_written(
    half: Half, github: FakeGitHub, bot: Bot, lost: str
) -> None:
    """The vector is gone and the word is not there yet: that is our own doing, and no edit of a person to be kept."""
    draft, mirror = await mirrored(github, bot)
    half.second = github.fail if lost == "second" else github.lose_answer
    seen: list[tuple[str | None, str | None]] = []
    half.then = lambda: seen.append(rating(mirror))
    rated_low(draft)

    await bot.later(seconds=90)
    await bot.restart()
    await bot.later(minutes=10)

    assert seen == [("critical", None)]
    assert (rating(mirror), mirror.title) == (("low", None), draft.now.summary)
    assert await told(bot) == []


@pytest.mark.parametrize("lost", ["answer", pytest.param("request", marks=pytest.mark.slow)])
async def test_a_vector_that_nobody_answered_for_is_looked_for(
    half: Half, github: FakeGitHub, bot: Bot, lost: str
) -> None:
    """The first request took effect and GitHub's answer was lost, or it did not arrive. The look tells which."""
    draft, mirror = await mirrored(github, bot)
    half.first = github.lose_answer if lost == "answer" else github.fail
    rated_low(draft)

    await bot.later(seconds=90)
    await bot.restart()
    await bot.later(minutes=10)

    assert rating(mirror) == ("low", None)
    assert await told(bot) == []


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["second", "answer of the first"])
async def test_what_people_rate_meanwhile_stays(half: Half, github: FakeGitHub, bot: Bot, lost: str) -> None:
    """Somebody of uv sees a mirror without its vector, and rates it. Both sides were edited: people settle that."""
    draft, mirror = await mirrored(github, bot)
    if lost == "second":
        half.second = github.fail
        half.then = lambda: mirror.edit(severity="medium")
    else:
        half.first = github.lose_answer
        half.then = lambda: mirror.edit(severity="medium")
    rated_low(draft)

    await bot.later(seconds=90)
    await bot.restart()
    await bot.later(minutes=10)

    assert rating(mirror) == ("medium", None)
    assert rating(draft) == ("low", None)
    assert any("severity" in each for each in await told(bot))


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_vector_that_people_took_away_stays_away(github: FakeGitHub, bot: Bot) -> None:
    """Nothing of ours was under way, so it was them; that the source changed afterwards does not make it ours."""
    draft, mirror = await mirrored(github, bot)
    mirror.edit(cvss_vector_string=None)
    rated_low(draft)
    await bot.later(minutes=10)

    assert rating(mirror) == ("critical", None)
    assert any("severity" in each for each in await told(bot))
