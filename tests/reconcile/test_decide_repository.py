"""What follows from looking at a whole repository?"""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.facts import Advisory, Fact
from app.domain.ids import AdvisoryKey, Ghsa, RepositoryKey
from app.reconcile.plan import Forget, LookAt, Moved, OpenCase, Plan, Watch
from app.reconcile.snapshot import RepositorySnapshot
from policies.policy import all_policies
from tests.builders import GHSA, HIDDEN, LINK, PIP, WHEEL, advisory, affects, coordination, facts, known
from tests.reconcile.looks import KEY, TWO, WITH_REPORT, looked, remembered
from tests.reconcile.plans import DUE, planned


def whole(**said: Any) -> RepositorySnapshot:
    return looked(**({"key": RepositoryKey(PIP)} | said))


def states_of(plan: Plan) -> dict[str, str]:
    return {policy: verdict.state for _, policy, verdict in plan.verdicts}


def test_looking_at_a_whole_repository_mends_nothing_itself() -> None:
    """It marks the one policy that has something to mend."""
    plan = planned(whole())

    assert plan.steps == ()
    assert plan.notes == (LookAt(keys=frozenset({KEY})),)
    states = states_of(plan)
    assert states.keys() == {policy.name for policy in all_policies()}
    assert (states["coordination-private"], states["private-reporting"]) == ("not applicable", "finding")


def test_a_whole_repository_at_rest_marks_nothing() -> None:
    """Nothing to do."""
    plan = planned(whole(facts=facts()))

    assert (plan.steps, plan.notes, plan.cannot_tell, plan.look_again) == ((), (), (), None)


def test_a_whole_repository_says_what_it_cannot_tell() -> None:
    """One policy's silence never hides what another one sees."""
    plan = planned(whole(facts=facts(private_reporting=HIDDEN, coordination=known(coordination(commits=True)))))

    states = states_of(plan)
    assert (states["coordination-private"], states["private-reporting"]) == ("finding", "cannot tell")
    assert "GitHub did not say" in plan.cannot_tell
    assert len(plan.cannot_tell) == list(states.values()).count("cannot tell")


LISTS: dict[str, tuple[Fact[tuple[Advisory, ...]], dict[str, Any], tuple[Any, ...]]] = {
    "no advisories": (known(()), {}, ()),
    "advisories cannot be told: nothing is forgotten": (HIDDEN, {"known": (remembered(),)}, ()),
    "an old one that we never saw open": (known((advisory(state="published"),)), {}, ()),
    "one that we saw open, and is over": (
        known((advisory(state="closed"),)),
        {"known": (remembered(),)},
        (Forget(repo=WHEEL, ghsa=GHSA),),
    ),
    "one of a single tool": (
        known((advisory(vulnerabilities=affects("wheel")),)),
        {},
        (Watch(repo=WHEEL, ghsa=GHSA, state="draft", tools=("wheel",)),),
    ),
    "a candidate is looked at again and again": (
        known((advisory(state="triage"),)),
        {},
        (
            Watch(repo=WHEEL, ghsa=GHSA, state="triage", tools=TWO),
            LookAt(keys=frozenset({AdvisoryKey(WHEEL, GHSA)}), due=DUE),
        ),
    ),
    "an accepted one opens a case": (
        known((advisory(),)),
        {},
        (OpenCase(link=LINK, tools=TWO),),
    ),
    "a report that grew after it was accepted opens none": (
        known((advisory(reported_privately=True),)),
        {"known": (remembered(),)},
        (
            Watch(repo=WHEEL, ghsa=GHSA, state="draft", tools=TWO),
            LookAt(keys=frozenset({AdvisoryKey(WHEEL, GHSA)}), due=DUE),
        ),
    ),
    "one that has its case is looked at there": (known((advisory(),)), {"cases": {GHSA: 1}}, (Moved(link=LINK),)),
    "one that is in no list any more is looked at by itself": (
        known(()),
        {"known": (remembered(),)},
        (LookAt(keys=frozenset({AdvisoryKey(WHEEL, GHSA)})),),
    ),
}


@pytest.mark.parametrize(("listed", "memory", "notes"), LISTS.values(), ids=LISTS)
def test_what_the_list_of_advisories_teaches(listed: Any, memory: dict[str, Any], notes: tuple[Any, ...]) -> None:
    """The sweep is the mechanism: it finds what no webhook told."""
    seen = facts(WHEEL, advisories=listed)

    assert planned(whole(key=RepositoryKey(WHEEL), facts=seen, **memory)).notes == notes


def test_the_same_snapshot_gives_the_same_plan() -> None:
    """Deciding is pure, so a plan can be shown and done later."""
    snapshot = whole(facts=WITH_REPORT, known=(remembered(Ghsa("GHSA-9999-9999-9999")),))

    assert planned(snapshot) == planned(snapshot)
