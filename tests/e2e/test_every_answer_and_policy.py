"""Whatever GitHub answers instead of what was asked for: what does each policy say then?

One test for each answer and policy. What the policy reads is answered so, one source after another.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import fields

import pytest

from app.domain.facts import RepositoryFacts
from policies.policy import Policy, all_policies
from tests.e2e.answers import ANSWERS, Answer
from tests.e2e.judged import CLAIMS, States
from tests.e2e.outages import Outage, Theatre
from tests.e2e.sources import ALSO, SOURCES, Source, claimed, sources_of

QUICK = {("404", "embargo-kept")}
EVERY = pytest.mark.parametrize("policy", all_policies(), ids=[policy.name for policy in all_policies()])


@pytest.fixture(scope="module")
async def theatre() -> AsyncIterator[Theatre]:
    """Worlds that serve all of these tests."""
    async with Theatre() as theatre:
        yield theatre


@pytest.mark.parametrize(
    ("answer", "policy"),
    [
        pytest.param(
            answer,
            policy,
            id=f"{answer}-{policy.name}",
            marks=[] if (answer.name, policy.name) in QUICK else [pytest.mark.slow],
        )
        for answer in ANSWERS
        for policy in all_policies()
    ],
)
async def test_no_policy_claims_anything_that_was_not_seen(theatre: Theatre, answer: Answer, policy: Policy) -> None:
    """It cannot tell of those repositories, and of no others; nothing is written, closed, opened or told as well."""
    for source in sources_of(policy) or SOURCES[:1]:
        outage = await theatre.outage(source, answer)
        gone = claimed(policy, source, outage.before)

        assert _own(outage.during, policy) == _expected(outage, source, answer, policy), source
        claims = {where for where, state in _own(outage.told, policy).items() if state in CLAIMS}
        assert answer.name in source.says or claims & gone == set(), source
        assert outage.writes == (), source
        assert outage.says or outage.kept_during == outage.kept_before, source
        assert outage.after == outage.before, source


def _own(states: States, policy: Policy) -> States:
    return {where: state for where, state in states.items() if where[1] == policy.name}


def _expected(outage: Outage, source: Source, answer: Answer, policy: Policy) -> States:
    """What nothing hangs on is as it was. A limit is that of an account: others in it may not be seen either."""
    gone = claimed(policy, source, outage.before)
    expected = {}
    for where, before in _own(outage.before, policy).items():
        seen = outage.during[where]
        if where in gone:
            expected[where] = (source.says[answer.name] or before) if answer.name in source.says else "cannot tell"
        elif answer.is_limit and seen == "cannot tell":
            expected[where] = seen
        else:
            expected[where] = ALSO.get((source.name, policy.name, where[0]), before)
    return expected


@pytest.mark.slow
@EVERY
async def test_the_worlds_show_what_every_policy_says(theatre: Theatre, policy: Policy) -> None:
    """A new policy joins by itself. Where it says nothing of pip and get-pip, these tests would show nothing of it."""
    told = [source for source in SOURCES if claimed(policy, source, (await theatre.outage(source, ANSWERS[0])).before)]

    assert bool(told) == bool(policy.reads), "let judged.py have something that it judges"


def test_there_is_a_source_for_every_fact() -> None:
    """Whoever adds a fact says here what tells it, so that it is taken away in turn."""
    told = {fact for source in SOURCES for fact in source.tells}

    # Who the owner's people are is asked where somebody is missing: then something is mended, see the next module.
    assert told | {"owners_people"} == {field.name for field in fields(RepositoryFacts)} - {"name"}
