"""PVR is what the repository's report owner declares."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from app.domain.actions import SetCollaborators, SetPrivateReporting
from app.domain.facts import CannotTell, Known, NotApplicable, RepositoryFacts
from app.domain.findings import Verdict
from app.domain.ids import RepoName
from policies.private_reporting import check
from tests.builders import ALICE, BOB, GHSA, HIDDEN, NOW, PIP, WHEEL, configuration, facts, known, report, roster, rules

UV = RepoName("astral-sh", "uv")
ON, OFF = known(True), known(False)
IS_ON = "private vulnerability reporting is on, but psrt takes the reports of pypa/pip by security@python.org"
IS_OFF = "private vulnerability reporting is off, but maintainers takes the reports of astral-sh/uv by GitHub"
REPORTED = known((report(),))
BOTH = roster(ALICE, BOB)


def switch(*, enabled: bool, repo: RepoName, under: Any = None) -> SetPrivateReporting:
    message = IS_OFF if enabled else IS_ON
    return SetPrivateReporting(repo=repo, enabled=enabled, under=under, reason=message)


def drain(*people: Any) -> SetCollaborators:
    reason = "psrt takes the reports of pypa/pip and does not see this one"
    return SetCollaborators(repo=PIP, ghsa=GHSA, add=people, scope="private-reporting: off", reason=reason)


def says(state: Any, message: str, *remedies: Any) -> Verdict:
    return Verdict(state=state, message=message, remedies=remedies)


def found(kinds: str, message: str, *remedies: Any) -> Verdict:
    """A finding of these kinds."""
    return Verdict(state="finding", message=message, remedies=remedies, kinds=tuple(kinds.split()))


def hushed(kinds: str, message: str, *remedies: Any) -> Verdict:
    """The switch is as it should be, and everybody can see it: a finding beside the name would tell of a report."""
    return replace(found(kinds, message, *remedies), embargoed=True)


OFF_AS_DECLARED = "off, as psrt declares"
GUARDED = "(guarded by the enforced configuration “PyPA baseline”)"
NOBODY = "reports came in on GitHub, and policy names nobody of psrt to see them"
UNCONFIRMED = "logins that policy names for psrt cannot be confirmed as the accounts it means: bob"
HIDDEN_CONFIGURATION = "what is attached to it is unknown: GitHub did not say"

TABLE = {
    "nothing to do": (facts(), says("pass", OFF_AS_DECLARED)),
    "off, and an enforced configuration says so": (
        facts(configuration=known(configuration("disabled"))),
        says("pass", f"{OFF_AS_DECLARED} {GUARDED}"),
    ),
    "off, and the configuration does not enforce": (
        facts(configuration=known(configuration("disabled", enforced=False))),
        says("pass", OFF_AS_DECLARED),
    ),
    "off, under an enforced configuration that would switch it on": (
        facts(configuration=known(configuration("enabled"))),
        says("pass", OFF_AS_DECLARED),
    ),
    "off, and what is attached cannot be told: nothing is called guarded": (
        facts(configuration=HIDDEN),
        says("pass", OFF_AS_DECLARED),
    ),
    "on, as the owner wants": (facts(UV, private_reporting=ON), says("pass", "on, as maintainers declares")),
    "on, as the owner wants, and guarded": (
        facts(UV, private_reporting=ON, configuration=known(configuration("enabled"))),
        says("pass", f"on, as maintainers declares {GUARDED}"),
    ),
    "on, where reports are the owner's business": (
        facts(UV, private_reporting=ON, advisories=HIDDEN),
        says("pass", "on, as maintainers declares"),
    ),
    "on, and should be off": (
        facts(private_reporting=ON),
        found("switched-on", IS_ON, switch(enabled=False, repo=PIP)),
    ),
    "on, and should be off, under a configuration that could make the write a lie": (
        facts(private_reporting=ON, configuration=known(configuration("enabled"))),
        found("switched-on", IS_ON, switch(enabled=False, repo=PIP, under=configuration("enabled"))),
    ),
    "on, and should be off, and a report slipped in": (
        facts(private_reporting=ON, advisories=REPORTED, owners_people=BOTH),
        found("switched-on", IS_ON, switch(enabled=False, repo=PIP), drain(ALICE, BOB)),
    ),
    "on, and should be off, and the reports cannot be told": (
        facts(private_reporting=ON, advisories=HIDDEN, owners_people=BOTH),
        found("switched-on", IS_ON, switch(enabled=False, repo=PIP)),
    ),
    "on, and should be off, and the owner's people cannot be told": (
        facts(private_reporting=ON, advisories=REPORTED, owners_people=HIDDEN),
        found("switched-on", IS_ON, switch(enabled=False, repo=PIP)),
    ),
    "on, and should be off, and what is attached cannot be told": (
        facts(private_reporting=ON, configuration=HIDDEN, advisories=REPORTED, owners_people=BOTH),
        found("switched-on", f"{IS_ON}; {HIDDEN_CONFIGURATION}"),
    ),
    "off, and should be on": (
        facts(UV),
        found("switched-off", IS_OFF, switch(enabled=True, repo=UV)),
    ),
    "off, and should be on, with a report from earlier: nobody is added to it": (
        facts(UV, advisories=known((report(repo=UV),)), owners_people=BOTH),
        found("switched-off", IS_OFF, switch(enabled=True, repo=UV)),
    ),
    "nobody declared who takes the reports": (
        facts(WHEEL, private_reporting=ON),
        says("unmanaged", "nobody declared who takes the reports of pypa/wheel"),
    ),
    "a repository of no tool": (
        facts(RepoName("pypa", "nowhere"), private_reporting=ON),
        says("unmanaged", "nobody declared who takes the reports of pypa/nowhere"),
    ),
    "whether it is on cannot be told": (facts(private_reporting=HIDDEN), says("cannot tell", "GitHub did not say")),
    "a private repository has no such button": (
        facts(private_reporting=NotApplicable("it is private")),
        says("not applicable", "it is private"),
    ),
    "off, and whether reports slipped in cannot be told": (
        facts(advisories=HIDDEN),
        says("cannot tell", "GitHub did not say"),
    ),
    "off, and advisories do not exist here": (
        facts(advisories=NotApplicable("it has none")),
        says("not applicable", "it has none"),
    ),
    "a report slipped in, and the owner's people cannot be told": (
        facts(advisories=REPORTED, owners_people=HIDDEN),
        replace(says("cannot tell", "GitHub did not say"), embargoed=True),
    ),
    "a report slipped in, and what the owner's people are has no meaning": (
        facts(advisories=REPORTED, owners_people=NotApplicable("it has none")),
        replace(says("not applicable", "it has none"), embargoed=True),
    ),
    "a report slipped in, and GitHub hides who sees it": (
        facts(advisories=known((report(hides_people=True),)), owners_people=BOTH),
        replace(says("cannot tell", "GitHub does not say who sees a report of pypa/pip"), embargoed=True),
    ),
    "a report slipped in, and none of the owner's people see it": (
        facts(advisories=REPORTED, owners_people=BOTH),
        hushed("reports-unseen", "reports came in on GitHub that psrt does not see yet: 1", drain(ALICE, BOB)),
    ),
    "a report slipped in, and some of the owner's people see it": (
        facts(advisories=known((report(people=(ALICE,)),)), owners_people=BOTH),
        hushed("reports-unseen", "reports came in on GitHub that psrt does not see yet: 1", drain(BOB)),
    ),
    "a report slipped in, and all of the owner's people see it": (
        facts(advisories=known((report(people=(BOB, ALICE)),)), owners_people=BOTH),
        says("pass", f"{OFF_AS_DECLARED}; psrt sees the reports that came in"),
    ),
    "somebody was renamed after they were added: who they are is their id": (
        facts(advisories=known((report(people=(replace(ALICE, login="alice-now"), BOB)),)), owners_people=BOTH),
        says("pass", f"{OFF_AS_DECLARED}; psrt sees the reports that came in"),
    ),
    "policy names a login that somebody else has by now": (
        facts(advisories=known((report(people=(ALICE,)),)), owners_people=roster(ALICE, unconfirmed=(BOB,))),
        hushed("unconfirmed-logins", UNCONFIRMED),
    ),
    "policy names nobody to see the reports": (
        facts(advisories=REPORTED, owners_people=roster()),
        hushed("nobody-named", NOBODY),
    ),
    "a report that is over": (
        facts(advisories=known((report(state="closed"), report(state="published"))), owners_people=BOTH),
        says("pass", OFF_AS_DECLARED),
    ),
    "a draft that the project wrote itself": (
        facts(advisories=known((report(state="draft", reported_privately=False),)), owners_people=BOTH),
        says("pass", OFF_AS_DECLARED),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """What is said of a repository, and what would mend it."""
    assert check(seen, rules(), NOW) == verdict


def test_every_report_is_drained_by_itself() -> None:
    """GitHub keeps a list of people for each advisory."""
    other = report(ghsa=replace(GHSA, id="GHSA-9999-9999-9999"), people=(BOB,))

    verdict = check(facts(advisories=known((report(), other)), owners_people=BOTH), rules(), NOW)

    remedies = {each.ghsa.id: each.add for each in verdict.remedies if isinstance(each, SetCollaborators)}
    assert remedies == {GHSA.id: (ALICE, BOB), "GHSA-9999-9999-9999": (ALICE,)}
    assert verdict.message.endswith("yet: 2")


def test_an_owner_without_an_address_takes_reports_by_mail() -> None:
    """The message has to say something even where policy gives no contact."""
    text = "version: 1\nreport_owners: {psrt: {takes_reports: email}}\n" + TOOL

    assert check(facts(private_reporting=ON), rules(text), BEGINS).message.endswith("of pypa/pip by mail")


TOOL = "tools: {pip: {repositories: [pypa/pip], report_owner: [{from: 2026-12-02, owner: psrt}]}}\n"
BEGINS = datetime(2026, 12, 2, tzinfo=UTC)
EAST, WEST = timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))


@pytest.mark.parametrize(
    ("now", "state"),
    [
        pytest.param(BEGINS + timedelta(days=400), "finding", id="long after"),
        pytest.param(BEGINS, "finding", id="at its first moment"),
        pytest.param(BEGINS - timedelta(microseconds=1), "unmanaged", id="the moment before"),
        pytest.param(BEGINS.astimezone(WEST), "finding", id="its first moment, told in a zone where it is yesterday"),
        pytest.param(
            (BEGINS - timedelta(hours=1)).astimezone(EAST), "unmanaged", id="told where it is that day already"
        ),
    ],
)
def test_an_owner_begins_with_the_day_in_utc(now: datetime, state: str) -> None:
    """Moving a project to another owner is a date in a reviewed change."""
    text = "version: 1\nreport_owners: {psrt: {takes_reports: email}}\n" + TOOL

    assert check(facts(private_reporting=ON), rules(text), now).state == state


UNKNOWN = ("private_reporting", "configuration", "advisories", "owners_people")
WORLDS = {
    "at rest": facts(),
    "breached": facts(private_reporting=ON),
    "breached, with a report": facts(private_reporting=ON, advisories=REPORTED, owners_people=BOTH),
    "with a report nobody sees": facts(advisories=REPORTED, owners_people=BOTH),
    "wanted, and on": facts(UV, private_reporting=ON),
    "wanted, and off": facts(UV),
}
# Which facts a pass, and which remedies, stand on. Nothing else may lead to them.
PASS_NEEDS = {"psrt": ("private_reporting", "advisories"), "maintainers": ("private_reporting",)}
REMEDY_NEEDS = {
    SetPrivateReporting: ("private_reporting", "configuration"),
    SetCollaborators: ("private_reporting", "advisories", "owners_people"),
}


@pytest.mark.parametrize("hides_people", [False, True])
@pytest.mark.parametrize("owners_people", [BOTH, roster(), roster(ALICE, unconfirmed=(BOB,)), HIDDEN])
@pytest.mark.parametrize("private_reporting", [OFF, HIDDEN])
def test_what_is_so_only_because_of_a_report_is_embargoed(
    private_reporting: Any, owners_people: Any, *, hides_people: bool
) -> None:
    """Whoever may not know of reports is shown *pass* for it, as they would be if there were none."""
    quiet = facts(private_reporting=private_reporting, owners_people=owners_people)
    reported = replace(quiet, advisories=known((report(hides_people=hides_people),)))

    before, now = check(quiet, rules(), NOW), check(reported, rules(), NOW)

    assert now.embargoed == ((now.state, now.message) != (before.state, before.message))


@pytest.mark.parametrize(
    "unknown", [[fact for fact in UNKNOWN if mask & 1 << UNKNOWN.index(fact)] for mask in range(16)]
)
@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_what_cannot_be_told_is_never_a_pass_and_never_mended(world: RepositoryFacts, unknown: list[str]) -> None:
    """Every combination of silence: only a fact that is known may lead to calm or to a write."""
    silence: dict[str, Any] = dict.fromkeys(unknown, CannotTell("GitHub did not say"))
    seen = replace(world, **silence)

    verdict = check(seen, rules(), NOW)

    known_facts = {fact for fact in UNKNOWN if isinstance(getattr(seen, fact), Known)}
    owner = "maintainers" if seen.name == UV else "psrt"
    assert verdict.state != "pass" or known_facts >= set(PASS_NEEDS[owner])
    assert "guarded" not in verdict.message or "configuration" in known_facts
    for remedy in verdict.remedies:
        assert known_facts >= set(REMEDY_NEEDS[type(remedy)])
    if "private_reporting" in unknown:
        assert verdict == says("cannot tell", "GitHub did not say")
