"""Which commands of a discussion are run, and when is an answer sent?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actions import CommentOnMirror
from app.domain.comments import Answer, Comment, Discussion, Handled, Tell
from app.domain.facts import NotApplicable
from app.domain.ids import Person
from app.reconcile.commands import LONGEST
from app.reconcile.gates import fingerprint
from app.reconcile.marks import mark
from app.reconcile.plan import Conclude, Plan, RunCommands, SawReply
from app.reconcile.talking import AT_ONCE, MOST_IN_AN_HOUR
from tests.builders import (
    ALICE,
    BOB,
    CAROL,
    CASES,
    DIGESTS,
    HIDDEN,
    NOW,
    OTHER_DIGESTS,
    case,
    coordination,
    facts,
    intent,
    known,
    roster,
)
from tests.reconcile.cases import KEY, OVER, with_mirror
from tests.reconcile.plans import planned

PEOPLE = {"uv": roster(ALICE), "wheel": roster(BOB)}
ACK = Answer(tool="uv", status="acknowledged")
STRANGER = Person("mallory", 99)
OWED = Handled(comment=40, outcome=(("answered", "uv", "acknowledged"),), reply=None, seen_at=NOW)


def comment(body: str = "/greenroom ack", *, by: Person | None = ALICE, **said: Any) -> Comment:
    """A comment of uv's people, written a minute after the case was opened."""
    at = NOW + timedelta(minutes=1)
    boring: dict[str, Any] = {"id": 40, "author": by, "body": body, "created_at": at, "updated_at": at}
    return Comment(**(boring | {"is_ours": False} | said))


def after(*comments: Comment, at: Any = None, **said: Any) -> Plan:
    """What follows once these were read."""
    about = {name: said.pop(name) for name in ("unresolved", "people", "sources", "case") if name in said}
    boring: dict[str, Any] = {"comments": known(comments), "whole": True, "since": NOW, "coordinators": roster(CAROL)}
    seen: dict[str, Any] = {"discussion": Discussion(**(boring | said)), "people": PEOPLE} | about
    now = at or NOW + timedelta(minutes=2)
    seen["coordination"] = facts(CASES, coordination=known(coordination(), ago=NOW - now))
    return planned(with_mirror(**seen), now=now)


def run(plan: Plan) -> list[RunCommands]:
    return [note for note in plan.notes if isinstance(note, RunCommands)]


def said(plan: Plan) -> list[CommentOnMirror]:
    return [step.action for step in plan.steps if isinstance(step.action, CommentOnMirror)]


def test_where_nobody_commands_nothing_is_done() -> None:
    """The case where nothing is to be done."""
    plan = after(comment("Thank you."))
    assert (run(plan), said(plan)) == ([], [])


def test_a_comment_of_a_tools_people_is_run() -> None:
    """Who wrote it is the number of the account, and what they speak for is what policy says of it now."""
    [note] = run(after(comment(by=Person("renamed", ALICE.id))))
    assert (note.comment, note.doings, note.silently) == (40, (ACK,), False)


@pytest.mark.parametrize(
    "never",
    [
        comment(is_ours=True),
        comment(by=None),
        comment(created_at=NOW, updated_at=NOW),
        comment(f"/greenroom ack\n\n{mark('reply', 1, '39', DIGESTS)}", is_ours=True),
    ],
    ids=["ours", "of an account that was deleted", "before the case came back", "a reply of ours"],
)
def test_what_is_nobodys_or_too_old_is_not_looked_at(never: Comment) -> None:
    """What was said before a database was lost may have run already."""
    assert run(after(never)) == []


def test_a_comment_is_looked_at_once() -> None:
    """A row says so, or our reply to it, where the row was lost."""
    reply = comment(f"- Noted.\n\n{mark('reply', 1, '40', DIGESTS)}", by=CAROL, id=41, is_ours=True)

    assert run(after(comment(), handled=(replace(OWED, reply=41),))) == []
    assert run(after(comment(), reply)) == []
    assert len(run(after(comment(), replace(reply, body=f"- Noted.\n\n{mark('reply', 1, '40', OTHER_DIGESTS)}")))) == 1


@pytest.mark.parametrize(
    ("odd", "word"),
    [
        (comment(updated_at=NOW + timedelta(minutes=1, seconds=1)), "edited"),
        (comment("/greenroom ack\n" + "x" * LONGEST), "too-long"),
        (comment(by=STRANGER), "stranger"),
        (comment(by=STRANGER, updated_at=NOW + timedelta(hours=1)), "stranger"),
    ],
)
def test_what_is_never_run_is_told_as_that(odd: Comment, word: str) -> None:
    """An edit may be anybody's, and a stranger is nobody's maintainer."""
    [note] = run(after(odd))
    [told] = note.doings
    assert isinstance(told, Tell)
    assert told.line[0] == word


def test_a_stranger_is_answered_once_in_a_case() -> None:
    """Else anybody who can comment could make us write as much as they like."""
    first, second = run(after(comment(by=STRANGER), comment(by=STRANGER, id=41)))
    assert (first.silently, second.silently) == (False, True)
    before = Handled(comment=30, outcome=(("stranger",),), reply=31, seen_at=NOW - timedelta(days=9))
    [third] = run(after(comment(by=STRANGER), handled=(before,)))
    assert third.silently


def test_few_are_run_at_once_and_not_without_end() -> None:
    """The rest waits for the next looks; a flood does not keep us from opening mirrors."""
    many = [comment(id=number) for number in range(40, 60)]
    assert [note.comment for note in run(after(*many))] == [40, 41, 42, 43, 44]
    assert AT_ONCE == 5
    lately = tuple(replace(OWED, comment=number, reply=number + 100) for number in range(MOST_IN_AN_HOUR))
    assert run(after(comment(id=99), handled=lately)) == []
    assert len(run(after(comment(id=99), handled=lately, at=NOW + timedelta(hours=2)))) == 1


def test_commands_wait_until_it_is_known_who_people_are() -> None:
    """Cannot tell is never a no."""
    plan = after(comment(), people={"uv": HIDDEN, "wheel": roster(BOB)})
    assert (run(plan), len(plan.cannot_tell)) == ([], 1)
    plan = after(comment(), coordinators=HIDDEN)
    assert (run(plan), plan.cannot_tell) == (
        [],
        ("who coordinates, so commands in comments wait: GitHub did not say",),
    )


def test_nothing_is_commanded_in_a_case_that_is_over() -> None:
    """Its mirror is about to be closed."""
    assert run(after(comment(), sources=(OVER,), case=case(sequence=2))) == []


def test_what_ran_is_answered_and_only_once() -> None:
    """One that was answered, or gets no answer, is not."""
    [action] = said(after(handled=(OWED, replace(OWED, comment=41, reply=7), replace(OWED, comment=42, reply=0))))
    assert (action.about, action.body.startswith("- Noted: uv is acknowledged.")) == (40, True)
    assert "@" not in action.body


def test_a_reply_that_may_be_on_its_way_is_waited_for_and_looked_for() -> None:
    """It can take effect for a minute and a half; then it is sent again, if it is not there."""
    lost = intent(KEY, CommentOnMirror.kind, at=NOW)
    there = comment(f"- Noted.\n\n{mark('reply', 1, '40', DIGESTS)}", by=CAROL, id=77, is_ours=True)

    soon = after(handled=(OWED,), unresolved=(lost,), at=NOW + timedelta(seconds=80))
    assert (said(soon), soon.look_again) == ([], NOW + timedelta(seconds=90))
    assert not [note for note in soon.notes if isinstance(note, Conclude)]

    found = after(there, handled=(OWED,), unresolved=(lost,), at=NOW + timedelta(seconds=80))
    assert said(found) == []
    assert SawReply(case=1, comment=40, reply=77) in found.notes
    assert Conclude(intent=lost.id, outcome="done") in found.notes

    [again] = said(after(handled=(OWED,), unresolved=(lost,), at=NOW + timedelta(seconds=91)))
    assert again.about == 40
    same = replace(lost, fingerprint=fingerprint(again, DIGESTS))
    late = after(handled=(OWED,), unresolved=(same,), at=NOW + timedelta(seconds=91))
    assert Conclude(intent=lost.id, outcome="no effect seen") in late.notes


@pytest.mark.parametrize("unread", [{"comments": HIDDEN}, {"comments": NotApplicable("nothing new")}, {"whole": False}])
def test_nothing_is_sent_again_before_everything_was_read(unread: dict[str, Any]) -> None:
    """A list of the newest comments may lack it."""
    lost = intent(KEY, CommentOnMirror.kind, at=NOW)
    plan = after(handled=(OWED,), unresolved=(lost,), at=NOW + timedelta(hours=1), **unread)
    assert said(plan) == []
    assert not [note for note in plan.notes if isinstance(note, Conclude)]
