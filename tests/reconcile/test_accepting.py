"""What is left of a finding after what somebody accepted?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.findings import State, Verdict, passed, unmanaged
from app.domain.ids import PolicyKey, RepoName
from app.reconcile import accepting
from tests.builders import NOW, PIP, POLICY, WHEEL, rules
from tests.reconcile.accepted import (
    ANY,
    BOTH,
    BY,
    LATER,
    NAMED,
    NAMELESS,
    ON,
    UNSEEN,
    before,
    exempt,
    first_look,
    judged,
)
from tests.reconcile.looks import OFF

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


def test_other_kinds_make_another_exemption() -> None:
    """Somebody reviewed it anew, so what it covers is settled anew."""
    names = {accepting.name_of(rules(text).exemptions[0]) for text in (ANY, NAMED, exempt("reports-unseen"))}

    assert len(names) == 3
