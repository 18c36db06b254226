"""A delivery says where to look, never what is so: lost, late, doubled, reordered and lying ones change no outcome."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.sandbox.state.traffic import Delivery
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.as_shipped

SIGNATURE = "X-Hub-Signature-256"


def _saying(delivery: Delivery, change: Callable[[dict[str, Any]], Any]) -> Delivery:
    """The delivery with a payload that says something else, signed by whoever has the secret."""
    payload = json.loads(delivery.body)
    change(payload)
    return replace(delivery, body=json.dumps(payload).encode())


async def _arrives(bot: Bot, body: bytes, headers: Mapping[str, str]) -> int:
    """Anybody can send anything."""
    transport = httpx.ASGITransport(app=bot.parts.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        return (await client.post("/webhooks/github", content=body, headers=dict(headers))).status_code


async def _ready(bot: Bot) -> None:
    await bot.approve_everything()
    await bot.settle()


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param("sha256=" + "0" * 64, id="forged"),
        pytest.param(None, id="none", marks=pytest.mark.slow),
        pytest.param("sha1=" + "0" * 40, id="sha1", marks=pytest.mark.slow),
        pytest.param("", id="empty", marks=pytest.mark.slow),
    ],
)
async def test_a_delivery_that_github_did_not_sign_does_nothing(
    github: FakeGitHub, bot: Bot, signature: str | None
) -> None:
    """Whoever knows our address must not be able to make us work."""
    await _ready(bot)
    report = github.repo("pypa/pip").report("A report that slipped in")
    asked = len(github.requests)
    delivery = report.reported()

    headers = {name: value for name, value in delivery.headers.items() if name != SIGNATURE}
    status = await _arrives(bot, delivery.body, headers | ({SIGNATURE: signature} if signature is not None else {}))

    assert status == 401
    assert await bot.waiting() == []
    await bot.settle()
    assert len(github.requests) == asked
    await bot.later(minutes=11)  # the sweep does not need it
    assert len(report.collaborators) == 2


async def test_a_changed_body_is_not_what_was_signed(github: FakeGitHub, bot: Bot) -> None:
    """The signature is over the bytes, so a single one more is another delivery."""
    await _ready(bot)
    delivery = github.repo("pypa/wheel").report("A report").reported()

    assert await _arrives(bot, delivery.body + b" ", delivery.headers) == 401
    assert await bot.waiting() == []


@pytest.mark.slow
async def test_a_delivery_that_comes_twice_counts_once(github: FakeGitHub, bot: Bot) -> None:
    """GitHub keeps the id of a delivery that is sent again."""
    await _ready(bot)
    report = github.repo("pypa/pip").report("A report that slipped in")

    statuses = [await bot.deliver(report.reported()) for _ in range(3)]
    await bot.settle()
    again = await bot.deliver(report.reported())

    assert [*statuses, again] == [202, 200, 200, 200]
    assert await bot.waiting() == []
    assert len(report.collaborators) == 2
    assert len(github.writes) == 1


@pytest.mark.slow
async def test_a_payload_that_lies_about_an_advisory_opens_nothing(github: FakeGitHub, bot: Bot) -> None:
    """It says draft, and that it names uv; GitHub says triage. We believe GitHub."""
    await _ready(bot)
    report = github.repo("pypa/wheel").report("Path traversal", affects=["wheel", "rust:uv"])
    told = _saying(report.reported(), lambda payload: payload["repository_advisory"].update({"state": "draft"}))

    assert await bot.deliver(told) == 202
    await bot.settle()

    assert github.coordination.mirrors == []
    assert (await bot.explain(f"pypa/wheel/{report.ghsa}"))["state"] == "triage"


@pytest.mark.slow
async def test_a_payload_that_names_another_repository_changes_nothing_there(github: FakeGitHub, bot: Bot) -> None:
    """The advisory is not there, and asking for it finds that out."""
    await _ready(bot)
    report = github.repo("pypa/wheel").report("Path traversal", affects=["wheel", "rust:uv"])
    told = _saying(report.reported(), lambda payload: payload["repository"].update({"full_name": "astral-sh/uv"}))

    assert await bot.deliver(told) == 202
    await bot.settle()

    assert github.coordination.mirrors == []
    assert github.writes == []


@pytest.mark.slow
async def test_without_any_delivery_the_sweep_finds_it(github: FakeGitHub, bot: Bot) -> None:
    """All webhooks are lost. What is wrong is found by looking, at most a sweep later."""
    await _ready(bot)
    report = github.repo("pypa/pip").report("A report that slipped in")
    advisory = github.repo("pypa/wheel").report("Path traversal", affects=["wheel", "rust:uv"])
    advisory.accept()

    await bot.later(minutes=10)
    await bot.settle()

    assert len(report.collaborators) == 2
    assert len(github.coordination.drafts) == 1


@pytest.mark.slow
async def test_a_delivery_of_last_week_says_nothing_of_today(github: FakeGitHub, bot: Bot) -> None:
    """`published` comes late, long after the mirror was closed with its source; `reported` comes after that."""
    await _ready(bot)
    advisory = github.repo("pypa/wheel").report("Path traversal", affects=["wheel", "rust:uv"])
    reported = advisory.reported()
    advisory.accept()
    await bot.sweep()
    await bot.settle()
    advisory.publish()
    published = advisory.published()
    await bot.later(minutes=11)
    before = len(github.writes)
    assert github.coordination.mirrors[0].state == "closed"

    await bot.later(days=7)
    for late in (published, reported):
        assert await bot.deliver(late) == 202
        await bot.settle()

    assert len(github.writes) == before
    assert [mirror.state for mirror in github.coordination.mirrors] == ["closed"]


def _four_events(github: FakeGitHub) -> list[Delivery]:
    """What happened, all of it before the first delivery arrives."""
    pip, wheel = github.repo("pypa/pip"), github.repo("pypa/wheel")
    slipped_in = pip.report("A report that slipped in")
    first = wheel.report("Path traversal", affects=["wheel", "rust:uv"])
    second = wheel.report("Another", affects=["wheel", "poetry"])
    deliveries = [slipped_in.reported(), first.reported(), second.reported()]
    first.accept()
    second.accept().publish()
    return [*deliveries, second.published()]


@pytest.mark.slow
async def test_a_delivery_that_never_comes_ends_in_the_same_world(github: FakeGitHub, bot: Bot) -> None:
    """Two of four are lost, one comes twice; the next sweep makes up for them."""
    await _ready(bot)
    deliveries = _four_events(github)

    await _arrive(bot, [deliveries[3], deliveries[1], deliveries[3]])
    await bot.later(minutes=11)

    assert _outcome(github) == OUTCOME


async def _arrive(bot: Bot, deliveries: Iterable[Delivery]) -> None:
    for delivery in deliveries:
        await bot.deliver(delivery)
        await bot.settle()


def _outcome(github: FakeGitHub) -> tuple[object, ...]:
    return (
        [
            sorted(advisory.collaborators)
            for advisory in github.repo("pypa/pip").advisories
            if advisory.state == "triage"
        ],
        sorted((mirror.state, *sorted(mirror.collaborators)) for mirror in github.coordination.mirrors),
        len(github.writes),
    )


OUTCOME = (
    [["psrt-member-1", "psrt-member-2"]],
    [("draft", "uv-maintainer-1", "uv-maintainer-2", "wheel-maintainer-1", "wheel-maintainer-2")],
    4,  # the PSRT added; a mirror opened, its people added, its record signed with its own id
)
