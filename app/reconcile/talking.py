"""Which commands of a discussion are run now, and which answers are owed? Pure.

A comment is looked at once. Its commands are written down as run before anything is said about them; a reply whose
answer from GitHub was lost is looked for by its mark before it is sent again. Not run are: our own comments, those that
were edited, those of people whom nothing names, and what was written before the case came back from its mirror, since
it may have run already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from app.domain.actions import CommentOnMirror, RelayComment
from app.domain.comments import Comment, Discussion, Doing, Handled, Tell
from app.domain.facts import Known
from app.domain.ids import MirrorId, Person
from app.domain.records import Intent
from app.reconcile.commands import LONGEST, commands_in, is_too_long, mentions_commands
from app.reconcile.digests import Digests
from app.reconcile.gates import fingerprints
from app.reconcile.judging import Bench, Speaker, judged
from app.reconcile.marks import replies
from app.reconcile.matter import Matter
from app.reconcile.plan import Conclude, Plan, RunCommands, SawReply, Step
from app.reconcile.replying import reply_to

AT_ONCE = 5  # comments in one look
MOST_IN_AN_HOUR = 30  # of one case: what people answer to us is answered, too

Noted: TypeAlias = RunCommands | SawReply | Conclude


def of_replies(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """Replies of which we do not know whether they were posted. The discussion tells it, and nothing else."""
    return tuple(each for each in intents if each.kind == CommentOnMirror.kind)


def but_replies(intents: Iterable[Intent]) -> tuple[Intent, ...]:
    """All but what was said somewhere: of those the mirror itself tells it."""
    return tuple(each for each in intents if each.kind not in {CommentOnMirror.kind, RelayComment.kind})


def unheard(said: Discussion, case: int, digests: Digests) -> tuple[Comment, ...]:
    """Comments that may hold commands and that nobody looked at yet, the oldest first."""
    if not isinstance(said.comments, Known) or said.since is None:
        return ()
    looked_at = {each.comment for each in said.handled} | replies(said.comments.value, case, digests).keys()
    return tuple(
        each
        for each in sorted(said.comments.value, key=lambda comment: (comment.created_at, comment.id))
        if not each.is_ours and each.id not in looked_at and each.created_at > said.since and _may_command(each)
    )


def _may_command(comment: Comment) -> bool:
    if comment.author is None or not mentions_commands(comment.body):
        return False
    return is_too_long(comment.body) or bool(commands_in(comment.body))


def talked(plan: Plan, matter: Matter, mirror: MirrorId, settling: timedelta) -> Plan:
    """The plan with what was said. What cannot be told about people makes commands wait."""
    run, unclear = _commands(matter)
    owed = _Owed.of(matter, mirror)
    lost = _lost(owed, matter, settling)
    return replace(
        plan,
        steps=(*plan.steps, *lost.steps),
        notes=(*plan.notes, *run, *lost.notes),
        cannot_tell=(*plan.cannot_tell, *unclear),
        look_again=min(filter(None, (plan.look_again, lost.look_again)), default=None),
    )


def _commands(matter: Matter) -> tuple[tuple[RunCommands, ...], tuple[str, ...]]:
    snapshot, now = matter.snapshot, matter.at.now
    said, number = snapshot.discussion, snapshot.case.number
    waiting = () if matter.is_done else unheard(said, number, matter.digests)
    if not waiting or not all(isinstance(fact, Known) for fact in snapshot.people.values()):
        return (), ()  # whom we cannot tell is told elsewhere
    if not isinstance(said.coordinators, Known):
        return (), (f"who coordinates, so commands in comments wait: {said.coordinators.reason}",)
    lately = [each for each in said.handled if each.reply != 0 and now - each.seen_at < timedelta(hours=1)]
    room = min(AT_ONCE, MOST_IN_AN_HOUR - len(lately))
    told = any(("stranger",) in each.outcome for each in said.handled)
    return tuple(_run(waiting[: max(0, room)], matter, told=told)), ()


def _run(waiting: Iterable[Comment], matter: Matter, *, told: bool) -> Iterator[RunCommands]:
    """Strangers are answered once in a case: who is nobody here can make us write nothing more."""
    case, rules = matter.snapshot.case, matter.at.policies.file
    bench = Bench(case=case, rules=rules, now=matter.at.now)
    for comment in waiting:
        assert comment.author is not None  # noqa: S101 - others may not command
        speaker = _speaker(comment.author, matter)
        doings = _doings(comment, speaker, bench)
        is_told = told and not speaker.is_known
        told = told or not speaker.is_known
        yield RunCommands(case=case.number, comment=comment.id, by=comment.author, doings=doings, silently=is_told)


def _doings(comment: Comment, speaker: Speaker, bench: Bench) -> tuple[Doing, ...]:
    if not speaker.is_known:
        return (Tell(line=("stranger",)),)
    if comment.is_edited:
        return (Tell(line=("edited",)),)
    if is_too_long(comment.body):
        return (Tell(line=("too-long", str(LONGEST))),)
    return judged(commands_in(comment.body), speaker, bench)


def _speaker(person: Person, matter: Matter) -> Speaker:
    """By the number of the account, which GitHub says and nobody can take over; a login can be renamed."""
    snapshot = matter.snapshot
    named = {
        tool: {each.id for each in fact.value.people}
        for tool, fact in snapshot.people.items()
        if isinstance(fact, Known)
    }
    coordinators = snapshot.discussion.coordinators
    ids = {each.id for each in coordinators.value.people} if isinstance(coordinators, Known) else set()
    tools = tuple(each.tool for each in snapshot.case.present if person.id in named.get(each.tool, ()))
    return Speaker(person=person, tools=tools, coordinates=person.id in ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owed:
    """Comments that wait for an answer, and answers of ours that are there without our having noted it."""

    waiting: tuple[Step, ...]
    seen: tuple[SawReply, ...]

    @classmethod
    def of(cls, matter: Matter, mirror: MirrorId) -> _Owed:
        said, case = matter.snapshot.discussion, matter.snapshot.case.number
        owed = [each for each in said.handled if each.reply is None and each.outcome]
        comments = said.comments.value if isinstance(said.comments, Known) else ()
        there = replies(comments, case, matter.digests)
        return cls(
            waiting=tuple(_reply(each, matter, mirror) for each in owed if each.comment not in there)[:AT_ONCE],
            seen=tuple(
                SawReply(case=case, comment=each.comment, reply=there[each.comment])
                for each in owed
                if each.comment in there
            ),
        )


def _reply(handled: Handled, matter: Matter, mirror: MirrorId) -> Step:
    case = matter.snapshot.case.number
    return matter.step(
        CommentOnMirror(
            case=case,
            repo=matter.coordination.repository,
            mirror=mirror,
            about=handled.comment,
            body=reply_to(handled, case, matter.digests),
            reason="somebody gave commands there",
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    steps: tuple[Step, ...] = ()
    notes: tuple[Noted, ...] = ()
    look_again: datetime | None = None


def _lost(owed: _Owed, matter: Matter, settling: timedelta) -> _Sent:
    """Did a reply get lost on its way? Then it is sent again only after all was read, and it cannot arrive any more."""
    sent, said = of_replies(matter.snapshot.unresolved), matter.snapshot.discussion
    if not sent:
        return _Sent(steps=owed.waiting, notes=owed.seen)
    if not isinstance(said.comments, Known) or not said.whole:
        return _Sent()
    settled = max(intent.at for intent in sent) + settling
    if owed.waiting and matter.at.now < settled:
        return _Sent(notes=owed.seen, look_again=settled)
    prints = {each for step in owed.waiting for each in fingerprints(step.action, matter.digests)}
    concluded = tuple(
        Conclude(intent=each.id, outcome="no effect seen" if each.fingerprint in prints else "done") for each in sent
    )
    return _Sent(steps=owed.waiting, notes=(*owed.seen, *concluded))
