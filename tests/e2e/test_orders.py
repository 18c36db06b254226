"""GitHub promises no order. However deliveries come, the world ends the same."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.sandbox.state.traffic import Delivery
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeAdvisory
from tests.harness import Bot
from tests.quick_folder import quick_folder

# 120 orders of five deliveries; the last one is the first one once more, so that two and two of them are the same.
ORDERS = tuple(order for order in itertools.permutations(range(5)) if order.index(0) < order.index(4))
PARTS = 4


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    return FakeGitHub(clock=clock, world="few", checks_shapes=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A report that slipped in, one that was accepted, one that was published: all of it before any delivery."""

    slipped_in: FakeAdvisory
    accepted: FakeAdvisory
    deliveries: tuple[Delivery, ...]

    @classmethod
    def on(cls, github: FakeGitHub) -> Happening:
        wheel = github.repo("pypa/wheel")
        slipped_in = github.repo("pypa/pip").report("A report that slipped in")
        accepted = wheel.report("Path traversal", affects=["wheel", "rust:uv"])
        published = wheel.report("Another", affects=["wheel", "poetry"])
        deliveries = (accepted.reported(), slipped_in.reported(), published.reported())
        accepted.accept()
        published.accept().publish()
        return cls(
            slipped_in=slipped_in,
            accepted=accepted,
            deliveries=(*deliveries, published.published(), deliveries[0]),
        )

    def outcome(self, github: FakeGitHub) -> tuple[object, ...]:
        """Who sees the report, and which mirrors there are with whom."""
        return (
            sorted(self.slipped_in.collaborators),
            [sorted(mirror.collaborators) for mirror in github.coordination.drafts],
            len(github.writes),
        )


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
async def test_every_order_of_five_deliveries_ends_in_the_same_world(github: FakeGitHub, bot: Bot, part: int) -> None:
    """120 orders of five deliveries, one of them sent twice, with all work done between them.

    Handlers read what is so now, so it cannot matter what they are told, when, or how often. The same thing happens
    again for each order, to an app that goes on living.
    """
    await bot.approve_everything()
    await bot.settle()

    for order in ORDERS[part::PARTS]:
        written = len(github.writes)
        happening = Happening.on(github)
        statuses = []
        for number in order:
            statuses.append(await bot.deliver(happening.deliveries[number]))
            await bot.settle()

        assert happening.outcome(github) == (
            ["psrt-member-1", "psrt-member-2"],
            [["uv-maintainer-1", "uv-maintainer-2", "wheel-maintainer-1", "wheel-maintainer-2"]],
            written + 4,  # the PSRT added; a mirror opened, its people added, its record signed with its own id
        ), order
        assert sorted(statuses) == [200, 202, 202, 202, 202]
        assert await bot.waiting() == []
        happening.slipped_in.close()
        happening.accepted.close()
        await bot.later(minutes=2)
        assert github.coordination.drafts == []
