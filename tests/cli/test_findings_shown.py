"""How findings read: on a terminal, and in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from rich.console import Console
from sqlalchemy import Connection, update

from app.cli.findings import Wanted, told
from app.domain.findings import Standing, Verdict, finding
from app.domain.ids import RepoName
from app.domain.records import Finding
from app.reconcile import keeping
from app.shown.finding_rows import as_rows
from app.shown.findings import findings_for_people, next_step
from app.shown.terminal import Json
from app.store import findings
from app.store.database import Database
from app.store.schema import finding_events
from tests.builders import PIP, POLICY, WHEEL, policies
from tests.clock import START
from tests.reconcile.test_lifecycle import ACCEPTED, BLOCKED, OPEN, RESOLVED

RULES = policies(f"{POLICY}  reports-reach-owner: {{mode: report}}\n")
EVERYTHING = Wanted(states=("open", "accepted", "resolved"), policy=None, repo=None)
ON = "private vulnerability reporting is on, but psrt takes the reports"


def _look(
    conn: Connection,
    verdict: Verdict,
    *,
    repo: RepoName = PIP,
    days: float = 0,
    policy: str = "private-reporting",
) -> None:
    now = START + timedelta(days=days)
    keeping.keep(conn, [(repo, policy, verdict)], policies=RULES, now=now)
    stands = Standing(
        repo=repo,
        policy=policy,
        state=verdict.state,
        message=verdict.message,
        since=now,
        observed_at=now,
        embargoed=verdict.embargoed,
    )
    findings.record(conn, stands)


async def _told(database: Database, days: float = 3) -> Json:
    now = START + timedelta(days=days)
    return await database.read(partial(told, wanted=EVERYTHING, now=now))


def _on_a_terminal(shown: Json) -> str:
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(findings_for_people(shown))
    return "\n".join(line.rstrip() for line in console.export_text().splitlines())


async def test_what_is_only_observed_is_counted_beside_findings(database: Database) -> None:
    """A fresh install observes, so none is open: that is no peace, and the summary says where to look."""
    observed = Standing(
        repo=WHEEL, policy="private-reporting", state="finding", message=ON, since=START, observed_at=START
    )
    await database.write(lambda conn: findings.record(conn, observed))

    shown = await _told(database)

    assert (shown["open"], shown["only_observed"]) == (0, 1)
    said = "Findings: none is open; policies that only observe make no findings: 1 is counted, see greenroom plan."
    assert said in " ".join(_on_a_terminal(shown).split())

    await database.write(partial(_look, verdict=finding(ON)))
    shown = await _told(database)
    assert (shown["open"], shown["only_observed"]) == (1, 1)  # what is a finding is not counted twice


@pytest.mark.parametrize(
    ("found", "mends", "said"),
    [
        (OPEN, False, "a person mends it"),
        (OPEN, True, "a person mends it; Greenroom would, if policy enforced it"),
        (replace(OPEN, mode="enforce"), False, "a person mends it"),
        (replace(OPEN, policy="finished-in-time"), False, "its people reject it, publish it, or bring a fixed version"),
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


SLIPPED_IN = finding("1 report slipped in", embargoed=True)


@pytest.mark.parametrize(
    ("policy", "looks", "embargoed"),
    [
        ("private-reporting", [finding(ON)], "False"),
        ("private-reporting", [SLIPPED_IN], "True"),
        ("private-reporting", [SLIPPED_IN, Verdict(state="pass", message="off")], "True"),
        ("private-reporting", [SLIPPED_IN, finding(ON, kinds=("switched-on",))], "True"),
        ("private-reporting", [finding(ON), Verdict(state="pass", message="off")], "False"),
        ("reports-reach-owner", [finding("psrt does not see 1 open advisory")], "True"),
        ("reports-reach-owner", [finding("x"), Verdict(state="pass", message="no advisory is open")], "True"),
    ],
)
async def test_whoever_passes_it_on_can_see_what_is_under_embargo(
    database: Database, policy: str, looks: list[Verdict], embargoed: str
) -> None:
    """A spreadsheet goes around. What was found before is in the history, so it counts as much as what is found now."""
    for number, verdict in enumerate(looks):
        await database.write(partial(_look, verdict=verdict, policy=policy, days=number))

    shown = await _told(database)

    [row] = csv.DictReader(io.StringIO(as_rows(shown["findings"]), newline=""))
    assert row["embargoed"] == embargoed
    assert ("under embargo" in _on_a_terminal(shown)) == (embargoed == "True")


async def test_what_cannot_be_told_of_advisories_is_under_embargo_too(database: Database) -> None:
    """Its reason may say how many there are, and there may be one only because there is a report."""
    unclear = Verdict(state="cannot tell", message="GitHub does not say who sees 1 open advisory")
    await database.write(partial(_look, verdict=unclear, policy="no-unexpected-readers"))
    await database.write(partial(_look, verdict=replace(unclear, embargoed=True), policy="private-reporting"))
    await database.write(partial(_look, verdict=unclear, policy="app-covers"))

    told_of = (await _told(database))["cannot_tell"]

    assert {each["policy"]: each["embargoed"] for each in told_of} == {
        "no-unexpected-readers": True,
        "private-reporting": True,
        "app-covers": False,
    }


async def test_what_was_noted_before_nobody_kept_that_is_taken_for_embargoed(database: Database) -> None:
    """Nobody can know any more what it told."""
    await database.write(partial(_look, verdict=finding(ON)))
    await database.write(lambda conn: conn.execute(update(finding_events).values(embargoed=None)))

    [row] = (await _told(database))["findings"]

    assert row["embargoed"]


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


async def test_a_first_look_says_so_and_needs_no_footnote(database: Database) -> None:
    """“For less than a minute or more” would say nothing, and be explained at length."""
    await database.write(partial(_look, verdict=finding(ON)))

    read = _on_a_terminal(await _told(database, days=0))

    assert "since the first look or longer, last seen less than a minute ago" in read
    assert "or more" not in read


async def test_a_footnote_is_there_only_where_a_row_needs_it(database: Database) -> None:
    """What is resolved says when, and not for how long."""
    await database.write(partial(_look, verdict=finding(ON)))
    await database.write(partial(_look, verdict=Verdict(state="pass", message="off"), days=1))

    assert "or more" not in _on_a_terminal(await _told(database))
