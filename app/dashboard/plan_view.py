"""What does a coordinator see of a plan? Pure.

Cases are theirs, and what is so of repositories in the open. What concerns an advisory of a repository that they do not
administer is not: neither what would be done there, nor at how many. Who was not shown everything says no yes to all
of it at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.ids import AdvisoryKey, CaseKey, InvalidName, Key, PolicyKey, RepoName, RepositoryKey, parse_key
from app.domain.records import Approval
from app.shown.terminal import Json, what
from app.store.approvals import StoredPlan
from policies.policy import about_advisories


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing at one place. `note` says what holds it back, where something does."""

    key: str
    link: str
    what: str
    why: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Lines that stand together, with a class of the sheet and a word for what they are."""

    title: str
    look: str
    says: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of remedy, to which a coordinator says yes or no. `reach` is empty where it is not theirs to know."""

    scope: str
    reach: str
    too_many: str
    approval: Approval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """`hidden` are kinds of remedy of which not all is shown, `off` why nothing is written."""

    id: str
    made_at: datetime
    commit: str
    kinds: tuple[Kind, ...]
    parts: tuple[Part, ...]
    hidden: tuple[str, ...]
    off: str
    readers: tuple[str, ...]
    readers_of_all: str

    @property
    def waits(self) -> bool:
        """Is there a kind to which nobody said yes?"""
        return any(kind.approval is None for kind in self.kinds)

    @property
    def too_many(self) -> tuple[str, ...]:
        return tuple(kind.too_many for kind in self.kinds if kind.too_many)

    @property
    def count(self) -> int:
        return sum(len(part.lines) for part in self.parts)


def is_theirs(told: Json, theirs: frozenset[RepoName]) -> bool:
    """May they know of it? `theirs` are the repositories that they administer."""
    try:
        key = parse_key(told["key"])
    except InvalidName:
        return False
    return knows(key, theirs, embargoed=bool(told.get("embargoed")))


def knows(key: Key, theirs: frozenset[RepoName], *, embargoed: bool = False) -> bool:
    """May a coordinator know what is so of this key?"""
    match key:
        case AdvisoryKey(repo=repo):
            return repo in theirs
        case PolicyKey(repo=repo, policy=policy):
            return repo in theirs or not (embargoed or policy in about_advisories())
        case RepositoryKey(repo=repo):
            return repo in theirs or not embargoed
        case _:
            return not embargoed


def plan_view(stored: StoredPlan, approved: Mapping[str, Approval], theirs: frozenset[RepoName]) -> PlanView:
    beside = stored.beside
    shown = [each for each in stored.actions if is_theirs(each, theirs)]
    veiled = {each["scope"] for each in (*stored.actions, *beside.get("would", ())) if not is_theirs(each, theirs)}
    kinds = tuple(_kinds(stored, approved, veiled))
    given = frozenset(kind.scope for kind in kinds if kind.approval)
    return PlanView(
        id=stored.id,
        made_at=stored.made_at,
        commit=stored.policy_commit,
        kinds=kinds,
        parts=tuple(part for part in _parts(shown, beside, veiled, theirs, given) if part.lines),
        hidden=tuple(sorted(veiled)),
        off=beside.get("writes_off") or "",
        readers=tuple(beside.get("always_readers", ())),
        readers_of_all=beside.get("readers_of_all") or "",
    )


def _kinds(stored: StoredPlan, approved: Mapping[str, Approval], veiled: set[str]) -> Iterable[Kind]:
    reach = {each["scope"]: each for each in stored.beside.get("reach", ())}
    for scope in sorted({each["scope"] for each in stored.actions}):
        told = reach.get(scope) if scope not in veiled else None
        yes = approved.get(scope)
        yield Kind(
            scope=scope,
            reach=_reach(told) if told else "",
            too_many=(told["too_many"] or "") if told else "",
            approval=yes if yes and yes.rules_version == stored.rules_version else None,
        )


def _reach(told: Json) -> str:
    word, some = ("cases", told["cases"]) if "cases" in told else ("repositories", told["repositories"])
    return f"{some} of {told['watched']} {word}; at most {told['limit']} at once"


def _parts(
    shown: list[Json],
    beside: Mapping[str, list[Json]],
    veiled: set[str],
    theirs: frozenset[RepoName],
    given: frozenset[str],
) -> Iterable[Part]:
    """What needs somebody first. `given` are the kinds to which somebody has said yes by now."""
    held = {(each["key"], each["scope"]) for each in beside.get("held", ())}
    free = [each for each in shown if (each["key"], each["scope"]) not in held]

    def gate_of(told: Json) -> str:
        since = told["gate"] == "unapproved" and told["scope"] in given
        return "approved since" if since else str(told["gate"])

    def at(*gates: str) -> tuple[Line, ...]:
        return tuple(_line(each, _braked(each, veiled)) for each in free if gate_of(each) in gates)

    def of(name: str) -> tuple[Line, ...]:
        return tuple(map(_line, _theirs(beside, name, theirs)))

    def said(name: str, text: str) -> tuple[Line, ...]:
        return tuple(_said(each["key"], each[text]) for each in _theirs(beside, name, theirs))

    yield Part(title="Waits for a yes", look="unsure", says="waiting for a yes", lines=at("unapproved"))
    yield Part(
        title="Approved since: done, or done next", look="good", says="approved since", lines=at("approved since")
    )
    yield Part(title="Approved, and done next", look="good", says="done next", lines=at("go"))
    yield Part(title="Held back", look="held", says="held back", lines=at("looking", "capped", "off"))
    yield Part(title="Waits for more than a yes", look="held", says="not possible yet", lines=of("held"))
    yield Part(title="Frozen, since others undo it", look="held", says="frozen", lines=of("frozen"))
    yield Part(title="Tried, and refused or without effect", look="bad", says="blocked", lines=of("blocked"))
    yield Part(title="For people to settle", look="bad", says="for people", lines=said("people_must", "matter"))
    yield Part(title="Cannot tell", look="unsure", says="cannot tell", lines=said("cannot_tell", "reason"))
    yield Part(title="Would be done if policy enforced it", look="", says="only observed", lines=of("would"))


def _theirs(beside: Mapping[str, list[Json]], name: str, theirs: frozenset[RepoName]) -> Iterable[Json]:
    return (each for each in beside.get(name, ()) if is_theirs(each, theirs))


def _braked(told: Json, veiled: set[str]) -> str:
    """What holds it back. How many it would be counts what is not shown, too."""
    if told["gate"] in {"go", "unapproved"}:
        return ""
    is_counted = told["gate"] == "capped" and told["scope"] in veiled
    return "too many would be changed at once" if is_counted else str(told["why_not"])


def _said(key: str, text: str) -> Line:
    return Line(key=key, link=link_of(key), what=text, why="")


def _line(told: Json, note: str = "") -> Line:
    return Line(key=told["key"], link=link_of(told["key"]), what=what(told), why=told["reason"], note=note)


def link_of(text: str) -> str:
    """The page of what a key names."""
    match parse_key(text):
        case CaseKey(number=number):
            return f"/cases/{number}"
        case PolicyKey(repo=repo) | RepositoryKey(repo=repo) | AdvisoryKey(repo=repo):
            return f"/repositories/{repo}"
        case _:
            return ""
