"""What was read of a repository serves every policy."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import policies
from policies.policy import all_policies
from tests.fake_github import FakeGitHub
from tests.harness import Bot

ANOTHER = '''\
"""Every draft names a fixed version for each package."""

from app.domain.findings import passed, unclear
from app.domain.facts import Known


def check(facts, rules, now):
    return passed("it does") if isinstance(facts.advisories, Known) else unclear(facts.advisories)
'''


async def _sweep(github: FakeGitHub, bot: Bot) -> list[str]:
    """What one sweep asks, once everything was read that is read seldom."""
    start = len(github.requests)
    await bot.later(minutes=10)
    return sorted(f"{each.method} {each.path}" for each in github.requests[start:])


@pytest.mark.slow
async def test_a_policy_whose_facts_are_read_already_costs_no_request(
    github: FakeGitHub, bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody drops a file into the folder: each repository is judged by it, and GitHub is asked for nothing more."""
    await bot.settle()
    for _ in range(7):
        await _sweep(github, bot)
    before = await _sweep(github, bot)
    (tmp_path / "fixed_versions.py").write_text(ANOTHER, encoding="utf-8")
    monkeypatch.setattr(policies, "__path__", [*policies.__path__, str(tmp_path)])
    all_policies.cache_clear()
    try:
        after = await _sweep(github, bot)
        assert (await bot.standing("pypa/pip", "fixed-versions")).state == "pass"
    finally:
        monkeypatch.undo()
        all_policies.cache_clear()
        sys.modules.pop("policies.fixed_versions", None)

    assert len(after) <= len(before)
    assert set(after) - set(before) <= {each for each in after if "code-security-configuration" in each}
