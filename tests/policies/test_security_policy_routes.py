"""SECURITY.md sends reporters to the report owner, and agrees with private vulnerability reporting."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.facts import CannotTell, NotApplicable, RepositoryFacts, SecurityPolicy
from app.domain.findings import Verdict
from app.domain.ids import RepoName
from policies.config import PolicyFile
from policies.reporting_routes import LONGEST
from policies.security_policy_routes import check
from tests.builders import CASES, HIDDEN, NOW, PIP, POLICY, WHEEL, facts, known, rules

UV = RepoName("astral-sh", "uv")
BY_MAIL = "Report vulnerabilities to security@python.org.\n"
BY_GITHUB = "Use [private reporting](../../security/advisories/new) for vulnerabilities.\n"
WRITE_MAIL = "; write “Report vulnerabilities by mail to security@python.org, and not in public issues.”"
WRITE_GITHUB = (
    "; write “Report vulnerabilities privately at https://github.com/astral-sh/uv/security/advisories/new,"
    " and not in public issues.”"
)
OFF = "private vulnerability reporting is off, so what SECURITY.md says cannot be done"


def shows(text: str | None, *, repo: RepoName = PIP, reporting: Any = None, **said: Any) -> RepositoryFacts:
    """A repository with that SECURITY.md, whose button is as its owner wants it unless a test says otherwise."""
    file = SecurityPolicy(**({"path": "SECURITY.md", "text": text} | said))
    return facts(repo, security_policy=known(file), private_reporting=reporting or known(repo == UV))


# What is found is of the kind of each phrase in what is said of it.
KINDS = {
    "has no SECURITY.md": "no-file",
    "names no way to report": "no-route",
    "has vulnerabilities reported in public": "in-public",
    "sends reporters to": "elsewhere",
    "reporting is off, so what": "button-off",
    "reporting is on, so that": "button-on",
}


def says(state: Any, message: str) -> Verdict:
    kinds = [kind for phrase, kind in KINDS.items() if phrase in message] if state == "finding" else []
    return Verdict(state=state, message=message, kinds=tuple(kinds))


def lasts(message: str) -> Verdict:
    """What looking again will not tell."""
    return Verdict(state="cannot tell", message=message, lasts=True)


TABLE = {
    "nothing to do: the address of the owner": (
        shows(BY_MAIL),
        says("pass", "SECURITY.md sends reporters to psrt: security@python.org"),
    ),
    "nothing to do: GitHub's form, and the button is on": (
        shows(BY_GITHUB, repo=UV),
        says("pass", "SECURITY.md sends reporters to maintainers: private reporting of astral-sh/uv"),
    ),
    "another address": (
        shows("Mail security@pip.example, please.\n"),
        says(
            "finding",
            f"SECURITY.md sends reporters to security@pip.example, but psrt takes the reports of pypa/pip{WRITE_MAIL}",
        ),
    ),
    "the right address and another": (
        shows(BY_MAIL + "Or mail robin@pip.example.\n"),
        says(
            "finding",
            f"SECURITY.md sends reporters to robin@pip.example, but psrt takes the reports of pypa/pip{WRITE_MAIL}",
        ),
    ),
    "an address that only looks right": (
        shows("Report vulnerabilities to security@pyth\u043en.org.\n"),
        says(
            "finding",
            "SECURITY.md sends reporters to security@pyth\u043en.org (not all of its letters are what they look"
            " like), but psrt"
            f" takes the reports of pypa/pip{WRITE_MAIL}",
        ),
    ),
    "an owner by mail, and a file that names GitHub while the button is off": (
        shows(BY_GITHUB),
        says(
            "finding",
            "SECURITY.md sends reporters to private reporting of pypa/pip, but psrt takes the reports of pypa/pip;"
            f" {OFF}{WRITE_MAIL}",
        ),
    ),
    "an owner by mail, and a file that names GitHub while the button is on: both are wrong, this is the file's half": (
        shows(BY_GITHUB, reporting=known(True)),
        says(
            "finding",
            f"SECURITY.md sends reporters to private reporting of pypa/pip, but psrt takes the reports of"
            f" pypa/pip{WRITE_MAIL}",
        ),
    ),
    "an owner on GitHub, and a file that says so while the button is off": (
        shows(BY_GITHUB, repo=UV, reporting=known(False)),
        says("finding", f"{OFF}; switch it on"),
    ),
    "an owner by mail, and a file that says so while the button is on": (
        shows(BY_MAIL, reporting=known(True)),
        says(
            "finding",
            "SECURITY.md is right, but private vulnerability reporting is on, so that GitHub offers a way that"
            " psrt does not"
            " read; switch it off",
        ),
    ),
    "an owner on GitHub, and a file that names a mailbox": (
        shows(BY_MAIL, repo=UV),
        says(
            "finding",
            f"SECURITY.md sends reporters to security@python.org, but maintainers takes the reports of"
            f" astral-sh/uv{WRITE_GITHUB}",
        ),
    ),
    "another repository's form": (
        shows("Report vulnerabilities at https://github.com/pypa/pip/security/advisories/new\n", repo=UV),
        says(
            "finding",
            f"SECURITY.md sends reporters to private reporting of pypa/pip, but maintainers takes the reports"
            f" of astral-sh/uv{WRITE_GITHUB}",
        ),
    ),
    "a public issue": (
        shows("Found a vulnerability? Please open an issue.\n"),
        says("finding", f"SECURITY.md has vulnerabilities reported in public: issues{WRITE_MAIL}"),
    ),
    "a public issue and another address": (
        shows("Report vulnerabilities to a@pip.example or open an issue about the vulnerability.\n"),
        says(
            "finding",
            "SECURITY.md has vulnerabilities reported in public: issues; SECURITY.md sends reporters to"
            " a@pip.example, but psrt"
            f" takes the reports of pypa/pip{WRITE_MAIL}",
        ),
    ),
    "more than anybody wants to read of": (
        shows("Mail a@x.example, b@x.example, c@x.example, d@x.example or e@x.example.\n"),
        says(
            "finding",
            "SECURITY.md sends reporters to a@x.example, b@x.example, c@x.example and 2 more, but psrt takes"
            " the reports of"
            f" pypa/pip{WRITE_MAIL}",
        ),
    ),
    "no way at all": (
        shows("# Security\n\nWe take it seriously.\n"),
        says("finding", f"SECURITY.md names no way to report a vulnerability{WRITE_MAIL}"),
    ),
    "an empty file": (
        shows(""),
        says("finding", f"SECURITY.md names no way to report a vulnerability{WRITE_MAIL}"),
    ),
    "no file": (
        facts(security_policy=known(None)),
        says("finding", f"pypa/pip has no SECURITY.md{WRITE_MAIL}"),
    ),
    "the organization's default is as good": (
        shows(BY_MAIL, source="organization default"),
        says("pass", "the organization's SECURITY.md sends reporters to psrt: security@python.org"),
    ),
    "the organization's default, with a link of which nobody knows where it leads": (
        shows(BY_GITHUB, repo=UV, source="organization default"),
        lasts(
            "the organization's SECURITY.md leaves it to what was not read: private reporting in a repository"
            f" that a relative link does not tell{WRITE_GITHUB}",
        ),
    ),
    "reStructuredText": (
        shows("`By mail <mailto:security@python.org>`_ only.\n", path="docs/SECURITY.rst"),
        says("pass", "docs/SECURITY.rst sends reporters to psrt: security@python.org"),
    ),
    "it leaves it to another document": (
        shows("See https://www.python.org/dev/security/ for our security policy.\n"),
        lasts(
            "SECURITY.md leaves it to what was not read: the document https://python.org/dev/security" + WRITE_MAIL,
        ),
    ),
    "a symbolic link that was not followed": (
        shows("docs/other.md", symlink_target="docs/other.md"),
        lasts(f"SECURITY.md is a symbolic link to docs/other.md, which was not read{WRITE_MAIL}"),
    ),
    "not text": (shows(None), lasts(f"SECURITY.md is not text in UTF-8{WRITE_MAIL}")),
    "cut off by GitHub": (
        shows(BY_MAIL, truncated=True),
        lasts(f"SECURITY.md is too long to be read in full{WRITE_MAIL}"),
    ),
    "longer than we read": (
        shows(BY_MAIL + "x " * LONGEST),
        lasts(f"SECURITY.md is too long to be read in full{WRITE_MAIL}"),
    ),
    "the file is right, and nobody knows of the button": (
        shows(BY_MAIL, reporting=HIDDEN),
        says("cannot tell", "GitHub did not say"),
    ),
    "the file is wrong, and nobody knows of the button": (
        shows("# Security\n", reporting=HIDDEN),
        says("finding", f"SECURITY.md names no way to report a vulnerability{WRITE_MAIL}"),
    ),
    "nobody declared who takes the reports": (
        shows(BY_MAIL, repo=WHEEL),
        says("unmanaged", "nobody declared who takes the reports of pypa/wheel"),
    ),
    "the file cannot be told": (facts(security_policy=HIDDEN), says("cannot tell", "GitHub did not say")),
    "which file is shown cannot be told": (
        facts(security_policy=CannotTell("two that differ; keep one", lasts=True)),
        lasts("two that differ; keep one"),
    ),
    "there is no such question": (
        facts(security_policy=NotApplicable("it is private")),
        says("not applicable", "it is private"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """What is said of a repository. A person mends it, so there is a sentence to write and no remedy."""
    assert check(seen, rules(), NOW) == verdict


PAGE = POLICY.replace("contact: security@python.org", 'contact: "https://tidelift.com/security"')
BY_POLICY = {
    "the owner has a page": (
        rules(PAGE),
        shows("Please use the [Tidelift security contact](https://tidelift.com/security).\n"),
        says("pass", "SECURITY.md sends reporters to psrt: https://tidelift.com/security"),
    ),
    "the owner has a page, and the file an address": (
        rules(PAGE),
        shows(BY_MAIL),
        says(
            "finding",
            "SECURITY.md sends reporters to security@python.org, but psrt takes the reports of pypa/pip; write"
            " “Report"
            " vulnerabilities at https://tidelift.com/security, and not in public issues.”",
        ),
    ),
    "the owner's page is a document": (
        rules(POLICY.replace("contact: security@python.org", 'contact: "https://www.python.org/dev/security/"')),
        shows("See http://python.org/dev/security for our security policy.\n"),
        says("pass", "SECURITY.md sends reporters to psrt: the document https://python.org/dev/security"),
    ),
    "the owner on GitHub takes mail, too": (
        rules(POLICY.replace("{takes_reports: github}", "{takes_reports: github, contact: security@python.org}")),
        shows(BY_GITHUB + BY_MAIL, repo=UV),
        says(
            "pass",
            "SECURITY.md sends reporters to maintainers: private reporting of astral-sh/uv, security@python.org",
        ),
    ),
    "policy does not say where the owner is": (
        rules(POLICY.replace(", contact: security@python.org", "")),
        shows(BY_MAIL),
        lasts("policy does not say where psrt takes reports: it names no contact; name one there"),
    ),
    "nobody reports to the repository of mirrors": (
        rules(POLICY.replace("[pypa/pip]", "[pypa/pip, packaging-security/cases]")),
        facts(CASES, security_policy=known(None)),
        says("not applicable", "nobody reports to it; its advisories are mirrors"),
    ),
}


@pytest.mark.parametrize(("file", "seen", "verdict"), BY_POLICY.values(), ids=BY_POLICY)
def test_what_policy_declares_decides(file: PolicyFile, seen: RepositoryFacts, verdict: Verdict) -> None:
    """The same files under other rules."""
    assert check(seen, file, NOW) == verdict


def test_what_strangers_wrote_stays_on_one_short_line() -> None:
    """A finding is shown in terminals and mails; whoever writes the file must not write there."""
    url = "https://huntr.com/\x1b[31m\u202e" + "x" * 400
    verdict = check(shows(f"Report vulnerabilities at {url} please.\n"), rules(), NOW)

    assert verdict.state == "finding"
    assert verdict.message.isprintable()
    assert len(verdict.message) < 400
