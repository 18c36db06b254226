"""What does the doctor say of deliveries, by GitHub's own log of them?"""

from __future__ import annotations

import pytest

from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.reading import read
from tests.e2e.logged import LOG
from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def _activity(bot: Bot) -> Line:
    [line] = [each for each in judge(await read(bot.parts)) if each.name == "activity"]
    return line


async def test_deliveries_that_arrive_are_ok(github: FakeGitHub, bot: Bot) -> None:
    """The webhook is active, as GitHub says nowhere else."""
    await bot.deliver(github.repo("pypa/pip").report("A report").reported())

    line = await _activity(bot)

    assert line.state == "ok"
    assert line.says == (
        "the last one was taken in 2026-12-01 09:00 UTC; GitHub sent the last one of its log 2026-12-01 09:00 UTC"
    )


@pytest.mark.parametrize(("failed", "state"), [(1, "ok"), (2, "ok"), (3, "problem"), (40, "problem")])
async def test_deliveries_that_fail_one_after_the_other_are_a_problem(
    github: FakeGitHub, bot: Bot, failed: int, state: str
) -> None:
    """One or two may have come while it was started anew."""
    await bot.deliver(github.repo("pypa/pip").report("A report").reported())
    for _ in range(failed):
        github.delivery_log.line("issues", "opened")

    line = await _activity(bot)

    assert line.state == state
    assert (f"by GitHub's log its last {failed} did not arrive" in line.says) is (state == "problem")
    assert bool(line.do) is (state == "problem")


async def test_where_the_log_tells_nothing_it_is_as_before(github: FakeGitHub, bot: Bot) -> None:
    """Empty or not shown, what was taken in is what is known."""
    assert (await _activity(bot)).state == "cannot tell"
    await bot.deliver(github.repo("pypa/pip").report("A report").reported())
    await bot.settle()
    github.fail("GET", LOG, 404, times=None, because="permission")

    line = await _activity(bot)

    assert (line.state, line.says) == ("ok", "the last one was taken in 2026-12-01 09:00 UTC")
    github.clear_faults()
