"""What of the audit may somebody know, and in which words is it told? Pure.

A row that tells that there is an unpublished advisory stands under a pseudonym, but for those who administer the
repository. A search finds a row only by the name under which it is shown: else it would tell what the row does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.acceptances import EMBARGOED_ACCEPTANCE
from app.domain.ids import AdvisoryKey, CaseKey, InvalidName, Key, PolicyKey, RepoName, RepositoryKey, parse_key
from app.reconcile.digests import Digests
from app.shown.terminal import words
from app.store.audit import Entry
from app.store.audit_search import Meant
from policies.policy import about_advisories

# Done to advisories of repositories, also under the key of a policy that is not about advisories.
TO_ADVISORIES = frozenset({"set-collaborators", "set-cve", EMBARGOED_ACCEPTANCE})

_DID = {
    "approve": "approved",
    "withdraw": "took the yes back to",
    "thaw": "thawed",
    "switch": "switched all writes",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row as the page tells it."""

    id: int
    at: datetime
    who: str
    what: str
    where: str
    case: int | None
    sign: tuple[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Auditor:
    """Who reads: `theirs` are the repositories that they administer."""

    theirs: frozenset[RepoName]
    digests: Digests

    def line(self, entry: Entry) -> Line:
        hidden = entry.key is not None and self.is_hidden(entry.key, entry.kind)
        return Line(
            id=entry.id,
            at=entry.at,
            who=entry.actor or "Greenroom",
            what=_what(entry, tells_all=not hidden),
            where=self.name(entry.key, entry.kind) if entry.key else "",
            case=entry.key.number if isinstance(entry.key, CaseKey) else None,
            sign=_sign(entry),
        )

    def name(self, key: Key, kind: str) -> str:
        return self.digests.hidden(key) if self.is_hidden(key, kind) else str(key)

    def is_hidden(self, key: Key, kind: str) -> bool:
        if not isinstance(key, AdvisoryKey | PolicyKey | RepositoryKey) or key.repo in self.theirs:
            return False
        if isinstance(key, AdvisoryKey) or kind in TO_ADVISORIES:
            return True
        return isinstance(key, PolicyKey) and key.policy in about_advisories()

    def meant(self, text: str, keys: Iterable[str]) -> tuple[Meant, ...]:
        """Under which keys stands what is shown by this name, or by one that has this in it?"""
        whole, by_name, by_pseudonym = set[str](), set[str](), set[str]()
        sought = text.lower()
        for written, key in _parsed(keys):
            hides_all, hides_some = self.is_hidden(key, ""), self.is_hidden(key, "set-collaborators")
            if not hides_all and sought in written.lower():
                (by_name if hides_some else whole).add(written)
            if hides_some and sought == self.digests.hidden(key):
                (whole if hides_all else by_pseudonym).add(written)
        return (
            Meant(keys=whole),
            Meant(keys=by_name, but=TO_ADVISORIES),
            Meant(keys=by_pseudonym, kinds=TO_ADVISORIES),
        )


def _parsed(keys: Iterable[str]) -> Iterable[tuple[str, Key]]:
    for written in keys:
        try:
            yield written, parse_key(written)
        except InvalidName:  # a yes stands under no key
            continue


def _what(entry: Entry, *, tells_all: bool) -> str:
    if entry.phase == "intend":
        return words(entry.kind)
    if entry.phase == "conclude":
        why = f" ({entry.detail})" if entry.detail and tells_all else ""
        return f"{words(entry.kind)}{why}"
    if entry.phase == "decide":
        return f"{entry.kind}: {entry.scope}"
    under = f", under {_under(entry)}" if entry.phase == "approve" and entry.detail else ""
    return f"{_DID[entry.phase]} {entry.scope}{under}"


def _under(entry: Entry) -> str:
    """For which repositories a wide yes was meant is told where that tells of no advisory."""
    commit, _, wide = (entry.detail or "").partition(", at once for ")
    about_them = any(entry.scope.startswith(f"{policy}:") for policy in about_advisories())
    named = "" if not wide else f", at once for {len(wide.split(', '))}" if about_them else f", at once for {wide}"
    return f"policy {commit[:14]}{named}"


def _sign(entry: Entry) -> tuple[str, str] | None:
    if entry.phase == "intend":
        return "", "announced"
    if entry.phase == "conclude":
        return ("good", "done") if entry.outcome == "done" else ("unsure", entry.outcome or "unknown")
    return "held", "a person"
