"""What is left of a finding after what somebody accepted? Pure.

An exemption covers the kinds that it names, or those that stood when it came into force, which may be none. Where a
finding is about accounts it covers those that were found then, and no other. What an exemption found then is settled by
the first look under it that can tell, and never again. Of anything else nothing is exempt; and then nothing is mended
either that somebody accepted. What pages somebody cannot be accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from app.domain.findings import Account, State, TakenUp, Verdict
from app.domain.ids import PolicyKey
from app.reconcile.digests import Digest, Digests
from policies.config import Exemption, PolicyFile

Accepted: TypeAlias = Mapping[tuple[str, str], TakenUp]  # by policy and exemption

NAMELESS = "nameless"  # what has no kind is a kind of its own: it has to be there from the beginning, too

_FOUND: frozenset[State] = frozenset({"finding", "exempt", "blocked", "contested"})


def judged(
    verdict: Verdict, key: PolicyKey, *, rules: PolicyFile, before: Accepted, now: datetime, digests: Digests
) -> Verdict:
    """The verdict of a policy, after what people accepted of it. `before` is what was found first."""
    exemption = rules.exemption(key.policy, key.repo, now)
    if verdict.state != "finding" or verdict.pages or exemption is None:
        return verdict
    by = f"accepted by {exemption.owner.login} until {exemption.until}"
    then = before.get((key.policy, name_of(exemption)))
    found, covered = _kinds(verdict), _covered(exemption, then)
    new = [kind for kind in found if covered is not None and kind not in covered]
    others = [each.name for each in verdict.accounts if then and not _was_there(each, key, exemption, then, digests)]
    if not new and not others:
        return replace(verdict, state="exempt", message=by, remedies=())
    message = f"{verdict.message}; not {by}: {', '.join(new or others)}"
    is_mixed = len(new) < len(found)
    remedies = () if is_mixed else verdict.remedies
    return replace(verdict, message=f"{message}{_why(exemption, then, new)}", remedies=remedies)


def taken_up(verdict: Verdict, key: PolicyKey, exemption: Exemption, now: datetime, digests: Digests) -> TakenUp | None:
    """What an exemption covers, if this is the first look under it. None: this look could not tell."""
    if verdict.state == "cannot tell" or verdict.unasked:
        return None
    if verdict.state not in _FOUND or verdict.pages:
        return TakenUp(since=now, kinds=frozenset())
    made = [digests.of(*_parts(account, key, exemption)) for account in verdict.accounts]
    accounts = frozenset((digest.key_id, digest.value) for digest in made)
    return TakenUp(since=now, kinds=frozenset(_kinds(verdict)), accounts=accounts)


def name_of(exemption: Exemption) -> str:
    """Who accepted what, and until when: another of these is another exemption, which somebody reviewed anew."""
    kinds = ",".join(sorted(exemption.kinds))
    return f"{exemption.owner.id} {exemption.until}{f' {kinds}' if kinds else ''}"


def _kinds(verdict: Verdict) -> tuple[str, ...]:
    return verdict.kinds or (NAMELESS,)


def _covered(exemption: Exemption, then: TakenUp | None) -> frozenset[str] | None:
    """None where it is applied for the first time, so that it covers whatever is found."""
    if exemption.kinds:
        return frozenset(exemption.kinds)
    return then.kinds if then else None


def _was_there(account: Account, key: PolicyKey, exemption: Exemption, then: TakenUp, digests: Digests) -> bool:
    """Where the key of a digest is gone nobody knows, so nothing is covered."""
    parts = _parts(account, key, exemption)
    return any(digests.matches(Digest(key_id, value), *parts) for key_id, value in then.accounts)


def _parts(account: Account, key: PolicyKey, exemption: Exemption) -> tuple[str, ...]:
    """Without the repository, which may be renamed; with the exemption, so that equal accounts look different."""
    return "accepted account", key.policy, name_of(exemption), account.id


def _why(exemption: Exemption, then: TakenUp | None, new: list[str]) -> str:
    """What the exemption does cover, and how more could be accepted."""
    if exemption.kinds and new:
        return ""
    since = f"{then.since:%Y-%m-%d %H:%M} UTC" if then else ""
    if new:
        return f". That exemption covers nothing that was found after it came into force on {since}; name kinds"
    return f". That exemption covers only the accounts that were found when it came into force on {since}"
