"""What a look saw: private reporting of pip in breach, and an advisory that is known already."""

from __future__ import annotations

from typing import Any

from app.domain.actions import SetCollaborators, SetPrivateReporting
from app.domain.ids import Ghsa, PolicyKey
from app.domain.records import KnownAdvisory
from app.reconcile.gates import fingerprint
from app.reconcile.snapshot import RepositorySnapshot
from tests.builders import ALICE, DIGESTS, GHSA, NOW, PIP, POLICY, WHEEL, attempt, facts, known, report, roster

KEY = PolicyKey(PIP, "private-reporting")
MESSAGE = "private vulnerability reporting is on, but psrt takes the reports of pypa/pip by security@python.org"
OFF = SetPrivateReporting(repo=PIP, enabled=False, under=None, reason=MESSAGE)
ADD = SetCollaborators(
    repo=PIP,
    ghsa=GHSA,
    add=(ALICE,),
    scope="private-reporting: off",
    reason="psrt takes the reports of pypa/pip and does not see this one",
)
PRINT = fingerprint(OFF, DIGESTS)
VAIN = (attempt(KEY, PRINT),)
BREACHED = facts(private_reporting=known(True))
WITH_REPORT = facts(private_reporting=known(True), advisories=known((report(),)), owners_people=roster(ALICE))
EXEMPT = f"""\
{POLICY}
exemptions:
  - {{policy: private-reporting, repository: pypa/pip, owner: "carol:3", reason: moving, until: 2026-12-01}}
"""
TWO = ("uv", "wheel")


def looked(**said: Any) -> RepositorySnapshot:
    """Private reporting of pip, in breach."""
    boring: dict[str, Any] = {"key": KEY, "facts": BREACHED}
    return RepositorySnapshot(**(boring | said))


def remembered(ghsa: Ghsa = GHSA) -> KnownAdvisory:
    """A draft of wheel that two tools are concerned by."""
    return KnownAdvisory(
        repo=WHEEL, ghsa=ghsa, state="draft", candidate=True, tools=TWO, first_seen=NOW, observed_at=NOW
    )
