"""What is left of a finding after what somebody accepted?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.findings import State, finding, passed, unmanaged
from app.domain.ids import PolicyKey, RepoName
from app.reconcile.accepting import judged
from tests.builders import NOW, PIP, POLICY, WHEEL, rules
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
    return {("private-reporting", exemption): frozenset(kinds)}


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
        ("finding", f"it is on, and unseen; not {BY}: reports-unseen"),
    ),
    "one that names none, and something else stands": (
        ANY,
        before("switched-on"),
        UNSEEN,
        ("finding", f"unseen; not {BY}: reports-unseen"),
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
    "what has no kind": (ANY, {}, NAMELESS, ("exempt", BY)),
    "what has no kind, and then something that has": (
        ANY,
        before(),
        ON,
        ("finding", f"it is on; not {BY}: switched-on"),
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
    verdict = judged(found, KEY, rules(text), first, NOW)

    assert (verdict.state, verdict.message) == told


def test_of_another_policy_nothing_is_exempt() -> None:
    """One policy for one repository; there are no patterns."""
    other = PolicyKey(PIP, "reports-reach-owner")

    assert judged(ON, other, rules(ANY), {}, NOW) == ON
    assert judged(ON, PolicyKey(WHEEL, "private-reporting"), rules(ANY), {}, NOW) == ON
    assert judged(ON, PolicyKey(RepoName("PyPA", "PIP"), "private-reporting"), rules(ANY), {}, NOW).state == "exempt"


def test_what_somebody_accepted_is_not_mended_beside_something_new() -> None:
    """One remedy may be for both, so people decide; what is new alone is mended as ever."""
    assert judged(BOTH, KEY, rules(NAMED), {}, NOW).remedies == ()
    assert judged(ON, KEY, rules(NAMED), {}, NOW).remedies == ()
    assert judged(UNSEEN, KEY, rules(NAMED), {}, NOW).remedies == (OFF,)


def test_what_is_exempt_is_still_under_embargo_and_still_has_its_kinds() -> None:
    """An exemption makes nothing public, and what it covers has to be remembered."""
    verdict = judged(UNSEEN, KEY, rules(ANY), {}, NOW)

    assert verdict.embargoed
    assert verdict.kinds == ("reports-unseen",)


@pytest.mark.parametrize(("days", "state"), [(-1, "finding"), (0, "exempt"), (90, "exempt"), (91, "finding")])
def test_it_is_in_force_for_ninety_days_at_most(days: int, state: str) -> None:
    """Whatever its end, and by the days of UTC."""
    until = (NOW + timedelta(days=days)).date()

    assert judged(ON, KEY, rules(exempt(until=str(until))), {}, NOW).state == state
