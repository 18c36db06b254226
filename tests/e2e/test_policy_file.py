"""The policy file changes while the app runs. The last one that was valid stays in force, whatever happens to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def _flip(github: FakeGitHub, bot: Bot) -> None:
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    await bot.later(minutes=11)


async def test_a_broken_file_changes_nothing_and_is_told_once(
    github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """A typo must not switch enforcement off, and one line says where it is and what was probably meant."""
    await bot.approve_everything()
    await bot.settle()
    good = bot.policy.read_text(encoding="utf-8")
    commit = bot.parts.policy.current().commit
    broken = good.replace("takes_reports: email", "takes_report: email")
    [line] = [number for number, text in enumerate(broken.splitlines(), start=1) if "takes_report:" in text]
    said()

    bot.policy.write_text(broken, encoding="utf-8")
    await bot.later(minutes=1)
    await bot.later(minutes=1)
    await _flip(github, bot)

    assert bot.parts.policy.current().commit == commit
    assert not github.repo("pypa/pip").private_reporting
    words = said()
    assert words.count("policy.invalid") == 1
    assert f"greenroom.yml line {line}: report_owners.psrt.takes_report: there is no such key" in words
    assert 'did you mean "takes_reports"?' in words

    bot.policy.write_text(good.replace("finish: 90d", "finish: 60d"), encoding="utf-8")
    await bot.later(minutes=1)
    assert bot.parts.policy.current().commit != commit


@pytest.mark.slow
async def test_a_deleted_file_changes_nothing(github: FakeGitHub, bot: Bot) -> None:
    """Absent while running is not “no policy”: the last good one stays."""
    await bot.approve_everything()
    await bot.settle()
    commit = bot.parts.policy.current().commit

    bot.policy.unlink()
    await _flip(github, bot)

    assert bot.parts.policy.current().commit == commit
    assert not github.repo("pypa/pip").private_reporting


RARER = ("version: 2\n", "- a list\n", "\x00", "a: &a [*a]\n")


@pytest.mark.parametrize("content", ["", *(pytest.param(each, marks=pytest.mark.slow) for each in RARER)])
async def test_whatever_the_file_becomes_the_last_good_one_stays(github: FakeGitHub, bot: Bot, content: str) -> None:
    """Empty, another version, not a mapping, not text, an anchor: never defaults."""
    await bot.settle()
    commit = bot.parts.policy.current().commit

    bot.policy.write_text(content, encoding="utf-8")
    await bot.later(minutes=1)

    assert bot.parts.policy.current().commit == commit
    assert github.writes == []


@pytest.mark.slow
async def test_a_file_that_is_no_text_changes_nothing(bot: Bot) -> None:
    """Bytes that are no UTF-8 are unreadable."""
    commit = bot.parts.policy.current().commit

    bot.policy.write_bytes(b"version: 1\n\xff\xfe")
    await bot.later(minutes=1)

    assert bot.parts.policy.current().commit == commit


def _replaced_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FATES: dict[str, tuple[Callable[[Path], object], str]] = {
    "it is gone": (Path.unlink, "greenroom.yml cannot be read: No such file or directory"),
    "a folder is in its place": (_replaced_by_a_folder, "greenroom.yml cannot be read: Is a directory"),
    "it is no text": (lambda path: path.write_bytes(b"version: 1\n\xff"), "greenroom.yml line 2: not text in UTF-8"),
    "it is empty": (lambda path: path.write_text(""), "greenroom.yml line 1: write a mapping, as in version: 1"),
    "half of it was written": (
        lambda path: path.write_text("version: 1\ntools: {pip"),
        "greenroom.yml line 2: not YAML",
    ),
    "a key is mistyped": (
        lambda path: path.write_text("version: 1\npolicies:\n  reports-reach-owner: {mod: enforce}\n"),
        'greenroom.yml line 3: policies.reports-reach-owner.mod: there is no such key; did you mean "mode"?',
    ),
    "a policy is mistyped": (
        lambda path: path.write_text("version: 1\npolicies:\n  report-reaches-owner: {mode: enforce}\n"),
        (
            'greenroom.yml line 3: policies.report-reaches-owner: there is no policy "report-reaches-owner"; '
            'did you mean "reports-reach-owner"?'
        ),
    ),
    "a sentinel is mistyped": (
        lambda path: path.write_text("version: 1\nsentinels: [pypa/pip]\n"),
        "greenroom.yml line 2: sentinels.0: write OWNER/REPO/GHSA-xxxx-xxxx-xxxx",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("fate", "words"), FATES.values(), ids=FATES)
async def test_whatever_becomes_of_the_file_the_last_good_one_enforces_and_people_are_told(
    github: FakeGitHub, bot: Bot, fate: Callable[[Path], object], words: str
) -> None:
    """Neither defaults nor half of a file: what was good stays in force, and the words say what would be right."""
    await bot.approve_everything()
    await bot.settle()
    commit = bot.parts.policy.current().commit
    draft = github.repo("pypa/pip").draft("Found by a maintainer")

    fate(bot.policy)
    await bot.later(minutes=1)
    await _flip(github, bot)

    assert (bot.parts.policy.mistakes or "").removeprefix(f"{bot.policy.parent}/").startswith(words)
    assert bot.parts.policy.current().commit == commit
    assert not github.repo("pypa/pip").private_reporting
    assert draft.collaborators == ["psrt-member-1", "psrt-member-2"]


@pytest.mark.slow
async def test_without_a_policy_file_the_shipped_one_only_observes(github: FakeGitHub, bot: Bot) -> None:
    """Absent from the beginning: pip's rule is known and nothing is mended, whatever was approved."""
    await bot.approve_everything()
    bot.policy = None  # type: ignore[assignment]
    await bot.restart()
    github.repo("pypa/pip").draft("Found by a maintainer")

    await _flip(github, bot)

    assert github.writes == []
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "finding"
    plan = await bot.plan()
    assert plan["actions"] == []
    # It names nobody who could be added; and others ship copies of pip.
    assert {each["kind"] for each in plan["would"]} == {"set-private-reporting", "open-mirror"}


@pytest.mark.slow
async def test_switched_to_observe_nothing_more_is_written(github: FakeGitHub, bot: Bot) -> None:
    """Merging `mode: observe` stops enforcement at the next poll, without a restart."""
    await bot.approve_everything()
    await bot.settle()

    def observe(content: dict[str, dict[str, dict[str, str]]]) -> None:
        content["policies"]["private-reporting"]["mode"] = "observe"
        content["coordination"]["mode"] = "observe"  # type: ignore[assignment]

    await edit_policy(bot, observe)
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await _flip(github, bot)

    assert github.writes == []
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "finding"


async def test_moving_pip_to_its_maintainers_is_a_date(github: FakeGitHub, bot: Bot) -> None:
    """Owners are effective-dated: the reviewed change is merged today and takes effect on its day (UTC)."""
    await bot.approve_everything()
    await edit_policy(
        bot,
        lambda content: content["tools"]["pip"]["report_owner"].append({"from": "2026-12-03", "owner": "maintainers"}),
    )

    await bot.later(hours=36)
    assert not github.repo("pypa/pip").private_reporting
    await bot.later(hours=4)

    assert github.repo("pypa/pip").private_reporting


@pytest.mark.slow
async def test_an_exemption_lapses_at_the_end_of_its_last_day(github: FakeGitHub, bot: Bot) -> None:
    """What somebody accepted until a date is left alone until then, and mended afterwards."""
    await bot.approve_everything()
    owner = f"coordinator-1:{github.person('coordinator-1').id}"
    exemption = {
        "policy": "private-reporting",
        "repository": "pypa/pip",
        "owner": owner,
        "kinds": ["switched-on"],
        "reason": "trying it out",
        "until": "2026-12-01",
    }
    await edit_policy(bot, lambda content: content.update({"exemptions": [exemption]}))
    await _flip(github, bot)
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "exempt"
    assert github.repo("pypa/pip").private_reporting

    await bot.later(hours=16)

    assert not github.repo("pypa/pip").private_reporting


@pytest.mark.slow
async def test_an_exemption_of_another_repository_covers_nothing_here(github: FakeGitHub, bot: Bot) -> None:
    """It names one policy and one repository."""
    await bot.approve_everything()
    owner = f"coordinator-1:{github.person('coordinator-1').id}"
    text = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    for policy, repository in (("private-reporting", "pypa/wheel"), ("coordination-private", "pypa/pip")):
        text.setdefault("exemptions", []).append(
            {"policy": policy, "repository": repository, "owner": owner, "reason": "no", "until": "2027-01-31"}
            | {"reason": "another matter"}
        )
    bot.policy.write_text(yaml.safe_dump(text), encoding="utf-8")

    await _flip(github, bot)

    assert not github.repo("pypa/pip").private_reporting
