"""Is the timeline drawn as it was?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from app.dashboard.case_picture import LEFT, MOST_LANES, RIGHT, WIDTH, Picture, picture
from app.domain.cases import CaseEvent, Participant, Status
from tests.dashboard.test_countdown import NOW, a_case

DAY = timedelta(days=1)
BEGAN = NOW - 10 * DAY


def answered(tool: str, status: Status, days: int) -> CaseEvent:
    return CaseEvent(at=BEGAN + days * DAY, what="answered", tool=tool, detail=status)


def statuses(shown: Picture, lane: int = 0) -> list[str]:
    return [each.status for each in shown.lanes[lane].stretches]


def test_a_tool_that_said_nothing_is_unknown_from_the_beginning_until_now() -> None:
    """Silence is drawn, and stays unknown."""
    shown = picture(a_case(participants=(Participant(tool="pip", why="named"),)), (), NOW)

    [stretch] = shown.lanes[0].stretches
    assert (stretch.status, stretch.label) == ("unknown", "unknown")
    assert shown.now == stretch.x + stretch.width
    assert shown.embargo is None


def test_each_answer_begins_where_it_was_given() -> None:
    """One after the other, without a gap, whatever they were."""
    part = Participant(tool="uv", why="named", status="fixed")
    events = (answered("uv", "acknowledged", 2), answered("pip", "affected", 3), answered("uv", "fixed", 6))
    shown = picture(a_case(participants=(part,)), events, NOW)

    first, second, third = shown.lanes[0].stretches
    assert statuses(shown) == ["unknown", "acknowledged", "fixed"]
    assert (first.x + first.width, second.x + second.width) == (second.x, third.x)
    assert round(second.width) == round(2 * first.width)


def test_who_was_invited_later_begins_later_and_who_left_ends() -> None:
    """A lane is as long as a tool took part."""
    parts = (
        Participant(tool="pip", why="named", left_at=BEGAN + 5 * DAY),
        Participant(tool="uv", why="by hand", rsvp=date(2026, 12, 5)),
    )
    events = (CaseEvent(at=BEGAN + 4 * DAY, what="invited", tool="uv"),)
    shown = picture(a_case(participants=parts, embargo_until=NOW + 8 * DAY), events, NOW)

    [pip], [uv] = (lane.stretches for lane in shown.lanes)
    assert uv.x > pip.x
    assert pip.x + pip.width < uv.x + uv.width
    assert shown.lanes[1].asked_until is not None
    assert shown.now is not None
    assert shown.embargo is not None
    assert shown.now < shown.lanes[1].asked_until < shown.embargo


def test_a_day_at_the_end_of_all_days_is_drawn() -> None:
    """A record that came back may hold any day, and its page is there all the same."""
    silent = (Participant(tool="pip", why="named", rsvp=date.max),)
    last = datetime.max.replace(microsecond=0, tzinfo=UTC)

    for case in (a_case(participants=silent), a_case(participants=silent, embargo_until=last, closed_at=last)):
        shown = picture(case, (), NOW)
        assert [lane.name for lane in shown.lanes] == ["pip"]
        assert all(LEFT <= tick.x <= WIDTH - RIGHT for tick in shown.ticks)


def test_nothing_is_drawn_beside_the_picture() -> None:
    """Clocks differ, and databases come back: whatever the times are, it fits."""
    odd = (
        answered("uv", "affected", -400),
        answered("uv", "fixed", 400),
        CaseEvent(at=BEGAN - 30 * DAY, what="opened"),
        CaseEvent(at=NOW, what="answered", tool="uv", detail="what nobody knows any more"),
    )
    part = Participant(tool="uv", why="named", rsvp=date(1999, 1, 1))
    for case in (
        a_case(participants=(part,)),
        a_case(participants=(part,), embargo_until=NOW - 900 * DAY),
        a_case(participants=(part,), opened_at=NOW, closed_at=NOW, state="closed"),
    ):
        shown = picture(case, odd, NOW)
        stretches = shown.lanes[0].stretches
        places = [*(each.x for each in shown.ticks), *(each.x for each in shown.marks)]
        places += [*(each.x for each in stretches), *(each.x + each.width for each in stretches)]
        assert all(LEFT <= x <= WIDTH - RIGHT + 3 for x in places)
        assert all(each.width > 0 for each in stretches)


def test_there_are_a_few_ticks_whether_it_took_an_hour_or_years() -> None:
    """Whoever looks has to see how long it was."""
    for length in (timedelta(), timedelta(hours=3), DAY, 9 * DAY, 50 * DAY, 400 * DAY, 4_000 * DAY):
        shown = picture(a_case(opened_at=NOW - length), (), NOW)
        assert 1 <= len(shown.ticks) <= 9, length


def test_of_a_case_of_everybody_some_are_drawn_and_the_others_counted() -> None:
    """The table above it has all of them."""
    parts = tuple(Participant(tool=f"tool-{number:02}", why="named") for number in range(30))
    shown = picture(a_case(participants=parts), (), NOW)

    assert (len(shown.lanes), shown.more) == (MOST_LANES, 30 - MOST_LANES)


def test_events_of_the_case_are_marked_and_those_of_tools_are_lanes() -> None:
    """A mark has its word, for those who point at it."""
    events = (CaseEvent(at=BEGAN, what="opened"), answered("uv", "fixed", 3), CaseEvent(at=NOW, what="disclosed"))
    shown = picture(a_case(), events, NOW)

    assert [(each.kind, each.words) for each in shown.marks] == [("opened", "opened"), ("disclosed", "public")]
