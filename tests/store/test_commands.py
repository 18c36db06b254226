"""A command runs once, and what it asks for waits for one word of a coordinator."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from app.domain.cases import GREENROOM, Participant
from app.domain.comments import Answer, Propose, Tell
from app.domain.ids import IssueNumber, Person
from app.reconcile.obeying import obey
from app.reconcile.plan import RunCommands, SawReply
from app.store import cases, commands, participants, proposals, timeline

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
ANN = Person("ann", 7)
ACK = Answer(tool="uv", status="acknowledged")


@pytest.fixture
def conn(writing: Connection) -> Connection:
    """Case 1, in which uv takes part."""
    cases.open_case(writing, number=1, links=[], participants=[Participant(tool="uv", why="x")], now=NOW)
    return writing


def commanded(comment: int, *doings: Answer | Propose | Tell, silently: bool = False) -> RunCommands:
    return RunCommands(case=1, comment=comment, by=ANN, doings=doings, silently=silently)


def test_a_comment_runs_once_whoever_comes_second(conn: Connection) -> None:
    """Two workers, or one that was cut off and looks again: what a person changed since stays."""
    obey(conn, commanded(40, ACK), NOW)
    participants.answer(conn, 1, "uv", "fixed", justification=None, by="ann:7", at=NOW)
    obey(conn, commanded(40, ACK), NOW + timedelta(minutes=1))

    assert [each.status for each in participants.participants_of(conn, 1)] == ["fixed"]
    [handled] = commands.remembered(conn, 1).handled
    assert (handled.outcome, handled.reply) == ((("answered", "uv", "acknowledged"),), None)


def test_a_tool_that_left_comes_back_where_it_is_invited_again(conn: Connection) -> None:
    """Whoever invites is told whether anything changed: of one that is there, nothing does."""
    uv, pip = Participant(tool="uv", why="again"), Participant(tool="pip", why="named")
    assert participants.invite(conn, 1, pip)
    assert not participants.invite(conn, 1, pip)
    assert not participants.invite(conn, 1, uv)
    participants.leave(conn, 1, "uv", by="ann:7", at=NOW)

    assert participants.invite(conn, 1, uv)

    assert {each.tool: each.why for each in participants.participants_of(conn, 1) if not each.left_at} == {
        "uv": "x",
        "pip": "named",
    }


def test_what_changes_nothing_says_so(conn: Connection) -> None:
    """The same answer again, and that of a tool that left since somebody looked."""
    obey(conn, commanded(40, ACK), NOW)
    obey(conn, commanded(41, ACK, Answer(tool="pip", status="fixed"), Tell(line=("help",))), NOW)

    assert commands.remembered(conn, 1).handled[1].outcome == (
        ("same", "uv", "acknowledged"),
        ("gone", "pip"),
        ("help",),
    )
    assert [each.what for each in timeline.events(conn, 1)] == ["opened", "answered"]


def test_a_reply_is_noted_once_and_a_silent_one_never(conn: Connection) -> None:
    """The first one that was seen stays."""
    obey(conn, commanded(40, ACK), NOW)
    obey(conn, commanded(41, Tell(line=("stranger",)), silently=True), NOW)
    obey(conn, SawReply(case=1, comment=40, reply=77), NOW)
    commands.answered(conn, 1, 40, 78)
    commands.answered(conn, 1, 41, 79)

    assert [(each.comment, each.reply) for each in commands.remembered(conn, 1).handled] == [(40, 77), (41, 0)]


def test_the_same_is_not_proposed_twice_while_it_waits(conn: Connection) -> None:
    """A coordinator says one word to it; asked for again afterwards it is another matter."""
    obey(conn, commanded(40, Propose(what="invite", value="pip")), NOW)
    obey(conn, commanded(41, Propose(what="invite", value="pip"), Propose(what="relay", value="on")), NOW)

    numbers = [line[1] for each in commands.remembered(conn, 1).handled for line in each.outcome]
    assert numbers[0] == numbers[1]
    assert [each.what for each in proposals.open_ones(conn, 1)] == ["invite", "relay"]

    proposals.settle(conn, int(numbers[0]), "declined", by="carol", at=NOW)
    with pytest.raises(proposals.NoSuchProposal, match="was declined by carol"):
        proposals.settle(conn, int(numbers[0]), "confirmed", by="carol", at=NOW)
    assert [each.what for each in proposals.open_ones(conn, 1)] == ["relay"]
    assert proposals.propose(conn, 1, "invite", "pip", by=ANN, at=NOW) > int(numbers[2])


def test_what_we_propose_ourselves_is_written_down_however_much_waits(conn: Connection) -> None:
    """An hour after something became public is no flood of people's; and ours takes no room of theirs."""
    days = [f"2027-01-{day:02}T16:00Z" for day in range(1, 23)]
    ours = proposals.propose(conn, 1, "embargo", days[0], by=GREENROOM, at=NOW)
    for day in days[1:21]:
        proposals.propose(conn, 1, "embargo", day, by=ANN, at=NOW)

    with pytest.raises(proposals.TooManyWait):
        proposals.propose(conn, 1, "embargo", days[21], by=ANN, at=NOW)
    assert proposals.propose(conn, 1, "embargo", days[0], by=ANN, at=NOW) == ours
    assert proposals.propose(conn, 1, "embargo", days[21], by=GREENROOM, at=NOW) > ours


def test_what_was_said_before_a_case_came_back_counts_as_heard(conn: Connection) -> None:
    """The database that knew what ran was lost."""
    assert commands.remembered(conn, 1).since == NOW
    lost = replace(cases.case(conn, 1), number=2)
    cases.rebuild(conn, lost, IssueNumber(4), now=NOW + timedelta(days=1))
    assert commands.remembered(conn, 2).since == NOW + timedelta(days=1)
