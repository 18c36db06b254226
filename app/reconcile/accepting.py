"""What is left of a finding after what somebody accepted? Pure.

An exemption covers the kinds that it names, or those that stood when it came into force. Of anything else nothing is
exempt; and then nothing is mended either that somebody accepted. What pages somebody cannot be accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from app.domain.findings import Verdict
from app.domain.ids import PolicyKey
from policies.config import Exemption, PolicyFile

Accepted: TypeAlias = Mapping[tuple[str, str], frozenset[str]]  # by policy and exemption


def judged(verdict: Verdict, key: PolicyKey, rules: PolicyFile, before: Accepted, now: datetime) -> Verdict:
    """The verdict of a policy, after what people accepted of it. `before` is what was found first."""
    exemption = rules.exemption(key.policy, key.repo, now)
    if verdict.state != "finding" or verdict.pages or exemption is None:
        return verdict
    by = f"accepted by {exemption.owner.login} until {exemption.until}"
    covered = _covered(exemption, key, before)
    new = [] if covered is None else [kind for kind in verdict.kinds if kind not in covered]
    if not new:
        return replace(verdict, state="exempt", message=by, remedies=())
    message = f"{verdict.message}; not {by}: {', '.join(new)}"
    is_mixed = len(new) < len(verdict.kinds)
    return replace(verdict, message=message, remedies=() if is_mixed else verdict.remedies)


def name_of(exemption: Exemption) -> str:
    """Who accepted it, and until when: another of both is another exemption, which somebody reviewed anew."""
    return f"{exemption.owner.id} {exemption.until}"


def _covered(exemption: Exemption, key: PolicyKey, before: Accepted) -> frozenset[str] | None:
    """None where it is applied for the first time, so that it covers whatever is found."""
    return frozenset(exemption.kinds) or before.get((key.policy, name_of(exemption)))
