"""What is on the page of one repository, and for whom? Pure.

Who administers it sees all of it. Coordinators do not see what its policies about advisories say, nor what was done to
its advisories: that would tell that there are unpublished ones. Where another policy says something that tells it, they
see what they would see if there were none; so of what passes they are told no more than that, here as in the grid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.dashboard.audit_seen import TO_ADVISORIES
from app.dashboard.grid import Cell, cell
from app.dashboard.permissions_seen import FACTS
from app.domain.findings import Standing
from app.domain.ids import PolicyKey, RepoName
from app.domain.records import Approval, Breach, Freeze, Notice
from app.reconcile.attribution import told
from app.reconcile.digests import Digests
from app.reconcile.gates import RULES_VERSION
from app.remembered import Memory
from app.shown.terminal import Json, words
from app.store.grid import Stand
from policies.config import PolicyFile
from policies.policy import Policy, about_advisories, all_policies

LOOKS: Mapping[str, str] = {
    "pass": "good",
    "find": "bad",
    "stop": "bad",
    "war": "bad",
    "ask": "unsure",
    "held": "held",
    "old": "stale",
}
MODES: Mapping[str, str] = {
    "observe": "policy only counts it",
    "report": "policy reports it",
    "enforce": "policy enforces it",
}
_IN_THE_OPEN = frozenset({"switched-on", "switched-off"})  # of a switch that everybody can see on GitHub
_FIRST = ("war", "stop", "find", "ask", "old", "held", "new", "pass", "na", "un")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What everything on the page is seen with."""

    repo: RepoName
    may_know: bool
    rules: PolicyFile
    allowed: timedelta
    writes_off: str
    approved: Mapping[str, Approval]
    frozen: tuple[Freeze, ...]
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One policy: how it stands, why, and what comes of it. `since` is None where it is not told.

    `seen` is the last look that could tell; None where none could. `is_quiet`: nobody has to do anything.
    """

    policy: str
    sentence: str
    look: str
    word: str
    is_quiet: bool
    seen: datetime | None
    why: str
    since: datetime | None
    next: str
    mode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """One kind of fact, what it is for, and when a look last told it (None: never)."""

    fact: str
    policies: tuple[str, ...]
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Did:
    """One write, or one word of somebody: when, what, how it ended, and who allowed it."""

    row: int
    at: datetime
    what: str
    outcome: str
    look: str
    detail: str
    allowed_by: str


def rows(at: View, standings: Iterable[Standing]) -> tuple[Row, ...]:
    """What needs somebody first. What is not theirs to know has no row."""
    known = {each.policy: each for each in standings}
    shown = []
    for policy in all_policies():
        if at.may_know or not policy.about_advisories:
            drawn = cell(_stand(known.get(policy.name)), at.may_know, at.allowed, at.now)
            place = (_FIRST.index(drawn.look), -tuple(MODES).index(at.rules.mode_of(policy.name)), policy.name)
            shown.append((place, _row(at, policy, known.get(policy.name), drawn)))
    return tuple(row for _, row in sorted(shown, key=lambda each: each[0]))


def _row(at: View, policy: Policy, stands: Standing | None, drawn: Cell) -> Row:
    told = stands if stands and (at.may_know or _is_told(stands, drawn)) else None
    return Row(
        policy=policy.name,
        sentence=policy.sentence,
        look=LOOKS.get(drawn.look, ""),
        word=drawn.word,
        is_quiet=drawn.look in {"pass", "na", "un"},
        seen=_seen(stands, drawn) if stands else None,
        why=told.message if told else "",
        since=told.since if told else None,
        next=_next(at, policy, told) if told else "",
        mode=MODES[at.rules.mode_of(policy.name)],
    )


def _seen(stands: Standing, drawn: Cell) -> datetime | None:
    return stands.seen_at if drawn.look == "ask" else stands.observed_at


def _is_told(stands: Standing, drawn: Cell) -> bool:
    """Is it shown as what it is? Of what passes nothing is told, since what is not shown looks the same."""
    return stands.state != "pass" and drawn.word.removeprefix("stale, was: ") == stands.state


def _stand(stands: Standing | None) -> Stand | None:
    if stands is None:
        return None
    return Stand(
        policy=stands.policy,
        state=stands.state,
        observed_at=stands.observed_at,
        seen_at=stands.seen_at,
        embargoed=stands.embargoed,
    )


def _next(at: View, policy: Policy, stands: Standing) -> str:
    """What comes of it: what Greenroom would do, or what people do."""
    for freeze in at.frozen:
        if freeze.key == PolicyKey(at.repo, policy.name):
            return f"Left alone since others undo it: “{freeze.scope}”. A coordinator thaws it."
    if stands.state not in {"finding", "blocked", "contested"}:
        return ""
    if stands.scope is None:
        return policy.remedy.replace("`", "")
    if at.rules.mode_of(policy.name) != "enforce":
        return f"Greenroom would do “{stands.scope}”, if policy enforced it."
    return f"Greenroom does “{stands.scope}” {_when(at, stands.scope)}."


def _when(at: View, scope: str) -> str:
    yes = at.approved.get(scope)
    if yes is None or yes.rules_version != RULES_VERSION:
        return "when a coordinator has said yes to it"
    return "when writes are on again" if at.writes_off else "next, where Greenroom Hand is installed"


def observed(at: View, standings: Iterable[Standing]) -> tuple[Observed, ...]:
    """Which facts are read here, what for, and when a look last told them."""
    seen = {each.policy: _told_at(at, each) for each in standings if each.state != "not applicable"}
    found = []
    for fact, words_for_it in FACTS.items():
        readers = [policy.name for policy in all_policies() if fact in policy.reads and policy.name in seen]
        if not at.may_know:
            readers = [name for name in readers if name not in about_advisories()]
        ages = [moment for name in readers if (moment := seen.get(name))]
        if readers:
            found.append(Observed(fact=words_for_it, policies=tuple(readers), at=max(ages, default=None)))
    return tuple(found)


def _told_at(at: View, stands: Standing) -> datetime | None:
    """What tells of an advisory is drawn for others as if it were as it should be, and so is when that was seen."""
    return stands.observed_at if stands.embargoed and not at.may_know else stands.seen_at


def done(memory: Memory, *, may_know: bool) -> tuple[Did, ...]:
    """The newest first: what was announced, with what became of it, and what people said."""
    known = [row for row in memory.did if may_know or row["kind"] not in TO_ADVISORIES]
    ends = {row["of"]: row for row in known if row["phase"] == "conclude"}
    found = [_did(row, ends.get(row["row"])) for row in known if row["phase"] != "conclude"]
    return tuple(sorted(found, key=lambda each: -each.row))


_ENDS: Mapping[str, str] = {
    "done": "good",
    "refused": "bad",
    "without effect": "bad",
    "no effect seen": "bad",
    "not sent": "held",
}


def _did(row: Json, end: Json | None) -> Did:
    at = datetime.fromisoformat(row["at"])
    if row["phase"] != "intend":
        said = {"thaw": "thawed", "decide": f"{row['kind']}:"}.get(row["phase"], row["phase"])
        return Did(
            row=row["row"],
            at=at,
            what=f"{said} {row['scope']}",
            outcome="said",
            look="",
            detail="",
            allowed_by=row["by"] or "",
        )
    outcome = end["outcome"] if end else "outcome unknown"
    detail = (end["detail"] or "") if end else "its answer was lost; the next look tells"
    return Did(
        row=row["row"],
        at=at,
        what=f"{words(row['kind'])} ({row['scope']})",
        outcome=outcome,
        look=_ENDS.get(outcome, "unsure"),
        detail=detail,
        allowed_by=row["allowed_by"] or "",
    )


def wrongs(memory: Memory, *, may_know: bool) -> tuple[tuple[Breach, str], ...]:
    """What became wrong lately: between which looks, and by whom where there is proof. What always was stands above."""
    known = (each for each in memory.breaches if may_know or (each.kinds and set(each.kinds) <= _IN_THE_OPEN))
    return tuple((each, told(each, memory.heard)) for each in known if each.last_good or each.over_at)


def notices(memory: Memory, digests: Digests, repo: RepoName, *, may_know: bool) -> Iterator[Notice]:
    """What people have to know of it, without what stands under a name that hides it."""
    hidden = {digests.hidden(PolicyKey(repo, policy.name)).lower() for policy in all_policies()}
    for notice in memory.notices:
        if may_know or notice.about.lower() not in hidden:
            yield notice
