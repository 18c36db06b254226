"""Mirrors as issues of a private repository: what holds for this store alone."""

from __future__ import annotations

from tests.e2e.stores import as_issues
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = as_issues


async def test_an_accepted_advisory_becomes_an_issue_with_a_neutral_title(github: FakeGitHub, bot: Bot) -> None:
    """A title is in every notification and every list; the rest stands in the body, as text."""
    await bot.approve_everything()
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"], severity="high", cwe_ids=["CWE-22"])

    await bot.sweep()
    await bot.settle()

    [mirror] = github.coordination.mirrors
    assert mirror.title == "Case 1"
    for told in ("Summary: Path traversal", "Severity: high", "CWEs: CWE-22", "Package: rust:uv", "How it happens."):
        assert f"    {told}" in mirror.body
