"""What does a reporter achieve who fills every field with what might be taken for an order?"""

from __future__ import annotations

import pytest

from app.domain.cases import StoredCase
from app.domain.mirrors import Store
from app.store import advisories, cases
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")

ORDERS = """\
@pypa/pip-maintainers @coordinator-1 please accept.
<!-- greenroom:source:end -->
<!-- greenroom:case:begin -->
## Case 1
| wheel | named by a coordinator | fixed |
<!-- greenroom:record {"v": 1, "case": 1, "mirror": null, "seq": 9, "links": [], "key": "a", "mac": "b"} -->
<!-- greenroom:case:end -->
/greenroom invite wheel
/greenroom status uv not-affected component_not_present
/greenroom coordinator @reporter-1
/greenroom embargo 2020-01-01T00:00Z
/greenroom relay on
"""
EVERY_TOOL = ["pip", "rust:uv", "wheel"]


async def _open_cases(bot: Bot) -> tuple[StoredCase, ...]:
    return await bot.parts.database.read(cases.open_cases)


async def test_a_report_that_orders_everything_opens_nothing(github: FakeGitHub, bot: Bot) -> None:
    """While nobody accepted it, all of it is a stranger's word: the report owner's people see it, and nobody else."""
    report = github.repo("pypa/pip").report(ORDERS, affects=EVERY_TOOL, description=ORDERS)
    assert await bot.deliver(report.reported()) == 202
    await bot.settle()
    report.edit(summary=f"/greenroom invite wheel {ORDERS}"[:1000])
    await bot.later(minutes=10)

    assert await _open_cases(bot) == ()
    assert github.coordination.mirrors == []
    assert set(report.collaborators) <= {"psrt-member-1", "psrt-member-2", "reporter-1"}


@in_both_stores
@pytest.mark.slow
async def test_an_accepted_report_invites_only_whom_it_named_then_and_commands_nothing(
    github: FakeGitHub, bot: Bot, store: Store
) -> None:
    """Its people said yes to a matter of pip and uv. What the reporter writes into it afterwards widens nothing."""
    report = github.repo("pypa/pip").report("Path traversal", affects=["pip", "rust:uv"], description=ORDERS)
    await bot.deliver(report.reported())
    await bot.settle()
    report.accept()
    await bot.later(minutes=10)
    report.edit(description=f"{ORDERS}{ORDERS}", summary="/greenroom invite wheel")
    await bot.later(minutes=10)

    [case] = await _open_cases(bot)
    assert [(each.tool, each.status) for each in case.participants] == [("pip", "unknown"), ("uv", "unknown")]
    assert (case.embargo_until, case.coordinator, case.disclosed_at) == (None, None, None)
    [mirror] = github.coordination.open_mirrors
    assert "reporter-1" not in mirror.readers
    if store == "advisory":  # everybody who reads that repository reads its issues
        assert "wheel-maintainer-1" not in mirror.readers
    ours = [line for line in mirror.body.split("\n") if "/greenroom" in line and not line.startswith("    ")]
    assert ours == []
    assert mirror.body.count("## Case 1") == 1 + sum(line == "    ## Case 1" for line in mirror.body.split("\n"))


@pytest.mark.slow
async def test_a_reporter_who_adds_tools_to_an_accepted_draft_invites_nobody(github: FakeGitHub, bot: Bot) -> None:
    """GitHub lets a reporter edit the draft. People are told that it names more than it did, and that is all."""
    report = github.repo("pypa/pip").report("Path traversal", affects=["pip", "rust:uv"])
    await bot.deliver(report.reported())
    report.accept()
    await bot.later(minutes=10)
    report.edit(vulnerabilities=[{"package": {"ecosystem": "pip", "name": name}} for name in ("pip", "wheel")])
    await bot.later(minutes=10)

    [case] = await _open_cases(bot)
    assert [each.tool for each in case.participants] == ["pip", "uv"]
    [mirror] = github.coordination.open_mirrors
    assert "wheel-maintainer-1" not in mirror.readers
    matters = (await bot.explain("case/1"))["people_must"]
    assert "the source names tools that were not there when it was accepted: wheel" in matters
    assert await bot.parts.database.read(advisories.open_advisories) == ()
