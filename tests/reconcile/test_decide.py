"""What follows from what was observed of a repository or an advisory?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actions import SetCollaborators, SetPrivateReporting
from app.domain.facts import Advisory, Fact, NotApplicable
from app.domain.ids import AdvisoryKey, CaseKey, Ghsa, PolicyKey, RepositoryKey
from app.domain.records import KnownAdvisory
from app.reconcile.decide import decide
from app.reconcile.gates import RULES_VERSION, conclusions, fingerprint, gated
from app.reconcile.plan import Conclude, Forget, ForgetAttempts, LookAt, Moved, OpenCase, Plan, Step, Watch
from app.reconcile.snapshot import AdvisorySnapshot, RepositorySnapshot
from policies.policy import all_policies
from tests.builders import (
    ALICE,
    CASES,
    DIGESTS,
    GHSA,
    HIDDEN,
    LINK,
    NOW,
    PIP,
    POLICY,
    WHEEL,
    advisory,
    affects,
    approval,
    attempt,
    configuration,
    coordination,
    facts,
    intent,
    known,
    policies,
    report,
    roster,
    standpoint,
)

KEY = PolicyKey(PIP, "private-reporting")
MESSAGE = "private vulnerability reporting is on, but psrt takes the reports of pypa/pip by security@python.org"
OFF = SetPrivateReporting(repo=PIP, enabled=False, under=None, reason=MESSAGE)
ADD = SetCollaborators(
    repo=PIP,
    ghsa=GHSA,
    add=(ALICE,),
    scope="private-reporting: off",
    reason="psrt takes the reports of pypa/pip and does not see this one",
)
PRINT, ADD_PRINT = fingerprint(OFF, DIGESTS), fingerprint(ADD, DIGESTS)
BREACHED = facts(private_reporting=known(True))
WITH_REPORT = facts(private_reporting=known(True), advisories=known((report(),)), owners_people=roster(ALICE))
EXEMPT = f"""\
{POLICY}
exemptions:
  - {{policy: private-reporting, repository: pypa/pip, owner: "carol:3", reason: moving, until: 2026-12-01}}
"""


def looked(**said: Any) -> RepositorySnapshot:
    """Private reporting of pip, in breach."""
    boring: dict[str, Any] = {"key": KEY, "facts": BREACHED}
    return RepositorySnapshot(**(boring | said))


def planned(snapshot: Any, **at: Any) -> Plan:
    return decide(snapshot, standpoint(**at), DIGESTS)


def verdict_of(plan: Plan) -> tuple[str, str]:
    [(_, _, verdict)] = plan.verdicts
    return verdict.state, verdict.message


# gates

APPROVED = {"private-reporting: off": approval("private-reporting: off")}
STALE = {"private-reporting: off": approval("private-reporting: off", rules_version=RULES_VERSION + 1)}
OTHER_WAY = {"private-reporting: on": approval("private-reporting: on")}
NOT_APPROVED = "no coordinator has approved “private-reporting: off” yet"
VAIN = (attempt(KEY, PRINT),)
GATES: dict[str, tuple[dict[str, Any], Any, tuple[Any, ...], str, str]] = {
    "everything says yes": ({}, "enforce", (), "go", ""),
    "another attempt was in vain": ({}, "enforce", (attempt(KEY, "of something else"),), "go", ""),
    "writes are off": ({"writes_enabled": False}, "enforce", (), "off", "GREENROOM_WRITES is off"),
    "nobody approved": ({"approvals": {}}, "enforce", (), "unapproved", NOT_APPROVED),
    "the other direction was approved": ({"approvals": OTHER_WAY}, "enforce", (), "unapproved", NOT_APPROVED),
    "approved under other rules": ({"approvals": STALE}, "enforce", (), "unapproved", NOT_APPROVED),
    "nobody approved, and writes are off": (
        {"approvals": {}, "writes_enabled": False},
        "enforce",
        (),
        "unapproved",
        NOT_APPROVED,
    ),
    "policy reports": ({}, "report", (), "observed", "policy says report"),
    "policy observes": ({}, "observe", (), "observed", "policy says observe"),
    "policy observes, nobody approved, writes are off": (
        {"approvals": {}, "writes_enabled": False},
        "observe",
        (),
        "observed",
        "policy says observe",
    ),
    "tried in vain": ({}, "enforce", VAIN, "blocked", "GitHub said no"),
    "tried in vain, and everything else says no": (
        {"approvals": {}, "writes_enabled": False},
        "observe",
        VAIN,
        "blocked",
        "GitHub said no",
    ),
}


@pytest.mark.parametrize(("at", "mode", "attempts", "gate", "why_not"), GATES.values(), ids=GATES)
def test_the_first_gate_that_is_shut_is_told(
    at: dict[str, Any], mode: Any, attempts: Any, gate: Any, why_not: str
) -> None:
    """People want to know what to do next, and that is about the outermost gate."""
    assert gated(OFF, mode, standpoint(**at), attempts, DIGESTS) == Step(action=OFF, gate=gate, why_not=why_not)


def test_a_changed_configuration_opens_a_blocked_gate() -> None:
    """What made the write a lie is gone, so it is worth another try."""
    under = replace(OFF, under=configuration(enforced=False))

    assert gated(under, "enforce", standpoint(), VAIN, DIGESTS).gate == "go"


@pytest.mark.parametrize(
    ("outcome", "after", "gate"),
    [
        ("refused", timedelta(hours=23, minutes=59), "blocked"),
        ("refused", timedelta(days=1), "go"),
        ("without effect", timedelta(days=1), "blocked"),
        ("without effect", timedelta(days=365), "blocked"),
    ],
)
def test_what_github_refused_is_tried_again_once_a_day(outcome: str, after: timedelta, gate: str) -> None:
    """A permission may be granted without a word; a write without effect needs other circumstances."""
    vain = replace(attempt(KEY, PRINT), outcome=outcome)
    at: dict[str, Any] = {"now": NOW + after, "policies": policies()}

    assert gated(OFF, "enforce", standpoint(**at), (vain,), DIGESTS).gate == gate
    assert verdict_of(planned(looked(attempts=(vain,)), **at))[0] == ("finding" if gate == "go" else "blocked")


# one policy of one repository


def test_nothing_to_do() -> None:
    """The repository is as it should be: a verdict, and no more."""
    plan = planned(looked(facts=facts()))

    assert plan == Plan(key=KEY, verdicts=plan.verdicts)
    assert verdict_of(plan) == ("pass", "off, as psrt declares")


def test_a_breach_is_mended_under_the_key_of_its_policy() -> None:
    """One worker at a time holds that key."""
    plan = planned(looked(facts=WITH_REPORT))

    assert [step.action for step in plan.ready] == [OFF, ADD]
    assert verdict_of(plan) == ("finding", MESSAGE)


@pytest.mark.parametrize("mode", ["observe", "report"])
def test_what_policy_does_not_enforce_is_planned_and_not_done(mode: str) -> None:
    """A fresh install writes nothing."""
    plan = planned(looked(), policies=policies(POLICY.replace("{mode: enforce}\n  co", f"{{mode: {mode}}}\n  co")))

    assert plan.ready == ()
    assert plan.steps == (Step(action=OFF, gate="observed", why_not=f"policy says {mode}"),)


def test_a_policy_that_cannot_tell_says_so_and_does_nothing() -> None:
    """Not a pass, not a finding, not a write, and no word on writes whose answer was lost."""
    plan = planned(looked(facts=facts(private_reporting=HIDDEN), unresolved=(intent(KEY, OFF.kind, PRINT),)))

    assert verdict_of(plan) == ("cannot tell", "GitHub did not say")
    assert (plan.steps, plan.notes, plan.cannot_tell) == ((), (), ("GitHub did not say",))


def test_a_breach_that_somebody_accepted_is_exempt() -> None:
    """Until the end of the day that stands in the file."""
    exempt = policies(EXEMPT)

    plan = planned(looked(), policies=exempt)
    later = planned(looked(), policies=exempt, now=NOW + timedelta(days=1))

    assert verdict_of(plan) == ("exempt", "accepted by carol until 2026-12-01")
    assert plan.steps == ()
    assert verdict_of(later)[0] == "finding"


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        (facts(), "pass"),
        (facts(private_reporting=HIDDEN), "cannot tell"),
        (facts(private_reporting=NotApplicable("private")), "not applicable"),
    ],
)
def test_an_exemption_covers_a_finding_and_nothing_else(seen: Any, state: str) -> None:
    """A pass stays a pass, and what cannot be told is not excused."""
    assert verdict_of(planned(looked(facts=seen), policies=policies(EXEMPT)))[0] == state


def test_a_breach_whose_every_remedy_was_tried_in_vain_is_blocked() -> None:
    """The reason is GitHub's, and people are told it instead of the same finding again."""
    plan = planned(looked(attempts=(attempt(KEY, PRINT, "blocked by configuration “PyPA baseline”"),)))

    assert verdict_of(plan) == ("blocked", f"{MESSAGE}; blocked by configuration “PyPA baseline”")
    assert [step.gate for step in plan.steps] == ["blocked"]


def test_a_breach_with_something_left_to_try_is_a_finding() -> None:
    """One remedy is blocked, the other goes on."""
    plan = planned(looked(facts=WITH_REPORT, attempts=VAIN))

    assert verdict_of(plan)[0] == "finding"
    assert [step.gate for step in plan.steps] == ["blocked", "go"]


def test_a_finding_without_a_remedy_is_not_blocked() -> None:
    """Nothing was tried, so nothing was tried in vain."""
    plan = planned(looked(facts=replace(BREACHED, configuration=HIDDEN), attempts=VAIN))

    assert verdict_of(plan)[0] == "finding"


def test_what_was_tried_in_vain_is_forgotten_when_all_is_well() -> None:
    """Next time it counts anew."""
    assert planned(looked(facts=facts(), attempts=VAIN)).notes == (ForgetAttempts(),)
    assert planned(looked(attempts=VAIN)).notes == ()


LOST = intent(KEY, OFF.kind, PRINT)
ANOTHER = intent(KEY, OFF.kind, "under another configuration", number=6)
DONE, NOT_DONE = Conclude(intent=5, outcome="done"), Conclude(intent=5, outcome="no effect seen")
LOST_INTENTS: dict[str, tuple[Any, Any, tuple[Conclude, ...]]] = {
    "all is well, so it happened": (facts(), (LOST,), (DONE,)),
    "the same is wanted, so it did not": (BREACHED, (LOST,), (NOT_DONE,)),
    "something else of its kind is wanted, so nobody knows": (
        BREACHED,
        (LOST, ANOTHER),
        (NOT_DONE, Conclude(intent=6, outcome="unknown")),
    ),
    "nobody can tell": (facts(private_reporting=HIDDEN), (LOST,), ()),
    "it is wrong, and how to mend it cannot be told": (replace(BREACHED, configuration=HIDDEN), (LOST,), ()),
    "there is no such button any more": (facts(private_reporting=NotApplicable("private")), (LOST,), ()),
    "it is nobody's business any more": (facts(WHEEL, private_reporting=known(True)), (LOST,), ()),
}


@pytest.mark.parametrize(("seen", "lost", "notes"), LOST_INTENTS.values(), ids=LOST_INTENTS)
def test_what_became_of_a_write_whose_answer_was_lost(seen: Any, lost: Any, notes: Any) -> None:
    """The audit says it happened only where that can be seen."""
    assert planned(looked(facts=seen, unresolved=lost)).notes == notes


def test_a_lost_write_is_not_called_done_because_the_breach_was_accepted() -> None:
    """An exemption hides what is wanted, not what is so."""
    assert planned(looked(unresolved=(LOST,)), policies=policies(EXEMPT)).notes == ()


def test_a_lost_write_of_another_kind_is_done_where_only_others_are_wanted() -> None:
    """The switch is as it should be; only people are missing."""
    seen = facts(advisories=known((report(),)), owners_people=roster(ALICE))

    assert planned(looked(facts=seen, unresolved=(LOST,))).notes == (DONE,)
    assert conclusions((LOST,), (), DIGESTS) == (DONE,)


# a whole repository


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


def remembered(ghsa: Ghsa = GHSA) -> KnownAdvisory:
    return KnownAdvisory(
        repo=WHEEL, ghsa=ghsa, state="draft", candidate=True, tools=("uv", "wheel"), first_seen=NOW, observed_at=NOW
    )


TWO = ("uv", "wheel")
DUE = NOW + timedelta(minutes=2)
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
        (Watch(repo=WHEEL, ghsa=GHSA, state="draft", tools=TWO),),
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


# one advisory


def one(said: Fact[Advisory], case: int | None = None, before: KnownAdvisory | None = None) -> AdvisorySnapshot:
    return AdvisorySnapshot(key=LINK, advisory=said, case=case, known=before)


def test_an_advisory_of_one_tool_is_watched_and_no_more() -> None:
    """It is that tool's own matter."""
    plan = planned(one(known(advisory(state="triage", vulnerabilities=affects("wheel")))))

    assert plan == Plan(key=LINK, notes=(Watch(repo=WHEEL, ghsa=GHSA, state="triage", tools=("wheel",)),))


def test_an_advisory_that_cannot_be_read_changes_nothing() -> None:
    """It is neither over nor forgotten."""
    assert planned(one(HIDDEN)) == Plan(key=LINK, cannot_tell=("GitHub did not say",))
    assert planned(one(NotApplicable("gone"))) == Plan(key=LINK, cannot_tell=("gone",))


def test_a_candidate_is_looked_at_until_somebody_accepts_it() -> None:
    """GitHub sends nothing when they do."""
    waiting = planned(one(known(advisory(state="triage"))))
    accepted = planned(one(known(advisory())))
    in_a_case = planned(one(known(advisory(state="triage")), case=3))

    assert waiting.look_again == DUE
    assert accepted.look_again is None
    assert OpenCase(link=LINK, tools=TWO) in accepted.notes
    assert in_a_case.look_again is None
    assert in_a_case.notes == (Moved(link=LINK), LookAt(keys=frozenset({CaseKey(3)})))


def test_a_report_that_its_reporter_enlarges_after_the_yes_opens_nothing() -> None:
    """The project accepted a matter of one tool."""
    grown = planned(one(known(advisory(reported_privately=True)), before=remembered()))

    assert grown == Plan(key=LINK, notes=(Watch(repo=WHEEL, ghsa=GHSA, state="draft", tools=TWO),))


def test_a_mirror_is_not_an_advisory_of_its_own() -> None:
    """Otherwise every mirror would open a case about itself."""
    assert planned(one(known(advisory(repo=CASES)))).notes == ()


def test_a_sentinel_is_forgotten_wherever_it_comes_up() -> None:
    """It shows that drafts are visible, and opens no case although it names two tools; one that is in a case stays."""
    named = policies(f"{POLICY}sentinels: [pypa/wheel/{GHSA}]\n")

    for state in ("triage", "draft", "closed"):
        assert planned(one(known(advisory(state=state)), before=remembered()), policies=named) == Plan(
            key=LINK, notes=(Forget(repo=WHEEL, ghsa=GHSA),)
        )
    assert planned(one(known(advisory()), case=3), policies=named).notes[0] == Moved(link=LINK)


def test_the_same_snapshot_gives_the_same_plan() -> None:
    """Deciding is pure, so a plan can be shown and done later."""
    snapshot = whole(facts=WITH_REPORT, known=(remembered(Ghsa("GHSA-9999-9999-9999")),))

    assert planned(snapshot) == planned(snapshot)
