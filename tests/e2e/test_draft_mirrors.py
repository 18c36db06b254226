"""Mirrors as draft advisories: what holds for this store alone. Each draft names its own readers."""

from __future__ import annotations

from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def test_only_the_people_of_its_tools_read_a_draft(github: FakeGitHub, bot: Bot) -> None:
    """Need to know, case by case: no maintainer of another tool, and not who reported it."""
    await bot.approve_everything()
    github.repo("pypa/wheel").report("Path traversal", affects=["wheel", "rust:uv"], severity="high").accept()

    await bot.sweep()
    await bot.settle()

    [mirror] = github.coordination.drafts
    invited = {"wheel-maintainer-1", "wheel-maintainer-2", "uv-maintainer-1", "uv-maintainer-2"}
    assert set(mirror.collaborators) == invited
    assert mirror.readers.keys() == {*invited, "coordinator-1"}


async def test_a_login_that_a_stranger_took_over_is_not_invited(github: FakeGitHub, bot: Bot) -> None:
    """Uv's maintainer renamed their account, and somebody else registered the old name."""
    await bot.approve_everything()
    github.rename_user("uv-maintainer-1", "uv-maintainer-renamed")
    github.add_person("uv-maintainer-1")
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])

    await bot.sweep()
    await bot.settle()

    [mirror] = github.coordination.drafts
    assert "uv-maintainer-1" not in mirror.collaborators
    assert "uv-maintainer-2" in mirror.collaborators
    [matter] = (await bot.explain("case/1"))["people_must"]
    assert "uv-maintainer-1" in matter
