"""What follows from looking at one advisory?"""

from __future__ import annotations

from app.domain.facts import Advisory, Fact, NotApplicable
from app.domain.ids import CaseKey
from app.domain.records import KnownAdvisory
from app.reconcile.plan import Forget, LookAt, Moved, OpenCase, Plan, Watch
from app.reconcile.snapshot import AdvisorySnapshot
from tests.builders import CASES, GHSA, HIDDEN, LINK, POLICY, WHEEL, advisory, affects, known, policies
from tests.reconcile.looks import TWO, remembered
from tests.reconcile.plans import DUE, planned


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
    """The project accepted a matter of one tool. People are told, and it stays in sight until they say what it is."""
    grown = planned(one(known(advisory(reported_privately=True)), before=remembered()))

    assert grown.notes == (Watch(repo=WHEEL, ghsa=GHSA, state="draft", tools=TWO),)
    assert [matter.partition(":")[0] for matter in grown.people_must] == [
        "it concerns more tools, and was a draft of its own before"
    ]
    assert grown.look_again == DUE


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
