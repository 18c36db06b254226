"""What does somebody ask for who takes part and is no coordinator?

The same as a command in a comment of the mirror: it is judged by the same rules, and waits for a coordinator's yes.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection

from app.casework.saying import is_open, speaks_for
from app.domain.cases import StoredCase, Widening
from app.domain.comments import Answer, Doing, Propose, Tell
from app.domain.ids import CaseKey, Person
from app.halting import NotAllowed
from app.main import Greenroom
from app.reconcile.commands import Command
from app.reconcile.judging import Bench, Speaker, judged
from app.reconcile.replying import worded
from app.store import audit, cases, proposals


async def ask(greenroom: Greenroom, number: int, what: Widening, words: tuple[str, ...], *, by: Person) -> StoredCase:
    """Write down what somebody asks for. Raises NotAllowed and NoSuchCase."""
    case = is_open(await greenroom.database.read(partial(cases.case, number=number)))
    tools = [each.tool for each in case.present if await speaks_for(greenroom, each.tool, str(by))]
    if not tools:
        raise NotAllowed(f"{by.login} is not known to speak for a tool that takes part in case {number}")
    bench = Bench(case=case, rules=greenroom.policy.current().file, now=greenroom.reconciler.now())
    speaker = Speaker(person=by, tools=tuple(tools), coordinates=False)
    asked = [_proposal(each, number) for each in judged((Command(word=what, rest=words),), speaker, bench)]
    return await greenroom.database.write(partial(_ask, number=number, asked=asked, by=by, bench=bench))


def _proposal(doing: Doing, number: int) -> Propose:
    """Raises NotAllowed, with the words of the answer that a comment would get."""
    match doing:
        case Propose():
            return doing
        case Tell(line=line):
            raise NotAllowed(worded(line, number).replace("`", '"'))
        case Answer():
            raise NotAllowed("only what a coordinator has to confirm is asked for here")


def _ask(conn: Connection, *, number: int, asked: list[Propose], by: Person, bench: Bench) -> StoredCase:
    is_open(cases.case(conn, number))
    for each in asked:
        try:
            made = proposals.propose(conn, number, each.what, each.value, by=by, at=bench.now)
        except proposals.TooManyWait:
            raise NotAllowed("too many proposals wait for a coordinator; ask again when they are settled") from None
        audit.decided(
            conn,
            CaseKey(number),
            kind="proposal",
            scope=f"asks for proposal {made} ({each.what})",
            by=str(by),
            at=bench.now,
        )
    return cases.case(conn, number)
