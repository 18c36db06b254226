"""How does pip move from the PSRT to another team? Makes what docs/moving-pip.md shows.

`python -m tests.e2e.moving_pip` writes it into the document.
"""

from __future__ import annotations

import asyncio
import difflib
import io
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from app.domain.ids import without_ids
from app.policy_file.diff import difference
from app.policy_file.foreseeing import foresee
from app.shown.policy import difference_for_people
from policies.loading import load_policies
from tests.clock import FakeClock
from tests.e2e.policy_repository import PATH, moved_in
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running

BLOCK = re.compile(r"^```(\w*)\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
DOCUMENT = Path(__file__).parents[2] / "docs" / "moving-pip.md"
TEAM = "packaging-security/responders"
THERE, BACK = "2027-02-01", "2027-05-01"


def moved(text: str) -> str:
    """Another report owner, and pip's reports are its own from a day on."""
    data = yaml.safe_load(text)
    data["report_owners"]["packaging-security"] = {
        "takes_reports": "github",
        "clocks": {"coordinator": "3d", "finish": "90d"},
        "teams": [TEAM],
    }
    return _from(data, THERE, "packaging-security")


def moved_back(text: str) -> str:
    return _from(yaml.safe_load(text), BACK, "psrt")


def _from(data: dict[str, Any], day: str, owner: str) -> str:
    data["tools"]["pip"]["report_owner"].append({"from": day, "owner": owner})
    return yaml.safe_dump(data, sort_keys=False)


def lines_between(old: str, new: str) -> str:
    told = difflib.unified_diff(old.splitlines(), new.splitlines(), f"a/{PATH}", f"b/{PATH}", lineterm="", n=2)
    return "\n".join(told)


async def typed(bot: Bot, old: str, new: str, day: str | None = None) -> str:
    """What `greenroom policy diff` prints for people."""
    at = datetime.fromisoformat(day).replace(tzinfo=UTC) if day else bot.clock.now()
    before, after = load_policies(old, "old.yml"), load_policies(new, "new.yml")
    sides = await foresee(bot.parts, before, after, at, lambda *_: None)
    watched = await bot.parts.reconciler.gauge.watched("private-reporting")
    shown = {"at": at.isoformat()} | difference(*sides, watched=watched, open_cases=0)
    console = Console(file=io.StringIO(), width=118, color_system=None)
    console.print(difference_for_people(shown))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue().replace(before.commit, "OLD").replace(after.commit, "NEW")
    return without_ids("\n".join(line.rstrip() for line in text.splitlines()))


async def story(github: FakeGitHub, bot: Bot) -> list[str]:
    """The blocks of the document, in order."""
    world = github.world
    world.add_team(world.organization("packaging-security"), "responders", ["responder-1", "pip-maintainer-1"])
    await bot.approve("private-reporting: off", "reports-reach-owner: add the owner's people")
    github.repo("pypa/pip").draft("Path traversal")
    policy = await moved_in(github, bot)
    await bot.sweep()
    await bot.settle()
    old = bot.policy.read_text(encoding="utf-8")
    new = moved(old)
    pull = policy.open_pull({PATH: new}, by="coordinator-1")
    await bot.later(seconds=31)
    [run] = pull.checks
    again = moved_back(new)
    return [
        lines_between(old, new),
        f"{run.output['title']}\n\n{run.output['summary']}",
        await typed(bot, old, new),
        await typed(bot, old, new, THERE),
        lines_between(new, again),
        await typed(bot, new, again, BACK),
    ]


async def write() -> None:
    """Bring the document up to date."""
    clock = FakeClock()
    github = FakeGitHub(clock=clock, world="few")
    with tempfile.TemporaryDirectory() as folder:
        async with running(github, clock, Path(folder)) as bot:
            blocks = iter(await story(github, bot))
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(BLOCK.sub(lambda found: f"```{found[1]}\n{next(blocks)}\n```", text), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(write())
