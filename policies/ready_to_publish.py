"""A draft says everything that its readers will need before the time to publish it comes.

That is package, affected versions, fixed version, CWE and severity as a CVSS v4 vector, and a CVE id where its owner
names a CNA other than GitHub. A young draft is naturally incomplete, since a fix takes its time: one is judged from two
weeks after receipt on, or when two thirds of its owner's time to finish are gone, whichever comes first. GitHub says
when an advisory came in and not when it was accepted, so it is receipt that counts. Source: GitHub, "Creating a
repository security advisory".
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.facts import Known, RepositoryFacts
from app.domain.findings import Verdict, finding, passed, unclear
from policies.clocks import counted, due, received, undated
from policies.completeness import brings_cve, kinds, missing, told
from policies.config import PolicyFile, ReportOwner
from policies.tenure import in_charge

ABOUT_ADVISORIES = True
READS = ("advisories",)
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {
    "no-package": "a draft names no affected package",
    "no-range": "a package has no affected versions",
    "no-fixed-version": "a package has no fixed version",
    "no-cwe": "there is no CWE",
    "no-severity": "there is no severity",
    "no-cvss-4": "its severity is no CVSS v4 vector",
    "no-cve": "there is no CVE id, and its owner's come from elsewhere",
}
REMEDY = "Its people complete the draft on GitHub."
EXAMPLE = """\
report_owners:
  psrt: {takes_reports: email, cna: PSF, clocks: {finish: 90d}}
tools:
  pip: {repositories: [pypa/pip], report_owner: [{from: 2024-01-01, owner: psrt}]}
policies:
  ready-to-publish: {mode: report}
"""
GRACE = timedelta(days=14)


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    charge = in_charge(facts.name, rules, now)
    if isinstance(charge, Verdict):
        return charge
    if not isinstance(facts.advisories, Known):
        return unclear(facts.advisories)
    drafts = [(each, received(each, charge)) for each in facts.advisories.value if each.state == "draft"]
    grace = _grace(charge.owner)
    grown = [draft for draft, since in drafts if since is not None and now >= due(since, grace)]
    lacking = missing(grown, but=() if brings_cve(charge.owner) else ("cve",))
    if lacking.advisories:
        message = f"{counted(lacking.advisories, 'draft')} not ready to publish: {told(lacking)}"
        return finding(message, kinds=kinds(lacking))
    if dateless := sum(since is None for _, since in drafts):
        return undated(counted(dateless, "draft"))
    return passed(_at_rest(young=len(drafts) - len(grown), complete=len(grown)))


def _grace(owner: ReportOwner) -> timedelta:
    return min(GRACE, owner.clocks.finish * 2 / 3) if owner.clocks.finish else GRACE


def _at_rest(*, young: int, complete: int) -> str:
    said = [f"{counted(complete, 'draft')} complete"] if complete else []
    said += [f"{counted(young, 'draft')} too young to be complete"] if young else []
    return "; ".join(said) or "there is no draft"
