"""The coordination repository is what its store needs, so that nothing in it is public.

Drafts are private even in a public repository, while everything else in one is world-readable; GitHub offers no draft
advisories in private repositories of free and team plans. Source: GitHub, "About repository security advisories".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.domain.facts import CoordinationRepository, Known, RepositoryFacts
from app.domain.findings import Verdict, finding, passed, unclear
from policies.config import PolicyFile


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    if not isinstance(facts.coordination, Known):
        return unclear(facts.coordination)
    if problems := list(_problems(facts.coordination.value)):
        message = f"{facts.name} cannot hold embargoed advisories: {', '.join(problems)}"
        return finding(message, pages=True)
    return passed("private" if facts.coordination.value.repository.private else "public and empty; drafts are private")


def _problems(found: CoordinationRepository) -> Iterator[str]:
    repository = found.repository
    if repository.archived:
        yield "it is archived"
    if repository.private:
        return
    if found.has_commits:
        yield "it is public and has content"
    if found.has_published_advisories:
        yield "an advisory was published in it"
    if found.private_reporting:
        yield "private vulnerability reporting is on, so strangers can write into it"
    open_to_all = {
        "issues": repository.has_issues,
        "a wiki": repository.has_wiki,
        "Pages": repository.has_pages,
        "discussions": repository.has_discussions,
    }
    yield from (f"it is public and has {name}" for name, on in open_to_all.items() if on)
