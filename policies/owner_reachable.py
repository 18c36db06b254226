"""A report owner has at least two reachable people and an escalation contact.

One person goes on holiday, and a report waits. Reachable is whoever GitHub still knows as the account that policy
means: logins are given up, and taken by strangers. Who takes reports by mail needs an address, and everybody needs
somebody to turn to when nobody answers. Source: GitHub, "Changing your username".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.domain.facts import Known, RepositoryFacts, Roster
from app.domain.findings import Verdict, finding, passed, unclear
from policies.config import PolicyFile, ReportOwner
from policies.tenure import in_charge

ENOUGH = 2

READS = ("owners_roster",)
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {
    "nobody-named": "policy names nobody who takes the reports",
    "too-few-people": "fewer than two people who take the reports can be reached",
    "unconfirmed-people": "a login that policy names belongs to another account by now, or to none",
    "no-contact": "reports are taken by mail, and policy names no address",
    "no-escalation": "policy names nobody to turn to when nobody answers",
}
REMEDY = "A person names people, a contact and an `escalation` in the policy file; nothing is written to GitHub."
EXAMPLE = """\
report_owners:
  psrt:
    takes_reports: email
    contact: security@python.org
    escalation: "the PSF's director of infrastructure"
    users: ["some-login:12345", "other-login:67890"]
"""


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    charge = in_charge(facts.name, rules, now)
    if isinstance(charge, Verdict):
        return charge
    wrong = dict(_missing(charge.owner))
    if charge.owner.names_anybody:
        if not isinstance(facts.owners_roster, Known):
            return unclear(facts.owners_roster)
        wrong |= _unreachable(facts.owners_roster.value)
    if wrong:
        return finding(
            f"{charge.name} is not reachable enough: {'; '.join(wrong.values())}", kinds=tuple(sorted(wrong))
        )
    return passed(f"{charge.name} has enough people, and an escalation contact")


def _missing(owner: ReportOwner) -> Iterator[tuple[str, str]]:
    if not owner.names_anybody:
        yield "nobody-named", "policy names nobody"
    if owner.takes_reports == "email" and not owner.contact:
        yield "no-contact", "reports come by mail, and policy names no address"
    if not owner.escalation:
        yield "no-escalation", "policy names nobody to turn to when nobody answers"


def _unreachable(found: Roster) -> dict[str, str]:
    wrong = {}
    if len(found.people) < ENOUGH:
        wrong["too-few-people"] = f"{len(found.people)} of {ENOUGH} people can be reached"
    if found.unconfirmed:
        logins = ", ".join(person.login for person in found.unconfirmed)
        wrong["unconfirmed-people"] = f"these logins cannot be confirmed as the accounts that policy means: {logins}"
    return wrong
