"""Rules of owners who give themselves time, and what every policy about advisories has to say of the same worlds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.domain.facts import Advisory, NotApplicable, RepositoryFacts
from app.domain.findings import Verdict
from app.domain.ids import RepoName
from policies.config import PolicyFile
from tests.builders import CASES, HIDDEN, NOW, PIP, POLICY, WHEEL, advisory, coordination, facts, known, rules

UV = RepoName("astral-sh", "uv")
DAY = timedelta(days=1)
CLOCKS = "clocks: {coordinator: 3d, triage: 14d, finish: 90d}"
CLOCKED = POLICY.replace("contact: security@python.org", f"contact: security@python.org, {CLOCKS}")
COORDINATED = CLOCKED.replace("[pypa/pip]", "[pypa/pip, packaging-security/cases]")


def clocked(old: str = "", new: str = "") -> PolicyFile:
    """Rules under which psrt gives itself time, with something written otherwise."""
    return rules(CLOCKED.replace(old, new) if old else CLOCKED)


def aged(days: float, **said: Any) -> Advisory:
    """A draft of pip that came in that long ago."""
    return advisory(**({"repo": PIP, "created_at": NOW - timedelta(days=days)} | said))


def at(moment: datetime, **said: Any) -> Advisory:
    return advisory(**({"repo": PIP, "created_at": moment} | said))


def listed(*advisories: Advisory, repo: RepoName = PIP) -> RepositoryFacts:
    return facts(repo, advisories=known(advisories), published=known(()))


def says(state: Any, message: str, *kinds: str) -> Verdict:
    return Verdict(state=state, message=message, kinds=kinds)


# Whatever a policy about advisories is about, these worlds give it nothing to judge.
NOTHING_TO_JUDGE = {
    "nobody declared who takes the reports": (
        listed(aged(500), repo=WHEEL),
        says("unmanaged", "nobody declared who takes the reports of pypa/wheel"),
    ),
    "mirrors are not judged, whoever takes reports there": (
        facts(
            CASES,
            advisories=known((aged(500, repo=CASES),)),
            published=known((aged(500, repo=CASES, state="published"),)),
            coordination=known(coordination()),
        ),
        says("not applicable", "its advisories are mirrors, which follow their sources"),
    ),
    "nothing can be told": (facts(advisories=HIDDEN, published=HIDDEN), says("cannot tell", "GitHub did not say")),
    "private or archived": (
        facts(advisories=NotApplicable("it is private"), published=NotApplicable("it is private")),
        says("not applicable", "it is private"),
    ),
}
