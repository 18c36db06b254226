"""Exemptions have an owner, a reason and an end within 90 days.

What was accepted long ago is not what anybody would accept today, so somebody looks at it again every quarter. One that
ends later is not in force until 90 days before its end. Without owner, reason or end the policy file is not valid.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.facts import RepositoryFacts
from app.domain.findings import Verdict, finding, passed
from policies.config import PolicyFile
from policies.values import LONGEST_EXEMPTION

READS = ()
STATES = ("pass", "finding", "not applicable")
KINDS = {"too-long": "an exemption ends more than 90 days from now, so it is not in force yet"}
REMEDY = "Its owner writes an end within 90 days into the policy file, or takes the exemption out."
EXAMPLE = """\
exemptions:
  - {policy: ready-to-publish, repository: pypa/wheel, owner: "a-maintainer:102", reason: no CVE yet, until: 2027-01-31}
policies:
  exemptions-fresh: {mode: report}
"""


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    named = [each for each in rules.exemptions if each.repository == facts.name]
    if not named:
        return Verdict(state="not applicable", message=f"no exemption names {facts.name}")
    most = LONGEST_EXEMPTION.days
    if late := [f"that from {each.policy} ends on {each.until}" for each in named if each.is_too_long(now)]:
        said = "; ".join(late)
        return finding(f"exemptions end within {most} days, and {said}: not in force yet", kinds=("too-long",))
    return passed(f"exemptions: {len(named)}, with an end within {most} days")
