"""What does the doctor say of deliveries, by GitHub's own log of them?"""

from __future__ import annotations

import pytest

from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.reading import read
from app.sandbox import people
from app.sandbox.registering import WATCHER
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


@pytest.mark.parametrize(("failed", "log"), [(0, "09:00 UTC, and by that it arrived somewhere"), (2, "09:00 UTC")])
async def test_where_nothing_ever_arrived_here_nothing_is_ok(
    github: FakeGitHub, bot: Bot, failed: int, log: str
) -> None:
    """GitHub may have delivered to another instance, or to one that is gone; here it was heard of by nobody."""
    github.delivery_log.line("issues", "opened", outcome=202)
    for _ in range(failed):
        github.delivery_log.line("issues", "opened")

    line = await _activity(bot)

    assert line.state == "cannot tell"
    assert line.says.startswith("none was taken in yet")
    assert line.says.endswith(log)
    assert "Recent deliveries; redeliver one" in line.do


@pytest.mark.parametrize(
    ("url", "is_loopback"),
    [
        ("https://greenroom.example/webhooks/github", False),
        ("https://localhost/webhooks/github", True),
        ("http://127.0.0.1:8000/webhooks/github", True),
        ("https://127.9.9.9/webhooks/github", True),
        ("https://[::1]/webhooks/github", True),
        ("https://[::1/webhooks/github", False),
        ("https://localhost.example/webhooks/github", False),
        (None, False),
    ],
)
async def test_a_loopback_address_has_a_line_of_its_own(
    github: FakeGitHub, bot: Bot, url: str | None, *, is_loopback: bool
) -> None:
    """It works in a browser on this machine, so that it looks right to whoever tries it there."""
    github.world.app(WATCHER).webhook_url = url

    told = {each.name: each for each in judge(await read(bot.parts)) if each.group == "Deliveries"}

    assert ("loopback" in told, "address" in told) == (is_loopback, not is_loopback)  # two would advise two things
    if is_loopback:
        assert told["loopback"].state == "problem"
        assert "GREENROOM_PUBLIC_URL" in told["loopback"].do


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


@pytest.mark.parametrize(("hours", "state"), [(23, "ok"), (25, "cannot tell"), (144, "cannot tell")])
async def test_what_github_delivers_well_and_is_not_taken_in_here_arrives_somewhere_else(
    github: FakeGitHub, bot: Bot, hours: int, state: str
) -> None:
    """The webhook may point to another instance since then."""
    await bot.deliver(github.repo("pypa/pip").report("A report").reported())
    bot.clock.advance(hours=hours)
    github.delivery_log.line("issues", "opened", outcome=202)

    line = await _activity(bot)

    assert line.state == state
    assert line.says.endswith("and by that it arrived somewhere else") is (state != "ok")
    assert bool(line.do) is (state != "ok")


async def test_where_the_log_is_empty_what_was_taken_in_is_what_is_known(github: FakeGitHub, bot: Bot) -> None:
    """It holds some days, and nothing may have happened in them."""
    await bot.deliver(github.repo("pypa/pip").report("A report").reported())
    github.world.attempts.all.clear()

    line = await _activity(bot)

    assert (line.state, line.says) == ("ok", "the last one was taken in 2026-12-01 09:00 UTC")


async def test_where_the_log_is_not_shown_nothing_is_ok(github: FakeGitHub, bot: Bot) -> None:
    """Whether deliveries have failed ever since stands there and nowhere else."""
    assert (await _activity(bot)).state == "cannot tell"
    await bot.deliver(github.repo("pypa/pip").report("A report").reported())
    await bot.settle()
    github.fail("GET", LOG, 404, times=None, because="permission")

    line = await _activity(bot)

    assert line.state == "cannot tell"
    assert line.says.startswith("the last one was taken in 2026-12-01 09:00 UTC; GitHub's log of deliveries: ")
    assert line.do
    github.clear_faults()


async def test_what_github_should_have_sent_and_did_not_is_a_problem_until_it_sends_something(
    github: FakeGitHub, bot: Bot
) -> None:
    """A repository was archived, and by GitHub's log nothing was sent: the last delivery was taken in before that."""
    await bot.settle()
    await bot.deliver(github.repo("pypa/pip").report("A report").reported())
    for _ in range(11):
        await bot.later(minutes=1)
    people.switch_webhook(github.world.app(WATCHER), on=False)
    github.repo("pypa/wheel").archive()
    assert (await _activity(bot)).state == "ok"
    for _ in range(20):
        await bot.later(minutes=1)

    line = await _activity(bot)

    assert line.state == "problem"
    assert line.says == (
        "GitHub sent nothing for 1 change that it sends deliveries for, since 2026-12-01 09:11 UTC: "
        "is the webhook switched off?"
    )
    assert "is the webhook active?" in line.do
    github.delivery_log.line("security_advisory", "updated", outcome=202)
    assert (await _activity(bot)).state == "ok", "it need not be compared anew first"
