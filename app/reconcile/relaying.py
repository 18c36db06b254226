"""Which comments are to be copied to the other side of a case, and which copies are to be corrected?

What people wrote before both sides agreed stays where it is; so does what they changed in old words while nothing was
copied. Our own comments are never copied, so nothing echoes; each copy carries a signed mark by which it is found again
when the answer to it was lost. Only digests of texts are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from app.domain.actions import RelayComment
from app.domain.cases import Relay
from app.domain.comments import Comment
from app.domain.facts import Known
from app.domain.ids import AdvisoryKey, MirrorId, RepoName
from app.domain.records import Baseline
from app.domain.talks import Copied, Talk, Way
from app.reconcile.commands import commands_in
from app.reconcile.digests import Digest, Digests
from app.reconcile.gates import conclusions
from app.reconcile.matter import Matter
from app.reconcile.neutral import neutral_line, quote
from app.reconcile.plan import Plan, SawCopy

AT_ONCE = 5  # comments in one look
MOST_IN_AN_HOUR = 20  # of one case: GitHub lets us create so many things, and other cases wait for theirs
ROOM = 60_000  # characters of a comment that are copied
_MARK = re.compile(r"<!-- greenroom:relay ([0-9]+) ([^ ]+) ([0-9a-f]{64}) -->")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Where the mirror of a case is, and where its linked advisories are."""

    case: int
    repo: RepoName
    mirror: MirrorId
    links: tuple[AdvisoryKey, ...]  # of advisories that are open: elsewhere everybody could read it


def relayed(plan: Plan, matter: Matter, mirror: MirrorId, settling: timedelta) -> Plan:
    """The plan with what is to be copied. A copy that may still arrive is waited for."""
    snapshot, digests = matter.snapshot, matter.digests
    number = snapshot.case.number
    links = tuple(AdvisoryKey(each.repo, each.ghsa) for each in matter.sources.linked if each.is_open)
    sides = Sides(case=number, repo=matter.coordination.repository, mirror=mirror, links=links)
    lately = sum(matter.at.now - each.at < timedelta(hours=1) for each in snapshot.talk.copied)
    room = 0 if matter.is_done else max(0, min(AT_ONCE, MOST_IN_AN_HOUR - lately))
    steps = tuple(matter.step(each) for each in islice(to_copy(sides, snapshot.talk, digests), room))
    trouble = tuple(unclear(snapshot.talk))
    sent = tuple(each for each in snapshot.unresolved if each.kind == RelayComment.kind)
    settled = max((intent.at for intent in sent), default=matter.at.now) + settling
    is_early = bool(sent) and matter.at.now < settled
    return replace(
        plan,
        steps=plan.steps if is_early else (*plan.steps, *steps),
        notes=(
            *plan.notes,
            *(SawCopy(copied=each) for each in seen(sides, snapshot.talk, digests, matter.at.now)),
            *(() if is_early or trouble else conclusions(sent, steps, digests)),
        ),
        cannot_tell=(*plan.cannot_tell, *trouble),
        look_again=min(filter(None, (plan.look_again, settled if is_early else None)), default=None),
    )


def to_copy(sides: Sides, talk: Talk, digests: Digests) -> Iterator[RelayComment]:
    """The copies that are missing, and those whose original was edited since."""
    for relay, there, here in _ways(talk, sides):
        way = Way(case=sides.case, ghsa=relay.ghsa, direction=relay.direction)
        last = {each.comment: each for each in talk.copied if each.way == way}
        copies = _copies(there, way, last, digests)
        for comment in here:
            if not _is_a_word(comment) or not _counts(comment, relay, last):
                continue
            body = _worded(comment, way, sides, digests)
            copy = copies.get(comment.id)
            if copy is None and comment.id not in last:
                yield _action(sides, way, comment, body, None)
            elif copy is not None and copy.body != body and _was_edited(comment, last.get(comment.id), way, digests):
                yield _action(sides, way, comment, body, copy.id)


def seen(sides: Sides, talk: Talk, digests: Digests, now: datetime) -> Iterator[Copied]:
    """Copies that say now what their originals say, where that is not written down yet."""
    for relay, there, here in _ways(talk, sides):
        way = Way(case=sides.case, ghsa=relay.ghsa, direction=relay.direction)
        last = {each.comment: each for each in talk.copied if each.way == way}
        copies = _copies(there, way, last, digests)
        yield from _anew(here, last, way, digests, now)
        for comment in here:
            copy = copies.get(comment.id)
            if copy is None or copy.body != _worded(comment, way, sides, digests):
                continue
            if comment.id not in last or _was_edited(comment, last[comment.id], way, digests):
                made = digests.of(*_parts(way, comment))
                digest = Baseline(key_id=made.key_id, digest=made.value)
                yield Copied(way=way, comment=comment.id, copy=copy.id, last=digest, at=now)


def _anew(
    here: Iterable[Comment], last: Mapping[int, Copied], way: Way, digests: Digests, now: datetime
) -> Iterator[Copied]:
    """What was copied says the same still, and its digest is of a key that is to go."""
    for comment in here:
        known = last.get(comment.id)
        if known and digests.is_to_renew(known.last.key_id) and not _was_edited(comment, known, way, digests):
            made = digests.of(*_parts(way, comment))
            yield replace(known, last=Baseline(key_id=made.key_id, digest=made.value), at=now)


def unclear(talk: Talk) -> Iterator[str]:
    """What of it cannot be told now?"""
    if not any(relay.is_on for relay in talk.relays):
        return
    for fact in (talk.mirror, *talk.sources.values()):
        if not isinstance(fact, Known):
            yield f"comments are not relayed: {fact.reason}"


def _ways(talk: Talk, sides: Sides) -> Iterator[tuple[Relay, tuple[Comment, ...], tuple[Comment, ...]]]:
    """Each way that is open, what is said where the copies go, and what is said where they come from."""
    linked = {link.ghsa for link in sides.links}
    for relay in talk.relays:
        source = talk.sources.get(relay.ghsa) if relay.ghsa in linked else None
        if relay.is_on and isinstance(talk.mirror, Known) and isinstance(source, Known):
            said = (talk.mirror.value, source.value)
            yield (relay, *(said if relay.direction == "to-mirror" else reversed(said)))


def _counts(comment: Comment, relay: Relay, last: Mapping[int, Copied]) -> bool:
    """Was it said since both agreed? Of what was copied before that, what was edited meanwhile stays where it is."""
    return comment.created_at >= relay.since or (comment.id in last and comment.updated_at >= relay.since)


def _was_edited(comment: Comment, last: Copied | None, way: Way, digests: Digests) -> bool:
    """Does it say something else than what was copied? Where nobody can tell, the copy is brought in step."""
    digest = Digest(last.last.key_id, last.last.digest) if last else None
    return not digests.matches(digest, *_parts(way, comment))


def _copies(there: Iterable[Comment], way: Way, last: Mapping[int, Copied], digests: Digests) -> dict[int, Comment]:
    """Our copies on that side, by the comment that each is the copy of. Of two the older counts.

    They carry a mark; where the key of that is gone, which one it is was written down.
    """
    written = {each.copy: number for number, each in last.items()}
    found: dict[int, Comment] = {}
    for comment in there:
        if comment.is_ours and comment.id in written:
            found.setdefault(written[comment.id], comment)
            continue
        mark = _MARK.match(comment.body)
        if comment.is_ours and mark and digests.matches(Digest(mark[2], mark[3]), *_marked(way, int(mark[1]))):
            found.setdefault(int(mark[1]), comment)
    return found


def _is_a_word(comment: Comment) -> bool:
    """Is it people's, for people? Commands are for us, and a copy that somebody pasted is no word of theirs."""
    return not (comment.is_ours or _MARK.match(comment.body) or commands_in(comment.body))


def _worded(comment: Comment, way: Way, sides: Sides, digests: Digests) -> str:
    """The copy: who said it, where and when, and the text as a block in which nothing is active."""
    mac = digests.of(*_marked(way, comment.id))
    link = next(link for link in sides.links if link.ghsa == way.ghsa)
    where = f"{link.repo} {link.ghsa}" if way.direction == "to-mirror" else f"case {way.case}"
    who = neutral_line(comment.author.login) if comment.author else "an account that was deleted"
    edited = ", edited since" if comment.is_edited else ""
    when = comment.created_at.astimezone(UTC)
    head = f"<!-- greenroom:relay {comment.id} {mac.key_id} {mac.value} -->\n{who} wrote in {where}"
    return f"{head}, {when:%Y-%m-%d %H:%M} UTC{edited}:\n\n{quote(comment.body, ROOM)}"


def _action(sides: Sides, way: Way, comment: Comment, body: str, copy: int | None) -> RelayComment:
    link = next(link for link in sides.links if link.ghsa == way.ghsa)
    repo, about = (sides.repo, sides.mirror) if way.direction == "to-mirror" else (link.repo, link.ghsa)
    what = "was edited" if copy else "was written"
    return RelayComment(
        case=sides.case,
        repo=repo,
        about=about,
        direction=way.direction,
        ghsa=way.ghsa,
        comment=comment.id,
        copy=copy,
        body=body,
        reason=f"a comment {what} on the other side, and both sides agreed to share them",
    )


def _marked(way: Way, comment: int) -> tuple[str, ...]:
    return ("relay", str(way.case), str(way.ghsa), way.direction, str(comment))


def _parts(way: Way, comment: Comment) -> tuple[str, ...]:
    return ("relayed", *_marked(way, comment.id), comment.body)
