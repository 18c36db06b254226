"""Did a write of our own take the vector of a mirror away, so that the severity that is left is no edit of a person?

GitHub: "Cannot update severity value when CVSS is set." Where a vector gives way to a severity it is therefore taken
away first, by a request of its own, and what is left meanwhile is the severity that followed from it. What is written
down of that request says which one, so that what it left is known even where its answer was lost; anything else that
stands there people wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.actions import UpdateMirror
from app.domain.ids import RepoName
from app.domain.mirrors import Mirror
from app.domain.records import Baseline
from app.reconcile.comparing import baseline_parts
from app.reconcile.gates import fingerprints
from app.reconcile.matter import Matter
from app.reconcile.mirror import without_vector


def left_by_us(matter: Matter, mirror: Mirror) -> Mapping[str, str]:
    """The severity, where a request of ours left it and nobody answered for that request."""
    if mirror.cvss_vector or not mirror.severity:
        return {}
    sent = _clearing(matter.snapshot.case.number, matter.coordination.repository, mirror)
    prints = fingerprints(sent, matter.digests)
    is_ours = any(each.fingerprint in prints for each in matter.snapshot.unresolved)
    return {"severity": mirror.severity} if is_ours else {}


def baselines(matter: Matter, mirror: Mirror) -> Mapping[str, Baseline]:
    """What both sides last shared, and what is left by us, as if they had shared it."""
    case, digests = matter.snapshot.case.number, matter.digests
    left = left_by_us(matter, mirror)
    made = {field: digests.of(*baseline_parts(case, field, value)) for field, value in left.items()}
    return {
        **matter.snapshot.baselines,
        **{name: Baseline(key_id=each.key_id, digest=each.value) for name, each in made.items()},
    }


def _clearing(case: int, repo: RepoName, mirror: Mirror) -> UpdateMirror:
    return UpdateMirror(case=case, repo=repo, mirror=mirror.id, fields=without_vector(mirror), reason="")
