"""How do further projects of PyPA come about, whose reports policy gives to the PSRT?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.e2e.many import many
from tests.fake_github import FakeGitHub

SWITCH = "private-vulnerability-reporting"
OWN = 3  # repositories of PyPA that are there anyway


def project(number: int) -> str:
    return f"pypa/project-{number}"


def projects(github: FakeGitHub, count: int) -> None:
    """So many projects take reports on GitHub, and all of them agreed to be written to."""
    many(github, OWN + count)
    github.installation("greenroom-hand", "pypa").add(*(project(number) for number in range(count)))


def psrt_takes(count: int) -> Callable[[dict[str, Any]], None]:
    """A change of the policy file: the PSRT takes the reports of the first so many of them."""

    def change(content: dict[str, Any]) -> None:
        for number in range(count):
            tenure = {"from": "2024-01-01", "owner": "psrt"}
            tool = {"repositories": [project(number)], "report_owner": [tenure]}
            content["tools"][f"project-{number}"] = tool

    return change


def switched(github: FakeGitHub) -> list[str]:
    """The repositories whose switch was written, once for each write."""
    paths = (each.path for each in github.writes if each.path.endswith(SWITCH))
    return [path.removesuffix(f"/{SWITCH}").removeprefix("/repos/") for path in paths]
