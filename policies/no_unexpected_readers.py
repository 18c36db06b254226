"""Nobody but those who were named for it can see an open advisory or a mirror.

Whoever is let into an advisory stays, also after leaving the organization or the project. Named for an advisory are its
report owner's people, the tool's own, and who wrote it; for a mirror the people of the tools that take part, the
coordinators and those who read every case; for a repository in which mirrors are issues, the latter two. Admins and
security managers of a repository read its advisories without being in any list, so they are not looked at. An exemption
covers the accounts and teams that were found when it came into force, and nobody who is let in later. Sources:
GitHub, "Permission levels for repository security advisories"; "Adding a collaborator to a repository security
advisory"; "Repository roles for an organization".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain.facts import Known, Readers, RepositoryFacts
from app.domain.findings import Account, Verdict, finding, passed, unclear, unmanaged
from policies.clocks import counted
from policies.config import PolicyFile

ABOUT_ADVISORIES = True
READS = ("readers",)
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {
    "unexpected-people": "an account that nobody named reads an open advisory or a mirror",
    "unexpected-teams": "a team that nobody named reads an open advisory or a mirror",
}
REMEDY = (
    "A person takes them out of the advisory on GitHub, or names them in the policy file. "
    "Greenroom takes out nobody but those whom it let into a mirror itself."
)
EXAMPLE = """\
tools:
  pip:
    repositories: [pypa/pip]
    users: ["some-login:12345"]
    teams: [pypa/pip-committers]
"""

_EVERY_CASE = "repository of every case"  # where mirrors are issues, whoever can read it reads all of them


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    if not rules.is_coordination(facts.name) and rules.report_owner_of(facts.name, now) is None:
        return unmanaged(f"nobody declared who takes the reports of {facts.name}")
    if not isinstance(facts.readers, Known):
        return unclear(facts.readers)
    what = _what(facts, rules)
    people = _people(facts.readers.value)
    teams = _teams(facts.readers.value)
    if people or teams:
        return _unexpected(people, teams, what)
    if hidden := sum(each.people is None or each.teams is None for each in facts.readers.value):
        # It will not say so before somebody grants Members: read, so looking again soon is no use.
        told = f"GitHub does not say who sees {counted(hidden, what)}"
        return Verdict(state="cannot tell", message=told, lasts=True)
    return passed(_at_rest(len(facts.readers.value), what))


def _at_rest(count: int, what: str) -> str:
    if what == _EVERY_CASE:
        return f"only who was named can read the {what}"
    return f"only who was named sees {counted(count, what)}" if count else f"no {what.removeprefix('open ')} is open"


def _what(facts: RepositoryFacts, rules: PolicyFile) -> str:
    if not rules.is_coordination(facts.name):
        return "open advisory"
    return _EVERY_CASE if rules.coordination and rules.coordination.store == "issue" else "open mirror"


def _people(readers: Iterable[Readers]) -> tuple[Account, ...]:
    found = {person.id: person.login for each in readers for person in each.people or () if person.id not in each.named}
    return tuple(Account(id=f"user {number}", name=login) for number, login in sorted(found.items(), key=_by_login))


def _by_login(person: tuple[int, str]) -> str:
    return person[1].lower()


def _teams(readers: Iterable[Readers]) -> tuple[Account, ...]:
    found = {team for each in readers for team in each.teams or () if team not in each.named_teams}
    return tuple(Account(id=f"team {slug}", name=f"the team {slug}") for slug in sorted(found))


def _unexpected(people: tuple[Account, ...], teams: tuple[Account, ...], what: str) -> Verdict:
    accounts = (*people, *teams)
    kinds = [*(["unexpected-people"] if people else []), *(["unexpected-teams"] if teams else [])]
    article = "the" if what == _EVERY_CASE else "an"
    said = f"nobody named them for {article} {what} that they can see: {', '.join(each.name for each in accounts)}"
    return finding(said, kinds=tuple(kinds), accounts=accounts)
