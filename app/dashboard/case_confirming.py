"""What follows from something that is hard to take back? Asked on a page of its own before it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from starlette.responses import Response

from app.dashboard.here import Here
from app.domain.cases import StoredCase
from app.store import cases


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`follows` is what is true afterwards. `choice` names the field of the form in which one of several is chosen."""

    title: str
    follows: tuple[str, ...]
    button: str
    choice: str = ""
    alone: bool = False


def asks(command: str) -> Callable[[Here], Awaitable[Response]]:
    """The page that asks before a button does `command`."""

    async def show(here: Here) -> Response:
        number = here.number("case")
        case = await here.greenroom.database.read(partial(cases.case, number=number))
        question = _QUESTIONS[command]
        return here.page(
            "case_confirm.html",
            title=question.title.format(number=number),
            question=question,
            number=number,
            command=command,
            choices=_choices(question, case),
        )

    return show


def _choices(question: Question, case: StoredCase) -> tuple[str, ...]:
    return tuple(each.tool for each in case.present) if question.choice else ()


_QUESTIONS = {
    "close": Question(
        title="Close case {number}?",
        follows=(
            "Its mirror is closed at the next look, with a last status in it.",
            "Nothing of it changes any more but what tools answer.",
            "It cannot be opened again here. A case to which advisories are linked ends with them, and not this way.",
        ),
        button="Close the case",
    ),
    "disclose": Question(
        title="Is case {number} public?",
        follows=(
            "The case, its mirror and its timeline say from now on that it is public, and that you say so.",
            "Policies hold the agreed hour against it: before that hour it is a finding, and people are paged.",
            "Greenroom publishes nothing. It writes down that somebody else did.",
        ),
        button="It is public",
    ),
    "not-public": Question(
        title="Is nothing of case {number} public after all?",
        follows=(
            "What was written down of its publication is taken back, and the hour that was agreed holds again.",
            "What GitHub still shows in public is seen again at the next look, and pages again.",
        ),
        button="Nothing of it is public",
    ),
    "restore": Question(
        title="Restore the mirror of case {number}?",
        follows=(
            "Where the mirror is frozen, Greenroom's part of it is written anew from what is kept here.",
            "What people wrote outside of that part stays.",
            "Where the case came back from its mirror, you confirm by it who takes part: look at the table first.",
        ),
        button="Restore it",
        alone=True,
    ),
    "leave": Question(
        title="Which tool leaves case {number}?",
        follows=(
            "Whom Greenroom let into the mirror for it is taken out at the next look, unless another tool names them.",
            "Its people see this case no more. What it answered stays in the table.",
            "What they read they know: this makes nothing unread.",
        ),
        button="It leaves",
        choice="tool",
    ),
}
