"""What does a look have to tell people, and what is over now?

Level-triggered like everything else: a notice is open while looks say so. A look that could not tell closes nothing.
What is told may be sent anywhere: numbers of cases and matters, pseudonyms, and names of what is public anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.actions import Action, SetPrivateReporting
from app.domain.findings import State, Verdict
from app.domain.ids import AdvisoryKey, CaseKey, Key, PolicyKey, RepoName, RepositoryKey, without_ids
from app.domain.records import Notice, NoticeKind
from app.reconcile import hindsight
from app.reconcile.digests import Digests
from app.reconcile.disclosing import was_promised
from app.reconcile.plan import CloseCase, Forget, Note, OpenCase, Plan, Watch
from app.reconcile.warning import warnings_of
from app.store import cases, findings, notices, unseen
from policies.config import PolicyFile

LOOKS_IN_A_ROW = 3
BLIND_FOR = timedelta(minutes=30)

_AT_REST: frozenset[State] = frozenset({"pass", "unmanaged", "not applicable", "exempt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What a notice told is no longer so."""

    kind: NoticeKind
    about: str


def tell(
    conn: Connection,
    plan: Plan,
    notes: Iterable[Note],
    *,
    rules: PolicyFile,
    answered: bool,
    now: datetime,
    digests: Digests,
) -> None:
    """Open and close notices after a look. `notes` are those that were written down, `rules` those of the look.

    `answered`: did GitHub answer everything that was asked?
    """
    pages, wars = hindsight.of_pages(conn, plan, rules, now), hindsight.of_wars(conn, notes, now)
    told = (*notices_of(plan, rules, now, digests, pages), *warnings_of(plan, notes, now, digests, wars))
    told = (*told, *_hushed(conn, plan, now, digests))
    _settle(conn, told, now)
    if (answered and not _unseen(plan)) or _stands_still(plan):
        saw(conn, plan.key, now=now, digests=digests)
    else:
        could_not_see(conn, plan.key, now=now, digests=digests)
    for key in _done_with(notes):
        unseen.could_tell(conn, key)
        notices.close_all(conn, digests.pseudonym(key), now, but=_stays(conn, key))
    for key in _seen_in_lists(notes):
        saw(conn, key, now=now, digests=digests)


def saw(conn: Connection, key: Key, *, now: datetime, digests: Digests) -> None:
    """A look at this key could tell everything."""
    if not unseen.unseen(conn, key):
        return
    unseen.could_tell(conn, key)
    if not _is_blind(conn, key, now):
        notices.close(conn, "cannot-see", digests.pseudonym(_thing(key)), now)


def could_not_see(conn: Connection, key: Key, *, now: datetime, digests: Digests) -> None:
    """A look at this key could not tell: after three in a row, or half an hour, people are told, once."""
    unseen.could_not_tell(conn, key, now)
    if not _is_blind(conn, key, now):
        return
    about, first = digests.pseudonym(_thing(key)), min(each.since for each in unseen.unseen(conn, key))
    text = f"{about} cannot be seen, or not all of it, since {first:%Y-%m-%d %H:%M} UTC"
    notices.tell(conn, Notice(kind="cannot-see", about=about, severity="warning", text=text, since=now))


def notices_of(
    plan: Plan, rules: PolicyFile, now: datetime, digests: Digests, pages: Mapping[tuple[RepoName, str], str]
) -> Iterator[Notice | Over]:
    """What follows from the verdicts and the steps of one look. `pages` says how it came to what pages."""
    for repo, policy, verdict in plan.verdicts:
        about = PolicyKey(repo, policy)
        name, why = digests.pseudonym(about), pages.get((repo, policy), "")
        yield from _page(name, verdict, now, why=why, stops_writes=rules.is_coordination(repo))
        if rules.mode_of(policy) != "observe":
            yield from _unreadable(name, verdict, now)
            yield from _blocked(plan, about, verdict, now, digests)
        else:  # counted, and told to nobody
            yield Over(kind="people-must", about=name)
            yield from (Over(kind="blocked", about=each) for each in (digests.hidden(about), name))
    match plan.key:
        case CaseKey():
            yield from _of_case(plan, now)
        case AdvisoryKey() if plan.notes:
            yield _of_advisory(plan, digests.pseudonym(plan.key), now)


def _page(about: str, verdict: Verdict, now: datetime, *, why: str, stops_writes: bool) -> Iterator[Notice | Over]:
    if verdict.pages:
        stops = "; until it is mended nothing is written there" if stops_writes else ""
        text = f"{without_ids(verdict.message)}{stops}{f'. {why}' if why else ''}"
        yield Notice(kind="page", about=about, severity="page", text=text, since=now)
    elif verdict.state != "cannot tell":
        yield Over(kind="page", about=about)


def _unreadable(about: str, verdict: Verdict, now: datetime) -> Iterator[Notice | Over]:
    """What looking again will not tell. Strangers may have written what the verdict quotes, so it is not told on."""
    if verdict.lasts:
        text = f"{about} cannot be told until people change what is there; greenroom explain {about} says what"
        yield Notice(kind="people-must", about=about, severity="warning", text=text, since=now)
    elif verdict.state != "cannot tell":
        yield Over(kind="people-must", about=about)


def _blocked(plan: Plan, key: PolicyKey, verdict: Verdict, now: datetime, digests: Digests) -> Iterator[Notice | Over]:
    """Only a look at the policy itself has steps; a look at the repository sees that all is blocked, or all is well.

    What was in vain for an advisory is told under a pseudonym: beside a name it would say that there is one.
    """
    holds = plan.key == key
    in_vain = verdict.remedies if verdict.state == "blocked" else ()
    if holds:
        in_vain = tuple(step.action for step in plan.steps if step.gate == "blocked")
    # A finding for which nothing is wanted may be one of which not all could be seen, such as what guards a switch.
    if not in_vain and verdict.state not in _AT_REST and not (holds and verdict.state == "finding" and plan.steps):
        return
    is_hidden = all(isinstance(action.key, AdvisoryKey) for action in in_vain)
    hidden, shown = digests.hidden(key), digests.pseudonym(key)
    about = hidden if is_hidden else shown
    if in_vain:
        tried = "what would mend it was tried, and GitHub refused it or changed nothing"
        text = f"{about}: {tried}{_next(key, about, in_vain)}"
        yield Notice(kind="blocked", about=about, severity="warning", text=text, since=now)
    for other in sorted({hidden, shown} - ({about} if in_vain else set())):
        yield Over(kind="blocked", about=other)


def _next(key: PolicyKey, about: str, in_vain: tuple[Action, ...]) -> str:
    """Whoever is told can go on from there. A configuration of an organization says nothing of its advisories."""
    if about != str(key):
        return "; greenroom plan says where"
    for action in in_vain:
        if isinstance(action, SetPrivateReporting) and action.under is not None and action.under.enforced:
            held = f"the enforced configuration “{without_ids(action.under.name)}” holds it"
            then = f"An owner of {action.repo.owner} attaches another one; greenroom explain {about} prints it"
            return f"; {held}. {then}"
    return f"; greenroom explain {about} says what was tried"


def _of_case(plan: Plan, now: datetime) -> Iterator[Notice | Over]:
    about, blocked, matters = str(plan.key), _count(plan), len(plan.people_must)
    for text in plan.pages:  # it stays until a coordinator says what follows, whatever later looks say
        yield Notice(kind="page", about=about, severity="page", text=text, since=now)
    told: dict[NoticeKind, str] = {}
    if blocked:
        told["blocked"] = f"{about}: {_of(blocked, 'change')} tried, and GitHub refused it or changed nothing"
    if matters:
        told["people-must"] = f"{about} waits for people: {_of(matters, 'matter')} to settle"
    for kind, text in told.items():
        yield Notice(kind=kind, about=about, severity="warning", text=text, since=now)
    if not plan.cannot_tell:
        over: tuple[NoticeKind, ...] = ("blocked", "people-must")
        yield from (Over(kind=kind, about=about) for kind in over if kind not in told)


def _of_advisory(plan: Plan, about: str, now: datetime) -> Notice | Over:
    if not plan.people_must:
        return Over(kind="people-must", about=about)
    text = f"{about} waits for people: does it concern more tools? greenroom plan says where"
    return Notice(kind="people-must", about=about, severity="warning", text=text, since=now)


def _count(plan: Plan) -> int:
    return sum(step.gate == "blocked" for step in plan.steps)


def _of(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"


def _settle(conn: Connection, told: tuple[Notice | Over, ...], now: datetime) -> None:
    open_now = notices.open_about(conn, {each.about for each in told})  # most looks have nothing to close
    for each in told:
        if isinstance(each, Notice):
            notices.tell(conn, each)
        elif (each.kind, each.about.lower()) in open_now:
            notices.close(conn, each.kind, each.about, now)


def _is_blind(conn: Connection, key: Key, now: datetime) -> bool:
    rows = unseen.unseen(conn, key)
    return any(row.looks >= LOOKS_IN_A_ROW or now - row.since >= BLIND_FOR for row in rows)


def _thing(key: Key) -> Key:
    """What people know by name: a repository is one thing, however many policies are held against it."""
    return RepositoryKey(key.repo) if isinstance(key, PolicyKey) else key


def _unseen(plan: Plan) -> set[str]:
    """What the next look may tell. What lasts was seen; people are told of it by itself, as of what is hushed."""
    lasts = {verdict.message for _, _, verdict in plan.verdicts if verdict.lasts}
    return set(plan.cannot_tell) - lasts - plan.hushed


def _hushed(conn: Connection, plan: Plan, now: datetime, digests: Digests) -> Iterator[Notice | Over]:
    """What cannot be told only since there is an advisory is told under a pseudonym: beside a name it would say so."""
    for repo, policy, verdict in plan.verdicts:
        about = digests.hidden(PolicyKey(repo, policy))
        if verdict.state != "cannot tell" or verdict.message not in plan.hushed:
            yield Over(kind="cannot-see", about=about)
        elif since := _unclear_since(conn, repo, policy, now):
            text = f"{about} cannot be told since {since:%Y-%m-%d %H:%M} UTC; greenroom plan says why"
            yield Notice(kind="cannot-see", about=about, severity="warning", text=text, since=now)


def _unclear_since(conn: Connection, repo: RepoName, policy: str, now: datetime) -> datetime | None:
    """None where it was told before half an hour ago."""
    stands = (each for each in findings.standings(conn, repo) if each.policy == policy and each.state == "cannot tell")
    return next((each.since for each in stands if now - each.since >= BLIND_FOR), None)


def _stands_still(plan: Plan) -> bool:
    """Does this case stop because the coordination repository was seen to be wrong? That is a page of its own."""
    return isinstance(plan.key, CaseKey) and any(verdict.pages for _, _, verdict in plan.verdicts)


def _done_with(notes: Iterable[Note]) -> Iterator[Key]:
    """What nobody will look at any more."""
    for note in notes:
        if isinstance(note, CloseCase):
            yield CaseKey(note.case)
        elif isinstance(note, Forget):
            yield AdvisoryKey(note.repo, note.ghsa)
        elif isinstance(note, OpenCase):
            yield note.link


def _stays(conn: Connection, key: Key) -> frozenset[NoticeKind]:
    """What was public before the agreed hour is for its coordinator to settle, also when the case is over by that."""
    was_early = isinstance(key, CaseKey) and was_promised(cases.case(conn, key.number))
    return frozenset({"page"}) if was_early else frozenset()


def _seen_in_lists(notes: Iterable[Note]) -> Iterator[Key]:
    """Advisories of one tool, which are looked at by themselves only while they are in no list."""
    for note in notes:
        if isinstance(note, Watch) and not note.is_candidate:
            yield AdvisoryKey(note.repo, note.ghsa)
