"""How is a command done? In one transaction with the row that says that it ran, so it runs once or not at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from app.domain.comments import Answer, Doing, Line, Propose, Tell
from app.domain.ids import CaseKey
from app.reconcile.plan import RunCommands, SawReply
from app.store import audit, commands, participants, proposals, work


def obey(conn: Connection, note: RunCommands | SawReply, now: datetime) -> None:
    """Do what the commands of one comment say, and remember what is to be answered, or that it was."""
    if isinstance(note, SawReply):
        commands.answered(conn, note.case, note.comment, note.reply)
        return
    if not commands.begin(conn, note.case, note.comment, at=now):
        return
    outcome = tuple(_do(conn, note, doing, now) for doing in note.doings)
    commands.finish(conn, note.case, note.comment, outcome, silently=note.silently)
    work.mark(conn, [CaseKey(note.case)], due=now, priority=work.PROMPT)


def _do(conn: Connection, note: RunCommands, doing: Doing, now: datetime) -> Line:
    match doing:
        case Answer():
            return _answer(conn, note, doing, now)
        case Propose():
            return _propose(conn, note, doing, now)
        case Tell():
            return doing.line


def _propose(conn: Connection, note: RunCommands, asked: Propose, now: datetime) -> Line:
    try:
        number = proposals.propose(conn, note.case, asked.what, asked.value, by=note.by, at=now)
    except proposals.TooManyWait:
        return ("too-many-proposals",)
    return ("proposed", str(number), asked.what, asked.value)


def _answer(conn: Connection, note: RunCommands, said: Answer, now: datetime) -> Line:
    try:
        is_news = participants.answer(
            conn, note.case, said.tool, said.status, justification=said.justification, by=str(note.by), at=now
        )
    except participants.NotInIt:  # it left since we looked
        return ("gone", said.tool)
    if not is_news:
        return ("same", said.tool, said.status)
    scope = f"{said.tool} is {said.status}"
    audit.decided(conn, CaseKey(note.case), kind="command", scope=scope, by=str(note.by), at=now)
    return ("answered", said.tool, said.status, *([said.justification] if said.justification else []))
