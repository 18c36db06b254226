"""How do people change the policy file of a running app?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from tests.harness import Bot


async def edit_policy(bot: Bot, change: Callable[[dict[str, Any]], Any]) -> None:
    """Merge a change of the policy file; the next poll reads it."""
    content = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    change(content)
    bot.policy.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    await bot.poll()
    await bot.settle()


def everybody_takes_reports(content: dict[str, Any]) -> None:
    """Each tool of PyPA but pip says that its maintainers take reports on GitHub, so that all are judged."""
    for tool in content["tools"].values():
        if "report_owner" not in tool and tool["repositories"][0].startswith("pypa/"):
            tool["report_owner"] = [{"from": "2024-01-01", "owner": "maintainers"}]


def only_reports(content: dict[str, Any]) -> None:
    content["policies"]["private-reporting"] = {"mode": "report"}


def only_observes(content: dict[str, Any]) -> None:
    content["policies"]["private-reporting"] = {"mode": "observe"}


def accepted_until(day: str) -> Any:
    def accept(content: dict[str, Any]) -> None:
        content["exemptions"] = [
            {
                "policy": "private-reporting",
                "repository": "pypa/pip",
                "owner": "pip-watcher:777001",
                "reason": "moving house",
                "until": day,
            }
        ]

    return accept
