"""What is left of a finding after what somebody accepted? Pure.

An exemption of the policy file covers the kinds that it names, or those that stood when it came into force, which may
be none; what it found then is settled by the first look under it that can tell, and never again. What a coordinator
accepted on a page covers what was found at that moment. Where a finding is about accounts either covers those that were
found then, and no other. Of anything else nothing is exempt; and then nothing is mended either that somebody accepted.
What pages somebody cannot be accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from app.domain.acceptances import Acceptance
from app.domain.findings import Account, State, TakenUp, Verdict
from app.domain.ids import PolicyKey
from app.reconcile.digests import Digest, Digests
from policies.config import Exemption, PolicyFile

Accepted: TypeAlias = Mapping[tuple[str, str], TakenUp]  # by policy and exemption

NAMELESS = "nameless"  # what has no kind is a kind of its own: it has to be there from the beginning, too

_FOUND: frozenset[State] = frozenset({"finding", "exempt", "blocked", "contested"})


def judged(
    verdict: Verdict,
    key: PolicyKey,
    *,
    rules: PolicyFile,
    before: Accepted,
    now: datetime,
    digests: Digests,
    acceptance: Acceptance | None = None,
) -> Verdict:
    """The verdict of a policy, after what people accepted of it. `before` is what was found first.

    Where the policy file has an exemption and there is an acceptance, one of them has to cover all of it.
    """
    exemption = rules.exemption(key.policy, key.repo, now)
    if verdict.state != "finding" or verdict.pages:
        return verdict
    taken = [each for each in (exemption, acceptance) if each is not None and each.is_in_force(now)]
    judgements = [_held_against(verdict, key, each, before, digests) for each in taken]
    # What neither covers is not mended where one of them covers a part of it.
    return min(judgements, key=lambda each: (each.state != "exempt", len(each.remedies)), default=verdict)


def _held_against(
    verdict: Verdict, key: PolicyKey, exemption: Exemption | Acceptance, before: Accepted, digests: Digests
) -> Verdict:
    by = said_of(exemption)
    then = before.get((key.policy, name_of(exemption)))
    if then is None and isinstance(exemption, Acceptance):  # what it covers was settled when it was said
        then = TakenUp(since=exemption.at, kinds=frozenset(exemption.kinds))
    found, covered = parts_of(verdict), _covered(exemption, then)
    new = [kind for kind in found if covered is not None and kind not in covered]
    others = [each.name for each in verdict.accounts if then and not _was_there(each, key, exemption, then, digests)]
    if not new and not others:
        return replace(verdict, state="exempt", message=by, remedies=())
    message = f"{verdict.message}; not {by}: {', '.join(new or others)}"
    is_mixed = len(new) < len(found)
    remedies = () if is_mixed else verdict.remedies
    return replace(verdict, message=f"{message}{_why(exemption, then, new)}", remedies=remedies)


def said_of(exemption: Exemption | Acceptance) -> str:
    """What a verdict says of it."""
    return f"accepted by {exemption.owner.login} until {exemption.until}"


def taken_up(
    verdict: Verdict, key: PolicyKey, exemption: Exemption | Acceptance, now: datetime, digests: Digests
) -> TakenUp | None:
    """What an exemption covers, if this is the first look under it. None: this look could not tell."""
    if verdict.state == "cannot tell" or verdict.unasked:
        return None
    if verdict.state not in _FOUND or verdict.pages:
        return TakenUp(since=now, kinds=frozenset())
    made = [digests.of(*_parts(account, key, exemption)) for account in verdict.accounts]
    accounts = frozenset((digest.key_id, digest.value) for digest in made)
    return TakenUp(since=now, kinds=frozenset(parts_of(verdict)), accounts=accounts)


def renewed(verdict: Verdict, policy: str, name: str, then: TakenUp, digests: Digests) -> TakenUp | None:
    """What is covered, with the digests of whom this look found made anew. None where there is nothing to make anew."""
    anew: dict[tuple[str, str], tuple[str, str]] = {}
    for account in verdict.accounts:
        parts = ("accepted account", policy, name, account.id)
        for key_id, value in then.accounts:
            if digests.is_to_renew(key_id) and digests.matches(Digest(key_id, value), *parts):
                made = digests.of(*parts)
                anew[key_id, value] = (made.key_id, made.value)
    return replace(then, accounts=(then.accounts - anew.keys()) | frozenset(anew.values())) if anew else None


def name_of(exemption: Exemption | Acceptance) -> str:
    """Who accepted what, and until when: another of these is another exemption, which somebody reviewed anew."""
    if isinstance(exemption, Acceptance):
        return f"acceptance {exemption.id}"
    kinds = ",".join(sorted(exemption.kinds))
    return f"{exemption.owner.id} {exemption.until}{f' {kinds}' if kinds else ''}"


def parts_of(verdict: Verdict) -> tuple[str, ...]:
    """The kinds of which a finding is made."""
    return verdict.kinds or (NAMELESS,)


def _covered(exemption: Exemption | Acceptance, then: TakenUp | None) -> frozenset[str] | None:
    """None where it is applied for the first time, so that it covers whatever is found."""
    if exemption.kinds:
        return frozenset(exemption.kinds)
    return then.kinds if then else None


def _was_there(
    account: Account, key: PolicyKey, exemption: Exemption | Acceptance, then: TakenUp, digests: Digests
) -> bool:
    """Where the key of a digest is gone nobody knows, so nothing is covered."""
    parts = _parts(account, key, exemption)
    return any(digests.matches(Digest(key_id, value), *parts) for key_id, value in then.accounts)


def _parts(account: Account, key: PolicyKey, exemption: Exemption | Acceptance) -> tuple[str, ...]:
    """Without the repository, which may be renamed; with the exemption, so that equal accounts look different."""
    return "accepted account", key.policy, name_of(exemption), account.id


def _why(exemption: Exemption | Acceptance, then: TakenUp | None, new: list[str]) -> str:
    """What the exemption does cover, and how more could be accepted."""
    if exemption.kinds and new:
        return ""
    since = f"{then.since:%Y-%m-%d %H:%M} UTC" if then else ""
    if new:
        return f". That exemption covers nothing that was found after it came into force on {since}; name kinds"
    return f". That exemption covers only the accounts that were found when it came into force on {since}"
