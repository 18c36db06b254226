"""What is told on one morning, of findings and notices made up for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.domain.ids import RepoName
from app.domain.records import Finding, Notice
from app.reconcile.digests import Digests
from app.reconcile.reminders import OPERATORS, Now, digests_for, hour_after, hour_before
from policies.config import PolicyFile
from tests.builders import PIP, rules
from tests.reconcile.test_lifecycle import OPEN

DIGESTS = Digests.parse(f"test:{'ab' * 32}")
DAY = timedelta(days=1)
OPENED = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
FIRST = datetime(2026, 12, 2, 7, 0, tzinfo=UTC)
COORDINATED = """\
version: 1
coordinators: {users: ["carol:3", "dora:4"]}
report_owners: {maintainers: {takes_reports: github}}
tools:
  pip: {repositories: [pypa/pip], users: ["alice:1", "carol:3"]}
  wheel: {repositories: [pypa/wheel], users: ["bob:2"]}
policies:
  private-reporting: {mode: report}
  coordination-private: {mode: report}
  reports-reach-owner: {mode: report}
"""
NOBODY = f"version: 1\n{COORDINATED[COORDINATED.index('policies:') :]}"
EXEMPT = """\
exemptions:
  - {policy: private-reporting, repository: pypa/wheel, owner: "erin:5", reason: "moving house", until: 2026-12-31}
"""


def found(repo: RepoName = PIP, policy: str = "private-reporting", **said: object) -> Finding:
    return replace(OPEN, **({"repo": repo, "policy": policy, "since": OPENED, "observed_at": OPENED} | said))  # type: ignore[arg-type]


def notice(kind: str = "cannot-see", about: str = "pypa/pip", text: str = "told", since: datetime = OPENED) -> Notice:
    return Notice(kind=kind, about=about, severity="warning", text=text, since=since)  # type: ignore[arg-type]


def made(
    *findings: Finding,
    file: PolicyFile | None = None,
    notices: tuple[Notice, ...] = (),
    at: datetime = FIRST,
    last: datetime | None = None,
) -> dict[str, str]:
    """Who is told what at that hour."""
    now = Now(findings=findings, notices=notices, rules=file or rules(NOBODY), last=last or at - DAY, at=at)
    return {each.recipient: each.text for each in digests_for(now, DIGESTS, at).digests}


def days_of_mention(since: datetime, hours: Iterable[datetime]) -> list[int]:
    """On which days, counted from the first digest after it, a finding that stays open is mentioned."""
    mentioned, last = [], hour_before(since)
    for at in hours:
        if "pypa/pip" in made(found(since=since), at=at, last=last).get(OPERATORS, ""):
            mentioned.append((at - hour_after(since)) // DAY)
        last = at
    return mentioned


def hours(first: datetime, days: int) -> Iterator[datetime]:
    yield from (first + number * DAY for number in range(days))
