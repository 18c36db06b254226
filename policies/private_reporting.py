"""Private vulnerability reporting is what the repository's report owner declares.

pip's reports go to the PSRT by mail, so a reporter who finds GitHub's button would reach people who don't expect a
report, and miss those who do. Sources: GitHub, "Configuring private vulnerability reporting"; pip's SECURITY.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.domain.actions import SetCollaborators, SetPrivateReporting
from app.domain.facts import Advisory, CannotTell, Configuration, Known, RepositoryFacts, Roster
from app.domain.findings import Verdict, finding, passed, unclear, unmanaged
from policies.config import PolicyFile, ReportOwner

READS = ("private_reporting", "configuration", "advisories", "owners_people")
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {
    "switched-on": "it is on, and reports go elsewhere",
    "switched-off": "it is off, and reports go there",
    "reports-unseen": "reports came in while it was on, and those who take reports do not see them",
    "nobody-named": "reports came in while it was on, and policy names nobody to see them",
    "unconfirmed-logins": "a login in policy is not, or no longer, that of the account it means",
}
REMEDY = (
    "Greenroom switches it, and adds the owner's people to reports that came in while it was on, where policy enforces "
    "and a coordinator approved that. Where an enforced code security configuration holds the switch, a write has no "
    "effect, so an owner of the organization attaches another one or changes it. That one can hold the switch where it "
    "should be, so that nobody flips it: `greenroom explain` of the repository prints it."
)
EXAMPLE = """\
report_owners:
  psrt: {takes_reports: email, contact: security@example.org, users: ["a-member:101"]}
tools:
  pip: {repositories: [pypa/pip], report_owner: [{from: 2024-01-01, owner: psrt}]}
policies:
  private-reporting: {mode: report}
"""


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    declared = rules.report_owner_of(facts.name, now)
    if declared is None:
        return unmanaged(f"nobody declared who takes the reports of {facts.name}")
    name, owner = declared
    if not isinstance(facts.private_reporting, Known):
        return unclear(facts.private_reporting)
    if facts.private_reporting.value != owner.wants_private_reporting:
        return _switched(facts, name, owner)
    if owner.wants_private_reporting:
        return passed(f"on, as {name} declares{_guard(facts, 'enabled')}")
    return _drained(facts, name)


def _switched(facts: RepositoryFacts, name: str, owner: ReportOwner) -> Verdict:
    wanted = owner.wants_private_reporting
    is_now, route = ("off", "GitHub") if wanted else ("on", owner.contact or "mail")
    message = f"private vulnerability reporting is {is_now}, but {name} takes the reports of {facts.name} by {route}"
    kinds = ("switched-off" if wanted else "switched-on",)
    if not isinstance(facts.configuration, Known):
        return finding(f"{message}; what is attached to it is unknown: {facts.configuration.reason}", kinds=kinds)
    switch = SetPrivateReporting(repo=facts.name, enabled=wanted, under=facts.configuration.value, reason=message)
    return finding(message, switch, *([] if wanted else _drain(facts, name)), kinds=kinds)


def _drained(facts: RepositoryFacts, name: str) -> Verdict:
    """It is off, as it should be. Did reports slip in while it was on, and do the owner's people see them?"""
    if not isinstance(facts.advisories, Known):
        return unclear(facts.advisories)
    off = f"off, as {name} declares{_guard(facts, 'disabled')}"
    if not any(_slipped_in(facts)):
        return passed(off)
    # From here on whatever is said but *pass* is said only where there is a report.
    if not isinstance(facts.owners_people, Known):
        return unclear(facts.owners_people, embargoed=True)
    if any(report.hides_people for report in _slipped_in(facts)):
        return unclear(CannotTell(f"GitHub does not say who sees a report of {facts.name}"), embargoed=True)
    if unseen := list(_drain(facts, name)):
        said = f"reports came in on GitHub that {name} does not see yet: {len(unseen)}"
        return finding(said, *unseen, kinds=("reports-unseen",), embargoed=True)
    return _roster(facts.owners_people.value, name) or passed(f"{off}; {name} sees the reports that came in")


def _roster(owners: Roster, name: str) -> Verdict | None:
    """What is wrong with the list of people who should see reports?"""
    if owners.unconfirmed:
        logins = ", ".join(person.login for person in owners.unconfirmed)
        said = f"logins that policy names for {name} cannot be confirmed as the accounts it means: {logins}"
        return finding(said, kinds=("unconfirmed-logins",), embargoed=True)
    if not owners.people:
        said = f"reports came in on GitHub, and policy names nobody of {name} to see them"
        return finding(said, kinds=("nobody-named",), embargoed=True)
    return None


def _slipped_in(facts: RepositoryFacts) -> Iterator[Advisory]:
    if isinstance(facts.advisories, Known):
        yield from (each for each in facts.advisories.value if each.is_open and each.reported_privately)


def _drain(facts: RepositoryFacts, name: str) -> Iterator[SetCollaborators]:
    if not isinstance(facts.owners_people, Known):
        return
    for report in _slipped_in(facts):
        if report.hides_people:
            continue
        ids = {person.id for person in report.people}
        missing = tuple(person for person in facts.owners_people.value.people if person.id not in ids)
        if missing:
            reason = f"{name} takes the reports of {facts.name} and does not see this one"
            # The second half of switching it off, so the same approval covers it.
            yield SetCollaborators(
                repo=report.repo, ghsa=report.ghsa, add=missing, scope="private-reporting: off", reason=reason
            )


def _guard(facts: RepositoryFacts, says: str) -> str:
    match facts.configuration:
        case Known(value=Configuration(enforced=True, private_vulnerability_reporting=set_to, name=name)):
            return f" (guarded by the enforced configuration “{name}”)" if set_to == says else ""
        case _:
            return ""
