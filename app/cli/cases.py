"""What can be typed about a case?"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from app.casework import embargoes, linking, opening, taking_part
from app.cli.command import DONE, MISUSED, AsJson, people, show_result, stop, with_database, with_greenroom
from app.domain.cases import ANSWERS, JUSTIFICATIONS, CaseEvent, Justification, Status, StoredCase
from app.domain.ids import AdvisoryKey, InvalidName, Person, parse_key
from app.halting import NotAllowed
from app.main import Greenroom
from app.settings import Settings
from app.shown.cases import case_for_people, case_shown, case_told, cases_for_people
from app.shown.proposals import proposals_shown
from app.shown.suggestions import suggestions_shown
from app.shown.terminal import say
from app.store import cases, proposals, suggestions, timeline
from app.store.cases import LinkedElsewhere, NoSuchCase
from app.store.database import Database
from app.store.participants import NotInIt
from app.who_reads import readers_of_case

case = typer.Typer(no_args_is_help=True, help="Work on cases: who takes part, what they answer, what is agreed.")
Number = Annotated[int, typer.Argument(help="Of the case, as in case/N.", min=1)]
OneAdvisory = Annotated[str, typer.Argument(metavar="ADVISORY", help="OWNER/REPO/GHSA-….")]
Tool = Annotated[str, typer.Argument(help="As policy calls it.")]
By = Annotated[str, typer.Option(help="The coordinator who answers for it, as the audit will say.")]
AgreedBy = Annotated[
    list[str] | None, typer.Option(help="Who speaks for the tool of a linked advisory and agrees, if not --by itself.")
]
Change = Callable[[Greenroom], Coroutine[Any, Any, StoredCase]]


@case.command("open")
def open_(
    tools: Annotated[list[str] | None, typer.Option("--tool", help="Who takes part; more than once for more.")] = None,
    links: Annotated[list[str] | None, typer.Option("--link", help="An advisory, OWNER/REPO/GHSA-….")] = None,
    by: By = "",
    agreed_by: AgreedBy = None,
    as_json: AsJson = False,
) -> None:
    """Open a case by hand, such as for a report that came by mail. Its mirror's text is then typed on GitHub."""

    async def change(greenroom: Greenroom) -> StoredCase:
        named = _advisories(links or ())
        return await opening.open_case(greenroom, tools=set(tools or ()), links=named, by=by, agreed_by=agreed_by or ())

    _change(change, as_json=as_json)


@case.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    as_json: AsJson = False,
) -> None:
    """Which cases there are, and what is open about each. Asks GitHub nothing."""

    async def run(_: Settings, database: Database) -> int:
        found = await database.read(cases.all_cases if everything else cases.open_cases)
        show_result(as_json, {"cases": [case_shown(each) for each in found]}, cases_for_people)
        return DONE

    with_database(run)


@case.command()
def show(
    number: Number,
    readers: Annotated[bool, typer.Option("--readers", help="Also who reads it now, and why. Asks GitHub.")] = False,
    as_json: AsJson = False,
) -> None:
    """Who takes part in a case, what they answered, what is agreed, and what happened when."""

    async def tell(database: Database, greenroom: Greenroom | None) -> int:
        try:
            found, events = await database.read(partial(_told, number=number))
            asked = await database.read(partial(suggestions.suggestions_of, number=number))
            waiting = await database.read(partial(proposals.open_ones, number=number))
        except NoSuchCase as error:
            return stop(str(error), MISUSED)
        told = case_told(found, events) | {"suggestions": suggestions_shown(asked)}
        told |= {"proposals": proposals_shown(waiting)}
        told |= await readers_of_case(greenroom, number) if greenroom else {}
        show_result(as_json, told, case_for_people)
        return DONE

    if readers:
        with_greenroom(lambda greenroom: tell(greenroom.database, greenroom))
    else:
        with_database(lambda _, database: tell(database, None))


@case.command()
def invite(
    number: Number,
    tool: Tool,
    rsvp: Annotated[str, typer.Option(help="The day (UTC) until which it is asked to answer, 2026-12-15.")] = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Let a tool take part: its people are let into the mirror."""

    async def change(greenroom: Greenroom) -> StoredCase:
        return await taking_part.invite(greenroom, number, tool, rsvp=day(rsvp), by=by)

    _change(change, as_json=as_json)


@case.command()
def leave(number: Number, tool: Tool, by: By = "", as_json: AsJson = False) -> None:
    """A tool takes no part any more: whom Greenroom let in for it is taken out of the mirror."""

    async def change(greenroom: Greenroom) -> StoredCase:
        return await taking_part.leave(greenroom, number, tool, by=by)

    _change(change, as_json=as_json)


@case.command()
def status(
    number: Number,
    tool: Tool,
    answer: Annotated[str, typer.Argument(help=f"One of {', '.join(ANSWERS)}, or unknown.")],
    reason: Annotated[str, typer.Argument(help="For not-affected: a justification, as VEX calls it.")] = "",
    *,
    by: Annotated[str, typer.Option(help="Who speaks for the tool, or a coordinator.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write down what a tool's people answer."""

    async def change(greenroom: Greenroom) -> StoredCase:
        status, justification = _answer(answer), _justification(reason)
        return await taking_part.answer(greenroom, number, tool, status, justification=justification, by=by)

    _change(change, as_json=as_json)


@case.command()
def link(
    number: Number,
    advisory: OneAdvisory,
    by: By = "",
    agreed_by: AgreedBy = None,
    as_json: AsJson = False,
) -> None:
    """Another advisory belongs to the case, as its own people agree: its text is copied into the mirror."""

    async def change(greenroom: Greenroom) -> StoredCase:
        [key] = _advisories([advisory])
        return await linking.link(greenroom, number, key, by=by, agreed_by=agreed_by or ())

    _change(change, as_json=as_json)


@case.command()
def unlink(
    number: Number,
    advisory: OneAdvisory,
    by: Annotated[str, typer.Option(help="Who speaks for the advisory's tool, or a coordinator.")] = "",
    as_json: AsJson = False,
) -> None:
    """An advisory belongs to the case no more: what was copied of its text leaves the mirror."""

    async def change(greenroom: Greenroom) -> StoredCase:
        [key] = _advisories([advisory])
        return await linking.unlink(greenroom, number, key, by=by)

    _change(change, as_json=as_json)


@case.command()
def coordinator(
    number: Number,
    person: Annotated[str, typer.Argument(help="LOGIN:ID, as policy lists them.")],
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Say which of the coordinators answers for a case."""

    async def change(greenroom: Greenroom) -> StoredCase:
        return await taking_part.name_coordinator(greenroom, number, Person.parse(person), by=by)

    _change(change, as_json=as_json)


@case.command()
def close(number: Number, by: By = "", as_json: AsJson = False) -> None:
    """End a case of which no advisory is open any more, whoever it waits for."""

    async def change(greenroom: Greenroom) -> StoredCase:
        return await opening.close_case(greenroom, number, by=by)

    _change(change, as_json=as_json)


@case.command()
def embargo(
    number: Number,
    until: Annotated[str, typer.Argument(help=f"The hour in UTC, as {embargoes.EXAMPLE}.")] = "",
    none: Annotated[bool, typer.Option("--none", help="No hour is agreed any more.")] = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Write down before which hour nothing of a case is to be public, as its tools agreed. Its mirror says it then."""

    async def change(greenroom: Greenroom) -> StoredCase:
        if bool(until) == none:
            raise NotAllowed(f"give an hour in UTC, as {embargoes.EXAMPLE}, or --none")
        agreed = embargoes.hour(until) if until else None
        for doubt in embargoes.doubts(agreed) if agreed else ():
            say(people, doubt, style="yellow")
        return await embargoes.agree(greenroom, number, agreed, by=by)

    _change(change, as_json=as_json)


@case.command()
def disclosed(
    number: Number,
    none: Annotated[bool, typer.Option("--none", help="Nothing of it is public after all.")] = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Write down that a case is public, where that cannot be seen on GitHub, or take that back."""

    async def change(greenroom: Greenroom) -> StoredCase:
        word = embargoes.take_back if none else embargoes.disclose
        return await word(greenroom, number, by=by)

    _change(change, as_json=as_json)


def _change(change: Change, *, as_json: bool) -> None:
    async def run(greenroom: Greenroom) -> int:
        try:
            changed = await change(greenroom)
        except (NotAllowed, NoSuchCase, NotInIt, LinkedElsewhere) as error:
            return stop(str(error), MISUSED)
        show_result(as_json, case_shown(changed), case_for_people)
        return DONE

    with_greenroom(run)


def _told(conn: Connection, *, number: int) -> tuple[StoredCase, tuple[CaseEvent, ...]]:
    return cases.case(conn, number), timeline.events(conn, number)


def _advisories(texts: list[str] | tuple[str, ...]) -> tuple[AdvisoryKey, ...]:
    keys = [parse_key(text) for text in texts]
    if not all(isinstance(key, AdvisoryKey) for key in keys):
        raise InvalidName("that is not an advisory; write OWNER/REPO/GHSA-xxxx-xxxx-xxxx")
    return tuple(key for key in keys if isinstance(key, AdvisoryKey))


def _answer(text: str) -> Status:
    if text not in (*ANSWERS, "unknown"):
        raise NotAllowed(f'"{text}" is no answer; say {", ".join(ANSWERS)} or unknown')
    return text  # type: ignore[return-value]


def _justification(text: str) -> Justification | None:
    if not text:
        return None
    word = text.replace("-", "_")
    if word not in JUSTIFICATIONS:
        raise NotAllowed(f'"{text}" is no justification; say one of {", ".join(JUSTIFICATIONS)}')
    return word


def day(text: str) -> date | None:
    """Read a day in UTC; none where nothing is written. Raises NotAllowed."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone; UTC's is meant
    except ValueError:
        raise NotAllowed(f'"{text}" is no day; write it as 2026-12-15') from None
