"""Advisories are published where their owner publishes, with a fixed version for each package and a CVE id.

Only what was published since the owner's tenure began is judged. Which CNA assigned an id cannot be told from GitHub,
so an owner that names one other than GitHub is held to having an id, whoever gave it. What is found is public already.
Source: GitHub, "Publishing a repository security advisory".
"""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.facts import Known, RepositoryFacts
from app.domain.findings import Verdict, finding, passed, unclear
from policies.clocks import counted
from policies.completeness import brings_cve, kinds, missing, told
from policies.config import PolicyFile
from policies.tenure import Charge, in_charge

READS = ("published",)
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {
    "published-on-github": "an advisory was published on GitHub, where its owner does not publish",
    "no-fixed-version": "a package in a published advisory has no fixed version",
    "no-cve": "a published advisory has no CVE id, and its owner's come from elsewhere",
}
REMEDY = (
    "Its people add what is missing to the published advisory. One that should not be there they may withdraw, which "
    "makes nothing secret again."
)
EXAMPLE = """\
report_owners:
  psrt: {takes_reports: email, publishes_on_github: false, cna: PSF}
tools:
  pip: {repositories: [pypa/pip], report_owner: [{from: 2024-01-01, owner: psrt}]}
policies:
  published-properly: {mode: report}
"""
_FOR_DRAFTS = ("package", "range", "cwe", "severity", "cvss-4")


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    charge = in_charge(facts.name, rules, now)
    if isinstance(charge, Verdict):
        return charge
    if not isinstance(facts.published, Known):
        return unclear(facts.published)
    published = [each for each in facts.published.value if each.state == "published"]
    own = [each for each in published if each.published_at is not None and each.published_at >= charge.since]
    lacking = missing(own, but=_FOR_DRAFTS if brings_cve(charge.owner) else (*_FOR_DRAFTS, "cve"))
    elsewhere = bool(own) and not charge.owner.publishes_on_github
    told_of = _published(len(own), charge) + _as_of(facts.published.observed_at, now)
    if elsewhere or lacking.advisories:
        wrong = filter(None, (f"{charge.name} does not publish there" if elsewhere else "", told(lacking)))
        words = (*(("published-on-github",) if elsewhere else ()), *kinds(lacking))
        return finding(f"{told_of}: {'; '.join(wrong)}", kinds=words)
    if dateless := len([each for each in published if each.published_at is None]):
        return Verdict(
            state="cannot tell", message=f"GitHub does not say when {counted(dateless, 'advisory')} was published"
        )
    return passed(told_of + _cna(charge, own=len(own)))


def _published(count: int, charge: Charge) -> str:
    number = counted(count, "advisory") if count else "no advisory"
    return f"{number} published on GitHub since {charge.since:%Y-%m-%d}, when {charge.name} took over"


def _as_of(observed_at: datetime, now: datetime) -> str:
    """What is public is not asked for at each look."""
    seen = observed_at.astimezone(UTC).date()
    return "" if seen == now.astimezone(UTC).date() else f" (as of {seen})"


def _cna(charge: Charge, *, own: int) -> str:
    if not own or not brings_cve(charge.owner):
        return ""
    return f"; GitHub does not say whether {charge.owner.cna} assigned the CVE ids"
