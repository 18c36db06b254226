"""An open advisory has a coordinator within the time that its report owner gives itself.

The coordinator is whoever is credited as such in the advisory: there is no other field for it. Sources: GitHub, "REST
API endpoints for repository security advisories" (types of credit); the developer's guide of CPython, "Python Security
Response Team".
"""

from __future__ import annotations

from datetime import datetime

from app.domain.facts import Advisory, RepositoryFacts
from app.domain.findings import Verdict, finding, passed
from policies.clocks import counted, days, running, undated, waiting
from policies.config import PolicyFile

ABOUT_ADVISORIES = True
READS = ("advisories",)
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {"no-coordinator": "an open advisory credits no coordinator, and the time to assign one is over"}
REMEDY = "Those who take the reports credit somebody in the advisory as its coordinator."
EXAMPLE = """\
report_owners:
  psrt: {takes_reports: email, clocks: {coordinator: 3d}}
tools:
  pip: {repositories: [pypa/pip], report_owner: [{from: 2024-01-01, owner: psrt}]}
policies:
  coordinator-assigned: {mode: report}
"""
_OPEN = "open advisory"


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    clock = running(facts, rules, now, which="coordinator", purpose="assign a coordinator")
    if isinstance(clock, Verdict):
        return clock
    without = waiting((each for each in clock.advisories if not _has_coordinator(each)), clock, now)
    if without.late:
        late = f"{counted(without.late, _OPEN)} without one, {without.overdue}"
        return finding(f"{clock.promise} to assign a coordinator; {late}", kinds=("no-coordinator",))
    if without.undated:
        return undated(counted(without.undated, _OPEN))
    if without.count:
        waits = f"{counted(without.count, _OPEN)} without a coordinator"
        return passed(f"{waits}, within the {days(clock.within)} to assign one")
    total = len(clock.advisories)
    return passed(f"{counted(total, _OPEN)} with a coordinator" if total else "no advisory is open")


def _has_coordinator(advisory: Advisory) -> bool:
    return any(kind == "coordinator" for _, kind in advisory.credits)
