"""No enforced code security configuration fights what policy says of a repository.

Under an enforced configuration GitHub accepts a write to a switch that it holds, and changes nothing. The one that
GitHub offers as “GitHub recommended” switches private vulnerability reporting on. Configurations are read of a few
repositories at a time, so each comes round within hours; where the switch is wrong it is read at once.
Source: GitHub, "Security configuration enforcement" and "About enabling security features at scale".
"""

from __future__ import annotations

from datetime import datetime

from app.domain.facts import Known, RepositoryFacts
from app.domain.findings import Verdict, finding, passed, unclear, unmanaged
from policies.config import PolicyFile

READS = ("configuration",)
STATES = ("pass", "finding", "cannot tell", "not applicable", "unmanaged")
KINDS = {
    "forces-on": "it switches private vulnerability reporting on, and reports go elsewhere",
    "forces-off": "it switches private vulnerability reporting off, and reports go there",
}
REMEDY = (
    "An owner of the organization attaches another configuration to the repository, or one that leaves private "
    "vulnerability reporting “not set”, or ends its enforcement. Greenroom attaches and changes none."
)
EXAMPLE = """\
report_owners:
  psrt: {takes_reports: email, contact: security@example.org}
tools:
  pip: {repositories: [pypa/pip], report_owner: [{from: 2024-01-01, owner: psrt}]}
policies:
  configuration-agrees: {mode: report}
"""


def check(facts: RepositoryFacts, rules: PolicyFile, now: datetime) -> Verdict:
    declared = rules.report_owner_of(facts.name, now)
    if declared is None:
        return unmanaged(f"nobody declared who takes the reports of {facts.name}")
    if not isinstance(facts.configuration, Known):
        return unclear(facts.configuration)
    attached = facts.configuration.value
    if attached is None:
        return passed("no configuration is attached")
    if not attached.enforced:
        return passed(f"the configuration “{attached.name}” is attached and not enforced")
    name, owner = declared
    forced, wanted = attached.private_vulnerability_reporting, owner.wants_private_reporting
    if forced == "not_set" or (forced == "enabled") == wanted:
        return passed(f"the enforced configuration “{attached.name}” agrees")
    is_held, route = ("on", owner.contact or "mail") if forced == "enabled" else ("off", "GitHub")
    held = f"the enforced configuration “{attached.name}” holds private vulnerability reporting {is_held}"
    message = f"{held}, but {name} takes the reports of {facts.name} by {route}"
    return finding(message, kinds=(f"forces-{is_held}",))
