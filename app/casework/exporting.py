"""May something leave a case, and what is it made of?

Texts are those that GitHub shows as published at this moment, read again for each export: never those of the database,
of a mirror, or of a draft, whoever says yes.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection

from app.casework.saying import Said, said
from app.domain.cases import CaseEvent, StoredCase, Vendored
from app.domain.facts import Advisory, Known
from app.domain.ids import AdvisoryKey, CaseKey
from app.exports.copies import copies
from app.exports.documents import OF_STATUS, OF_TEXT, Export, Format, export
from app.exports.matter import Linked, Publisher, linked, matter, recorded_cve, why_not_public
from app.halting import NotAllowed
from app.main import Greenroom
from app.store import audit, cases, timeline, vendored
from policies.config import PolicyFile
from policies.vendoring import shipped

_API, _WEB = "https://api.github.com", "https://github.com"


class NotTold(Exception):
    """GitHub does not say how an advisory of a case is, so whether it is public cannot be told."""


async def exported(greenroom: Greenroom, number: int, form: Format, *, confirmed: bool, by: str) -> Export:
    """Write down what may leave a case. Raises NotAllowed, NoSuchCase and NotTold.

    Before it is public a coordinator has to say yes; then answers and ids leave, and nothing else does.
    """
    rules = greenroom.policy.current().file
    publisher = _publisher(greenroom, rules)
    case = await greenroom.database.read(partial(cases.case, number=number))
    if not case.present:
        raise NotAllowed(f"no tool takes part in case {number}, so there is nothing to tell")
    found = [await _read(greenroom, case, link) for link in case.links]
    hidden = why_not_public(case, found, rules=rules, now=greenroom.reconciler.now())
    word = await _allowed(greenroom, hidden, form, confirmed=confirmed, by=by)
    if form in OF_TEXT and not any(each.text for each in found):
        raise NotAllowed(f"{form} is made of published advisories, and case {number} has none")
    case, events, read = await greenroom.database.read(partial(_kept, number=number))
    published = [each.text for each in found if each.text is not None]
    ships = copies(case, published, rules, shipped().as_read(read))
    told = matter(
        case,
        events,
        found,
        rules=rules,
        copies=ships,
        publisher=publisher,
        is_public=hidden is None,
        with_ids=word is not None,
    )
    made = export(told, form)
    if word is not None:
        await greenroom.database.write(partial(_write_down, number=number, form=form, word=word))
    return made


async def _allowed(greenroom: Greenroom, hidden: str | None, form: Format, *, confirmed: bool, by: str) -> Said | None:
    """The coordinator's yes, None where none is needed. Raises NotAllowed: it says who can say it, and to what."""
    if not confirmed:
        if hidden is None:
            return None
        raise NotAllowed(f"{hidden}; {_who_can(greenroom)}: add --confirm and --by to let answers and ids leave")
    if hidden is not None and form not in OF_STATUS:
        raise NotAllowed(f"{hidden}; before that only {' and '.join(OF_STATUS)} leave, which hold no text")
    return await said(greenroom, by)


def _who_can(greenroom: Greenroom) -> str:
    named = greenroom.policy.current().file.coordinators
    known = [*sorted(person.login for person in named.users), *(f"the team {team}" for team in named.teams)]
    return f"a coordinator can ({', '.join(known)})" if known else "policy names no coordinators, so you can"


async def _read(greenroom: Greenroom, case: StoredCase, link: AdvisoryKey) -> Linked:
    fact = await greenroom.reader.advisory(link.repo, link.ghsa)
    if not isinstance(fact, Known):
        raise NotTold(f"how the advisories of case {case.number} are: GitHub does not show one of them")
    return linked(fact.value, await _disclosed(greenroom, case, fact.value))


async def _disclosed(greenroom: Greenroom, case: StoredCase, advisory: Advisory) -> frozenset[str]:
    """Which ids of what is not published are in GitHub's global database?"""
    if not advisory.is_open:
        return frozenset()
    database = greenroom.reader.global_database
    said = {str(advisory.ghsa): await database.ghsa(advisory.ghsa)}
    rules = greenroom.policy.current().file
    if (cve := recorded_cve(case, advisory, rules)) is not None:
        said[cve] = await database.cve(cve)
    return frozenset(name for name, fact in said.items() if isinstance(fact, Known) and fact.value is not None)


def _kept(conn: Connection, *, number: int) -> tuple[StoredCase, tuple[CaseEvent, ...], tuple[Vendored, ...]]:
    return cases.case(conn, number), timeline.events(conn, number), vendored.lines(conn)


def _publisher(greenroom: Greenroom, rules: PolicyFile) -> Publisher:
    if rules.coordination is None:
        raise NotAllowed("policy names no coordination repository, so nobody answers for a document")
    root = greenroom.settings.github_url.rstrip("/")
    web = _WEB if root == _API else root.removesuffix("/api/v3")
    return Publisher(name=rules.coordination.repository.owner, web=web)


def _write_down(conn: Connection, *, number: int, form: Format, word: Said) -> None:
    timeline.add(conn, number, CaseEvent(at=word.at, what="exported", detail=form, by=word.by))
    audit.decided(conn, CaseKey(number), kind="case", scope=f"{form} leaves the case", by=word.by, at=word.at)
