"""How findings read: on a terminal, and in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from rich.console import Console
from sqlalchemy import Connection

from app.domain.findings import Standing, Verdict, finding
from app.domain.ids import RepoName
from app.domain.records import Finding
from app.finding_commands import Wanted, as_rows, told
from app.reconcile import keeping
from app.shown import Json
from app.shown_findings import findings_for_people, next_step
from app.store import findings
from app.store.database import Database
from tests.builders import PIP, WHEEL, policies
from tests.clock import START
from tests.reconcile.test_lifecycle import ACCEPTED, BLOCKED, OPEN, RESOLVED
from tests.store.conftest import database, url

__all__ = ["database", "url"]  # fixtures

RULES = policies()
EVERYTHING = Wanted(states=("open", "accepted", "resolved"), policy=None, repo=None)
ON = "private vulnerability reporting is on, but psrt takes the reports"


def _look(conn: Connection, verdict: Verdict, *, repo: RepoName = PIP, days: float = 0) -> None:
    now = START + timedelta(days=days)
    keeping.keep(conn, [(repo, "private-reporting", verdict)], policies=RULES, now=now)
    stands = Standing(
        repo=repo, policy="private-reporting", state=verdict.state, message=verdict.message, since=now, observed_at=now
    )
    findings.record(conn, stands)


async def _told(database: Database, days: float = 3) -> Json:
    now = START + timedelta(days=days)
    return await database.read(partial(told, wanted=EVERYTHING, now=now))


def _on_a_terminal(shown: Json) -> str:
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(findings_for_people(shown))
    return "\n".join(line.rstrip() for line in console.export_text().splitlines())


@pytest.mark.parametrize(
    ("found", "mends", "said"),
    [
        (OPEN, False, "a person mends it"),
        (OPEN, True, "a person mends it; Greenroom would, if policy enforced it"),
        (replace(OPEN, mode="enforce"), False, "a person mends it"),
        (replace(OPEN, mode="enforce"), True, "Greenroom mends it as soon as nothing holds it"),
        (BLOCKED, True, "tried in vain"),
        (replace(OPEN, verdict="contested"), True, "greenroom thaw pypa/pip#private-reporting"),
        (replace(ACCEPTED, accepted_until=date(2027, 1, 31)), True, "alice accepted it until 2027-01-31"),
        (RESOLVED, True, "nothing"),
    ],
)
def test_what_is_next_says_who_has_to_act(found: Finding, *, mends: bool, said: str) -> None:
    """Greenroom, a person, or nobody."""
    assert next_step(found, mends=mends).startswith(said) or said in next_step(found, mends=mends)


async def test_a_spreadsheet_gets_back_every_message_as_it_was(database: Database) -> None:
    """Commas, quotes and line ends are in messages, and a column that slips tells lies."""
    message = 'on, but "psrt" takes\nthe reports; owner=1,2'
    await database.write(partial(_look, verdict=finding(message)))

    text = as_rows((await _told(database))["findings"])

    [row] = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["message"], row["repository"], row["closed_at"]) == (message, "pypa/pip", "")
    assert None not in row, "there are as many cells as names"


async def test_findings_read_like_this(database: Database) -> None:
    """As people see them, in 80 columns."""
    await database.write(partial(_look, verdict=finding(ON)))
    await database.write(partial(_look, verdict=Verdict(state="cannot tell", message="GitHub answered 502"), days=2))
    await database.write(partial(_look, verdict=Verdict(state="pass", message="off"), repo=WHEEL))
    await database.write(partial(_look, verdict=finding("it is on"), repo=WHEEL, days=2.5))

    assert (
        _on_a_terminal(await _told(database))
        == """\
Findings
1  pypa/pip#private-reporting  finding  cannot be told now
   private vulnerability reporting is on, but psrt takes the reports
   for 3 days or more, last seen 3 days ago → a person mends it

2  pypa/wheel#private-reporting  finding
   it is on
   for 12 hours, last seen 12 hours ago → a person mends it

Cannot tell now
where     policies  last really seen  why
pypa/pip  1         never             GitHub answered 502

Findings: 2 are open.
“or more”: it was found by the first look that this database remembers, so it
may be older."""
    )
