"""How fresh is it said to be: in metrics, on the overview, by doctor and in a plan of sweeps?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from app.doctor.fresh import of_freshness
from app.domain.tiers import NAMED
from app.shown.tiers import tiers
from app.store import freshness, good_looks
from tests.dashboard.visiting import sign_in
from tests.harness import METRICS_TOKEN, Bot


async def metrics(bot: Bot) -> dict[str, float]:
    transport = httpx.ASGITransport(app=bot.served)
    async with httpx.AsyncClient(transport=transport, base_url="http://greenroom.example") as client:
        answer = await client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    samples = (each for family in text_string_to_metric_families(answer.text) for each in family.samples)
    return {f"{each.name} {' '.join(each.labels.values())}".strip(): each.value for each in samples}


async def age(bot: Bot, tier: str = "repositories") -> float:
    """In seconds. Of repositories metrics tell 900 where it is less, so that nobody learns from it what is open."""
    told = (await metrics(bot))[f"greenroom_last_look_age_seconds {tier}"]
    if tier != "repositories" or told > NAMED.target.total_seconds():
        return told
    assert told == NAMED.target.total_seconds()
    named = bot.parts.policy.current().file.repositories()
    looks = await bot.parts.database.read(good_looks.repositories)
    return (bot.clock.now() - min(at for name, at in looks.items() if name in named)).total_seconds()


async def overview(bot: Bot) -> str:
    """What the overview says of repositories that policy names."""
    html = (await sign_in(bot, "coordinator-1", "/")).html
    [section] = re.findall(r'<section aria-labelledby="fresh">(.*?)</section>', html, re.DOTALL)
    [row] = [each for each in section.split("<tr>") if NAMED.of in each]
    return re.sub("<[^>]*>", "", row.split("<td")[-1].partition(">")[2]).strip()


async def doctor(bot: Bot) -> dict[str, str]:
    found = await bot.parts.database.read(lambda conn: freshness.freshness(conn, bot.clock.now()))
    return {line.name: line.state for line in of_freshness(found)}


async def planned(bot: Bot) -> dict[str, Any]:
    told = await bot.parts.database.read(lambda conn: tiers(conn, bot.clock.now()))
    return {each["tier"]: each for each in told["tiers"]}


async def minutes_pass(bot: Bot, minutes: int) -> None:
    """In steps of ten minutes, in each of which there is a sweep."""
    for _ in range(minutes // 10):
        await bot.later(minutes=10)
    await bot.later(seconds=35)


def uv_takes_reports(content: dict[str, Any]) -> None:
    content["tools"]["uv"]["report_owner"] = [{"from": "2024-01-01", "owner": "maintainers"}]


def without(repo: str) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        for tool in content["tools"].values():
            tool["repositories"] = [each for each in tool["repositories"] if each != repo]

    return change
