"""A report is accepted or closed before it grows old.

How old is old its owner says (`clocks.triage`); owners who say nothing are not held to a time of somebody else. Source:
GitHub, "Managing privately reported security vulnerabilities".
"""

from __future__ import annotations

from datetime import datetime

from app.domain.facts import RepositoryFacts
from app.domain.findings import Verdict, finding, passed
from policies.clocks import counted, days, running, undated, waiting
from policies.config import PolicyFile

ABOUT_ADVISORIES = True
READS = ("advisories",)
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {"old-report": "a report is in triage for longer than its owner gives itself"}
REMEDY = (
    "Those who take the reports accept it as a draft or close it, or give themselves another time in the policy file."
)
EXAMPLE = """\
report_owners:
  psrt: {takes_reports: email, clocks: {triage: 14d}}
tools:
  pip: {repositories: [pypa/pip], report_owner: [{from: 2024-01-01, owner: psrt}]}
policies:
  triaged-in-time: {mode: report}
"""


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    clock = running(facts, rules, now, which="triage", purpose="accept or close a report")
    if isinstance(clock, Verdict):
        return clock
    reports = waiting((each for each in clock.advisories if each.state == "triage"), clock, now)
    if reports.late:
        late = f"{counted(reports.late, 'report')} in triage, {reports.overdue}"
        return finding(f"{clock.promise} to accept or close a report; {late}", kinds=("old-report",))
    if reports.undated:
        return undated(counted(reports.undated, "report"))
    if reports.count:
        return passed(f"{counted(reports.count, 'report')} in triage, within the {days(clock.within)} for it")
    return passed("no report is in triage")
