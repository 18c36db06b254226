"""What does Prometheus read, and what does it give away?"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from app.domain.actions import CASE_SCOPES
from app.domain.records import Notice
from app.metrics.names import ACK, GAUGES, OUTCOMES
from app.metrics.openly import is_told, room
from app.sandbox.registering import WATCHER
from app.sandbox.state.tokens import install
from app.store.schema import audit
from tests.clock import START, FakeClock
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import METRICS_TOKEN, Bot, running
from tests.quick_folder import quick_folder


async def _ask(bot: Bot, authorization: str | None = f"Bearer {METRICS_TOKEN}") -> httpx.Response:
    transport = httpx.ASGITransport(app=bot.served)
    headers = {"Authorization": authorization} if authorization else {}
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        return await client.get("/metrics", headers=headers)


async def _values(bot: Bot) -> dict[str, float]:
    """By name and labels, as Prometheus itself reads them."""
    found = {}
    for family in text_string_to_metric_families((await _ask(bot)).text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer wrong",
        pytest.param(f"Basic {METRICS_TOKEN}", id="another scheme"),
        pytest.param(METRICS_TOKEN, id="no scheme"),
    ],
)
async def test_without_the_token_nothing_is_told(bot: Bot, authorization: str | None) -> None:
    """How much is due and written is nobody else's business."""
    answer = await _ask(bot, authorization)

    assert (answer.status_code, answer.text) == (401, "Unauthorized")


async def test_where_nobody_set_a_token_there_is_no_such_page(bot: Bot) -> None:
    """It is off until an operator wants it."""
    bot.metrics_token = None
    await bot.restart()

    assert (await _ask(bot)).status_code == 404


async def test_every_metric_that_is_documented_is_told(github: FakeGitHub, bot: Bot) -> None:
    """And no other."""
    await bot.deliver(github.repo("pypa/pip").report("Path traversal").reported())
    await bot.settle()
    await bot.parts.vitals.look()

    told = {family.name for family in text_string_to_metric_families((await _ask(bot)).text)}

    assert told - {f"{ACK}_created"} == {ACK, *GAUGES}


async def test_ages_grow_until_somebody_looks_again(bot: Bot) -> None:
    """Staleness is what an alert is about."""
    await bot.settle()
    bot.clock.advance(minutes=7)
    assert (await _values(bot))["greenroom_last_look_age_seconds{tier=sweep}"] == 420
    assert (await _values(bot))["greenroom_last_look_age_seconds{tier=repositories}"] >= 420
    assert (await _values(bot))["greenroom_queue_age_seconds"] > 0

    await bot.later(minutes=4)

    values = await _values(bot)
    assert values["greenroom_last_look_age_seconds{tier=sweep}"] == 0
    assert values["greenroom_queue_age_seconds"] == 0


async def test_deliveries_are_counted_by_how_long_their_answer_took(github: FakeGitHub, bot: Bot) -> None:
    """GitHub gives up after ten seconds."""
    await bot.deliver(github.repo("pypa/pip").report("Path traversal").reported())

    assert (await _values(bot))["greenroom_ack_seconds_count"] == 1


async def test_a_missing_permission_is_told_as_a_check_and_without_whose_it_is(github: FakeGitHub, bot: Bot) -> None:
    """Which organization it is says `greenroom doctor`."""
    await bot.settle()
    del github.installation(WATCHER, "pypa").state.permissions["members"]
    await bot.parts.vitals.look()

    values = await _values(bot)

    assert values["greenroom_check_ok{check=permissions}"] == 0
    assert values["greenroom_ready"] == 0


async def test_metrics_are_the_same_whether_or_not_there_is_an_advisory_but_for_numbers(
    github: FakeGitHub, bot: Bot
) -> None:
    """Names and labels stay, so no line appears by which one could tell where, what or whose."""
    await bot.approve_everything()
    await bot.settle()
    before = set(await _values(bot))
    github.repo("pypa/pip").draft("Path traversal", affects=["pip", "uv"])

    await bot.sweep()
    await bot.settle()

    text = (await _ask(bot)).text
    assert set(await _values(bot)) == before
    assert [canary for canary in github.canaries if canary in text] == []
    assert re.findall(r"GHSA|pypa|pip|uv\b|astral|case/", text) == []


async def test_write_outcomes_move_and_have_no_other_values_than_are_known(github: FakeGitHub, bot: Bot) -> None:
    """Whatever a label may say is written down beforehand, so nothing that anybody typed becomes one."""
    await bot.approve_everything()
    await bot.settle()
    before = await _values(bot)
    github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=10)

    values = await _values(bot)

    assert values["greenroom_writes{outcome=done}"] == before["greenroom_writes{outcome=done}"] + 1
    ended = await bot.parts.database.read(
        lambda conn: set(conn.execute(select(audit.c.outcome).where(audit.c.phase == "conclude")).scalars())
    )
    assert ended <= set(OUTCOMES)
    told = {name for name in values if name.startswith("greenroom_writes{")}
    assert told == {f"greenroom_writes{{outcome={outcome}}}" for outcome in OUTCOMES}


async def test_strangers_who_install_the_app_add_no_lines(github: FakeGitHub, bot: Bot) -> None:
    """A public App is installed by anybody; ten thousand of them would bury whoever stores metrics."""
    await bot.settle()
    await bot.later(minutes=10)  # from then on it is known how old looks were
    before = set(await _values(bot))
    for number in range(20):
        account = github.world.add_organization(f"stranger-{number}", owners=["stranger-1"])
        install(github.world, github.world.app(WATCHER), account)

    await bot.later(minutes=10)

    assert set(await _values(bot)) == before


@pytest.mark.parametrize(
    ("rooms", "told"),
    [([], 0), ([700], 0), ([700, 3], 0), ([700, -40], 0), ([700, -140, -260], -200), ([-1_000], -1_000)],
)
def test_of_a_budget_only_that_it_is_used_up_is_told_and_roughly(rooms: list[int], told: int) -> None:
    """What is used up is missed before GitHub refuses; what is left moves with what is asked about cases."""
    assert room(rooms) == told


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ("pypa/pip", True),
        ("pypa/pip#private-reporting", True),
        ("private-reporting: off", True),
        ("case/3", False),
        ("advisory/0123456789ab", False),
        ("policy/0123456789ab", False),
        ("reports-reach-owner: add the owner's people", False),
        (CASE_SCOPES[0], False),
    ],
)
def test_notices_that_there_are_only_with_an_advisory_are_not_counted(about: str, told: bool) -> None:  # noqa: FBT001
    """How many are open would tell that there is one."""
    assert is_told(Notice(kind="blocked", about=about, severity="warning", text="", since=START)) is told


@pytest.mark.slow
async def test_no_number_moves_with_what_is_hidden(clock: FakeClock, tmp_path: Path) -> None:
    """Two worlds that differ by unpublished advisories, a case and its mirror are one to whoever reads metrics."""
    quiet = await _lived(clock, tmp_path, lambda _: None)
    with quick_folder() as elsewhere:
        secret = await _lived(FakeClock(), elsewhere, _conspire)

    day = "greenroom_audit_verified_age_seconds"  # writes wait a second for each other, and the test with them
    assert secret.pop(day) - quiet.pop(day) <= 5
    assert secret == quiet


def _conspire(github: FakeGitHub) -> None:
    github.repo("pypa/pip").draft("Path traversal", affects=["pip", "uv"])
    github.repo("pypa/wheel").draft("Another", affects=["wheel"])
    github.repo("pypa/get-pip").report("A third")


async def _lived(clock: FakeClock, folder: Path, happens: Callable[[FakeGitHub], None]) -> dict[str, float]:
    """What is told after two hours, in the course of which something happened that GitHub tells nobody of."""
    github = FakeGitHub(clock=clock)
    async with running(github, clock, folder) as bot:
        await bot.approve_everything()
        await bot.settle()
        happens(github)
        for _ in range(120):
            await bot.later(minutes=1)
        await bot.parts.vitals.look()
        found = await _values(bot)
        assert len(github.coordination.drafts) == (happens is _conspire)
        return {name: value for name, value in found.items() if not name.endswith("_created")}


async def test_how_fresh_each_tier_is_is_told_but_not_of_what_is_open(github: FakeGitHub, bot: Bot) -> None:
    """A line that is there only where an advisory is open would tell of it."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await bot.settle()
    for _ in range(4):
        await bot.later(seconds=30)
    await bot.later(minutes=10)

    values = await _values(bot)
    told = {name.partition("{tier=")[2].rstrip("}") for name in values if name.startswith("greenroom_tier_")}
    assert told == {"switches", "named", "rest"}
    assert values["greenroom_tier_target_seconds{tier=switches}"] == 60
    assert values["greenroom_tier_p95_seconds{tier=named}"] <= 900
    assert values["greenroom_tier_round_seconds{tier=rest}"] == 600


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
@pytest.mark.parametrize("become", [FakeRepo.archive, FakeRepo.make_private])
async def test_a_repository_that_has_no_switch_is_no_switch_unread(
    github: FakeGitHub, bot: Bot, become: Callable[[FakeRepo], FakeRepo]
) -> None:
    """Else one that is archived would keep an alert alive for as long as policy names it, and hide a real one."""
    await bot.later(seconds=31)
    become(github.repo("pypa/get-pip"))
    for _ in range(40):
        await bot.later(seconds=31)

    told = await _values(bot)

    assert told["greenroom_last_look_age_seconds{tier=switches}"] <= 60
    assert told["greenroom_tier_p95_seconds{tier=switches}"] <= 60
