"""Every open advisory can be seen by its report owner's people.

A report that those who take reports cannot read waits for somebody to notice. Coordinators are not among them: they see
the advisories of their cases only. Source: GitHub, "Adding a collaborator to a repository security advisory".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.domain.actions import SetCollaborators
from app.domain.facts import Advisory, Known, RepositoryFacts, Roster
from app.domain.findings import Verdict, finding, passed, unclear, unmanaged
from policies.config import PolicyFile, ReportOwner

ABOUT_ADVISORIES = True
READS = ("advisories", "owners_people")
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {
    "reports-unseen": "some of those who take reports do not see an open advisory",
    "nobody-named": "policy names nobody who should see it, and its owner takes reports elsewhere",
    "unconfirmed-logins": "a login in policy is not, or no longer, that of the account it means",
    "empty-teams": "the teams that policy names have nobody in them",
}
REMEDY = (
    "Greenroom adds the owner's people to the advisory, beside those who are there, where policy enforces and a "
    "coordinator approved that. Logins and teams are put right by people, in the policy file."
)
EXAMPLE = """\
report_owners:
  psrt: {takes_reports: email, users: ["a-member:101"], teams: [python/psrt]}
tools:
  pip: {repositories: [pypa/pip], report_owner: [{from: 2024-01-01, owner: psrt}]}
policies:
  reports-reach-owner: {mode: report}
"""
SCOPE = "reports-reach-owner: add the owner's people"


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    if rules.is_coordination(facts.name):
        return Verdict(state="not applicable", message="its advisories are mirrors, which the people of a case see")
    declared = rules.report_owner_of(facts.name, now)
    if declared is None:
        return unmanaged(f"nobody declared who takes the reports of {facts.name}")
    if not isinstance(facts.advisories, Known):
        return unclear(facts.advisories)
    if waiting := tuple(each for each in facts.advisories.value if each.is_open):
        return _waiting(facts, *declared, waiting)
    return passed("no advisory is open")


def _waiting(facts: RepositoryFacts, name: str, owner: ReportOwner, waiting: tuple[Advisory, ...]) -> Verdict:
    if not owner.names_anybody:
        return _nobody_named(name, owner, len(waiting))
    if not isinstance(facts.owners_people, Known):
        return unclear(facts.owners_people)
    if hidden := sum(each.hides_people for each in waiting):
        return Verdict(state="cannot tell", message=f"GitHub does not say who sees {_open(hidden)} of {facts.name}")
    return _seen(facts, name, waiting, facts.owners_people.value)


def _nobody_named(name: str, owner: ReportOwner, count: int) -> Verdict:
    """Who takes reports on GitHub reads them as an admin there; who takes them by mail may have no account there."""
    if owner.wants_private_reporting:
        return passed(f"{_open(count)}; policy names nobody of {name}, so the repository's admins decide who sees them")
    return finding(f"policy names nobody of {name} to see {_open(count)}", kinds=("nobody-named",))


def _seen(facts: RepositoryFacts, name: str, waiting: tuple[Advisory, ...], owners: Roster) -> Verdict:
    unseen = tuple(_unseen(facts, name, waiting, owners))
    wrong = {"reports-unseen": f"{name} does not see {_open(len(unseen))}"} if unseen else {}
    if owners.unconfirmed:
        logins = ", ".join(person.login for person in owners.unconfirmed)
        said = f"logins that policy names for {name} cannot be confirmed as the accounts it means: {logins}"
        wrong["unconfirmed-logins"] = said
    elif not owners.people:
        wrong["empty-teams"] = (
            f"the teams that policy names for {name} have nobody in them to see {_open(len(waiting))}"
        )
    if wrong:
        return finding("; ".join(wrong.values()), *unseen, kinds=tuple(wrong))
    return passed(f"{name} sees {_open(len(waiting))}")


def _unseen(
    facts: RepositoryFacts, name: str, waiting: tuple[Advisory, ...], owners: Roster
) -> Iterator[SetCollaborators]:
    for advisory in waiting:
        inside = {person.id for person in advisory.people}
        missing = tuple(person for person in owners.people if person.id not in inside)
        if missing:
            reason = f"{name} takes the reports of {facts.name} and does not see this advisory"
            yield SetCollaborators(repo=advisory.repo, ghsa=advisory.ghsa, add=missing, scope=SCOPE, reason=reason)


def _open(count: int) -> str:
    return "1 open advisory" if count == 1 else f"{count} open advisories"
