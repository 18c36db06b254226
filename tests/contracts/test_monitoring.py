"""What is drawn and what raises an alarm are metrics that there are, and each alarm says what to do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from app.metrics.names import ACK, GAUGES
from tests.fake_github import FakeGitHub
from tests.harness import HERE, METRICS_TOKEN, Bot

DOCS = Path(__file__).parents[2] / "docs"
KNOWN = {*GAUGES, *(f"{ACK}_{part}" for part in ("bucket", "count", "sum"))}
LABELS = {name: set(gauge.labels) for name, gauge in GAUGES.items()}


def _rules() -> list[dict[str, Any]]:
    read = yaml.safe_load((DOCS / "monitoring" / "alerts.yml").read_text(encoding="utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def _dashboard() -> dict[str, Any]:
    return dict(json.loads((DOCS / "monitoring" / "dashboard.json").read_text(encoding="utf-8")))


def _expressions() -> list[str]:
    drawn = [target["expr"] for panel in _dashboard()["panels"] for target in panel["targets"]]
    return drawn + [rule["expr"] for rule in _rules()]


def _named(expression: str) -> set[str]:
    return set(re.findall(r"\bgreenroom_\w+", expression))


def _selected(expression: str) -> Iterator[tuple[str, str, str]]:
    """Each metric, label and value that is chosen or left out; of a pattern each of its alternatives."""
    for name, within in re.findall(r"\b(greenroom_\w+)\{([^}]*)\}", expression):
        chosen = re.findall(r"(\w+)(=~|!~|!=|=)\"([^\"]*)\"", within)
        assert ",".join(f'{label}{how}"{value}"' for label, how, value in chosen) == within.replace(", ", ","), within
        for label, how, value in chosen:
            yield from ((name, label, each) for each in (value.split("|") if "~" in how else [value]))


def test_every_metric_in_the_dashboard_and_the_rules_is_there() -> None:
    """An alert on a name that nobody writes never fires, which looks like peace."""
    assert {name for each in _expressions() for name in _named(each)} - KNOWN == set()
    assert all(_named(each) for each in _expressions())


def test_every_metric_is_drawn() -> None:
    """What is counted and seen by nobody costs for nothing."""
    drawn = {name for panel in _dashboard()["panels"] for each in panel["targets"] for name in _named(each["expr"])}

    assert {ACK if name.startswith(ACK) else name for name in drawn} == {ACK, *GAUGES}


def test_every_label_that_is_selected_or_grouped_by_is_there() -> None:
    """The same of labels."""
    for each in _expressions():
        [*names] = _named(each)
        grouped = [label.strip() for group in re.findall(r"by \(([^)]*)\)", each) for label in group.split(",")]
        selected = {label for _, label, _ in _selected(each)}
        labels = {"le"} | {label for name in names for label in LABELS.get(name, ())}
        assert {*grouped, *selected} <= labels, each


async def test_every_value_that_is_selected_is_one_that_is_told(github: FakeGitHub, bot: Bot) -> None:
    """An alert on a tier that nobody writes never fires either."""
    await bot.deliver(github.repo("pypa/pip").report("Path traversal").reported())
    await bot.settle()
    await bot.poll()
    await bot.parts.vitals.look()
    transport = httpx.ASGITransport(app=bot.served)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        page = await client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    samples = [sample for family in text_string_to_metric_families(page.text) for sample in family.samples]
    told = {(sample.name, *label) for sample in samples for label in sample.labels.items()}

    selected = {one for each in _expressions() for one in _selected(each)}

    assert ("greenroom_last_look_age_seconds", "tier", "sweep") in selected
    assert {one for one in selected if not any(_matches(one, each) for each in told)} == set()


def _matches(one: tuple[str, str, str], told: tuple[str, str, str]) -> bool:
    return one[:2] == told[:2] and re.fullmatch(one[2], told[2]) is not None


@pytest.mark.parametrize("selector", ['{tier=~"sweep|swep"}', '{tier!="swep"}', '{tier="sweep", tier!~"swep"}'])
def test_no_way_to_select_is_overlooked(selector: str) -> None:
    """Else the check above would pass because it read nothing."""
    found = set(_selected(f"max(greenroom_last_look_age_seconds{selector}) > 1"))

    assert ("greenroom_last_look_age_seconds", "tier", "swep") in found


def test_every_alert_says_what_to_look_at_and_what_to_do() -> None:
    """At night nobody reads source."""
    rows = re.findall(r"^\| `(Greenroom\w+)` \| (.+) \| (.+) \|$", (DOCS / "operations.md").read_text(), re.MULTILINE)
    told = {name: (look, do) for name, look, do in rows}

    assert list(told) == [rule["alert"] for rule in _rules()]
    assert all(look.strip() and do.strip() for look, do in told.values())


def test_one_of_several_instances_that_is_gone_is_noticed() -> None:
    """What is absent is nothing at all; while others answer, only Prometheus knows that one does not.

    It says so under the job's name, so a page that has people write another one makes an alert that never fires.
    """
    [gone] = [rule for rule in _rules() if rule["alert"] == "GreenroomGone"]
    [shown] = re.findall(r"(?ms)^```yaml\n(.*?)^```$", (DOCS / "operations.md").read_text(encoding="utf-8"))
    [scraped] = yaml.safe_load(shown)["scrape_configs"]

    alternatives = gone["expr"].split(" or ")
    assert {f'up{{job="{scraped["job_name"]}"}} == 0', "absent(greenroom_ready)"} == {*alternatives}
    assert len(scraped["static_configs"][0]["targets"]) > 1, "one behind which there are several is each time another"


def test_every_alert_has_a_severity_and_a_summary() -> None:
    """It is routed by one and read by the other."""
    assert {rule["labels"]["severity"] for rule in _rules()} == {"page", "warning"}
    assert all(rule["annotations"]["summary"] for rule in _rules())


def test_no_metric_has_a_label_that_could_name_what_an_advisory_is_about() -> None:
    """That a repository has an open advisory is under embargo, so is how many a project has."""
    labels = {label for gauge in GAUGES.values() for label in gauge.labels}

    assert labels == {"check", "tier", "outcome", "severity", "secret"}
