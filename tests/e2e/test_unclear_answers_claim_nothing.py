"""Whatever GitHub answers instead of what was asked for, no policy claims anything about what it could not see.

Everything about a repository is answered so, for every policy there is.
"""

from __future__ import annotations

from functools import partial

import pytest

from app.domain.ids import parse_key
from app.store import findings, work
from policies.policy import all_policies
from tests.e2e.answers import ANSWERS, Answer, recover
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.slow

PIP, CASES = "/repos/pypa/pip", "/repos/packaging-security/cases"


ABOUT_PIP = "/repos/pypa/*/*"  # one query reads the security policies of all, and a limit is that of all
LIMITS = {each.name for each in ANSWERS if "limit" in each.name}
WATCHED = {"pypa/pip", "packaging-security/cases"}
# Reviewed: what these look at is not told by a repository. Beside each stands what tells it, and for how long that
# counts, in minutes; the second table takes it away. The first one looks at the policy file alone.
NEED_NO_ANSWER = {"exemptions-fresh"}
TOLD_BY = {"app-covers": ("/app/*", 16), "owner-reachable": ("/users/psrt-*", 61)}
TOLD_ELSEWHERE = NEED_NO_ANSWER | set(TOLD_BY)
NO_CASE = {"embargo-kept"}  # it looks at open cases, of which there are none in this story
CLAIMS = {"pass", "finding", "blocked", "contested", "exempt"}  # what may only be said of what was seen


async def _states(bot: Bot) -> dict[tuple[str, str], str]:
    standings = await bot.parts.database.read(findings.standings)
    return {(str(each.repo), each.policy): each.state for each in standings if str(each.repo) in WATCHED}


async def _everything_had_its_turn(bot: Bot) -> None:
    """What guards a switch is read of one repository in nine minutes."""
    for _ in range(4):
        await bot.later(minutes=10)


@pytest.mark.alike
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda each: each.name)
async def test_no_policy_claims_anything_about_what_it_could_not_see(
    twisted_github: FakeGitHub, bot: Bot, answer: Answer
) -> None:
    """Only a well-formed answer makes a pass or a finding, whichever policies there are; then it is as before."""
    await edit_policy(bot, lambda content: content["report_owners"]["psrt"]["clocks"].update({"triage": "14d"}))
    await bot.approve_everything()
    twisted_github.repo("pypa/pip").draft("Found by a maintainer")
    await bot.sweep()
    await _everything_had_its_turn(bot)
    before = await _states(bot)
    assert {policy for _, policy in before} == {policy.name for policy in all_policies()}
    writes = len(twisted_github.writes)
    await bot.later(minutes=2)
    for path in (ABOUT_PIP if answer.name in LIMITS else f"{PIP}/*", CASES, f"{CASES}/*"):
        answer.to(twisted_github, path)
    if answer.name not in LIMITS:
        answer.to(twisted_github, "/graphql", method="POST")

    await bot.sweep()
    await bot.settle()

    during = await _states(bot)
    assert {where: state for where, state in during.items() if state in CLAIMS and where[1] not in TOLD_ELSEWHERE} == {}
    unclear = {where for where, state in during.items() if state == "cannot tell"}
    assert {repo for repo, _ in unclear} == WATCHED
    assert {policy for _, policy in unclear} == {policy for _, policy in before} - TOLD_ELSEWHERE - NO_CASE
    assert {where: during[where] for where in during if where[1] in TOLD_ELSEWHERE} == {
        where: before[where] for where in before if where[1] in TOLD_ELSEWHERE
    }
    assert len(twisted_github.writes) == writes

    recover(twisted_github)
    await _everything_had_its_turn(bot)
    assert await _states(bot) == before


@pytest.mark.alike
@pytest.mark.parametrize(
    ("policy", "answer"),
    [
        pytest.param(policy, each, id=f"{policy}-{each}")
        for policy in TOLD_BY
        for each in ANSWERS
        if (policy, each.name) != ("owner-reachable", "404")  # documented: nobody has that login
    ],
)
async def test_what_was_told_elsewhere_is_claimed_for_so_long_and_no_longer(
    twisted_github: FakeGitHub, bot: Bot, policy: str, answer: Answer
) -> None:
    """What was told once serves for a while. Then nothing is claimed any more, and nothing is over."""
    path, minutes = TOLD_BY[policy]
    await bot.settle()
    before = {where: state for where, state in (await _states(bot)).items() if where[1] == policy and state in CLAIMS}
    assert before
    answer.to(twisted_github, path)
    await bot.later(minutes=minutes)
    keys = [parse_key(repo) for repo, _ in before]
    await bot.parts.database.write(partial(work.mark, keys=keys, due=bot.clock.now()))
    await bot.later(minutes=1)

    during = await _states(bot)
    assert {during[where] for where in before} == {"cannot tell"}

    recover(twisted_github)
    await bot.later(minutes=20)
    await bot.later(minutes=20)
    after = await _states(bot)
    assert {where: after[where] for where in before} == before
