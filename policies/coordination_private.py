"""The coordination repository is what its store needs, so that nothing in it is public.

Drafts are private even in a public repository, while everything else in one is world-readable; GitHub offers no draft
advisories in private repositories of free and team plans. Issues are read by all who can read their repository.
Sources: GitHub, "About repository security advisories" and "About issues".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.domain.facts import CoordinationRepository, Known, Repository, RepositoryFacts
from app.domain.findings import Verdict, finding, passed, unclear
from policies.config import PolicyFile

READS = ("coordination",)
STATES = ("pass", "finding", "cannot tell", "not applicable")
KINDS = {
    "archived": "nothing can be written any more",
    "public": "everybody reads the issues that are mirrors",
    "issues-off": "it keeps mirrors as issues, and has none",
    "has-content": "it is public and not empty",
    "published": "it is public, and an advisory was published in it",
    "reporting-on": "it is public, and strangers can write into it by reporting a vulnerability",
    "open-to-all": "it is public and has issues, a wiki, Pages or discussions",
}
PAGES = tuple(KINDS)
REMEDY = (
    "A person makes it private again, or empty, at once. Until then nothing is written there and every case stands "
    "still. It pages somebody, and no exemption changes that."
)
EXAMPLE = """\
coordination: {repository: packaging-security/cases, store: advisory}
policies:
  coordination-private: {mode: report}
"""


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    if not isinstance(facts.coordination, Known):
        return unclear(facts.coordination)
    found = facts.coordination.value
    keeps_issues = rules.coordination is not None and rules.coordination.store == "issue"
    if problems := list(_problems_of_issues(found.repository) if keeps_issues else _problems_of_drafts(found)):
        message = f"{facts.name} cannot hold embargoed advisories: {', '.join(said for _, said in problems)}"
        return finding(message, kinds=tuple(dict.fromkeys(kind for kind, _ in problems)), pages=True)
    return passed("private" if found.repository.private else "public and empty; drafts are private")


def _problems_of_issues(repository: Repository) -> Iterator[tuple[str, str]]:
    if repository.archived:
        yield "archived", "it is archived"
    if not repository.private:
        yield "public", "it is public, so everybody reads every case"
    if not repository.has_issues:
        yield "issues-off", "its issues are switched off"


def _problems_of_drafts(found: CoordinationRepository) -> Iterator[tuple[str, str]]:
    repository = found.repository
    if repository.archived:
        yield "archived", "it is archived"
    if repository.private:
        return
    if found.has_commits:
        yield "has-content", "it is public and has content"
    if found.has_published_advisories:
        yield "published", "an advisory was published in it"
    if found.private_reporting:
        yield "reporting-on", "private vulnerability reporting is on, so strangers can write into it"
    open_to_all = {
        "issues": repository.has_issues,
        "a wiki": repository.has_wiki,
        "Pages": repository.has_pages,
        "discussions": repository.has_discussions,
    }
    yield from (("open-to-all", f"it is public and has {name}") for name, on in open_to_all.items() if on)
