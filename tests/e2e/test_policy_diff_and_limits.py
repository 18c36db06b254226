"""Does a diff of policy files know what waits for people, as limits and looks are not met yet?"""

from __future__ import annotations

import pytest
import yaml

from app.domain.actions import SetPrivateReporting
from app.domain.ids import RepoName
from app.policy_file.diff import difference
from app.policy_file.foreseen import Foreseen
from app.reconcile.plan import Gate, Step
from tests.e2e.projects import project, projects, psrt_takes
from tests.e2e.test_policy_diff import at_rest, diff
from tests.fake_github import FakeGitHub
from tests.harness import Bot


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
@pytest.mark.parametrize("count", [3, pytest.param(6, marks=pytest.mark.slow)])
async def test_whoever_would_be_let_into_too_many_repositories_is_not_told_to_be_added_at_once(
    bot: Bot, github: FakeGitHub, count: int
) -> None:
    """Reports are added to one by one, and still count by repository. Three are done, six wait for a wider yes."""
    projects(github, 6)
    for number in range(6):
        github.repo(project(number)).draft("Path traversal", affects=["of-nobody-we-know"])
    await at_rest(bot)
    data = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    psrt_takes(count)(data)

    shown = await diff(bot, yaml.safe_dump(data, sort_keys=False))

    added = [each["when"] for each in shown["would_do"] if each["kind"] == "set-collaborators"]
    gained = {each["how"] for each in shown["gains"]}
    held = [each for each in shown["too_many"] if "reports-reach-owner" in each]
    by = "greenroom approve PLAN_ID --by LOGIN --wide"
    wide = f"only after {by}, as it would be done in too many repositories at once"
    when = "at once, as its kind is approved" if count == 3 else wide
    assert (added, gained) == ([when] * count, {f"is added {when}"})
    assert len(held) == (count > 3)


async def test_what_waits_for_a_look_or_for_a_wider_yes_is_not_told_to_be_done_at_once(bot: Bot) -> None:
    """A person who reads “at once” counts on it."""
    policies = bot.parts.policy.current()
    action = SetPrivateReporting(repo=RepoName.parse("pypa/pip"), enabled=False, under=None, reason="email")
    gates: list[Gate] = ["go", "looking", "capped"]
    sides = (Foreseen(policies=policies, steps=(Step(action=action, gate=gate),)) for gate in gates)

    told = [
        difference(Foreseen(policies=policies), each, watched=3, open_cases=0)["would_do"][0]["when"] for each in sides
    ]

    assert [each.split(",")[0] for each in told] == [
        "at once",
        "after everything was looked at",
        "only after greenroom approve PLAN_ID --by LOGIN --wide",
    ]
