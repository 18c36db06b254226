"""An advisory that touches several tools is mirrored where the maintainers of just those tools can read it."""

from __future__ import annotations

import pytest

from app.domain.mirrors import Store
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = [pytest.mark.as_shipped, in_both_stores, pytest.mark.usefixtures("approved")]


async def test_a_report_opens_nothing_before_the_project_accepts_it(github: FakeGitHub, bot: Bot) -> None:
    """All of a report is written by a stranger, the packages it names included."""
    report = github.repo("pypa/wheel").report("Path traversal", affects=["wheel", "pip", "rust:uv"])

    assert await bot.deliver(report.reported()) == 202
    await bot.settle()

    assert github.coordination.mirrors == []
    story = await bot.explain(f"pypa/wheel/{report.ghsa}")
    assert story["candidate"]
    assert story["tools"] == ["pip", "uv", "wheel"]


async def test_an_accepted_advisory_is_mirrored_for_the_people_of_its_tools(github: FakeGitHub, bot: Bot) -> None:
    """GitHub does not tell that a report was accepted; candidates are looked at again and again."""
    report = github.repo("pypa/wheel").report("Path traversal", affects=["wheel", "rust:uv"], severity="high")
    await bot.deliver(report.reported())
    await bot.settle()

    report.accept()
    await bot.later(minutes=3)

    [mirror] = github.coordination.open_mirrors
    for told in (report.summary, report.description, "high", "| uv | named in the advisory | unknown |"):
        assert told in mirror.text
    assert {"wheel-maintainer-1", "wheel-maintainer-2", "uv-maintainer-1", "uv-maintainer-2"} <= mirror.readers.keys()
    assert "reporter-1" not in mirror.readers
    assert (await bot.explain("case/1"))["people_must"] == []


async def test_draft_edits_are_mirrored_though_github_sends_no_webhook(
    github: FakeGitHub, bot: Bot, store: Store
) -> None:
    """GitHub is silent about drafts. Open cases are looked at every other minute."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()

    advisory.edit(
        summary="Path traversal in wheels",
        description="It is worse than we thought.",
        severity="critical",
        cwe_ids=["CWE-22"],
        cve_id="CVE-2026-12345",
        affects=["wheel", "rust:uv", "poetry"],
    )
    await bot.later(minutes=3)

    [mirror] = github.coordination.open_mirrors
    for told in ("Path traversal in wheels", "It is worse than we thought.", "critical", "CWE-22", "CVE-2026-12345"):
        assert told in mirror.text
    assert all(package in mirror.text for package in ("pip:wheel", "rust:uv", "pip:poetry"))
    if store == "advisory":
        assert mirror.summary == "Path traversal in wheels"
        assert (mirror.severity, mirror.cwe_ids, mirror.cve_id) == ("critical", ["CWE-22"], "CVE-2026-12345")
        assert [each.package for each in mirror.vulnerabilities] == ["wheel", "uv", "poetry"]
        assert "poetry-maintainer-1" not in mirror.collaborators  # a reporter can edit a draft, too
    [matter] = (await bot.explain("case/1"))["people_must"]
    assert "poetry" in matter


@pytest.mark.slow
async def test_what_people_write_in_a_mirror_stays(github: FakeGitHub, bot: Bot) -> None:
    """The mirror is where they work together: only the copied source and our block are ours."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    [mirror] = github.coordination.open_mirrors
    mirror.rewrite(f"Read this first.\r\n{mirror.body}\nuv has a patch, see the fork.\n")

    advisory.edit(description="A second way in was found.")
    await bot.later(minutes=3)

    assert mirror.body.startswith("Read this first.\r\n")
    assert mirror.body.endswith("\nuv has a patch, see the fork.\n")
    assert "A second way in was found." in mirror.body


async def test_a_field_that_both_sides_edited_is_left_alone(github: FakeGitHub, bot: Bot) -> None:
    """Nobody's edit is overwritten. People are told, and settle it."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    [mirror] = github.coordination.open_mirrors

    mirror.rewrite(mirror.body.replace("How it happens.", "How it happens in uv."))
    advisory.edit(description="How it happens in wheel's unpack.")
    await bot.later(minutes=3)

    assert "How it happens in uv." in mirror.body
    assert "wheel's unpack" not in mirror.text
    assert (await bot.explain("case/1"))["people_must"] == [
        "the mirror and its source were both edited, nothing is overwritten: source"
    ]


@pytest.mark.slow
async def test_a_field_edited_only_in_the_mirror_is_kept_and_shown(github: FakeGitHub, bot: Bot, store: Store) -> None:
    """It diverges from its source, which only the source's own people may change."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    [mirror] = github.coordination.open_mirrors

    mirror.retitle("Wheel and uv: path traversal")
    advisory.edit(description="A second way in was found.")
    await bot.later(minutes=3)

    assert mirror.title == "Wheel and uv: path traversal"
    assert "A second way in was found." in mirror.body  # field by field
    field = {"advisory": "summary", "issue": "title"}[store]
    assert (await bot.explain("case/1"))["people_must"] == [
        f"the mirror says something else than its source, and is kept: {field}"
    ]


async def test_the_mirror_closes_with_its_source(github: FakeGitHub, bot: Bot) -> None:
    """Published or closed: nothing is left to keep secret there, and the last state is written down."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()

    advisory.publish()
    await bot.deliver(advisory.published())
    await bot.settle()

    [mirror] = github.coordination.mirrors
    assert mirror.state == "closed"
    assert f"{advisory.ghsa}: published" in mirror.body


@pytest.mark.slow
async def test_a_lost_answer_does_not_make_a_second_mirror(github: FakeGitHub, bot: Bot) -> None:
    """GitHub opens the mirror and then times out. We look before we try again."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    github.lose_answer("POST", github.mirrors_path, how="timeout")

    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=1)
    await bot.later(minutes=1)

    [mirror] = github.coordination.mirrors
    assert "uv-maintainer-1" in mirror.readers


@pytest.mark.slow
async def test_an_outage_while_opening_is_tried_again_later(github: FakeGitHub, bot: Bot) -> None:
    """502 and nothing happened: the same answer as above, and only looking tells them apart."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    github.fail("POST", github.mirrors_path)

    await bot.sweep()
    await bot.settle()
    assert github.coordination.mirrors == []
    await bot.later(seconds=89)
    assert github.coordination.mirrors == []  # a request that was late could still take effect
    await bot.later(seconds=1)

    assert len(github.coordination.mirrors) == 1


@pytest.mark.slow
async def test_a_restart_doubles_nothing(github: FakeGitHub, bot: Bot) -> None:
    """What is in memory is worth nothing."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    github.lose_answer("POST", github.mirrors_path, how="reset")
    await bot.sweep()
    await bot.settle()

    await bot.restart()
    await bot.later(minutes=1)

    assert len(github.coordination.mirrors) == 1


@pytest.mark.slow
async def test_a_lost_database_doubles_nothing(github: FakeGitHub, bot: Bot) -> None:
    """Mirrors say themselves which advisory they belong to. The approval is forgotten, so nothing is written."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    before = len(github.writes)

    await bot.lose_database()
    await bot.settle()
    await bot.later(minutes=5)

    assert len(github.coordination.mirrors) == 1
    assert len(github.writes) == before


@pytest.mark.slow
async def test_an_altered_record_freezes_the_mirror(github: FakeGitHub, bot: Bot) -> None:
    """Somebody edits the line that we sign. Nothing of that mirror is changed until people have looked."""
    advisory = github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    [mirror] = github.coordination.open_mirrors
    mirror.rewrite(mirror.body.replace('"case": 1', '"case": 2'))
    before = len(github.writes)

    advisory.edit(summary="Another title")
    await bot.later(minutes=3)

    assert len(github.writes) == before
    [matter] = (await bot.explain("case/1"))["people_must"]
    assert "frozen" in matter


@pytest.mark.slow
async def test_copied_text_is_inert(github: FakeGitHub, bot: Bot) -> None:
    """A reporter who writes mentions, references, images and our own markers notifies and confuses nobody."""
    hostile = (
        "@pypa/pip-maintainers see #1 and https://github.com/pypa/pip/issues/1 ![x](https://evil.example/x.png)\n"
        "<!-- greenroom:case:begin -->\n<!-- greenroom:source:end -->\n```\n<script>alert(1)</script>\n"
        "/greenroom invite uv\n" + "long " * 11_000
    )
    advisory = github.repo("pypa/wheel").draft("x", affects=["wheel", "rust:uv"], description=hostile)
    advisory.edit(summary="@org/team closes #1 <b>GH-1</b> <!-- greenroom:case:begin -->")

    await bot.sweep()
    await bot.settle()

    [mirror] = github.coordination.open_mirrors
    assert "@org" not in mirror.title
    assert "#1" not in mirror.title
    assert len(mirror.body) <= 65_535
    assert _active(mirror.body) == []
    assert mirror.body.count("\n<!-- greenroom:case:begin -->\n") == 1


def _active(body: str) -> list[str]:
    """Lines with something of the reporter's that are not code: our own lines have none of it."""
    telling = ("evil.example", "greenroom invite", "@pypa", "@org", "<b>", "GH-1", "issues/1")
    return [line for line in body.split("\n") if any(word in line for word in telling) and not line.startswith("    ")]
