"""Who asks a CNA for an id for which tool, may they, and where does the id go?

Greenroom asks no CNA. People do, where the owner of their reports says; here is written down that they did, what showed
that they may, and the id, before it is written anywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from app.casework.saying import Said, is_open, known_tools, said, said_for
from app.domain.cases import CVE_ENDS, CveRequest, StoredCase
from app.domain.facts import Known
from app.domain.ids import CaseKey, Ghsa, Person
from app.halting import NotAllowed
from app.main import Greenroom
from app.store import audit, cases, cve_requests, work
from app.store.participants import NotInIt
from policies.config import People, PolicyFile, ReportOwner

GITHUB = "GitHub"  # assigns ids where the owner of the reports names no other
_CVE = re.compile(r"CVE-(1999|2\d{3})-\d{4,19}")


class Taken(NotAllowed):
    """Some case has that id. The message names it: for coordinators, and whoever uses this machine."""


async def request(greenroom: Greenroom, number: int, tool: str, *, by: str) -> StoredCase:
    """Write down that somebody asked the CNA of a tool for an id. Raises NotAllowed, NoSuchCase and NotInIt."""
    known_tools(greenroom, [tool])
    person, proof = await proven(greenroom, tool, by)
    at, rules = greenroom.reconciler.now(), greenroom.policy.current().file

    def change(conn: Connection, case: StoredCase) -> str:
        _takes_part(case, tool)
        if any(each.tool == tool and each.cve_id is None and each.ended_at is None for each in case.cves):
            raise NotAllowed(f"an id for {tool} was asked for already; record it, or drop the request")
        cve_requests.ask(conn, number, tool=tool, cna=cna_of(rules, tool, at), by=person, proof=proof, at=at)
        return f"a CVE id is asked for, for {tool}"

    return await _changed(greenroom, number, change, Said(by=person.login, at=at))


async def record(greenroom: Greenroom, number: int, tool: str, cve_id: str, *, by: str) -> StoredCase:
    """Write down which id was assigned. Raises NotAllowed, Taken and NoSuchCase.

    Only for an open request is looked where the id is: whoever asked for none learns nothing by trying ids.
    """
    who = await said_for(greenroom, tool, by)
    assigned = cve_id.upper()
    if not _CVE.fullmatch(assigned):
        raise NotAllowed(f'"{cve_id}" is no CVE id; write it as CVE-2026-12345')

    def change(conn: Connection, case: StoredCase) -> str:
        waiting = _last(case, tool, lambda each: each.cve_id is None and each.ended_at is None)
        if waiting is None:
            raise NotAllowed(f"no id for {tool} was asked for; say greenroom case cve {number} request {tool} first")
        existing = cve_requests.case_with(conn, assigned)
        if existing is not None:
            raise Taken(f"that id belongs to case {existing} already; an id is for one vulnerability")
        cve_requests.record(conn, waiting, assigned, by=who.by, at=who.at)
        return f"a CVE id is recorded for {tool}"

    return await _changed(greenroom, number, change, who)


async def write(greenroom: Greenroom, number: int, tool: str, *, by: str) -> StoredCase:
    """Let the id be written to the linked advisory of its tool, as its people say. Raises NotAllowed, NoSuchCase."""
    person, _ = await proven(greenroom, tool, by)
    at, rules = greenroom.reconciler.now(), greenroom.policy.current().file

    def change(conn: Connection, case: StoredCase) -> str:
        recorded = _last(case, tool, lambda each: each.is_held and each.written_at is None)
        if recorded is None:
            raise NotAllowed(f"no id waits that is recorded for {tool}; record it first")
        cve_requests.agree(conn, recorded, _advisory_of(case, tool, rules), by=str(person), at=at)
        return f"the CVE id of {tool} is to be written"

    return await _changed(greenroom, number, change, Said(by=person.login, at=at))


async def drop(greenroom: Greenroom, number: int, what: str, reason: str, *, by: str) -> StoredCase:
    """Say why an id, or a request without one by its tool, leads nowhere. Raises NotAllowed and NoSuchCase."""
    who = await said(greenroom, by)
    if reason not in CVE_ENDS:
        raise NotAllowed(f'"{reason}" is no reason; say one of {", ".join(CVE_ENDS)}')

    def change(conn: Connection, case: StoredCase) -> str:
        open_ones = [each for each in case.cves if each.ended_at is None]
        found = next((each for each in open_ones if what in {each.cve_id, _asked(each)}), None)
        if found is None:
            named = ", ".join(each.cve_id or each.tool for each in open_ones)
            raise NotAllowed(f'case {number} has nothing open under "{what}"; open is {named or "nothing"}')
        cve_requests.end(conn, found, reason, by=who.by, at=who.at)
        return f"a CVE id is dropped for {found.tool}: {reason}"

    return await _changed(greenroom, number, change, who)


async def proven(greenroom: Greenroom, tool: str, by: str) -> tuple[Person, str]:
    """Who this is as GitHub says now, and the words for what shows that they speak for a tool. Raises NotAllowed."""
    person, unclear = await _account(greenroom, by), []
    for people, of in _speakers(greenroom.policy.current().file, tool, greenroom.reconciler.now()):
        if person.id in {each.id for each in people.users}:
            return person, f"policy names {person} for {of}"
        for team in people.teams:
            members = await greenroom.reader.team_members(team)
            if not isinstance(members, Known):
                unclear.append(f"who is in the team {team}: {members.reason}")
            elif person.id in {member.id for member in members.value}:
                return person, f"team {team} for {of}"
    doubt = f"; {'; '.join(unclear)}" if unclear else ""
    raise NotAllowed(f"{by} is not known to speak for {tool}, as policy names its people{doubt}")


async def _account(greenroom: Greenroom, by: str) -> Person:
    """A login can be renamed and claimed by a stranger, so it is read each time, as LOGIN:ID too. Raises NotAllowed."""
    if not by:
        raise NotAllowed("say with --by who you are, as policy or GitHub know you")
    login, _, number = by.partition(":")
    found = await greenroom.reader.person(login)
    if not isinstance(found, Known):
        raise NotAllowed(f"who {by} is cannot be told now: {found.reason}")
    if found.value is None or (number and str(found.value.id) != number):
        raise NotAllowed(f"GitHub knows nobody called {by}")
    return found.value


def cna_of(rules: PolicyFile, tool: str, at: datetime) -> str:
    """Who assigns the ids of a tool: whom the owner of its reports names, else GitHub."""
    owner = _owner(rules, tool, at)
    return (owner[1].cna if owner else None) or GITHUB


def _speakers(rules: PolicyFile, tool: str, at: datetime) -> Iterator[tuple[People, str]]:
    """Its own people, and those who take its reports."""
    yield rules.tools.get(tool, People()), tool
    if owner := _owner(rules, tool, at):
        yield owner[1], f"{owner[0]}, which takes its reports"


def _owner(rules: PolicyFile, tool: str, at: datetime) -> tuple[str, ReportOwner] | None:
    named = rules.tools[tool].repositories if tool in rules.tools else ()
    return next((found for repo in named if (found := rules.report_owner_of(repo, at)) is not None), None)


def _takes_part(case: StoredCase, tool: str) -> None:
    present = [each.tool for each in case.present]
    if tool not in present:
        raise NotInIt(f"{tool} takes no part in case {case.number}; {', '.join(present) or 'nobody'} does")


def _last(case: StoredCase, tool: str, is_meant: Callable[[CveRequest], bool]) -> CveRequest | None:
    return next((each for each in reversed(case.cves) if each.tool == tool and is_meant(each)), None)


def _asked(each: CveRequest) -> str | None:
    return each.tool if each.cve_id is None else None


def _advisory_of(case: StoredCase, tool: str, rules: PolicyFile) -> Ghsa:
    """The first that is linked."""
    own = [link.ghsa for link in case.links if rules.tool_of(link.repo) == tool]
    if not own:
        raise NotAllowed(f"no advisory of {tool} is linked to case {case.number}, so there is none to write an id to")
    return own[0]


async def _changed(
    greenroom: Greenroom, number: int, change: Callable[[Connection, StoredCase], str], who: Said
) -> StoredCase:
    return await greenroom.database.write(partial(_change, number=number, change=change, who=who))


def _change(conn: Connection, *, number: int, change: Callable[[Connection, StoredCase], str], who: Said) -> StoredCase:
    """All of it in one transaction, with a row in the audit, and the case is looked at."""
    scope = change(conn, is_open(cases.case(conn, number)))
    audit.decided(conn, CaseKey(number), kind="cve", scope=scope, by=who.by, at=who.at)
    work.mark(conn, [CaseKey(number)], due=who.at, priority=work.PROMPT)
    return cases.case(conn, number)
