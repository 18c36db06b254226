"""An advisory is rejected, public, or ready within the time that its report owner gives itself.

It is ready when a draft names a fixed version for each package and has a CVE id: then only the agreed hour is missing.
The time runs from receipt. Source: the developer's guide of CPython, "Python Security Response Team".
"""

from __future__ import annotations

from datetime import datetime

from app.domain.facts import Advisory, RepositoryFacts
from app.domain.findings import Verdict, finding, passed
from policies.clocks import counted, days, running, undated, waiting
from policies.completeness import lacks
from policies.config import PolicyFile

ABOUT_ADVISORIES = True
READS = ("advisories",)
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {"not-finished": "an advisory is open, and not ready, for longer than its owner gives itself"}
REMEDY = "Its people reject it, publish it, or bring a fixed version for each package and a CVE id."
EXAMPLE = """\
report_owners:
  psrt: {takes_reports: email, clocks: {finish: 90d}}
tools:
  pip: {repositories: [pypa/pip], report_owner: [{from: 2024-01-01, owner: psrt}]}
policies:
  finished-in-time: {mode: report}
"""
_OPEN = "open advisory"


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    clock = running(facts, rules, now, which="finish", purpose="finish an advisory")
    if isinstance(clock, Verdict):
        return clock
    unfinished = waiting((each for each in clock.advisories if not _is_ready(each)), clock, now)
    if unfinished.late:
        late = f"{counted(unfinished.late, _OPEN)} not finished, {unfinished.overdue}"
        return finding(f"{clock.promise} from receipt to finish an advisory; {late}", kinds=("not-finished",))
    if unfinished.undated:
        return undated(counted(unfinished.undated, _OPEN))
    if unfinished.count:
        return passed(f"{counted(unfinished.count, _OPEN)} not finished, within the {days(clock.within)} for it")
    total = len(clock.advisories)
    return passed(f"{counted(total, _OPEN)}, patched and with a CVE id" if total else "no advisory is open")


def _is_ready(advisory: Advisory) -> bool:
    return advisory.state == "draft" and not {"fixed-version", "cve"} & set(lacks(advisory))
