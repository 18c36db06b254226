"""What is left of a finding after what somebody accepted?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.domain.acceptances import Acceptance
from app.domain.findings import Account, State, TakenUp, Verdict, finding, passed, unmanaged
from app.domain.ids import Person, PolicyKey, RepoName
from app.reconcile import accepting
from app.reconcile.accepting import taken_up
from app.reconcile.digests import Digests
from tests.builders import DIGESTS, NOW, OTHER_DIGESTS, PIP, POLICY, ROTATED, WHEEL, rules
from tests.reconcile.looks import OFF

KEY = PolicyKey(PIP, "private-reporting")
BY = "accepted by carol until 2026-12-20"
ON = finding("it is on", OFF, kinds=("switched-on",))
BOTH = finding("it is on, and unseen", OFF, kinds=("switched-on", "reports-unseen"))
UNSEEN = finding("unseen", OFF, kinds=("reports-unseen",), embargoed=True)
NAMELESS = finding("something")


def exempt(kinds: str = "", *, until: str = "2026-12-20", repo: str = "pypa/pip") -> str:
    named = f", kinds: [{kinds}]" if kinds else ""
    said = f'repository: {repo}, owner: "carol:3", reason: moving, until: {until}{named}'
    return f"{POLICY}exemptions:\n  - {{policy: private-reporting, {said}}}\n"


def before(*kinds: str, exemption: str = "3 2026-12-20") -> Any:
    return {("private-reporting", exemption): TakenUp(since=NOW - timedelta(days=3), kinds=frozenset(kinds))}


def judged(
    found: Verdict, text: str, first: Any = None, *, digests: Digests = DIGESTS, key: PolicyKey = KEY
) -> Verdict:
    return accepting.judged(found, key, rules=rules(text), before=first or {}, now=NOW, digests=digests)


LATER = ". That exemption covers nothing that was found after it came into force on 2026-11-28 09:00 UTC; name kinds"
NAMED, ANY = exempt("switched-on"), exempt()
TABLE: dict[str, tuple[str, Any, Any, tuple[State, str]]] = {
    "nothing to do": (POLICY, {}, ON, ("finding", "it is on")),
    "the kind that it names": (NAMED, {}, ON, ("exempt", BY)),
    "another kind than it names": (NAMED, {}, UNSEEN, ("finding", f"unseen; not {BY}: reports-unseen")),
    "the kind that it names, and another": (
        NAMED,
        {},
        BOTH,
        ("finding", f"it is on, and unseen; not {BY}: reports-unseen"),
    ),
    "one that names both": (exempt("switched-on, reports-unseen"), {}, BOTH, ("exempt", BY)),
    "one that names none, at first": (ANY, {}, BOTH, ("exempt", BY)),
    "one that names none, and the same stands": (ANY, before("switched-on"), ON, ("exempt", BY)),
    "one that names none, and less stands": (ANY, before("switched-on", "reports-unseen"), ON, ("exempt", BY)),
    "one that names none, and more stands": (
        ANY,
        before("switched-on"),
        BOTH,
        ("finding", f"it is on, and unseen; not {BY}: reports-unseen{LATER}"),
    ),
    "one that names none, and something else stands": (
        ANY,
        before("switched-on"),
        UNSEEN,
        ("finding", f"unseen; not {BY}: reports-unseen{LATER}"),
    ),
    "what stood when another exemption began is no matter": (
        ANY,
        before("switched-on", exemption="3 2026-11-20"),
        UNSEEN,
        ("exempt", BY),
    ),
    "what stood before is no matter where kinds are named": (
        NAMED,
        before("reports-unseen"),
        ON,
        ("exempt", BY),
    ),
    "one that names none, and nothing was found at first": (
        ANY,
        before(),
        BOTH,
        ("finding", f"it is on, and unseen; not {BY}: switched-on, reports-unseen{LATER}"),
    ),
    "what has no kind": (ANY, {}, NAMELESS, ("exempt", BY)),
    "what has no kind, and it stood so at first": (ANY, before("nameless"), NAMELESS, ("exempt", BY)),
    "what has no kind, and nothing was found at first": (
        ANY,
        before(),
        NAMELESS,
        ("finding", f"something; not {BY}: nameless{LATER}"),
    ),
    "what has no kind, and other kinds are named": (NAMED, {}, NAMELESS, ("finding", f"something; not {BY}: nameless")),
    "what has no kind, and then something that has": (
        ANY,
        before(),
        ON,
        ("finding", f"it is on; not {BY}: switched-on{LATER}"),
    ),
    "what pages somebody": (
        ANY,
        {},
        replace(ON, pages=True),
        ("finding", "it is on"),
    ),
    "it is over": (exempt(until="2026-11-30"), {}, ON, ("finding", "it is on")),
    "it ends too late to be in force": (exempt(until="2027-03-02"), {}, ON, ("finding", "it is on")),
    "another repository": (exempt(repo="pypa/wheel"), {}, ON, ("finding", "it is on")),
    "a repository of a longer name": (exempt(repo="pypa/pip2"), {}, ON, ("finding", "it is on")),
    "nothing was found": (ANY, {}, passed("off"), ("pass", "off")),
    "nobody declared anything": (ANY, {}, unmanaged("nobody"), ("unmanaged", "nobody")),
}


@pytest.mark.parametrize(("text", "first", "found", "told"), TABLE.values(), ids=TABLE)
def test_the_table(text: str, first: Any, found: Any, told: tuple[State, str]) -> None:
    """Who accepted one thing did not accept another, nor anything elsewhere, nor for ever."""
    verdict = judged(found, text, first)

    assert (verdict.state, verdict.message) == told


def test_of_another_policy_nothing_is_exempt() -> None:
    """One policy for one repository; there are no patterns."""
    other = PolicyKey(PIP, "reports-reach-owner")

    assert judged(ON, ANY, key=other) == ON
    assert judged(ON, ANY, key=PolicyKey(WHEEL, "private-reporting")) == ON
    assert judged(ON, ANY, key=PolicyKey(RepoName("PyPA", "PIP"), "private-reporting")).state == "exempt"


def test_what_somebody_accepted_is_not_mended_beside_something_new() -> None:
    """One remedy may be for both, so people decide; what is new alone is mended as ever."""
    assert judged(BOTH, NAMED).remedies == ()
    assert judged(ON, NAMED).remedies == ()
    assert judged(UNSEEN, NAMED).remedies == (OFF,)
    assert judged(BOTH, ANY, before()).remedies == (OFF,)


def test_what_is_exempt_is_still_under_embargo_and_still_has_its_kinds() -> None:
    """An exemption makes nothing public, and what it covers has to be remembered."""
    verdict = judged(UNSEEN, ANY)

    assert verdict.embargoed
    assert verdict.kinds == ("reports-unseen",)


@pytest.mark.parametrize(("days", "state"), [(-1, "finding"), (0, "exempt"), (90, "exempt"), (91, "finding")])
def test_it_is_in_force_for_ninety_days_at_most(days: int, state: str) -> None:
    """Whatever its end, and by the days of UTC."""
    until = (NOW + timedelta(days=days)).date()

    assert judged(ON, exempt(until=str(until))).state == state


def first_look(found: Verdict, text: str = ANY) -> TakenUp | None:
    """What stands to be remembered after the first look under an exemption."""
    [exemption] = rules(text).exemptions
    return taken_up(found, KEY, exemption, NOW, DIGESTS)


SETTLED: dict[str, tuple[Verdict, set[str] | None]] = {
    "nothing was found": (passed("off"), set()),
    "nobody declared anything": (unmanaged("nobody"), set()),
    "there is nothing that could be wrong": (Verdict(state="not applicable", message="no advisory"), set()),
    "something was found": (replace(BOTH, state="exempt"), {"switched-on", "reports-unseen"}),
    "and beside it what is not accepted": (BOTH, {"switched-on", "reports-unseen"}),
    "and was tried in vain": (replace(ON, state="blocked"), {"switched-on"}),
    "and is undone each time": (replace(ON, state="contested"), {"switched-on"}),
    "what has no kind": (replace(NAMELESS, state="exempt"), {"nameless"}),
    "what pages somebody, and nobody can accept": (replace(ON, pages=True), set()),
    "it cannot be told": (Verdict(state="cannot tell", message="GitHub answered 502"), None),
    "it was not its turn to be asked": (Verdict(state="not applicable", message="not asked", unasked=True), None),
}


@pytest.mark.parametrize(("found", "kinds"), SETTLED.values(), ids=SETTLED)
def test_what_the_first_look_settles(found: Verdict, kinds: set[str] | None) -> None:
    """Nothing, too, is something that is known; what cannot be told is not."""
    settled = first_look(found)

    assert (None if settled is None else set(settled.kinds)) == kinds
    assert settled is None or settled.since == NOW


CAROL, TEAM = Account(id="user 3", name="carol"), Account(id="team interns", name="the team interns")
MALLORY = Account(id="user 66", name="mallory")
ONLY = ". That exemption covers only the accounts that were found when it came into force on 2026-12-01 09:00 UTC"


def reads(*accounts: Account) -> Verdict:
    return finding("they read it", kinds=("switched-on",), accounts=accounts)


@pytest.mark.parametrize("text", [ANY, NAMED], ids=["no kinds", "kinds"])
@pytest.mark.parametrize(
    ("now", "told"),
    [
        ((CAROL, TEAM), ("exempt", BY)),
        ((CAROL,), ("exempt", BY)),
        ((replace(CAROL, name="carola"),), ("exempt", BY)),
        ((CAROL, MALLORY), ("finding", f"they read it; not {BY}: mallory{ONLY}")),
        ((MALLORY,), ("finding", f"they read it; not {BY}: mallory{ONLY}")),
        ((replace(CAROL, id="user 4"),), ("finding", f"they read it; not {BY}: carol{ONLY}")),
    ],
    ids=["the same", "less", "one was renamed", "one more", "another", "another took the login"],
)
def test_who_accepted_one_account_did_not_accept_another(
    text: str, now: tuple[Account, ...], told: tuple[State, str]
) -> None:
    """It covers those who were found when it came into force, whether or not it names their kind."""
    [exemption] = rules(text).exemptions
    first = {(KEY.policy, accepting.name_of(exemption)): first_look(reads(CAROL, TEAM), text)}

    verdict = judged(reads(*now), text, first)

    assert (verdict.state, verdict.message) == told


@pytest.mark.parametrize(("digests", "state"), [(ROTATED, "exempt"), (OTHER_DIGESTS, "finding")])
def test_accounts_are_known_again_while_their_key_is(digests: Digests, state: str) -> None:
    """A new key still knows them; where theirs is gone nobody can tell who they were, so nobody is covered."""
    first = {(KEY.policy, "3 2026-12-20"): first_look(reads(CAROL))}

    assert judged(reads(CAROL), ANY, first, digests=digests).state == state


def test_nobody_is_named_in_what_is_remembered() -> None:
    """The database holds no list of who reads what, and not even that two exemptions are about the same account."""
    kept = [first_look(reads(CAROL), exempt(until=f"2026-12-{day}")) for day in (20, 21)]

    assert "carol" not in str(kept)
    assert "user 3" not in str(kept)
    found = [each.accounts for each in kept if each]
    assert [len(each) for each in found] == [1, 1]
    assert not found[0] & found[1]


def test_other_kinds_make_another_exemption() -> None:
    """Somebody reviewed it anew, so what it covers is settled anew."""
    names = {accepting.name_of(rules(text).exemptions[0]) for text in (ANY, NAMED, exempt("reports-unseen"))}

    assert len(names) == 3


def accepted(*kinds: str, until: date = date(2026, 12, 10)) -> Acceptance:
    """A coordinator accepted this on a page."""
    by = Person("dave", 4)
    return Acceptance(
        id=7, repository=1, policy=KEY.policy, kinds=kinds, until=until, owner=by, reason="moving", at=NOW
    )


DAVE = "accepted by dave until 2026-12-10"
BESIDE: dict[str, tuple[str, Acceptance, Verdict, tuple[State, str, bool]]] = {
    "the kind that was accepted": (POLICY, accepted("switched-on"), ON, ("exempt", DAVE, False)),
    "less than was accepted": (POLICY, accepted("switched-on", "reports-unseen"), ON, ("exempt", DAVE, False)),
    "another kind is mended": (
        POLICY,
        accepted("switched-on"),
        UNSEEN,
        ("finding", f"unseen; not {DAVE}: reports-unseen", True),
    ),
    "beside what was accepted nothing is mended": (
        POLICY,
        accepted("switched-on"),
        BOTH,
        ("finding", f"it is on, and unseen; not {DAVE}: reports-unseen", False),
    ),
    "what has no kind": (POLICY, accepted("nameless"), NAMELESS, ("exempt", DAVE, False)),
    "its day is over": (POLICY, accepted("switched-on", until=date(2026, 11, 30)), ON, ("finding", "it is on", True)),
    "what pages somebody": (
        POLICY,
        accepted("switched-on"),
        replace(ON, pages=True),
        ("finding", "it is on", True),
    ),
    "an exemption of the file covers it": (NAMED, accepted("reports-unseen"), ON, ("exempt", BY, False)),
    "an exemption of the file covers something else": (
        NAMED,
        accepted("reports-unseen"),
        UNSEEN,
        ("exempt", DAVE, False),
    ),
    "each covers a part, and neither all": (
        NAMED,
        accepted("reports-unseen"),
        BOTH,
        ("finding", f"it is on, and unseen; not {BY}: reports-unseen", False),
    ),
    "an account that was not pinned": (
        POLICY,
        accepted("switched-on"),
        reads(CAROL),
        (
            "finding",
            f"they read it; not {DAVE}: carol{ONLY}",
            False,
        ),
    ),
}


@pytest.mark.parametrize(("text", "acceptance", "found", "told"), BESIDE.values(), ids=BESIDE)
def test_what_a_coordinator_accepted_on_a_page(
    text: str, acceptance: Acceptance, found: Verdict, told: tuple[State, str, bool]
) -> None:
    """It covers what was found at that moment and nothing else, alone and beside an exemption of the policy file."""
    verdict = accepting.judged(
        found, KEY, rules=rules(text), before={}, now=NOW, digests=DIGESTS, acceptance=acceptance
    )

    assert (verdict.state, verdict.message, bool(verdict.remedies)) == told
