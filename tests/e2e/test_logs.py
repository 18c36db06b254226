"""What do the logs give away? That there is a case is one thing; whose it is, is another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.sandbox.registering import WATCHER
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running

MIRRORS = "/repos/packaging-security/cases/security-advisories"
EMBARGOED = re.compile(r"case/\d+|advisory/[0-9a-f]+")


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """Every event that was logged, with its keys."""
    with capture_logs() as captured:
        yield captured


def _telling(line: Any, names: set[str]) -> set[str]:
    """Which names stand beside a case or an advisory?"""
    text = str(line)
    return {name for name in names if name in text.lower()} if EMBARGOED.search(text) else set()


async def _answered(github: FakeGitHub, bot: Bot, path: str, status: int) -> None:
    """For some minutes GitHub answers so."""
    github.fail("GET", path, status, times=None)
    await bot.later(minutes=3)
    github.verify()
    github.clear_faults()
    await bot.later(minutes=3)


@pytest.mark.slow
async def test_no_line_tells_whose_case_it_is(github: FakeGitHub, bot: Bot, lines: list[Any]) -> None:
    """Logs are kept and shipped where advisories are not. A whole story of a case, and all that can go wrong."""
    await bot.approve_everything()
    await bot.settle()
    report = github.repo("pypa/wheel").report("Path traversal", affects=["wheel", "rust:uv"])
    await bot.deliver(report.reported())
    await bot.settle()
    source = f"/repos/pypa/wheel/security-advisories/{report.now.ghsa}"
    await _answered(github, bot, source, 502)
    report.accept()
    github.fail("POST", MIRRORS, 403, because="permission")
    await bot.later(minutes=5)
    assert github.coordination.mirrors == []
    await bot.later(days=1)
    [mirror] = github.coordination.drafts
    report.edit(summary="It is worse", affects=["wheel", "rust:uv", "poetry"])  # late, so people have to settle it
    await bot.later(minutes=3)
    for status in (404, 502, 403):
        await _answered(github, bot, source, status)
    installed = github.installation(WATCHER, "pypa").suspend()
    await bot.later(minutes=15)
    installed.unsuspend()
    await bot.later(minutes=15)
    github.rename_user("uv-maintainer-1", "uv-maintainer-renamed")
    github.fail("PATCH", f"{MIRRORS}/*", 502)
    report.edit(severity="critical")
    await bot.later(minutes=5)
    await bot.plan()
    await bot.explain("case/1")
    report.publish()
    await bot.deliver(report.published())
    await bot.later(minutes=11)

    assert mirror.state == "closed"
    events = {line["event"] for line in lines}
    assert {"action", "retry_later", "cannot_tell", "people_must", "sweep"} <= events
    pseudonym = bot.parts.digests.pseudonym(AdvisoryKey(RepoName("pypa", "wheel"), Ghsa(report.now.ghsa)))
    named = {str(line.get("key")) for line in lines if "key" in line}
    assert {"case/1", pseudonym} <= named
    names = {"wheel", "uv", "poetry", "pypa", "astral-sh", "pip", "psrt", "maintainer", "reporter-1", "coordinator"}
    assert [(line, told) for line in lines if (told := _telling(line, names))] == []
    assert [line for line in lines if report.now.ghsa.lower() in str(line).lower()] == []


class Chatty(httpx.AsyncBaseTransport):
    """A connection whose library fails in a way that nobody foresaw, and says on what."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.is_broken = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        if self.is_broken and "/security-advisories" in request.url.path:
            raise LookupError(response.text)
        return response


async def test_an_accident_is_told_by_its_kind_and_place_and_not_in_its_words(
    github: FakeGitHub, clock: FakeClock, tmp_path: Path, said: Callable[[], str]
) -> None:
    """What an exception says was made by whoever raised it, of whatever they held."""
    github.transport = chatty = Chatty(github.transport)
    async with running(github, clock, tmp_path) as bot:
        await bot.settle()
        said()
        report = github.repo("pypa/pip").report("Path traversal", affects=["pip", "uv"])
        chatty.is_broken = True

        await bot.sweep()
        await bot.settle()

        told = said()
        assert "LookupError" in told
        assert [text for text in (*github.canaries, report.now.summary, report.now.ghsa) if text in told] == []
        chatty.is_broken = False
        await bot.later(minutes=20)
