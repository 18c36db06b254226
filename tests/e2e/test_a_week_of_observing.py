"""The way in, in the world of PyPA as it is: a week of looking while people work, and then a yes to one policy."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import resources
from typing import Any

import pytest

from app import planning
from app.store import cases
from tests.clock import FakeClock
from tests.e2e.policy_edits import edit_policy
from tests.e2e.projects import switched
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

WORK_EVERY, WEEK = timedelta(hours=4), timedelta(days=7)
FIRST_DAY = timedelta(days=1)
AFFECTED = ("pip", "wheel", "setuptools", "virtualenv", "rust:uv", "pip:poetry", "other:pypi")


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    """All of PyPA, the tools around it and their published advisories."""
    return FakeGitHub(clock=clock, world="pypa", checks_shapes=False)


@dataclass(slots=True)
class Working:
    """What people do at a time, from a number alone. `did` counts it by kind."""

    github: FakeGitHub
    dice: random.Random
    did: dict[str, int] = field(default_factory=dict)

    def something(self) -> None:
        acts = (self.report, self.draft, self.accept, self.edit, self.publish, self.flip, self.settings)
        act = self.dice.choice(acts)
        if act():
            self.did[act.__name__] = self.did.get(act.__name__, 0) + 1

    def report(self) -> bool:
        self._alive().report("A matter", affects=self._affected())
        return True

    def draft(self) -> bool:
        self._alive().draft("Something found by ourselves", affects=self._affected())
        return True

    def accept(self) -> bool:
        return any(each.accept() for each in self._some("triage"))

    def edit(self) -> bool:
        return any(each.edit(summary="Better said", affects=self._affected()) for each in self._some("draft"))

    def publish(self) -> bool:
        return any(each.publish() for each in self._some("draft"))

    def flip(self) -> bool:
        repo = self.github.repo("pypa/pip") if self.dice.random() < 0.5 else self._alive()
        repo.state.private_reporting = not repo.private_reporting
        return True

    def settings(self) -> bool:
        repo = self._alive()
        if repo.state.full_name == "pypa/pip":
            return False
        repo.attach_configuration("Recommended").archive().unarchive().make_private().make_public()
        return True

    def _alive(self) -> FakeRepo:
        coordination = self.github.coordination.state.owner
        repos = self.github.world.repositories.values()
        alive = [each.full_name for each in repos if not each.archived and each.owner is not coordination]
        return self.github.repo(self.dice.choice(sorted(alive)))

    def _affected(self) -> list[str]:
        return self.dice.sample(AFFECTED, self.dice.randint(1, 3))

    def _some(self, state: str) -> list[FakeAdvisory]:
        repos = [self.github.repo(each.full_name) for each in self.github.world.repositories.values()]
        found = [each for repo in repos for each in repo.advisories if each.now.state == state]
        return self.dice.sample(found, min(1, len(found)))


@pytest.mark.slow
async def test_a_week_at_work_is_watched_without_a_write_and_after_a_yes_pip_is_mended_within_a_minute(
    github: FakeGitHub, bot: Bot
) -> None:
    """Reports come, drafts are accepted, edited and published, switches are flipped; deliveries tell of it.

    On the first day the sweeps come as often as they are shipped, every ten minutes, and from then on every four hours,
    since a week of the former would take a quarter of an hour. The poll of switches comes with each.
    """
    bot.policy.write_text(resources.files("policies").joinpath("pypa.yml").read_text(), encoding="utf-8")
    await bot.restart()
    working = Working(github, random.Random(7))  # noqa: S311 - no secret
    began, delivered = bot.clock.now(), 0
    while bot.clock.now() < began + WEEK:
        until = bot.clock.now() + WORK_EVERY
        for _ in range(3):
            working.something()
        for delivery in github.deliveries[delivered:]:
            await bot.deliver(delivery)
            await bot.settle()
        delivered = len(github.deliveries)
        while bot.clock.now() < until:
            await bot.later(minutes=10 if bot.clock.now() < began + FIRST_DAY else 240)
    assert min(working.did.get(kind, 0) for kind in ("report", "accept", "edit", "publish", "flip", "settings")) > 0
    assert delivered > 20  # or they had nothing to tell
    assert await _cases(bot) > 0  # something that would be mirrored
    assert github.writes == []

    github.repo("pypa/get-pip").detach_configuration().disable_private_reporting()
    pip = github.repo("pypa/pip").enable_private_reporting()
    await edit_policy(bot, _enforces(github))
    await bot.later(minutes=11)
    assert github.writes == []  # a reviewed change is no coordinator's yes
    plan = await bot.plan()
    assert [(each["key"], each["gate"]) for each in plan["actions"]] == [("pypa/pip#private-reporting", "unapproved")]
    await planning.approve(bot.parts, plan["plan_id"], "coordinator-1")
    await bot.settle()
    assert not pip.private_reporting

    bot.clock.advance(hours=3)
    await bot.settle()
    pip.enable_private_reporting(by="pip-maintainer-1")
    flipped = bot.clock.now()
    while switched(github) == ["pypa/pip"]:
        await bot.later(seconds=5)
        assert bot.clock.now() - flipped <= timedelta(seconds=60), "a minute is over"
    assert switched(github) == ["pypa/pip", "pypa/pip"]
    assert len(github.writes) == 2


def _enforces(github: FakeGitHub) -> Any:
    coordinator = f"coordinator-1:{github.person('coordinator-1').id}"

    def change(content: dict[str, Any]) -> None:
        content["policies"]["private-reporting"]["mode"] = "enforce"
        content["coordinators"] = {"users": [coordinator]}

    return change


async def _cases(bot: Bot) -> int:
    return len(await bot.parts.database.read(cases.open_cases))
