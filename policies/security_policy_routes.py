"""SECURITY.md sends reporters to the report owner, and agrees with private vulnerability reporting.

Who found a vulnerability does what that file says. Only people should change it, so a finding proposes a sentence.
Prose can be read in more ways than one: where it is not clear whether a place is named for reports, a person should
read it. Source: GitHub, "Adding a security policy to your repository".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.domain.facts import Known, RepositoryFacts, SecurityPolicy
from app.domain.findings import Verdict, finding, passed, unclear, unmanaged
from app.domain.ids import RepoName
from policies.config import PolicyFile, ReportOwner
from policies.reporting_routes import LONGEST, SOMEWHERE, Reading, Route, contact_route, reading

READS = ("security_policy", "private_reporting")
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {
    "no-file": "there is no SECURITY.md",
    "no-route": "it names no way to report a vulnerability",
    "in-public": "it has vulnerabilities reported in public",
    "elsewhere": "it sends reporters to somebody who does not take the reports",
    "button-off": "it names GitHub's private reporting, which is switched off",
    "button-on": "it is right, and GitHub's private reporting offers another way",
}
REMEDY = "A person writes the sentence that the finding proposes into SECURITY.md, or sets the switch."
EXAMPLE = """\
report_owners:
  psrt: {takes_reports: email, contact: security@example.org}
tools:
  pip: {repositories: [pypa/pip], report_owner: [{from: 2024-01-01, owner: psrt}]}
policies:
  security-policy-routes: {mode: report}
"""
_MOST_NAMED = 3


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    if rules.is_coordination(facts.name):
        return Verdict(state="not applicable", message="nobody reports to it; its advisories are mirrors")
    declared = rules.report_owner_of(facts.name, now)
    if declared is None:
        return unmanaged(f"nobody declared who takes the reports of {facts.name}")
    if not isinstance(facts.security_policy, Known):
        return unclear(facts.security_policy)
    name, owner = declared
    accepted = _accepted(facts.name, owner)
    if not accepted:
        return _untold(f"policy does not say where {name} takes reports: it names no contact; name one there")
    file = facts.security_policy.value
    if file is None:
        return finding(f"{facts.name} has no SECURITY.md{_proposed(accepted)}", kinds=("no-file",))
    unread = _unread(file)
    return _untold(f"{unread}{_proposed(accepted)}") if unread else _read(facts, name, owner, file, accepted)


def _accepted(repo: RepoName, owner: ReportOwner) -> tuple[Route, ...]:
    """Where the owner takes reports; the first is what we propose."""
    on_github = (Route("github", str(repo)),) if owner.wants_private_reporting else ()
    contact = contact_route(owner.contact) if owner.contact else None
    return (*on_github, contact) if contact else on_github


def _unread(file: SecurityPolicy) -> str | None:
    """What keeps us from reading it as GitHub shows it?"""
    shown = _shown(file)
    if file.symlink_target is not None:
        return f"{shown} is a symbolic link to {_printable(file.symlink_target)}, which was not read"
    if file.text is None:
        return f"{shown} is not text in UTF-8"
    if file.truncated or len(file.text) > LONGEST:
        return f"{shown} is too long to be read in full"
    return None


def _read(
    facts: RepositoryFacts, name: str, owner: ReportOwner, file: SecurityPolicy, accepted: tuple[Route, ...]
) -> Verdict:
    shared = file.source == "organization default"
    said = reading(file.text or "", facts.name, is_rst=file.path.lower().endswith(".rst"), is_shared=shared)
    if doubt := _doubt(said, accepted):
        return _untold(f"{_shown(file)} {doubt}; a person should read it{_proposed(accepted)}")
    given = said.given | said.unclear
    wrong = tuple(sorted(route for route in given if not _leads_there(route, accepted)))
    if wrong and len(wrong) == len(given) and all(_may_lead_there(route, owner) for route in wrong):
        return _untold(f"{_shown(file)} leaves it to what was not read: {_listed(wrong)}{_proposed(accepted)}")
    if wrong or not given:
        problems = dict([*_problems(file, name, facts, given, wrong), *_button_is_off(facts, file, given)])
        return finding("; ".join(problems.values()) + _proposed(accepted), kinds=tuple(problems))
    if not isinstance(facts.private_reporting, Known):
        return unclear(facts.private_reporting)
    return _agreement(facts, name, owner, file, given)


def _doubt(said: Reading, accepted: tuple[Route, ...]) -> str | None:
    """Why can a reader think that it is right, and another that it is not?

    A file that names the owner's place nowhere is wrong however it is read, and so is one that sends reporters
    elsewhere in so many words.
    """
    right = {route for route in said.given if _leads_there(route, accepted)}
    perhaps = tuple(sorted(each for each in said.unclear | said.aside if _leads_there(each, accepted)))
    if said.given - right or not (right or perhaps):
        return None
    if not right:
        return f"names {_listed(perhaps)}, and perhaps not for reports"
    others = tuple(sorted(said.unclear - right))
    return f"names {_listed(others)}, too, and perhaps for reports" if others else None


def _leads_there(route: Route, accepted: tuple[Route, ...]) -> bool:
    """A page that people declared is one, whatever it looks like."""
    return any(route.place == each.place and (route.kind, each.kind) in _SAME for each in accepted)


_SAME = {("mail", "mail"), ("github", "github"), ("page", "page"), ("policy", "page")}


def _may_lead_there(route: Route, owner: ReportOwner) -> bool:
    return route.kind == "policy" or (route == Route("github", SOMEWHERE) and owner.wants_private_reporting)


def _problems(
    file: SecurityPolicy, name: str, facts: RepositoryFacts, given: frozenset[Route], wrong: tuple[Route, ...]
) -> Iterator[tuple[str, str]]:
    shown = _shown(file)
    if not given:
        yield "no-route", f"{shown} names no way to report a vulnerability"
    public = tuple(route for route in wrong if route.kind == "public")
    if public:
        yield "in-public", f"{shown} has vulnerabilities reported in public: {_listed(public)}"
    if elsewhere := tuple(route for route in wrong if route.kind != "public"):
        said = f"{shown} sends reporters to {_listed(elsewhere)}, but {name} takes the reports of {facts.name}"
        yield "elsewhere", said


def _button_is_off(facts: RepositoryFacts, file: SecurityPolicy, given: frozenset[Route]) -> Iterator[tuple[str, str]]:
    if Route("github", str(facts.name)) in given and _private_reporting(facts) is False:
        yield "button-off", f"private vulnerability reporting is off, so what {_shown(file)} says cannot be done"


def _agreement(
    facts: RepositoryFacts, name: str, owner: ReportOwner, file: SecurityPolicy, given: frozenset[Route]
) -> Verdict:
    """The file is right. Does the switch say the same?"""
    shown = _shown(file)
    if off := list(_button_is_off(facts, file, given)):
        [(kind, said)] = off
        return finding(f"{said}; switch it on", kinds=(kind,))
    if not owner.wants_private_reporting and _private_reporting(facts):
        return finding(
            f"{shown} is right, but private vulnerability reporting is on, so that GitHub offers a way that"
            f" {name} does not"
            " read; switch it off",
            kinds=("button-on",),
        )
    return passed(f"{shown} sends reporters to {name}: {_listed(tuple(sorted(given)))}")


def _private_reporting(facts: RepositoryFacts) -> bool | None:
    return facts.private_reporting.value if isinstance(facts.private_reporting, Known) else None


def _proposed(accepted: tuple[Route, ...]) -> str:
    """A sentence for whoever edits the file."""
    match accepted[0]:
        case Route("mail", address):
            where = f"by mail to {address}"
        case Route("github", repo):
            where = f"privately at https://github.com/{repo}/security/advisories/new"
        case Route(_, page):
            where = f"at {page}"
    return f"; write “Report vulnerabilities {where}, and not in public issues.”"


def _listed(found: tuple[Route, ...]) -> str:
    named = ", ".join(_named(route) for route in found[:_MOST_NAMED])
    more = len(found) - _MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _named(route: Route) -> str:
    match route:
        case Route("github", place) if place == SOMEWHERE:
            return "private reporting in a repository that a relative link does not tell"
        case Route("github", place):
            return f"private reporting of {_printable(place)}"
        case Route("policy", place):
            return f"the document {_printable(place)}"
        case Route(_, place) if not place.isascii():
            return f"{_printable(place)} (not all of its letters are what they look like)"
        case Route(_, place):
            return _printable(place)


def _printable(text: str) -> str:
    """What strangers wrote, in one short line."""
    line = "".join(letter if letter.isprintable() else "?" for letter in text)
    return line if len(line) <= 100 else f"{line[:99]}…"  # noqa: PLR2004


def _shown(file: SecurityPolicy) -> str:
    whose = "the organization's " if file.source == "organization default" else ""
    return f"{whose}{_printable(file.path)}"


def _untold(reason: str) -> Verdict:
    """What is there was seen, and only people can change it."""
    return Verdict(state="cannot tell", message=reason, lasts=True)
